"""Numbers about the site for Prometheus: how it stands, and what it counted since its process began.

Pages from memory are not counted here: a patient would wait for it. The web server in front counts them.
"""

import os
import time
from contextlib import suppress
from threading import Lock

from django.conf import settings
from django.db import DatabaseError, InterfaceError, close_old_connections
from django.utils import timezone
from prometheus_client import REGISTRY, CollectorRegistry, Counter, generate_latest
from prometheus_client.core import GaugeMetricFamily

from leaflets import public, reviews
from leaflets.models import Verification

# What the database is asked is asked this often at most, in seconds, however often the numbers are read.
EVERY = 15
SIDES = {"/admin": "staff", "/media": "media", "/static": "static"}

ANSWERED = Counter("leaflets_answers", "Answers that were not given from memory.", ["side", "status"])
# From nought, so that the first error is seen as one more.
for each in (*SIDES.values(), "public"):
    for status in ("500", "503"):
        ANSWERED.labels(each, status)
NOT_SENT = Counter("leaflets_mails_not_sent", "Mails that this process could not send.")


def counting(path, start_response):
    """Return `start_response`, a function of WSGI, so that the answer at `path` is counted."""
    side = SIDES.get("/" + path.removeprefix("/").partition("/")[0], "public")

    def counted(status, headers, *more):
        ANSWERED.labels(side, status[:3]).inc()
        return start_response(status, headers, *more)

    return counted


class Numbers:
    """What a process can tell: a collector of prometheus_client.

    `watcher` is the Watcher of the process, `problems` a function that returns the sentences that /readyz has to say.
    """

    def __init__(self, watcher, problems):
        self.watcher, self.problems, self.registry = watcher, problems, CollectorRegistry()
        self._recorded, self._asked_at, self._lock = {}, float("-inf"), Lock()
        self.registry.register(self)

    def text(self):
        """Return all numbers in the text format of Prometheus, as bytes."""
        return generate_latest(self.registry) + generate_latest(REGISTRY)

    def describe(self):
        """Say nothing yet: a collector that is registered need not be asked."""
        return ()

    def collect(self):
        """Yield how the site stands, and of what the database knows what could be learnt."""
        for name, (help_, value) in {**self._press(), **self._kept(), **self._learnt()}.items():
            yield GaugeMetricFamily(f"leaflets_{name}", help_, value=value)

    def _press(self):
        watcher = self.watcher
        found = {
            "problems": ("Sentences that /readyz has to say.", len(self.problems())),
            "database_answers": ("Whether the database answered lately.", watcher.hears()),
            "pages_complete": ("Whether every public address is known.", watcher.shown.complete),
            "pages": ("Public addresses that are answered from memory.", len(watcher.shown.answers)),
            "press_look_age_seconds": ("Since the press looked at the history last.", watcher.look_age()),
            "press_left": (
                "Addresses that are to be pressed.",
                len(watcher.work.urgent | watcher.work.later),
            ),
            "press_failed": ("Addresses whose pages could not be made.", len(watcher.work.failed)),
        }
        if watcher.folder.written_at:
            help_ = "The moment of the state that the mirror's files hold."
            found["mirror_state_timestamp_seconds"] = (help_, watcher.folder.written_at.timestamp())
        return found

    def _kept(self):
        with suppress(OSError):
            written = os.stat(settings.ANCHOR_FILE).st_mtime
            return {"anchor_timestamp_seconds": ("When an anchor was written last.", written)}
        return {}

    def _learnt(self):
        """What the database knew when it was asked last; nothing while it does not answer."""
        if not self.watcher.hears():
            return {}
        # Whoever comes while it is being asked takes what was known before.
        if self._lock.acquire(blocking=False):
            try:
                if time.monotonic() - self._asked_at > EVERY:
                    self._recorded = _recorded()
                    self._asked_at = time.monotonic()
            except (DatabaseError, InterfaceError):
                return {}
            finally:
                close_old_connections()
                self._lock.release()
        return self._recorded


def _recorded():
    today, due = timezone.localdate(), reviews.days_due()
    soon = today + reviews.SOON
    found = {
        "live": ("Leaflets that patients can read.", public.live_editions().count()),
        "reviews_overdue": ("Live leaflets whose review is overdue.", sum(day < today for day in due)),
        "reviews_due": (
            "Live leaflets to be reviewed within 30 days.",
            sum(today <= day <= soon for day in due),
        ),
    }
    last = Verification.objects.first()
    if last:
        number = len(last.findings.splitlines())
        found["verification_timestamp_seconds"] = ("When history was verified last.", last.at.timestamp())
        found["verification_findings"] = ("What that verification found wrong with history.", number)
    return found
