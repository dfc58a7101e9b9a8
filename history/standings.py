"""Who holds which role, and since when: derived from what happened to accounts, never from what they are now."""

from typing import NamedTuple

from django.contrib.auth import get_user_model
from django.db.models import OuterRef, Subquery

from history.accounts import AccountEvent, standing


class Held(NamedTuple):
    """A role that an account held from `since` up to `until`, None if it holds it still."""

    role: str
    since: object
    until: object


class Standing(NamedTuple):
    """An account as recorded last (`said`, None if it never was), its roles now and before, and its last sign-in.

    `differs` is what the account is by now, where that is not what was recorded, else None.
    """

    account: object
    said: dict
    now: list
    before: list
    deactivated: object
    last_sign_in: object
    differs: dict


def standings():
    """Return the Standing of every account, those that may sign in first, then by name."""
    changes = {}
    for event in AccountEvent.objects.exclude(kind=AccountEvent.Kind.SIGNED_IN).order_by("sequence"):
        changes.setdefault(event.account_id, []).append(event)
    found = [_standing(account, changes.get(account.pk, [])) for account in _accounts()]
    return sorted(found, key=lambda each: (not each.account.is_active, each.account.username))


def roles_held(events):
    """Return every role that the AccountEvents of one account, the oldest first, say it held, as Helds."""
    held = []
    for event in events:
        roles = event.said["account"]["roles"]
        for place, each in enumerate(held):
            if each.until is None and each.role not in roles:
                held[place] = each._replace(until=event.at)
        holding = {each.role for each in held if each.until is None}
        held += [Held(role, event.at, None) for role in roles if role not in holding]
    return held


def _accounts():
    sign_ins = AccountEvent.objects.filter(account=OuterRef("pk"), kind=AccountEvent.Kind.SIGNED_IN)
    last = Subquery(sign_ins.order_by("-at", "-sequence").values("at")[:1])
    accounts = get_user_model().objects.annotate(last_sign_in=last)
    return accounts.prefetch_related("groups", "user_permissions__content_type")


def _standing(account, events):
    said, held, now = events[-1].said["account"] if events else None, roles_held(events), standing(account)
    return Standing(
        account=account,
        said=said,
        now=[each for each in held if each.until is None],
        before=[each for each in held if each.until],
        deactivated=_deactivated(events),
        last_sign_in=account.last_sign_in,
        differs=now if events and said != now else None,
    )


def _deactivated(events):
    """The moment since which the account is recorded as deactivated, or None if it is not."""
    since = None
    for event in events:
        active = event.said["account"]["active"]
        since = None if active else since or event.at
    return since
