"""The timeline: Versions, Events and account events in one order, the newest first, a page at a time.

Each chain is read along an index in as many lanes as the filters need, each lane no further than a page, and the lanes
are merged. So a page costs the same on a long history as on a short one. Only a search looks at content.
"""

import heapq
import json
from datetime import datetime
from itertools import islice
from typing import NamedTuple

from django.db.models import Q

from exercises.models import ExerciseVideo, Programme
from history.accounts import AccountEvent
from history.models import Deletes, Version
from history.people import moment
from leaflets.models import Event, Kind
from triage.models import ContactRoute, RedFlagGroup

VERSION, DELETION, ACCOUNT, SIGN_IN = "version", "deletion", "account", "sign-in"
KINDS = {
    **dict(Kind.choices),
    VERSION: "Versions",
    DELETION: "Deletions",
    ACCOUNT: "Account changes",
    SIGN_IN: "Sign-ins",
}
# Entries of one moment stand in the order of these names.
CHAINS = {"account": AccountEvent, "event": Event, "version": Version}
# What a leaflet's draft holds besides itself.
HELD = {
    RedFlagGroup: "leaflets",
    ContactRoute: "groups__leaflets",
    Programme: "leaflets",
    ExerciseVideo: "programmes__leaflets",
}
AT_A_TIME = 500
HIGHEST = 2**63 - 1


class Filters(NamedTuple):
    """What to show: all of it where nothing is chosen. `since` is included in the period, `until` no longer.

    `item` is (kind, id); `kinds` are keys of KINDS; `words` must all stand in an entry. Without `accounts` nothing
    that happened to accounts is shown.
    """

    leaflet: object = None
    item: tuple = None
    person: object = None
    kinds: tuple = ()
    since: datetime = None
    until: datetime = None
    risk: int = None
    words: tuple = ()
    accounts: bool = False

    def wants(self, *kinds):
        """Return whether entries of any of these kinds are shown."""
        return not self.kinds or bool(set(self.kinds) & set(kinds))


class Place(NamedTuple):
    """Where an entry stands: its moment, chain and number. Places compare as their entries are ordered."""

    at: datetime
    chain: str
    sequence: int

    def __str__(self):
        return f"{moment(self.at)},{self.chain},{self.sequence}"

    @classmethod
    def read(cls, text):
        """Return the Place that `text` writes down. Raises ValueError if it is none."""
        at, chain, sequence = text.split(",")
        at = datetime.fromisoformat(at)
        if at.tzinfo is None or chain not in CHAINS or not 0 < int(sequence) <= HIGHEST:
            raise ValueError(text)
        return cls(at, chain, int(sequence))


class Page(NamedTuple):
    """Entries as (Place, record), the newest first, and the Places from which older and newer ones are found."""

    entries: list
    older: Place
    newer: Place


def page(filters, size, before=None, after=None):
    """Return the Page of the `size` newest entries, of those before a Place, or of those next after one."""
    found = _places(filters, size + 1, before, after)
    more, found = len(found) > size, found[:size]
    if after:
        found.reverse()
    older = found[-1] if found and (more or after) else None
    newer = found[0] if found and (more if after else before) else None
    return Page(_records(found), older, newer)


def everything(filters):
    """Yield all entries as (Place, record), the newest first, in memory that does not grow with them."""
    last = None
    while found := _places(filters, AT_A_TIME, last, None):
        yield from _records(found)
        last = found[-1]


def items(leaflet):
    """Return (kind, id) of everything in the draft of a leaflet or in an edition of it, the leaflet included."""
    pinned = Version.objects.filter(pins__edition__leaflet=leaflet).values_list("kind", "item").distinct()
    held = {
        (model._meta.label_lower, pk)
        for model, path in HELD.items()
        for pk in model.objects.filter(**{path: leaflet}).values_list("pk", flat=True)
    }
    return sorted({(leaflet._meta.label_lower, leaflet.pk)} | held | set(pinned))


def _places(filters, size, before, after):
    lanes = [(chain, records) for chain, lanes in LANES.items() for records in lanes(filters)]
    found = [_along(chain, _narrowed(records, filters), size, before, after) for chain, records in lanes]
    return list(islice(heapq.merge(*found, reverse=after is None), size))


def _along(chain, records, size, before, after):
    if before:
        records = records.filter(at__lte=before.at).exclude(
            at=before.at, sequence__gte=_reached(chain, before)
        )
    if after:
        records = records.filter(at__gte=after.at).exclude(at=after.at, sequence__lte=_reached(chain, after))
    order = ["at", "sequence"] if after else ["-at", "-sequence"]
    places = records.order_by(*order).values_list("at", "sequence")[:size]
    return [Place(at, chain, sequence) for at, sequence in places]


def _reached(chain, place):
    """The number up to which the entries of `chain` at the moment of `place` stand before it, itself included."""
    if chain == place.chain:
        return place.sequence
    return 0 if chain > place.chain else HIGHEST


def _narrowed(records, filters):
    if filters.since:
        records = records.filter(at__gte=filters.since)
    if filters.until:
        records = records.filter(at__lt=filters.until)
    for word in filters.words:
        records = records.filter(_holds(records.model, word))
    return records


def _holds(model, word):
    """A word stands in a record as JSON writes it; an event's leaflet also goes by its title."""
    holds = Q(content__icontains=json.dumps(word, ensure_ascii=False)[1:-1])
    return holds | Q(edition__leaflet__title__icontains=word) if model is Event else holds


def _versions(filters):
    if filters.risk or not filters.wants(VERSION, DELETION):
        return
    versions = Version.objects.all()
    if filters.kinds and not filters.wants(VERSION):
        versions = versions.filter(Deletes("content"))
    elif not filters.wants(DELETION):
        versions = versions.exclude(Deletes("content"))
    if filters.person:
        versions = versions.filter(by=filters.person)
    if not filters.item and not filters.leaflet:
        yield versions
        return
    chosen = items(filters.leaflet) if filters.leaflet else [filters.item]
    for kind, item in chosen:
        if filters.item in (None, (kind, item)):
            yield versions.filter(kind=kind, item=item)


def _events(filters):
    kinds = [kind for kind in Kind if filters.wants(kind)]
    if filters.item or not kinds:
        return
    events = Event.objects.all()
    if filters.kinds:
        events = events.filter(kind__in=kinds)
    if filters.leaflet:
        events = events.filter(edition__leaflet=filters.leaflet)
    if filters.person:
        events = events.filter(by=filters.person)
    yield events.filter(risk=filters.risk) if filters.risk else events


def _account_events(filters):
    if not filters.accounts or filters.leaflet or filters.item or filters.risk:
        return
    for kind in AccountEvent.Kind:
        if filters.wants(SIGN_IN if kind == AccountEvent.Kind.SIGNED_IN else ACCOUNT):
            events, person = AccountEvent.objects.filter(kind=kind), filters.person
            if not person:
                yield events
            else:
                yield events.filter(account=person)
                yield events.filter(by=person).exclude(account=person)


LANES = {"account": _account_events, "event": _events, "version": _versions}


def _records(places):
    found = {}
    for chain, model in CHAINS.items():
        records = model.objects.select_related("edition") if model is Event else model.objects
        pks = [place.sequence for place in places if place.chain == chain]
        found[chain] = records.in_bulk(pks) if pks else {}
    return [(place, found[place.chain][place.sequence]) for place in places]
