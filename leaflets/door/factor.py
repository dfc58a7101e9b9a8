"""The second factor: a code from an app (TOTP, RFC 6238), or one of the recovery codes. Django-otp keeps both.

Each code works once. After a wrong one django-otp takes none for a second, then for two, four, eight and so on. A
recovery code is kept as a digest under this site's secret only.
"""

import logging
import secrets
from binascii import unhexlify
from datetime import timedelta
from functools import partial

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django_otp import verify_token
from django_otp.oath import TOTP
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice
from django_otp.util import random_hex

from history.accounts import AccountEvent, record_access
from leaflets import mails
from leaflets.actions import CODE_LETTERS

# Whoever may do one of these proves more than a password.
WEIGHTY = ("leaflets.publish_edition", "leaflets.withdraw_edition", "auth.add_user", "auth.change_user")
RECOVERY_CODES, GROUPS_OF_FOUR = 10, 3
DIGITS = 6
WRONG = (
    "This code is not right, or it was used before. Wait until the app shows the next one, and type that. A recovery "
    "code works once."
)
WAIT = "Too many wrong codes. Wait until {}, then type the one that the app shows then, or a recovery code."
LETTER = """The second factor of your account, {username}, was {what} on {when}.

If you know of it, do nothing. If not, somebody may have your password: tell an administrator of the site at once.
"""
log = logging.getLogger(__name__)


def is_required(user):
    """Return whether nobody gets in as `user` with a password alone, because of what they may do."""
    return settings.SECOND_FACTOR and any(user.has_perm(each) for each in WEIGHTY)


def device_of(user):
    """Return the app that `user` has set up, or None."""
    return TOTPDevice.objects.filter(user=user, confirmed=True).first()


def codes_left(user):
    """Return how many recovery codes `user` has not used."""
    return StaticToken.objects.filter(device__user=user).count()


def why_not(user, code):
    """Return why `code` does not prove that this is `user`, as a sentence, or None if it does. Then it is used up."""
    code = _typed(code)
    model = TOTPDevice if len(code) == DIGITS and code.isdecimal() else StaticDevice
    device = model.objects.filter(user=user, confirmed=True).first()
    if device is None:
        return WRONG
    allowed, why = device.verify_is_allowed()
    if not allowed:
        until = timezone.localtime(why["locked_until"]) + timedelta(seconds=1)
        return WAIT.format(until.strftime("%H:%M:%S"))
    if not verify_token(user, device.persistent_id, code if model is TOTPDevice else _digest(user, code)):
        log.warning("A code of the second factor was wrong. The number of the account is %s.", user.pk)
        return WRONG
    if model is StaticDevice:
        _record(user, "proved by a recovery code", by=user)
    return None


def new_key():
    """Return a new key for an app, as hexadecimal digits."""
    return random_hex()


def address_for_app(user, key):
    """Return what the QR code says: the address by which an app learns `key`."""
    return TOTPDevice(user=user, key=key).config_url


@transaction.atomic
def set_up(user, key, code, *, replacing):
    """Make an app with `key` the second factor of `user`, if `code` is from it; return (device, recovery codes).

    Returns None if it is not. Unless `replacing`, also where there is another app already: somebody was quicker.
    """
    get_user_model().objects.select_for_update().get(pk=user.pk)
    totp = TOTP(unhexlify(key))
    code = _typed(code)
    if not code.isdecimal() or not totp.verify(int(code), tolerance=1) or (device_of(user) and not replacing):
        return None
    TOTPDevice.objects.filter(user=user).delete()
    device = TOTPDevice.objects.create(user=user, key=key, name="app", last_t=totp.t())
    codes = _new_codes(user)
    _record(user, "set up", by=user)
    return device, codes


@transaction.atomic
def renew_codes(user):
    """Give `user` new recovery codes in place of the old ones, and return them: only now can they be read."""
    codes = _new_codes(user)
    _record(user, "given new recovery codes", by=user)
    return codes


@transaction.atomic
def reset(user, *, by, reason, what="reset by somebody else"):
    """Take away the app and the recovery codes of `user`. Every sign-in that they proved ends."""
    for model in (TOTPDevice, StaticDevice):
        model.objects.filter(user=user).delete()
    _record(user, what, by=by, reason=reason)


def free(user):
    """Take the next code of `user` at once, however many were wrong."""
    for model in (TOTPDevice, StaticDevice):
        model.objects.filter(user=user).update(throttling_failure_timestamp=None, throttling_failure_count=0)


def _new_codes(user):
    StaticDevice.objects.filter(user=user).delete()
    device = StaticDevice.objects.create(user=user, name="recovery codes")
    letters = "".join(secrets.choice(CODE_LETTERS) for _ in range(4 * GROUPS_OF_FOUR * RECOVERY_CODES))
    size = 4 * GROUPS_OF_FOUR
    codes = [letters[start : start + size] for start in range(0, len(letters), size)]
    StaticToken.objects.bulk_create(StaticToken(device=device, token=_digest(user, code)) for code in codes)
    return ["-".join(code[start : start + 4] for start in range(0, size, 4)) for code in codes]


def _typed(code):
    return "".join(letter for letter in code.upper() if letter.isalnum())


def _digest(user, code):
    # As long as the column; nobody can try codes on it without this site's secret.
    return salted_hmac(f"leaflets.door recovery {user.pk}", code, algorithm="sha256").hexdigest()[:16]


def _record(user, what, *, by, reason=""):
    record_access(user, AccountEvent.Kind.FACTOR, by=by, reason=reason, what=what)
    if user.email:
        when = timezone.localtime().strftime("%d %B %Y, %H:%M")
        body = LETTER.format(username=user.get_username(), what=what, when=when)
        letter = mails.letter(user, "The second factor of your account", body)
        transaction.on_commit(partial(mails.send_soon, [letter]))
