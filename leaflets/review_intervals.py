"""How often a leaflet is reviewed: the shortest interval of the leaflet itself and of the videos in its edition.

Intervals are for staff: they are no part of what is submitted, so that setting one needs no new edition. What stands on
the items now holds for the edition that patients see.
"""

from calendar import monthrange
from datetime import date
from typing import NamedTuple

from exercises.models import ExerciseVideo
from leaflets.models import Leaflet, Pin

# What holds for a leaflet that says nothing itself.
DEFAULT_MONTHS = 12


class ReviewInterval(NamedTuple):
    """So many months, and whose interval that is, in words."""

    months: int
    whose: str

    def __str__(self):
        return f"every {self.months} month{'' if self.months == 1 else 's'} ({self.whose})"

    def after(self, day):
        """Return the day so many months after `day`, or the last of that month if it is shorter."""
        years, month = divmod(day.month - 1 + self.months, 12)
        year, month = day.year + years, month + 1
        return date(year, month, min(day.day, monthrange(year, month)[1]))


def review_intervals(editions):
    """Return {leaflet: ReviewInterval} for `editions`, {leaflet: its edition}, all by their primary keys."""
    own = Leaflet.objects.filter(pk__in=editions, review_months__isnull=False)
    months = dict(own.values_list("pk", "review_months"))
    found = {leaflet: [_own(months.get(leaflet))] for leaflet in editions}
    videos = ExerciseVideo.objects.filter(review_months__isnull=False).in_bulk()
    held = {"version__kind": ExerciseVideo._meta.label_lower, "version__item__in": videos}
    pins = Pin.objects.filter(edition__in=editions.values(), **held).order_by("pk")
    for leaflet, video in pins.values_list("edition__leaflet", "version__item") if videos else ():
        found[leaflet].append(_of_video(videos[video]))
    return {leaflet: min(each, key=lambda interval: interval.months) for leaflet, each in found.items()}


def _own(months):
    return (
        ReviewInterval(months, "the leaflet’s own") if months else ReviewInterval(DEFAULT_MONTHS, "as usual")
    )


def _of_video(video):
    team = f", {video.owner}" if video.owner else ""
    return ReviewInterval(video.review_months, f"exercise video “{video.title}”{team}")
