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
    """Why a translation must be looked at again, and its source: address, number translated from, number public now.

    `decision` is the Event that decides what stands at the source.
    """

    sentence: str
    slug: str
    before: int
    after: int
    decision: Event


def behind(documents, at=None):
    """Return for each of `documents`, Edition documents, its Behind, or None if it is no translation or up to date.

    `at` is the moment (default: now). A translation of a translation that is behind is behind too. It takes two queries
    at most for each step from a translation to its source, and none if there is no translation.
    """
    named = {_name(document) for document in documents if document["translated_from"]}
    if not named:
        return [None] * len(documents)
    wanted = any_of([Q(slug=slug, number=number) for slug, number in named])
    sources = {(edition.slug, edition.number): edition for edition in Edition.objects.filter(wanted)}
    leaflets = {edition.leaflet_id for edition in sources.values()}
    decisions = Event.objects.public(at).filter(edition__leaflet__in=leaflets).latest_of_each_leaflet()
    public = {decision.edition.leaflet_id: decision for decision in decisions.select_related("edition")}
    found = [sources.get(_name(document)) for document in documents]
    told = [source and _behind(source, public.get(source.leaflet_id)) for source in found]
    return _or_further_back(found, told, at)


def _or_further_back(found, told, at):
    """Put the Behind of a source in the place of None where the source, one in `found`, is a translation itself."""
    further = [place for place, source in enumerate(found) if source and not told[place]]
    for place, one in zip(further, behind([found[place].document for place in further], at), strict=True):
        told[place] = one and one._replace(sentence=f"The source is a translation itself. {one.sentence}")
    return told


def _name(document):
    name = document["translated_from"]
    return name and (name["slug"], name["edition"])


def _behind(source, decision):
    if decision is None or decision.edition.number < source.number:
        return None
    sentence = (
        _withdrawn(decision) if decision.kind == Kind.WITHDRAWN else _outdated(source, decision.edition)
    )
    return sentence and Behind(sentence, source.slug, source.number, decision.edition.number, decision)


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
