"""What the public sees at a moment: a pure function of the Events.

An address leads for ever to the leaflet that was published at it, wherever that stands by now: each publication of a
leaflet takes the place of the one before, at another address too. No address ever passes to another leaflet.
"""

import functools
from contextlib import contextmanager
from contextvars import ContextVar
from typing import NamedTuple

from django.db.models import F, Subquery

from leaflets import clock
from leaflets.models import Edition, Event, Kind


class Facts(NamedTuple):
    """What a page tells of its edition: number, code and dates. `published` is the moment it went live."""

    number: int
    code: str
    published: object
    reviewed: object
    next_review: object


class Interval(NamedTuple):
    """A stretch of time through which one decision held: from `since` up to `until`, None if it holds to this day."""

    decision: Event
    since: object
    until: object


# What was found already, where many pages of one state are asked for; else None.
_found = ContextVar("found", default=None)


@contextmanager
def one_state():
    """Within, what stands where is found once: for many pages of one leaflet, all of one state of the history."""
    token = _found.set({})
    try:
        yield
    finally:
        _found.reset(token)


def _found_once(function):
    @functools.wraps(function)
    def wrapped(*asked):
        found = _found.get()
        if found is None:
            return function(*asked)
        if (function, asked) not in found:
            found[function, asked] = function(*asked)
        return found[function, asked]

    return wrapped


@_found_once
def decision(slug, at=None):
    """Return the Event that decides what `slug` leads to at a moment (default: now), or None if nothing stood there.

    A publication shows its edition; a withdrawal shows that the leaflet was withdrawn. Where the edition's own slug is
    another one, the leaflet has moved there, and `slug` leads to it.
    """
    events = Event.objects.public(at)
    stood_there = events.filter(edition__slug=slug).reverse().values("edition__leaflet")[:1]
    return events.filter(edition__leaflet=Subquery(stood_there)).select_related("edition").last()


@_found_once
def intervals(leaflet):
    """Return what the public saw of `leaflet`, a Leaflet or its id, at whichever address, the oldest first.

    They are Intervals without gap or overlap. A later decision cuts off all that earlier ones would have shown from its
    moment on.
    """
    found = []
    # Without the contents, which are large, and of which most are never looked at.
    events = Event.objects.public().filter(edition__leaflet=leaflet).select_related("edition")
    for event in events.defer("edition__content"):
        found = [each for each in found if each.since < event.takes_effect]
        if found:
            found[-1] = found[-1]._replace(until=event.takes_effect)
        found.append(Interval(event, event.takes_effect, None))
    return found


@_found_once
def rendering(decision, at=None):
    """Return the Rendering that the public saw, or sees, of a decision that holds at a moment (default: now)."""
    kept = decision.edition.renderings.select_related("edition")
    # What was published before pages were kept was rendered later: the first is the nearest to what was seen.
    return (kept.filter(at__lte=at).last() or kept.first()) if at else kept.last()


def live_editions(at=None):
    """Return the Editions that the public sees at a moment (default: now)."""
    decisions = Event.objects.public(at).latest_of_each_leaflet().filter(kind=Kind.PUBLISHED)
    return Edition.objects.filter(pk__in=decisions.values("edition"))


def scheduled():
    """Return the Editions with a publication that takes effect at a later moment and was not returned."""
    later = Event.objects.decided().filter(kind=Kind.PUBLISHED, takes_effect__gt=clock.now())
    return Edition.objects.filter(pk__in=later.values("edition"))


def next_moment():
    """Return when the next scheduled publication takes effect, or None."""
    later = Event.objects.decided().filter(kind=Kind.PUBLISHED, takes_effect__gt=clock.now())
    return later.order_by("takes_effect").values_list("takes_effect", flat=True).first()


def never_rendered():
    """Return the Editions that were published before pages were kept."""
    published = Event.objects.filter(kind=Kind.PUBLISHED).values("edition")
    return Edition.objects.filter(pk__in=published, renderings=None)


def facts(edition):
    """Return the Facts of an edition that was published, as they are now."""
    published = edition.events.get(kind=Kind.PUBLISHED)
    reviews = Event.objects.filter(edition__leaflet=edition.leaflet_id, kind=Kind.REVIEWED)
    # Sorted by an expression, for the reason that EventQuerySet.decided gives.
    review = reviews.order_by(F("sequence") + 0).last()
    return Facts(
        number=edition.number,
        code=edition.code,
        published=published.takes_effect,
        reviewed=review and review.at,
        next_review=review and review.next_review,
    )
