"""Guesses are counted, and past a limit refused for a while.

Django-axes keeps the numbers. What was typed and where it came from is never kept, only digests of both under this
site's secret, and these for as long as they count.
"""

import ipaddress
import logging
import unicodedata
from datetime import timedelta

from axes.backends import AxesStandaloneBackend
from axes.handlers.database import AxesDatabaseHandler
from axes.models import AccessAttempt
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied
from django.db.models import F, Sum
from django.utils import timezone
from django.utils.crypto import salted_hmac

SIGN_IN, LINK, SIGN_ON = "sign-in", "link", "sign-on"
WINDOW = timedelta(minutes=15)
# From one address at one account; at one account from anywhere; from one address, as that of a whole hospital, at all.
PER_BOTH, PER_ACCOUNT, PER_ADDRESS = 5, 20, 50
log = logging.getLogger(__name__)


class Guess:
    """Somebody's try, for a purpose such as SIGN_IN, at what goes by `name`."""

    def __init__(self, request, purpose, name):
        self.account = account_key(purpose, name)
        self.address = _address_key(purpose, address_of(request))

    def is_refused(self):
        """Return whether so many failed that this one is not even looked at."""
        of_account, from_address = (
            recent().filter(**of) for of in ({"username": self.account}, {"ip_address": self.address})
        )
        return (
            _failures(of_account.filter(ip_address=self.address)) >= PER_BOTH
            or _failures(of_account) >= PER_ACCOUNT
            or _failures(from_address) >= PER_ADDRESS
        )

    def failed(self):
        """Count it, and forget what no longer counts."""
        now = timezone.now()
        AccessAttempt.objects.filter(attempt_time__lt=now - WINDOW).delete()
        counted, _ = AccessAttempt.objects.get_or_create(
            username=self.account,
            ip_address=self.address,
            user_agent="",
            defaults={"failures_since_start": 0},
        )
        again = AccessAttempt.objects.filter(pk=counted.pk)
        again.update(failures_since_start=F("failures_since_start") + 1, attempt_time=now)

    def succeeded(self):
        """Forget what failed before at this account from this address."""
        AccessAttempt.objects.filter(username=self.account, ip_address=self.address).delete()


class Throttled(AxesStandaloneBackend):
    """Refuses a sign-in past the limits, even with the right password, and takes as long as for a wrong one."""

    def authenticate(self, request, username=None, password=None, **kwargs):
        if request is None:
            return None  # This site's own code asks, and nobody at the door.
        try:
            return super().authenticate(request, username, password, **kwargs)
        except PermissionDenied:
            get_user_model()().set_password(password)
            raise


class Handler(AxesDatabaseHandler):
    """What django-axes asks and tells, counted as above: of its own it would keep what was typed and sent."""

    def is_locked(self, request, credentials=None):
        return Guess(request, SIGN_IN, (credentials or {}).get("username") or "").is_refused()

    def user_login_failed(self, sender, credentials, request=None, **kwargs):
        if request is None:
            return
        guess = Guess(request, SIGN_IN, credentials.get("username") or "")
        # What is refused does not count, or else somebody could be kept out for ever.
        if not guess.is_refused():
            guess.failed()
            if guess.is_refused():
                log.warning("Sign-ins are refused for a while after too many that failed.")

    def user_logged_in(self, sender, request, user, **kwargs):
        Guess(request, SIGN_IN, user.get_username()).succeeded()

    def user_logged_out(self, sender, request, user, **kwargs):
        pass

    def reset_attempts(self, *, ip_address=None, username=None, ip_or_username=False):
        """Free by name and address as people write them; what `manage.py axes_reset_username` asks for."""
        return super().reset_attempts(
            ip_address=ip_address and _address_key(SIGN_IN, _network(ip_address)),
            username=username and account_key(SIGN_IN, username),
            ip_or_username=ip_or_username,
        )


def address_of(request):
    """Return whose address a request comes from: what the last of our own proxies says, or who is connected.

    What stands further left in the header may be made up by whoever asked. IPv6 addresses that one household or
    company changes among are one.
    """
    address = request.META.get("REMOTE_ADDR", "")
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
    if 0 < settings.PROXY_COUNT <= len(forwarded):
        address = forwarded[-settings.PROXY_COUNT].strip() or address
    return _network(address)


def locked_until(user):
    """Return until when sign-ins as `user` are refused, from anywhere or from some address, or None if they are not."""
    failed = recent().filter(username=account_key(SIGN_IN, user.get_username()))
    if _failures(failed) >= PER_ACCOUNT or failed.filter(failures_since_start__gte=PER_BOTH).exists():
        return max(each.attempt_time for each in failed) + WINDOW
    return None


def free(user):
    """Let people sign in as `user` again at once."""
    AccessAttempt.objects.filter(username=account_key(SIGN_IN, user.get_username())).delete()


def came_from(name, addresses):
    """Return which of `addresses` failed to sign in as `name`, None if it was another, and forget that it did."""
    failed = AccessAttempt.objects.filter(username=account_key(SIGN_IN, name))
    keys = {_address_key(SIGN_IN, _network(address)): address for address in addresses}
    found = [keys.get(each.ip_address) for each in failed]
    failed.delete()
    return found[0] if found else None


def locked_accounts():
    """Return the keys of the accounts as which sign-ins are refused, from anywhere or from some address."""
    by_account = recent().values("username").order_by()
    everywhere = by_account.annotate(all=Sum("failures_since_start")).filter(all__gte=PER_ACCOUNT)
    somewhere = recent().filter(failures_since_start__gte=PER_BOTH)
    return {found.username for found in somewhere} | {found["username"] for found in everywhere}


def account_key(purpose, name):
    """Return the key under which guesses at what goes by `name` are counted, whatever its capitals."""
    return _digest(f"account {purpose}", unicodedata.normalize("NFKC", name).casefold()).hex()


def recent():
    """Return what still counts."""
    return AccessAttempt.objects.filter(attempt_time__gte=timezone.now() - WINDOW)


def _failures(attempts):
    return attempts.aggregate(all=Sum("failures_since_start"))["all"] or 0


def _address_key(purpose, address):
    # The column takes addresses only, so the digest is written as one.
    return str(ipaddress.IPv6Address(_digest(f"address {purpose}", address)[:16]))


def _digest(salt, text):
    return salted_hmac(
        f"leaflets.door {salt}", text.encode(errors="surrogatepass"), algorithm="sha256"
    ).digest()


def _network(text):
    for written in (text, text.rpartition(":")[0].strip("[]")):
        try:
            address = ipaddress.ip_address(written)
        except ValueError:
            continue
        mapped = getattr(address, "ipv4_mapped", None)
        if mapped or address.version == 4:
            return str(mapped or address)
        return str(ipaddress.ip_network((int(address), 64), strict=False))
    return text
