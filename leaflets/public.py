"""What the public sees at a moment: a pure function of the Events."""

from typing import NamedTuple

from django.db.models import F

from leaflets.models import Edition, Event, Kind


class Facts(NamedTuple):
    """What a page tells of its edition: number, code and dates. `published` is the moment it went live."""

    number: int
    code: str
    published: object
    reviewed: object
    next_review: object


def decision(slug, at=None):
    """Return the Event that decides what stands at `slug` at a moment (default: now), or None if nothing ever did.

    A publication shows its edition; a withdrawal shows that the leaflet was withdrawn.
    """
    return Event.objects.public(at).filter(edition__slug=slug).select_related("edition").last()


def live_editions(at=None):
    """Return the Editions that the public sees at a moment (default: now)."""
    decisions = Event.objects.public(at).latest_of_each_address().filter(kind=Kind.PUBLISHED)
    return Edition.objects.filter(pk__in=decisions.values("edition"))


def facts(edition, at=None):
    """Return the Facts of an edition that is or was public, as they were at a moment (default: now)."""
    published = Event.objects.public(at).get(edition=edition, kind=Kind.PUBLISHED)
    reviews = Event.objects.filter(edition__leaflet=edition.leaflet_id, kind=Kind.REVIEWED)
    if at:
        reviews = reviews.filter(at__lte=at)
    # Sorted by an expression, for the reason that EventQuerySet.decided gives.
    review = reviews.order_by(F("sequence") + 0).last()
    return Facts(
        number=edition.number,
        code=edition.code,
        published=published.takes_effect,
        reviewed=review and review.at,
        next_review=review and review.next_review,
    )
