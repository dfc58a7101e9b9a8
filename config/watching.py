"""METRICS_TOKEN and SENTRY_DSN: who may read the site's numbers, and who is told what went wrong."""

import re
from typing import NamedTuple

from django.core.exceptions import ImproperlyConfigured


class Watching(NamedTuple):
    """What opens /metrics, and the address that errors are reported to; each "" where nobody watches so."""

    metrics_token: str
    sentry_dsn: str


def watching(environment, debug):
    """Return the Watching that the environment asks for. Raises ImproperlyConfigured, which repeats no secret."""
    token, dsn = environment.get("METRICS_TOKEN", ""), environment.get("SENTRY_DSN", "")
    if token and not re.fullmatch(r"[!-~]{32,}", token):
        raise ImproperlyConfigured("METRICS_TOKEN: use 32 random letters and digits or more, or none at all.")
    if dsn and not re.fullmatch(r"https?://\w+@[\w.:\[\]-]+(/[\w-]+)*/\d+", dsn):
        raise ImproperlyConfigured(
            "SENTRY_DSN: write it as the project's settings show it, https://<key>@<host>/<number>"
        )
    if dsn and not (debug or dsn.startswith("https://")):
        raise ImproperlyConfigured("SENTRY_DSN: reports leave this machine, so it must begin with https://")
    return Watching(token, dsn)
