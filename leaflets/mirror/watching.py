"""Learns of what happened, at most a second later, and puts the answers that it changes in their place.

One thread of each process watches; another writes the mirror, which takes longer. No request waits for either, but for
the one that publishes or withdraws: it ends when its own process shows what it did.
"""

import logging
import threading
import time
from contextlib import suppress
from datetime import UTC, datetime

from django.core.exceptions import ImproperlyConfigured
from django.db import connection

from leaflets import clock, public
from leaflets.mirror import addresses, purging
from leaflets.mirror.addresses import SITE
from leaflets.mirror.generation import Generation
from leaflets.mirror.shown import Shown
from leaflets.mirror.withdrawals import Withdrawals
from leaflets.mirror.work import Work
from leaflets.mirror.writing import Writer

LOG = logging.getLogger(__name__)
SECONDS = 1
# A database that has not answered for so long is taken for lost.
PATIENCE = 5
# How long a start waits for the first look, so that nothing old is shown where the database can be asked.
START = 1.5
# How long a decision waits until its own process shows it.
SHOWN = 2
LONG_AGO, FOR_EVER = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)

# The Watcher of this process, if it has one: a command has none.
_watcher = None


def start(folder, check):
    """Start the Watcher of this process and return it; arguments as for a Watcher."""
    global _watcher
    _watcher = Watcher(folder, check).start()
    return _watcher


def wait_until_shown(sequence):
    """Return when this process, if it serves the site, shows what the Event of this number changed."""
    if _watcher:
        _watcher.wait_until_shown(sequence)


def catch_up(folder):
    """Bring the mirror in a Folder to the history as it is now, also back to an older one; return its problems()."""
    watcher = Watcher(folder)
    watcher.show_mirror()
    watcher.look()
    while watcher.work.is_left:
        watcher.look()
    watcher.writer.write()
    return watcher.problems()


class Watcher:
    """Watches the history and keeps `shown`, what the public is shown, as the newest state has it.

    `check` raises ImproperlyConfigured if the site must not run on this database. It is asked once.
    """

    def __init__(self, folder, check=lambda: None):
        self.shown, self.withdrawals = Shown(), Withdrawals(folder.root / "withdrawn")
        self.work = Work(self.shown, self.withdrawals, self._hear)
        self.folder, self.writer, self.check = folder, Writer(folder, self.withdrawals), check
        self.marker, self.release, self.seen_at, self.due = addresses.Marker(), "", None, None
        # Whether nothing was shown before, the history is another than it was, and there is something to write.
        self._first, self._anew, self._new = True, False, False
        self.trouble, self._heard = None, float("-inf")
        self._checked, self._stopped = False, False
        self._woken, self._looked = threading.Event(), threading.Condition()

    def start(self):
        """Show what the mirror holds, look at the database if it answers soon, go on watching; return the Watcher."""
        self.show_mirror()
        with self._looked:
            threading.Thread(target=self._watch, name="watcher", daemon=True).start()
            self._looked.wait(START)
        if isinstance(self.trouble, ImproperlyConfigured):
            self._stopped = True
            raise self.trouble
        self.writer.start()
        return self

    def hears(self):
        """Whether the database answered lately."""
        return self.look_age() < PATIENCE

    def look_age(self):
        """Return how many seconds ago the database was heard of last, infinite if it never was."""
        return time.monotonic() - self._heard

    def press_again(self):
        """Press everything anew, soon: an answer is lost."""
        self.release = ""
        self._woken.set()

    def wait_until_shown(self, sequence):
        """Return when the public is shown what the Event of this number changed, or after some seconds at most."""
        with self._looked:
            self._woken.set()
            self._looked.wait_for(lambda: self.marker.event >= sequence and not self.work.urgent, SHOWN)

    def problems(self):
        """Return what is wrong, as sentences; none if all is well."""
        # Anybody may ask: what the database or the disk said of itself stands in the log only.
        if isinstance(self.trouble, ImproperlyConfigured):
            found = ["The site must not run on this database: the log says why."]
        else:
            found = [] if self.hears() else ["The database does not answer."]
            found += ["The site cannot be looked at: the log says why."] if self.trouble else []
        found += [] if self.shown.complete else ["Not all pages are ready yet."]
        failed = sorted(self.work.failed.items())
        found += [f"/{slug}/ is not as it should be: {why}" for slug, why in failed]
        return found + self.writer.problems()

    def look(self):
        """Look once at what happened, press what it changes, and some of what else is to be pressed anew."""
        if not self._checked:
            self.check()
            self._checked = True
        marker, now = addresses.marker(), clock.now()
        self._hear()
        clock.not_before(now)
        self._take_up(marker, now)
        if self.work.go_on(SECONDS / 2):
            self._new = True
        self.shown.complete = SITE in self.shown.pages and not (self._first and self.work.is_left)
        if self._new and self.shown.complete and not self.work.is_left:
            self._finish()

    def show_mirror(self):
        """Show what the mirror holds, and each withdrawal that was kept."""
        generation = self.folder.load()
        if not generation:
            return
        for slug, pages in self.withdrawals.applied(generation.pages, unlisted=generation.pages).items():
            self.shown.replace(slug, pages)
        self.marker, self.release, self.seen_at = generation.marker, generation.release, generation.at
        # What was to happen meanwhile is due now.
        self.due, self.shown.complete, self._first, self._new = LONG_AGO, True, False, False
        self.shown.take_changed()
        clock.not_before(generation.at)

    def _take_up(self, marker, now):
        """Put what changed since the last look before all other work."""
        changed, looked_closer = set(), marker != self.marker or self.due is None or self.due <= now
        if self.seen_at and looked_closer:
            changed = addresses.changed(self.marker, min(self.seen_at, now))
        if self.release != addresses.release() or changed is None:
            self._anew = self._anew or changed is None
            self.work.add_all()
        if changed:
            self.work.add_changed(changed)
        self.work.add_failed()
        if looked_closer:
            self.due = public.next_moment() or FOR_EVER
        self.marker, self.seen_at, self.release = marker, now, addresses.release()

    def _finish(self):
        """Everything is as it should be: say so, and have it written."""
        changed = self.shown.take_changed()
        # At the first, everything is new and nobody has a copy.
        purging.purge(() if self._first else changed)
        pages = dict(self.shown.pages)
        self.writer.offer(Generation(self.marker, self.release, self.seen_at, pages), self._anew)
        self._first = self._anew = self._new = False

    def _hear(self):
        self._heard = time.monotonic()

    def _watch(self):
        while not self._stopped:
            try:
                self.look()
                self.trouble = None
            except Exception as error:
                LOG.error("The site cannot be looked at: %s", error)
                self.trouble = error
                self._apply_withdrawals()
            with suppress(Exception):  # Whatever a connection that is lost has to say.
                connection.close()
            with self._looked:
                self._looked.notify_all()
            if self.trouble or not self.work.is_left:
                self._woken.wait(SECONDS)
            self._woken.clear()

    def _apply_withdrawals(self):
        """Show what another process of this mirror knew of when nobody could be asked any more."""
        for slug, pages in self.withdrawals.applied(dict(self.shown.pages)).items():
            if pages is not self.shown.pages.get(slug):
                self.shown.replace(slug, pages)
                self.work.failed[slug] = "it was withdrawn when the database was lost."
