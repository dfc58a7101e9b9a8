"""What the environment says of signing in: proxies, the second factor, and how long a sign-in lasts."""

import re
from typing import NamedTuple

from django.core.exceptions import ImproperlyConfigured


class Door(NamedTuple):
    """How many proxies of our own stand in front, each adding to X-Forwarded-For whom it serves; whether a second
    factor is required; the minutes after which it is asked for again before publishing; the minutes without a page
    asked for, and the hours in all, after which a sign-in ends.
    """

    proxy_count: int
    second_factor: bool
    proof_minutes: int
    session_idle: int
    session_hours: int


def door(environment, debug):
    """Return the Door that the environment asks for. Raises ImproperlyConfigured."""
    proxies = environment.get("PROXY_COUNT") or ("0" if debug else "1")
    if not re.fullmatch("[0-9]", proxies):
        raise ImproperlyConfigured("PROXY_COUNT: write how many proxies stand in front of this site, 0 to 9")
    required = environment.get("SECOND_FACTOR") or ("0" if debug else "1")
    if required not in ({"0", "1"} if debug else {"1"}):
        raise ImproperlyConfigured(
            "SECOND_FACTOR is 1, or with DEBUG=1 it may be 0: who publishes proves more."
        )
    return Door(
        int(proxies),
        required == "1",
        _whole_number(environment, "PROOF_MINUTES", 15, 60),
        _whole_number(environment, "SESSION_IDLE", 60, 720),
        _whole_number(environment, "SESSION_HOURS", 12, 24),
    )


def _whole_number(environment, name, otherwise, most):
    written = environment.get(name) or str(otherwise)
    if not (re.fullmatch("[0-9]{1,4}", written) and 1 <= int(written) <= most):
        raise ImproperlyConfigured(f"{name}: write a whole number, 1 to {most}")
    return int(written)
