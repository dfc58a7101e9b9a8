"""The timeline: Versions, Events and account events in one order, the newest first, a page at a time.

Each chain is read along an index in as many lanes as the filters need, each lane no further than a page, and the lanes
are merged. So a page costs the same on a long history as on a short one. Only a search looks at content.
"""

import heapq
from datetime import UTC, datetime
from itertools import islice
from typing import NamedTuple

from history.accounts import AccountEvent
from history.models import Version
from history.people import moment
from leaflets.lanes import Filters, holding, lanes
from leaflets.models import Event

__all__ = ["CHAINS", "Filters", "Page", "Place", "everything", "page"]

# Entries of one moment stand in the order of these names.
CHAINS = {"account": AccountEvent, "event": Event, "version": Version}
# With what else their entries say.
WHOLE = {
    Event: Event.objects.select_related("edition"),
    AccountEvent: AccountEvent.objects.with_before(),
}
AT_A_TIME = 500
FIRST_STRETCH = 1000
HIGHEST = 2**63 - 1


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
        if at.tzinfo is None or not 1970 <= at.year < 9999:
            raise ValueError(f"This is no moment of the history: {at}.")
        if chain not in CHAINS or not 0 < int(sequence) <= HIGHEST:
            raise ValueError(f"There is no record {sequence} of {chain}.")
        # PostgreSQL takes no offset of more than a few hours.
        return cls(at.astimezone(UTC), chain, int(sequence))


class Page(NamedTuple):
    """Entries as (Place, record), the newest first, and the Places from which older and newer ones are found."""

    entries: list
    older: Place
    newer: Place


def page(filters, size, before=None, after=None):
    """Return the Page of the `size` newest entries, of those before a Place, or of those next after one."""
    found = _places(filters, size + 1, None if after else before, after)
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


def _places(filters, size, before, after):
    found = [_along(*lane, filters.words, size, before, after) for lane in lanes(filters)]
    return list(islice(heapq.merge(*found, reverse=after is None), size))


def _along(chain, records, words, size, before, after):
    """The next places of a lane; upwards where `after` is given."""
    if not words:
        return _read(chain, records, slice(size), before, after, upwards=bool(after))
    found, stretch, upwards = [], FIRST_STRETCH, bool(after)
    while len(found) < size:
        # Asked for all at once, a database may read all before it sorts. So stretch by stretch, each longer.
        edge = next(iter(_read(chain, records, slice(stretch, stretch + 1), before, after, upwards)), None)
        ends = (edge or before, after) if upwards else (before, edge or after)
        found += _read(chain, holding(records, words), slice(size - len(found)), *ends, upwards)
        if edge is None:
            break
        if upwards:
            after = edge._replace(sequence=edge.sequence - 1)
        else:
            before = edge._replace(sequence=edge.sequence + 1)
        stretch *= 4
    return found


def _read(chain, records, part, before, after, upwards):
    """The Places of a part of the records that stand before one Place and after another, where those are given."""
    if before:
        records = records.filter(at__lte=before.at).exclude(
            at=before.at, sequence__gte=_reached(chain, before)
        )
    if after:
        records = records.filter(at__gte=after.at).exclude(at=after.at, sequence__lte=_reached(chain, after))
    order = ["at", "sequence"] if upwards else ["-at", "-sequence"]
    found = records.order_by(*order).values_list("at", "sequence")[part]
    return [Place(at, chain, sequence) for at, sequence in found]


def _reached(chain, place):
    """The number up to which the entries of `chain` at the moment of `place` stand before it, itself included."""
    if chain == place.chain:
        return place.sequence
    return 0 if chain > place.chain else HIGHEST


def _records(places):
    found = {}
    for chain, model in CHAINS.items():
        records = WHOLE.get(model, model.objects)
        pks = [place.sequence for place in places if place.chain == chain]
        found[chain] = records.in_bulk(pks) if pks else {}
    return [(place, found[place.chain][place.sequence]) for place in places]
