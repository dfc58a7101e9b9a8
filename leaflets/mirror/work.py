"""What is left to press, in the order in which patients need it, and the pressing of it."""

import logging
import time

from leaflets import public
from leaflets.mirror import addresses, pressing
from leaflets.mirror.addresses import SITE
from leaflets.mirror.withdrawals import unsure
from leaflets.models import Kind

LOG = logging.getLogger(__name__)
AGAIN = 30


class Work:
    """Presses what changed for `shown`, and keeps withdrawals in `withdrawals`.

    `urgent` are the addresses that changed, `later` those to press anew and those whose printed copies are to be
    answered anew; both are dicts, for their order. `failed` says by address why its pages could not be made.
    """

    def __init__(self, shown, withdrawals, alive):
        self.shown, self.withdrawals, self.alive = shown, withdrawals, alive
        self.urgent, self.later, self.failed, self._retried = {}, {}, {}, time.monotonic()
        self._steps = {"pages": self._pages, "copies": self._with_copies}

    def add_changed(self, slugs):
        """Press these first, what was withdrawn before all else, and then what lists them."""
        gone = addresses.withdrawn(slugs)
        first = [(slug, "pages") for slug in [*sorted(gone), *sorted(slugs - gone), SITE]]
        # Before what was urgent already: of hundreds that were published at once, none holds up a withdrawal.
        self.urgent = dict.fromkeys([*first, *self.urgent])
        for each in first:
            self.later.pop(each, None)
        self.later |= dict.fromkeys((slug, "copies") for slug in slugs)

    def add_all(self):
        """Press everything anew, and show nothing at addresses that there are no more."""
        slugs = addresses.slugs()
        self.shown.keep_only({SITE, *slugs})
        self.later |= dict.fromkeys((slug, "pages") for slug in (SITE, *slugs))
        self.later |= dict.fromkeys((slug, "copies") for slug in slugs)

    def add_failed(self):
        """Try again, now and then, what could not be made."""
        if self.failed and time.monotonic() - self._retried > AGAIN:
            self._retried = time.monotonic()
            self.add_changed(set(self.failed) - {SITE} or {SITE})

    def go_on(self, seconds):
        """Do what is urgent, for a second, and of the rest what fits in these seconds; return whether there was any."""
        begun, did = time.monotonic(), False
        while self.is_left and time.monotonic() - begun < (1 if self.urgent else seconds):
            todo = self.urgent or self.later
            slug, step = next(iter(todo))
            self._press(slug, self._steps[step])
            del todo[slug, step]
            did = True
        for slug in self.shown.without_papers():
            self.shown.wait_for(slug, pressing.papers(slug))
        return self.shown.take_papers() > 0 or did

    @property
    def is_left(self):
        """Whether there is anything to do."""
        return bool(self.urgent or self.later)

    def _press(self, slug, step):
        try:
            pages = step(slug)
        except Exception:
            addresses.marker()  # Where it is the database that fails, all that is left to do waits for it.
            LOG.exception("The pages at /%s/ cannot be made.", slug)
            self.failed[slug] = "its pages cannot be made. The log says why."
            pages = self._instead(slug)
        self.alive()
        if pages:
            self.shown.replace(slug, pages)

    def _pages(self, slug):
        self.failed.pop(slug, None)
        if slug == SITE:
            return pressing.site()
        pages, papers = pressing.leaflet(slug)
        self.shown.wait_for(slug, papers)
        if pages.withdrawn:
            self.withdrawals.keep(slug, pages)
            return pages
        return self._held(slug, pages)

    def _held(self, slug, pages):
        """What may be shown of Pages that were published: a later withdrawal holds, whoever forgot it."""
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
        pages = self.shown.pages.get(slug)
        if pages is None or slug in self.failed:
            return None
        return pages._replace(answers={**pages.answers, **pressing.copies(slug)})

    def _instead(self, slug):
        """What stands at an address whose pages cannot be made: what stood there, unless that was withdrawn."""
        decision, before = slug and public.decision(slug), self.shown.pages.get(slug)
        if not (decision and decision.kind == Kind.WITHDRAWN and before) or before.withdrawn:
            return None
        pages = unsure(before)._replace(since=decision.takes_effect, withdrawn=True)
        self.withdrawals.keep(slug, pages)
        return pages
