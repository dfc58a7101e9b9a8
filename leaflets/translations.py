"""Is a translation older than the red flags of its source?

The edition that it was made from is compared with the edition of the same leaflet that patients see now, and only in
what bears on safety in the red flags: groups, urgency, signs, notes, warnings, what to do, and who to contact.
"""

from typing import NamedTuple

from django.db.models import Q

from leaflets import safety
from leaflets.models import Edition, Event, Kind
from leaflets.models.decisions import any_of

MOST_NAMED = 3


class Behind(NamedTuple):
    """Why a translation must be looked at again, and its source: address, number translated from, number public now."""

    sentence: str
    slug: str
    before: int
    after: int


def behind(documents):
    """Return for each of `documents`, Edition documents, its Behind, or None if it is no translation or up to date.

    It takes two queries at most, and none if there is no translation.
    """
    named = {_name(document) for document in documents if document["translated_from"]}
    if not named:
        return [None] * len(documents)
    wanted = any_of([Q(slug=slug, number=number) for slug, number in named])
    sources = {(edition.slug, edition.number): edition for edition in Edition.objects.filter(wanted)}
    leaflets = {edition.leaflet_id for edition in sources.values()}
    decisions = Event.objects.public().filter(edition__leaflet__in=leaflets).latest_of_each_leaflet()
    public = {decision.edition.leaflet_id: decision for decision in decisions.select_related("edition")}
    found = [sources.get(_name(document)) for document in documents]
    return [source and _behind(source, public.get(source.leaflet_id)) for source in found]


def _name(document):
    name = document["translated_from"]
    return name and (name["slug"], name["edition"])


def _behind(source, decision):
    if decision is None or decision.edition.number < source.number:
        return None
    sentence = (
        _withdrawn(decision) if decision.kind == Kind.WITHDRAWN else _outdated(source, decision.edition)
    )
    return sentence and Behind(sentence, source.slug, source.number, decision.edition.number)


def _withdrawn(decision):
    return (
        f"The source that this was translated from has been withdrawn: “{decision.reason}” "
        "See whether the same is wrong here."
    )


def _outdated(source, live):
    changes = [change.what for change in safety.red_flags(source.document, live.document)]
    if not changes:
        return None
    more = f"; and {len(changes) - MOST_NAMED} more" if len(changes) > MOST_NAMED else ""
    return (
        f"The red flags of the source have changed since edition {source.number}, which this was translated from "
        f"(edition {live.number} is live): {'; '.join(changes[:MOST_NAMED])}{more}."
    )
