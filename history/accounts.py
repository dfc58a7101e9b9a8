"""Accounts: who signed in, and who had which role since when. A chain of its own, written once like all history.

A change of an account that nobody recorded, by SQL or in a shell, is noticed when that account signs in.
"""

import logging

from django.conf import settings
from django.db import models, transaction
from django.db.models import OuterRef, Subquery

from history.people import UNKNOWN, as_they_are, moment
from history.records import Record, moment_after

log = logging.getLogger(__name__)
NOTICED = "Changed outside the application; noticed at sign-in."
NOTICED_MEANWHILE = "Changed outside the application; noticed when its ways of signing in changed."
NOTICED_LATER = "Changed outside the application; noticed when the password was set."


class AccountEventQuerySet(models.QuerySet):
    def with_before(self):
        """Annotate each with `before_content`: the content of the change of the same account before it, or None."""
        changes = AccountEvent.objects.exclude(kind=AccountEvent.Kind.SIGNED_IN).order_by("-sequence")
        earlier = changes.filter(account=OuterRef("account"), sequence__lt=OuterRef("sequence"))
        return self.annotate(before_content=Subquery(earlier.values("content")[:1]))


class AccountEvent(Record):
    """Something that happened to an account. `by` is null where nobody knows who did it."""

    class Kind(models.TextChoices):
        """What can happen to an account."""

        SIGNED_IN = "signed-in", "Signed in"
        CHANGED = "changed", "Account changed"
        PASSWORD = "password", "Password set"
        FREED = "freed", "Sign-in freed"
        FACTOR = "factor", "Second factor"
        SIGN_ON = "sign-on", "Single sign-on"

    kind = models.CharField(max_length=10, choices=Kind)
    at = models.DateTimeField()
    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="account_events")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    objects = AccountEventQuerySet.as_manager()

    class Meta(Record.Meta):
        # The timeline's ways through them: a kind's, and an account's.
        indexes = [
            models.Index(fields=["kind", "at", "sequence"], name="account_events_of_a_kind"),
            models.Index(fields=["account", "kind", "at", "sequence"], name="account_events_of_an_account"),
        ]

    def __str__(self):
        return f"{self.said['account']['name']}: {self.get_kind_display()}"

    @property
    def by_name(self):
        """The name that the person who did it had then."""
        by = self.said["by"]
        return by["name"] if by else UNKNOWN


def record_account(account, *, by, reason, new_address=False):
    """Record what `account` is and may do, if that is not what was recorded last.

    A `new_address` is recorded too, but not what it is: whoever reads its mails can become that person.
    """
    with transaction.atomic():
        AccountEvent.lock_chain()
        known = account.account_events.exclude(kind=AccountEvent.Kind.SIGNED_IN).last()
        if new_address:
            _append(AccountEvent.Kind.CHANGED, account, by, reason, address="changed")
        elif known is None or known.said["account"] != standing(account):
            _append(AccountEvent.Kind.CHANGED, account, by, reason)


def record_password(account, *, by, reason=""):
    """Record that the password of `account` was set, by that person or by somebody else, and first what nobody told."""
    with transaction.atomic():
        record_account(account, by=None, reason=NOTICED_LATER)
        _append(AccountEvent.Kind.PASSWORD, account, by, reason)


def record_access(account, kind, *, by, reason="", **more):
    """Record what happened to the ways in which `account` signs in: `kind`, and what else is said of it in `more`.

    Neither codes nor keys nor addresses belong there.
    """
    with transaction.atomic():
        record_account(account, by=None, reason=NOTICED_MEANWHILE)
        _append(kind, account, by, reason, **more)


def record_sign_in(sender, user, **kwargs):
    """Record that `user` signed in, and first what nobody told of the account; a receiver of user_logged_in."""
    with transaction.atomic():
        record_account(user, by=None, reason=NOTICED)
        _append(AccountEvent.Kind.SIGNED_IN, user, user, "")


def log_failed_sign_in(sender, credentials, **kwargs):
    """Log that somebody could not sign in, and not the name that was typed; a receiver of user_login_failed.

    It is not recorded: anybody could fill a history that is kept for ever.
    """
    log.warning("A sign-in failed.")


def standing(account):
    """Return who an account is and what it may do: id, user name, name, roles, and whether it is active.

    `granted` are permissions that it was given directly, past the roles; it is left out where there are none.
    """
    granted = sorted(
        f"{each.content_type.app_label}.{each.codename}" for each in account.user_permissions.all()
    )
    return {**as_they_are(account), "active": account.is_active, **({"granted": granted} if granted else {})}


def _append(kind, account, by, reason, **more):
    end = AccountEvent.end()
    at = moment_after(end)
    said = {
        "kind": kind.value,
        "at": moment(at),
        "account": standing(account),
        "by": as_they_are(by),
        "reason": reason,
        **more,
    }
    AccountEvent.append(said, last=end, kind=kind, at=at, account=account, by=by)
