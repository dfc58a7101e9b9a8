"""Single sign-on by OpenID Connect (Core 1.0, code flow with PKCE), where the operator has configured a provider.

The provider says who somebody is. Who has no account here is not let in, and what an account may do is decided here.
What speaks to the provider is imported where it is used: it takes 15 MB, and most sites have no provider.
"""

import logging
import time
from functools import cache

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.urls import reverse

from history.accounts import AccountEvent, record_access
from leaflets import mails
from leaflets.models import SignOn

NAME = "provider"
TIMEOUT_SECONDS = 10
# Clocks differ by so much, in seconds.
SLACK = 60
# What Entra ID calls an address whose domain the organisation has proved to own.
VERIFIED = ("email_verified", "xms_edov")
log = logging.getLogger(__name__)


class NotVouchedFor(Exception):
    """The provider did not say, in a way that can be checked, who this is."""


def leave(request, **more):
    """Return the redirect to the provider, with `more` asked of it."""
    # Only the latest attempt counts: no session grows with them.
    for key, _ in list(request.session.items()):
        if key.startswith(f"_state_{NAME}_"):
            del request.session[key]
    if settings.OIDC_SECOND_FACTOR and settings.OIDC_SECOND_FACTOR[0] == "acr":
        more["acr_values"] = settings.OIDC_SECOND_FACTOR[1]
    back = mails.in_admin(reverse("sign_on_back"))
    return _asked(lambda: _provider(*_configured()).authorize_redirect(request, back, **more))


def claims(request):
    """Return what the provider says of whoever comes back from it, checked: signature, issuer, audience, time, nonce.

    Raises NotVouchedFor.
    """
    issuer, client_id, _ = _configured()
    must_be = {"iss": {"essential": True, "value": issuer}, "aud": {"essential": True, "value": client_id}}
    token = _asked(lambda: _provider(*_configured()).authorize_access_token(request, claims_options=must_be))
    if not token.get("userinfo"):
        raise NotVouchedFor("There is no ID token.")
    return token["userinfo"]


@transaction.atomic
def account_of(said):
    """Return the active account of whom the claims `said` are about, or None; link it the first time.

    It is known by its subject. Only the first time it is found by the address, which the provider must have verified.
    """
    issuer, subject = said["iss"], said["sub"]
    try:
        SignOn(issuer=issuer, subject=subject).clean_fields(exclude=["account"])
    except ValidationError:
        return None
    link = SignOn.objects.filter(issuer=issuer, subject=subject).select_related("account").first()
    account = link.account if link else _by_address(said)
    if account is None or not (account.is_active and account.is_staff):
        return None
    if not link:
        SignOn.objects.create(account=account, issuer=issuer, subject=subject)
        kind = AccountEvent.Kind.SIGN_ON
        record_access(account, kind, by=account, what=f"linked to {issuer}", reason="By its address.")
    return account


def vouches(said):
    """Return whether the claims `said` name a second factor that this site was told to trust."""
    if not settings.OIDC_SECOND_FACTOR:
        return False
    name, value = settings.OIDC_SECOND_FACTOR
    given = said.get(name) or []
    return value in ([given] if isinstance(given, str) else given)


def is_fresh(said, since):
    """Return whether the person proved who they are after `since`, in seconds, and was not just remembered."""
    return since - SLACK <= (said.get("auth_time") or 0) <= time.time() + SLACK


def unlink(account, *, by, reason):
    """Forget who `account` is at the provider."""
    links = SignOn.objects.filter(account=account)
    for link in links:
        record_access(
            account, AccountEvent.Kind.SIGN_ON, by=by, reason=reason, what=f"unlinked from {link.issuer}"
        )
    links.delete()


def _by_address(said):
    try:
        validate_email(said.get("email"))
    except ValidationError:
        return None
    if not any(str(said.get(each)).lower() in ("true", "1") for each in VERIFIED):
        return None
    found = get_user_model().objects.filter(email__iexact=said["email"], sign_on=None)
    return found[0] if len(found) == 1 else None


def _configured():
    return settings.OIDC_ISSUER, settings.OIDC_CLIENT_ID, settings.OIDC_CLIENT_SECRET


@cache
def _provider(issuer, client_id, client_secret):
    from authlib.integrations.django_client import OAuth

    # What the provider publishes of itself is fetched once, and its keys again when it signs with a new one.
    return OAuth().register(
        NAME,
        client_id=client_id,
        client_secret=client_secret,
        server_metadata_url=f"{issuer}/.well-known/openid-configuration",
        client_kwargs={
            "scope": "openid email",
            "code_challenge_method": "S256",
            "default_timeout": TIMEOUT_SECONDS,
        },
    )


def _asked(provider):
    from authlib.common.errors import AuthlibBaseError
    from joserfc.errors import JoseError
    from requests import RequestException

    try:
        return provider()
    except (AuthlibBaseError, JoseError, RequestException, ValueError, KeyError, RuntimeError) as error:
        # Not what it says: that may hold a code or a token.
        log.warning("Single sign-on failed: %s", type(error).__name__)
        raise NotVouchedFor from error
