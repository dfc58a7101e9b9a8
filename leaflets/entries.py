"""What an entry of the timeline says, in plain words: what happened, who did it, why, and how it bears on safety."""

import json
from typing import NamedTuple

from django.apps import apps
from django.utils.text import capfirst, get_text_list

from history.accounts import AccountEvent
from history.models import Version
from history.people import UNKNOWN
from leaflets.differences import Risk
from leaflets.models import Event, Kind
from leaflets.timeline import Place

NOBODY = {"name": UNKNOWN, "username": "", "roles": []}


class Entry(NamedTuple):
    """A record of the timeline in words. `who` is a dict: name, user name and roles as they were then."""

    place: Place
    record: object
    sort: str
    what: str
    who: dict
    why: str
    risk: str


def entry(place, record):
    """Return the Entry of a record that stands at `place`."""
    said = record.said
    sort, what = WORDS[type(record)](record, said)
    risk = Risk(said["risk"]).label if said.get("risk") else ""
    return Entry(place, record, sort, what, said["by"] or NOBODY, said["reason"], risk)


def roles_in_words(roles):
    """Return the names of roles as one text: "Editor and Reviewer"."""
    return get_text_list(roles, "and") or "no role"


def standing_in_words(account):
    """Return what an account is and may do: "Robin Reviewer, user name reviewer, with Reviewer"."""
    active = "" if account["active"] else ", deactivated"
    return (
        f"{account['name']}, user name {account['username']}, with {roles_in_words(account['roles'])}{active}"
    )


def item_in_words(kind, name):
    """Return an item as people call it: "Red-flag group Cauda Equina Syndrome (CES)"."""
    try:
        return f"{capfirst(apps.get_model(kind)._meta.verbose_name)} {name}"
    except LookupError:
        return f"{kind} {name}"


def account_before(event):
    """Return what the change before this AccountEvent, one of `with_before`, said of the same account, or None."""
    return event.before_content and json.loads(event.before_content)["account"]


def approved_before(event):
    """Return the edition that stood approved before the one of this Event when it happened, or None."""
    # Unlike Edition.before, what happened later is not known yet.
    earlier = Event.objects.filter(edition__leaflet=event.edition.leaflet_id, sequence__lt=event.sequence)
    undone = earlier.filter(kind__in=[Kind.RETURNED, Kind.WITHDRAWN]).values("edition")
    published = earlier.filter(kind=Kind.PUBLISHED, edition__number__lt=event.edition.number)
    last = published.exclude(edition__in=undone).select_related("edition").last()
    return last and last.edition


def _event(event, said):
    verb = "scheduled" if said["takes_effect"] > said["at"] else Kind(said["kind"]).label.lower()
    title, number = event.edition.document["title"], said["edition"]["number"]
    return Kind(said["kind"]).label, f"Edition {number} of {title} {verb}"


def _version(version, said):
    item = item_in_words(said["item"]["kind"], said["item"]["name"])
    if said["content"] is None:
        return "Deleted", f"{item} deleted (version {said['number']})"
    return "Version", f"{item}, version {said['number']}"


def _account_event(event, said):
    account = said["account"]
    if event.kind == AccountEvent.Kind.SIGNED_IN:
        return event.get_kind_display(), f"{account['name']} signed in"
    if event.kind == AccountEvent.Kind.PASSWORD:
        own = said["by"] and said["by"]["id"] == account["id"]
        who = "themselves" if own else "somebody else"
        return event.get_kind_display(), f"{account['name']}: password set by {who}"
    if event.kind == AccountEvent.Kind.FREED:
        return event.get_kind_display(), f"{account['name']}: freed to sign in, after wrong passwords"
    if event.kind in (AccountEvent.Kind.FACTOR, AccountEvent.Kind.SIGN_ON):
        sort = event.get_kind_display()
        return sort, f"{account['name']}: {sort.lower()} {said['what']}"
    address = ["e-mail address changed"] if said.get("address") else []
    changes = get_text_list([*account_changes(account_before(event), account), *address], "and")
    return event.get_kind_display(), f"{account['name']}: {changes or 'recorded again'}"


def account_changes(before, now):
    """Yield in words what differs between two standings of an account; `before` may be None."""
    if before is None:
        active = "" if now["active"] else ", deactivated"
        yield f"first recorded, with {roles_in_words(now['roles'])}{active}"
        return
    if before["roles"] != now["roles"]:
        was, is_now = roles_in_words(before["roles"]), roles_in_words(now["roles"])
        yield f"roles changed from {was} to {is_now}"
    if before.get("granted") != now.get("granted"):
        was, is_now = (", ".join(each.get("granted", ["none"])) for each in (before, now))
        yield f"permissions given directly changed from {was} to {is_now}"
    for name, words in {"name": "name", "username": "user name"}.items():
        if before[name] != now[name]:
            yield f"{words} changed from {before[name]} to {now[name]}"
    if before["active"] != now["active"]:
        yield "activated again" if now["active"] else "deactivated"


WORDS = {Version: _version, Event: _event, AccountEvent: _account_event}
