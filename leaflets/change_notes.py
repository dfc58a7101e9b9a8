"""What patients are told of changes: the public history of a leaflet, and whether a printed copy is still current.

Everything here was public once. What is in the words of the field comes from `leaflets/safety.py`.
"""

import re
from collections import Counter
from functools import lru_cache
from typing import NamedTuple

from leaflets import public, safety
from leaflets.models import Edition, Event, Kind

# Each note compares two documents, which takes some milliseconds.
MOST_NOTES = 20


class Note(NamedTuple):
    """A decision that stood, from when until when, and in words what it changed; [] for the first publication."""

    decision: Event
    since: object
    until: object
    changes: list


class Copy(NamedTuple):
    """A printed edition, the decision that holds now, and in words what changed between the two."""

    edition: Edition
    decision: Event
    replaced: object
    changes: list

    @property
    def current(self):
        """Whether the paper says what patients should read now."""
        return self.decision.kind == Kind.PUBLISHED and self.decision.edition == self.edition


def notes(leaflet, most=MOST_NOTES):
    """Return the newest Notes of `leaflet`, a Leaflet or its id, the latest first, at most so many."""
    stood = public.intervals(leaflet)
    published = [each for each in stood if each.decision.kind == Kind.PUBLISHED]
    before = dict(zip((each.decision for each in published[1:]), published, strict=False))
    return [_note(each, before.get(each.decision)) for each in reversed(stood[-most:])]


def copy_of(code):
    """Return the Copy that carries `code`, or None if the public never saw an edition of that code."""
    edition = Edition.objects.filter(code=code).first()
    stood = public.intervals(edition.leaflet_id) if edition else []
    own = [
        each for each in stood if each.decision.kind == Kind.PUBLISHED and each.decision.edition == edition
    ]
    if not own:
        return None
    now = stood[-1].decision
    changes = _changes(edition, now.edition) if now.kind == Kind.PUBLISHED else []
    return Copy(edition, now, own[-1].until, changes)


def canonical_code(text):
    """Return a code as it is printed, K7M-4PX, from what somebody typed: k7m4px, K7M 4PX."""
    letters = re.sub(r"[^0-9A-Z]", "", text.upper())
    return f"{letters[:3]}-{letters[3:]}"


def in_words(changes):
    """Return Changes as sentences, each once; one that holds for several says for how many."""
    counted = Counter(change.what for change in changes)
    return [what if count == 1 else f"{what} ({count})" for what, count in counted.items()]


def _note(interval, before):
    decision = interval.decision
    changed = before and decision.kind == Kind.PUBLISHED
    changes = _changes(before.decision.edition, decision.edition) if changed else []
    return Note(decision, interval.since, interval.until, changes)


def _changes(before, after):
    return list(_between(before.leaflet_id, before.digest, after.digest))


@lru_cache(maxsize=4096)
def _between(leaflet, before, after):
    """What differs between two documents of a leaflet, by their digests: always the same, so it is compared once."""
    editions = Edition.objects.filter(leaflet=leaflet, digest__in={before, after})
    held = {each.digest: each.document for each in editions}
    return tuple(in_words(safety.compare(held[before], held[after])))
