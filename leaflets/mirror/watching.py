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
from leaflets.mirror import addresses, pressing, purging
from leaflets.mirror.addresses import SITE
from leaflets.mirror.generation import Generation
from leaflets.mirror.shown import Shown
from leaflets.mirror.withdrawals import Withdrawals, unsure
from leaflets.mirror.writing import Writer
from leaflets.models import Kind

LOG = logging.getLogger(__name__)
SECONDS = 1
# A database that has not answered for so long is taken for lost.
PATIENCE = 5
# How long a start waits for the first look, so that nothing old is shown where the database can be asked.
START = 1.5
# How long a decision waits until its own process shows it.
SHOWN = 2
AGAIN = 30
LONG_AGO = datetime.min.replace(tzinfo=UTC)

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


class Watcher:
    """Watches the history and keeps `shown`, what the public is shown, as the newest state has it.

    `check` raises ImproperlyConfigured if the site must not run on this database. It is asked once.
    """

    def __init__(self, folder, check=lambda: None):
        self.shown, self.withdrawals = Shown(), Withdrawals(folder.root / "withdrawn")
        self.folder, self.writer, self.check = folder, Writer(folder, self.withdrawals), check
        self.marker, self.release, self.seen_at, self.due = addresses.Marker(), "", None, None
        self.failed, self.trouble, self._retried = {}, None, time.monotonic()
        self._checked, self._heard = False, float("-inf")
        self._woken, self._looked = threading.Event(), threading.Condition()

    def start(self):
        """Show what the mirror holds, look at the database if it answers soon, go on watching; return the Watcher."""
        self._show_mirror()
        with self._looked:
            threading.Thread(target=self._watch, name="watcher", daemon=True).start()
            self._looked.wait(START)
        if isinstance(self.trouble, ImproperlyConfigured):
            raise self.trouble
        self.writer.start()
        return self

    def hears(self):
        """Whether the database answered lately."""
        return time.monotonic() - self._heard < PATIENCE

    def press_again(self):
        """Press everything anew, soon: an answer is lost."""
        self.release = ""
        self._woken.set()

    def wait_until_shown(self, sequence):
        """Return when the public is shown what the Event of this number changed, or after some seconds at most."""
        with self._looked:
            self._woken.set()
            self._looked.wait_for(lambda: self.marker.event >= sequence, SHOWN)

    def problems(self):
        """Return what is wrong, as sentences; none if all is well."""
        found = [] if self.hears() else ["The database does not answer."]
        found += [f"The site cannot be looked at: {self.trouble}"] if self.trouble else []
        found += [] if self.shown.complete else ["Not all pages are ready yet."]
        found += [f"/{slug}/ is not as it should be: {why}" for slug, why in sorted(self.failed.items())]
        return found + self.writer.problems()

    def look(self):
        """Look once at what happened, and press what it changes."""
        marker, now = addresses.marker(), clock.now()
        self._heard = time.monotonic()
        clock.not_before(now)
        if not self._checked:
            self.check()
            self._checked = True
        todo, anew = self._todo(marker, now)
        self._latest, self._hurried = marker, self._heard
        for slug in todo:
            self._press(slug, self._leaflet if slug else pressing.site)
            self._hurry()
        for slug in todo:
            if slug and slug not in self.failed:
                self._press(slug, self._with_copies)
                self._hurry()
        for slug in self.shown.without_papers():
            self.shown.wait_for(slug, pressing.papers(slug))
        found = self.shown.take_papers()
        if todo or self._is_due(now):
            self.due = addresses.next_moment()
        self.shown.complete = SITE in self.shown.pages
        if (todo or found) and self.shown.complete:
            purging.purge(self.shown.take_changed() if self.seen_at else ())
            said = (marker, addresses.release(), now, dict(self.shown.pages))
            self.writer.offer(Generation(*said), anew)
        self.marker, self.seen_at, self.release = marker, now, addresses.release()

    def _watch(self):
        while True:
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
            self._woken.wait(SECONDS)
            self._woken.clear()

    def _apply_withdrawals(self):
        """Show what another process of this mirror knew of when nobody could be asked any more."""
        for slug, pages in self.withdrawals.applied(dict(self.shown.pages)).items():
            if pages is not self.shown.pages.get(slug):
                self.shown.replace(slug, pages)
                self.failed[slug] = "it was withdrawn when the database was lost."

    def _show_mirror(self):
        generation = self.folder.load()
        if not generation:
            return
        for slug, pages in self.withdrawals.applied(generation.pages, unlisted=generation.pages).items():
            self.shown.replace(slug, pages)
        self.marker, self.release, self.seen_at = generation.marker, generation.release, generation.at
        # What was to happen meanwhile is due now.
        self.due, self.shown.complete = LONG_AGO, True
        clock.not_before(generation.at)

    def _todo(self, marker, now):
        """The addresses to press, in order, the site's own pages after those that changed; whether it is all anew."""
        changed, everything = set(), self.release != addresses.release()
        if self.seen_at and (marker != self.marker or self._is_due(now)):
            changed = addresses.changed(self.marker, min(self.seen_at, now))
        anew = changed is None
        changed = changed or set()
        if self.failed and time.monotonic() - self._retried > AGAIN:
            self._retried, changed = time.monotonic(), changed | set(self.failed)
        todo = [*sorted(changed - {SITE}), SITE] if changed else []
        if everything or anew:
            there = addresses.slugs()
            self.shown.keep_only({SITE, *there})
            todo = [*todo, *([] if todo else [SITE]), *(slug for slug in there if slug not in changed)]
        return todo, anew

    def _is_due(self, now):
        return self.due and self.due <= now

    def _hurry(self):
        """Show what happens while a long look lasts, once a second; the next look sees to all that belongs to it."""
        if time.monotonic() - self._hurried < SECONDS:
            return
        newest = addresses.marker()
        changed = addresses.changed(self._latest, clock.now()) if newest != self._latest else ()
        self._latest, self._hurried = newest, time.monotonic()
        for slug in changed or ():
            self._press(slug, self._leaflet)

    def _press(self, slug, press):
        self.failed.pop(slug, None)
        try:
            pages = press(slug) if slug else press()
        except Exception as error:
            addresses.marker()  # Where it is the database that fails, all that is left to do waits for it.
            LOG.exception("The pages at /%s/ cannot be made.", slug)
            self.failed[slug] = str(error)
            pages = self._instead(slug)
        self._heard = time.monotonic()
        if pages:
            self.shown.replace(slug, pages)

    def _leaflet(self, slug):
        pages, papers = pressing.leaflet(slug)
        self.shown.wait_for(slug, papers)
        if pages.withdrawn:
            self.withdrawals.keep(slug, pages)
            return pages
        held, before = self.withdrawals.held(slug, pages, doubt=False), self.shown.pages.get(slug)
        if before and before.withdrawn and before.since > held.since:
            held = before
        if held.withdrawn:
            self.failed[slug] = (
                "the mirror knows a later withdrawal than the database. Publish the leaflet again."
            )
        elif before and (before.since, before.withdrawn) == (held.since, False):
            # It is pressed again, and its printed copies and PDFs will be: until then they stand.
            held = held._replace(answers=before.answers | held.answers)
        return held

    def _with_copies(self, slug):
        pages = self.shown.pages[slug]
        return pages._replace(answers={**pages.answers, **pressing.copies(slug)})

    def _instead(self, slug):
        """What stands at an address whose pages cannot be made: what stood there, unless that was withdrawn."""
        decision, before = slug and public.decision(slug), self.shown.pages.get(slug)
        if not (decision and decision.kind == Kind.WITHDRAWN and before) or before.withdrawn:
            return None
        pages = unsure(before)._replace(since=decision.takes_effect, withdrawn=True)
        self.withdrawals.keep(slug, pages)
        return pages
