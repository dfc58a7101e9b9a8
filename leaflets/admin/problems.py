"""What drafts lack, each sentence with the address of the form that mends it."""

from collections import defaultdict
from typing import NamedTuple

from django.apps import apps
from django.urls import reverse

from leaflets import consistency, hints, links, readiness, reviews, translations
from leaflets.models import GroupPlacement
from leaflets.passages import GROUP, LEAFLET, ROUTE, Place
from leaflets.readiness import Problem
from triage.models import GroupContact, RedFlag, RedFlagGroup


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
            *consistency.warnings(document["red_flag_groups"], library, document["language"]),
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


def gravest(leaflets):
    """Return for each of `leaflets`, whole drafts, the sentences of its errors and of what contradicts others.

    That is what could send a patient the wrong way; all that is worth a look is in its Report.
    """
    documents, library = [leaflet.snapshot() for leaflet in leaflets], _library() if leaflets else []
    said = defaultdict(dict)
    for language in {document["language"] for document in documents}:
        here = [document for document in documents if document["language"] == language]
        groups = {group["key"]: group for document in here for group in document["red_flag_groups"]}
        for problem in consistency.warnings(list(groups.values()), library, language):
            said[problem.place[:2]][problem.sentence] = None
    return [
        [*readiness.errors(document), *(sentence for key in _keys(document) for sentence in said[key])]
        for document in documents
    ]


def _keys(document):
    """The kinds and keys of the groups and the contacts on a leaflet, each once."""
    groups = document["red_flag_groups"]
    contacts = [(ROUTE, contact["key"]) for group in groups for contact in group["contacts"]]
    return dict.fromkeys([*((GROUP, group["key"]) for group in groups), *contacts])


def _library():
    """Every group on a leaflet's draft, as far as `consistency` looks at it. Thousands: so no objects."""
    signs, contacts, languages = defaultdict(list), defaultdict(list), defaultdict(list)
    for group, language in GroupPlacement.objects.values_list("group", "leaflet__language").order_by():
        languages[group].append(language)
    for group, text, parts in RedFlag.objects.values_list("group", "text", "parts"):
        signs[group].append({"text": text, "parts": parts.split("\n") if parts else []})
    for contact in GroupContact.objects.values(
        "group", *(f"route__{name}" for name in ("key", "name", "phone"))
    ):
        group = contact.pop("group")
        contacts[group].append({name.removeprefix("route__"): value for name, value in contact.items()})
    groups = RedFlagGroup.objects.filter(leaflet_places__isnull=False).distinct()
    return [
        {
            **group,
            "urgency": group["urgency"] or None,
            "signs": signs[group["pk"]],
            "contacts": contacts[group["pk"]],
            "languages": languages[group["pk"]],
        }
        for group in groups.values("pk", "key", "title", "urgency", "lead")
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
