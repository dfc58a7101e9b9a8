"""Questions about Events: what had happened, what the public saw, in which state an Edition was left."""

import functools
import operator

from django.db import models
from django.db.models import Case, Exists, F, OuterRef, Q, Value, When

from leaflets import clock
from leaflets.models.states import Kind, State


def any_of(conditions):
    """Return the condition that at least one of `conditions`, Q objects, holds."""
    return functools.reduce(operator.or_, conditions)


class EventQuerySet(models.QuerySet):
    def until(self, at=None):
        """What had happened at a moment (default: all that has)."""
        return self.filter(at__lte=at) if at else self

    def decided(self):
        """What decides what the public sees: publications and withdrawals, but for those returned before their time."""
        returned = self.model.objects.filter(kind=Kind.RETURNED, edition=OuterRef("edition"))
        decisions = self.filter(~Exists(returned), kind__in=[Kind.PUBLISHED, Kind.WITHDRAWN])
        # Sorted by an expression: by the key itself, PostgreSQL walks the whole chain to find the few of a leaflet.
        return decisions.order_by(F("sequence") + 0)

    def with_state(self, at=None):
        """Events with `leaves`: the State that the last one of an edition leaves it in at a moment (default: now)."""
        now = at or clock.now()
        of_leaflet = self.model.objects.until(at).filter(edition__leaflet=OuterRef("edition__leaflet"))
        newer = of_leaflet.filter(edition__number__gt=OuterRef("edition__number"))
        # A later decision that has taken effect, or will before this one matters, stands in front of it.
        effect = Q(takes_effect__lte=now) | Q(takes_effect=F("at"))
        in_front = of_leaflet.decided().filter(
            effect | Q(takes_effect__lte=OuterRef("takes_effect")), sequence__gt=OuterRef("sequence")
        )
        submitted, published = Q(kind=Kind.SUBMITTED), Q(kind=Kind.PUBLISHED)
        return self.annotate(
            leaves=Case(
                When(submitted & Exists(newer), then=Value(State.SUPERSEDED)),
                When(published & Exists(in_front), then=Value(State.SUPERSEDED)),
                When(published & effect, then=Value(State.LIVE)),
                When(published, then=Value(State.SCHEDULED)),
                default=F("kind"),
            )
        )

    def approvals(self, leaflet=None):
        """The publications of a leaflet's editions, or of all, that the public saw, and that were not withdrawn."""
        withdrawn = self.model.objects.filter(kind=Kind.WITHDRAWN, edition=OuterRef("edition"))
        # A scheduled one that something decided later stands in front of: the public never saw it.
        in_front = self.model.objects.decided().filter(
            edition__leaflet=leaflet or OuterRef("edition__leaflet"),
            sequence__gt=OuterRef("sequence"),
            takes_effect__lte=OuterRef("takes_effect"),
        )
        published = self.public().filter(kind=Kind.PUBLISHED)
        published = published.filter(edition__leaflet=leaflet) if leaflet else published
        return published.filter(
            ~Exists(withdrawn), Q(takes_effect=F("at")) | ~Exists(in_front)
        ).select_related("edition")

    def public(self, at=None):
        """The decisions in effect at a moment (default: now). The last of a leaflet's is what the public sees."""
        if at:
            return self.decided().filter(takes_effect__lte=at)
        # What takes effect at once has done so, even if another machine's clock is ahead of this one's.
        at_once = Q(takes_effect=F("at"))
        return self.decided().filter(at_once | Q(takes_effect__lte=clock.now()))

    def latest_of_each_leaflet(self):
        """The last event of each leaflet, whatever its address was."""
        # An explicit order would join the grouping and make every event its own group.
        newest = self.order_by().values("edition__leaflet").annotate(newest=models.Max("sequence"))
        return self.filter(sequence__in=newest.values("newest"))
