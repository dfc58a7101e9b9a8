"""What drafts lack, each sentence with the address of the form that mends it."""

from collections import defaultdict
from typing import NamedTuple

from django.apps import apps
from django.urls import reverse

from leaflets import consistency, hints, links, readiness, reviews, translations
from leaflets.passages import LEAFLET, Place
from leaflets.readiness import Problem
from triage.models import RedFlagGroup


class Linked(NamedTuple):
    """A sentence, and the address of the form that mends what it says, or "" where there is nothing to mend."""

    sentence: str
    address: str


class Report(NamedTuple):
    """What stops a draft from being submitted, and what does not but is worth a look: two lists of Linked."""

    errors: list
    warnings: list


def reports(leaflets):
    """Return the Report of each of `leaflets`, in a number of queries that does not grow with the red-flag groups."""
    documents = [leaflet.snapshot() for leaflet in leaflets]
    warned = zip(leaflets, documents, _warnings(documents), strict=True)
    return [_report(leaflet, document, warnings) for leaflet, document, warnings in warned]


def worth_a_look(editions):
    """Return the Report of each of `editions`: what its draft was warned of, for whoever decides on it.

    Nothing in an edition can be mended, and the draft may be another by now: its sentences lead nowhere.
    """
    found = _warnings([edition.document for edition in editions])
    return [Report([], [Linked(problem.sentence, "") for problem in warnings]) for warnings in found]


def _warnings(documents):
    """Return for each Edition document the Problems that stop nothing."""
    library = _library()
    return [
        # What could send a patient the wrong way stands before what is only hard to read.
        [
            *_behind(document, behind),
            *dead,
            *consistency.warnings(document["red_flag_groups"], library),
            *hints.warnings(document),
        ]
        for document, behind, dead in zip(
            documents, translations.behind(documents), links.warnings(documents), strict=True
        )
    ]


def _behind(document, behind):
    place = Place(LEAFLET, document["slug"], "id_translated_from")
    return [Problem(behind.sentence, place)] if behind else []


def _report(leaflet, document, warnings):
    errors = readiness.problems(document)
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
    return [
        {
            "key": group.key,
            "title": group.title,
            "urgency": group.urgency or None,
            "lead": group.lead,
            "signs": [sign.snapshot() for sign in group.signs.all()],
            "contacts": [contact.snapshot() for contact in group.contacts.all()],
        }
        for group in groups.prefetch_related("signs", "contacts__route")
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
