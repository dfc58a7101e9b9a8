"""When each live leaflet was reviewed and is due again. A date comes from a recorded review, never from a save."""

from datetime import date, timedelta
from typing import NamedTuple

from django.db.models import Max, Min
from django.utils import formats, timezone

from leaflets import public
from leaflets.models import Edition, Event, Kind
from leaflets.review_intervals import ReviewInterval, review_intervals

SOON = timedelta(days=30)


class Review(NamedTuple):
    """A live edition, the last recorded review of its leaflet, None if there never was one, and when it is due.

    What was never reviewed is due its interval after it was first published.
    """

    edition: Edition
    title: str
    owner: str
    last: Event
    due: date
    days_overdue: int
    interval: ReviewInterval


def reviews(today=None, within=None, most=None):
    """Return the Review of every live leaflet on a day (default: today), by the day on which it is due.

    `within`, a timedelta, leaves out what is due later than that. Only the first `most` are returned, if it is given.
    """
    today = today or timezone.localdate()
    live = dict(public.live_editions().values_list("leaflet", "pk"))
    last, first = _last_of_each(live), _first_publications(live)
    every = review_intervals(live)
    due = {leaflet: _due(last.get(leaflet), first[leaflet], every[leaflet]) for leaflet in live}
    chosen = [each for each in sorted(live, key=due.get) if within is None or due[each] <= today + within]
    # Only now what they say: it is large.
    found = [
        _review(edition, last.get(leaflet), due[leaflet], every[leaflet], today)
        for edition in Edition.objects.filter(pk__in=[live[each] for each in chosen[:most]])
        for leaflet in [edition.leaflet_id]
    ]
    return sorted(found, key=lambda review: (review.due, review.title))


def due_soon(most=None):
    """Return the Reviews that are overdue or due within a month, `most` of them if given, the longest overdue first."""
    return reviews(within=SOON, most=most)


def proposed(edition):
    """Return (the day by which `edition` must be reviewed again if it is reviewed today, its ReviewInterval)."""
    interval = review_intervals({edition.leaflet_id: edition.pk})[edition.leaflet_id]
    return interval.after(timezone.localdate()), interval


def days_due():
    """Return the day on which each live leaflet is due for review, in no order."""
    live = dict(public.live_editions().values_list("leaflet", "pk"))
    last, first, every = _last_of_each(live), _first_publications(live), review_intervals(live)
    return [_due(last.get(leaflet), first[leaflet], every[leaflet]) for leaflet in live]


def _due(last, published, interval):
    return last.next_review if last else interval.after(timezone.localdate(published))


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


def day_due(leaflet):
    """Return the day on which a live `leaflet` is due for review, or None if it is not live."""
    live = dict(public.live_editions().filter(leaflet=leaflet).values_list("leaflet", "pk"))
    if not live:
        return None
    last, first = _last_of_each(live), _first_publications(live)
    return _due(last.get(leaflet.pk), first[leaflet.pk], review_intervals(live)[leaflet.pk])


def _last_of_each(leaflets):
    reviewed = Event.objects.filter(kind=Kind.REVIEWED, edition__leaflet__in=leaflets).order_by()
    newest = reviewed.values("edition__leaflet").annotate(newest=Max("sequence")).values("newest")
    events = Event.objects.filter(sequence__in=newest).select_related("edition")
    return {event.edition.leaflet_id: event for event in events.defer("edition__content")}


def _first_publications(leaflets):
    published = Event.objects.decided().filter(kind=Kind.PUBLISHED, edition__leaflet__in=leaflets).order_by()
    of_each = published.values("edition__leaflet").annotate(first=Min("takes_effect"))
    return dict(of_each.values_list("edition__leaflet", "first"))


def _review(edition, last, due, interval, today):
    document, late = edition.document, max((today - due).days, 0)
    return Review(edition, document["title"], document["owner"], last, due, late, interval)
