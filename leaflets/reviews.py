"""When each live leaflet was reviewed and is due again. A date comes from a recorded review, never from a save."""

from datetime import date
from typing import NamedTuple

from django.db.models import Max
from django.utils import formats, timezone

from leaflets import public
from leaflets.models import Edition, Event, Kind


class Review(NamedTuple):
    """A live edition, and the last recorded review of its leaflet, None if there never was one."""

    edition: Edition
    title: str
    owner: str
    last: Event
    days_overdue: int


def reviews(today=None):
    """Return the Review of every live leaflet on a day (default: today), the longest overdue first.

    After those that are overdue stand those never reviewed, then the others by the day on which they are due.
    """
    today = today or timezone.localdate()
    editions = public.live_editions()
    last = _last_of_each([edition.leaflet_id for edition in editions])
    found = [_review(edition, last.get(edition.leaflet_id), today) for edition in editions]
    return sorted(found, key=_urgency)


def lacking(leaflet, today=None):
    """Return a sentence if the review of a published `leaflet` is overdue on a day (default: today), or None."""
    if not Event.objects.filter(edition__leaflet=leaflet, kind=Kind.PUBLISHED).exists():
        return None
    last = _last_of_each([leaflet.pk]).get(leaflet.pk)
    if last is None:
        return "No review of it has been recorded yet: ask a reviewer to check all of it."
    if last.next_review >= (today or timezone.localdate()):
        return None
    due = formats.date_format(last.next_review, "j F Y")
    return f"Its review was due on {due}: ask a reviewer to check all of it."


def _last_of_each(leaflets):
    reviewed = Event.objects.filter(kind=Kind.REVIEWED, edition__leaflet__in=leaflets).order_by()
    newest = reviewed.values("edition__leaflet").annotate(newest=Max("sequence")).values("newest")
    events = Event.objects.filter(sequence__in=newest).select_related("edition")
    return {event.edition.leaflet_id: event for event in events}


def _review(edition, last, today):
    document = edition.document
    overdue = (today - last.next_review).days if last else 0
    return Review(edition, document["title"], document["owner"], last, max(overdue, 0))


def _urgency(review):
    due = review.last.next_review if review.last else date.min
    return (not review.days_overdue, due, review.title)
