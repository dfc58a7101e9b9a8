"""Stores red-flag groups and contact routes as an Edition document gives them."""

from history.loading import named, replace, store
from triage.models import ContactRoute, RedFlagGroup


def load_group(data, place):
    """Make the draft group that `data` names hold what `data` says; return (group, whether it changed)."""
    group = named(RedFlagGroup, data["key"])
    if group.pk and group.snapshot() == data:
        return group, False
    store(
        group,
        place,
        urgency=data["urgency"] or "",
        **{name: data[name] for name in ("title", "warning", "lead", "numbered", "after")},
    )
    signs = [{"text": sign["text"], "parts": "\n".join(sign["parts"])} for sign in data["signs"]]
    replace(group.signs, f"{place}.signs", signs)
    replace(group.notes, f"{place}.notes", [{"text": text} for text in data["notes"]])
    contacts = [
        {"route": _route(contact, f"{place}.contacts[{index}]"), "when": contact["when"]}
        for index, contact in enumerate(data["contacts"])
    ]
    replace(group.contacts, f"{place}.contacts", contacts)
    replace(group.links, f"{place}.links", [link_fields(link) for link in data["links"]])
    return group, True


def link_fields(data):
    """Return the fields of a link as its row has them."""
    return {**data, "languages": " ".join(data["languages"])}


def _route(data, place):
    route = named(ContactRoute, data["key"])
    fields = {name: data[name] for name in ("name", "phone", "hours", "text_relay", "bsl")}
    if not route.pk or route.snapshot() != {"key": data["key"], **fields}:
        store(route, place, **fields)
    return route
