"""OIDC_...: which provider of single sign-on to use, if any, and how far it is trusted."""

import re
from typing import NamedTuple

from django.core.exceptions import ImproperlyConfigured

# Entra ID's issuers for whoever has any account with Microsoft at all.
ANYBODYS = re.compile(r"/(common|organizations|consumers)(/|$)")


class SignOn(NamedTuple):
    """A provider; `second_factor` is (claim, value) where it is trusted to have asked for one, else None."""

    issuer: str = ""
    client_id: str = ""
    client_secret: str = ""
    name: str = ""
    second_factor: tuple | None = None


def single_sign_on(environment, debug):
    """Return the SignOn that the environment asks for, an empty one if none. Raises ImproperlyConfigured."""
    issuer = environment.get("OIDC_ISSUER", "").rstrip("/")
    if not issuer:
        return SignOn()
    if not re.fullmatch(r"https?://[^\s?#@]+", issuer) or not (debug or issuer.startswith("https://")):
        raise ImproperlyConfigured(
            "OIDC_ISSUER: write https:// and the rest, as the provider's metadata has it"
        )
    if ANYBODYS.search(issuer):
        raise ImproperlyConfigured("OIDC_ISSUER: name your own tenant, not one that lets in everybody")
    client_id, secret = environment.get("OIDC_CLIENT_ID", ""), environment.get("OIDC_CLIENT_SECRET", "")
    if not (client_id and secret):
        raise ImproperlyConfigured("Set OIDC_CLIENT_ID and OIDC_CLIENT_SECRET beside OIDC_ISSUER.")
    trusted = environment.get("OIDC_SECOND_FACTOR", "")
    if trusted and not re.fullmatch(r"(amr|acr)=\S+", trusted):
        raise ImproperlyConfigured("OIDC_SECOND_FACTOR: write amr= or acr= and the value, as in amr=mfa")
    second_factor = tuple(trusted.split("=", 1)) if trusted else None
    name = environment.get("OIDC_NAME") or "your organisation’s account"
    return SignOn(issuer, client_id, secret, name, second_factor)
