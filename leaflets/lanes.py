"""The lanes of the timeline: under some filters, the records of each chain that are read along one index each."""

import json
from datetime import datetime
from typing import NamedTuple

from django.db.models import Func, Q, TextField
from django.db.models.lookups import IContains

from exercises.models import ExerciseVideo, Programme
from history.accounts import AccountEvent
from history.models import Deletes, Version
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
# What a leaflet's draft holds besides itself.
HELD = {
    RedFlagGroup: "leaflets",
    ContactRoute: "groups__leaflets",
    Programme: "leaflets",
    ExerciseVideo: "programmes__leaflets",
}


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


class AsciiCase(Func):
    """Text that is compared as SQLite compares it, where A is a and É is not é: in PostgreSQL four times as fast."""

    output_field = TextField()
    template = "%(expressions)s"

    def as_postgresql(self, compiler, connection, **context):
        return self.as_sql(compiler, connection, template='(%(expressions)s COLLATE "C")', **context)


def items(leaflet):
    """Return (kind, id) of everything in the draft of a leaflet or in an edition of it, the leaflet included."""
    pinned = Version.objects.filter(pins__edition__leaflet=leaflet).values_list("kind", "item").distinct()
    held = {
        (model._meta.label_lower, pk)
        for model, path in HELD.items()
        for pk in model.objects.filter(**{path: leaflet}).values_list("pk", flat=True)
    }
    return sorted({(leaflet._meta.label_lower, leaflet.pk)} | held | set(pinned))


def lanes(filters):
    """Yield (name of the chain, records) for every lane. No record is in two lanes; words are not looked for yet."""
    for chain, records_of in LANES.items():
        for records in records_of(filters):
            if filters.since:
                records = records.filter(at__gte=filters.since)
            if filters.until:
                records = records.filter(at__lt=filters.until)
            yield chain, records


def holding(records, words):
    """Return those of `records` in which every one of `words` stands, in names, reasons or content."""
    for word in words:
        records = records.filter(_holds(records.model, word))
    return records


def _holds(model, word):
    """A word stands in a record as JSON writes it; an event's leaflet also goes by its title."""
    holds = IContains(AsciiCase("content"), json.dumps(word, ensure_ascii=False)[1:-1])
    return Q(holds) | Q(edition__leaflet__title__icontains=word) if model is Event else Q(holds)


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
