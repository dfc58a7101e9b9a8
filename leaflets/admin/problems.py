"""What drafts lack, each sentence with the address of the form that mends it."""

from collections import defaultdict
from typing import NamedTuple

from django.apps import apps
from django.db.models import Prefetch
from django.urls import reverse

from leaflets import consistency, hints, readiness, reviews
from leaflets.models import Leaflet
from leaflets.passages import LEAFLET
from triage.models import RedFlagGroup


class Linked(NamedTuple):
    """A sentence, and the address of the form that mends what it says."""

    sentence: str
    address: str


class Report(NamedTuple):
    """What stops a draft from being submitted, and what does not but is worth a look: two lists of Linked."""

    errors: list
    warnings: list


def reports(leaflets):
    """Return the Report of each of `leaflets`, in a number of queries that does not grow with the red-flag groups."""
    library = _library()
    return [_report(leaflet, library) for leaflet in leaflets]


def _report(leaflet, library):
    document = leaflet.snapshot()
    errors = readiness.problems(document)
    # What could send a patient the wrong way stands before what is only hard to read.
    contradictions = consistency.warnings(document["red_flag_groups"], library, document["language"])
    warnings = [*contradictions, *hints.warnings(document)]
    addresses = _addresses([*errors, *warnings])
    review = reviews.lacking(leaflet)
    return Report(
        [addresses[each] for each in errors],
        [
            *(addresses[each] for each in warnings),
            *([Linked(review, reverse("history_reviews"))] if review else []),
        ],
    )


def _library():
    """Every group on a leaflet's draft, as far as `consistency` looks at it."""
    groups = RedFlagGroup.objects.filter(leaflet_places__isnull=False).distinct()
    leaflets = Prefetch("leaflets", Leaflet.objects.order_by().only("language"))
    return [
        {
            "key": group.key,
            "title": group.title,
            "urgency": group.urgency or None,
            "lead": group.lead,
            "signs": [sign.snapshot() for sign in group.signs.all()],
            "contacts": [contact.snapshot() for contact in group.contacts.all()],
            "languages": [leaflet.language for leaflet in group.leaflets.all()],
        }
        for group in groups.prefetch_related("signs", "contacts__route", leaflets)
    ]


def _addresses(problems):
    keys = defaultdict(set)
    for problem in problems:
        keys[problem.place.kind].add(problem.place.key)
    rows = {kind: _rows_of(apps.get_model(kind), wanted) for kind, wanted in keys.items()}
    return {each: Linked(each.sentence, _address(each.place, rows)) for each in problems}


def _rows_of(model, keys):
    field = "slug" if model._meta.label_lower == LEAFLET else "key"
    return dict(model.objects.filter(**{f"{field}__in": keys}).values_list(field, "pk"))


def _address(place, rows):
    page = reverse(f"admin:{place.kind.replace('.', '_')}_change", args=[rows[place.kind][place.key]])
    return f"{page}#{place.fragment}" if place.fragment else page
