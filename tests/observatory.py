"""The score of a page by the published rules of Mozilla's HTTP Observatory, as far as headers and cookies decide it.

Not counted, since no answer of ours decides it: five more points once browsers have the host in their list of those
that are reached by https only.
"""

import re

INLINE = {"'unsafe-inline'", "'unsafe-eval'", "data:"}
BROAD = {"*", "http:", "https:", "ftp:"}
PRIVATE = {"no-referrer", "same-origin", "strict-origin", "strict-origin-when-cross-origin"}
HALF_A_YEAR = 15_768_000


def directives(policy):
    """Return {name: its sources} of a content security policy."""
    return {name: set(sources) for name, *sources in (part.split() for part in policy.split(";"))}


def score(headers, cookies=()):
    """Return the points of an answer by https, 100 and what its headers and cookies add or take.

    `headers` as {name: value}, `cookies` as Django's morsels. Extra points count where 90 are left without them.
    """
    modifiers = [
        *(_policy(headers), _strict(headers), _referrer(headers), _sniffing(headers)),
        *(_framing(headers), _embedded(headers), _shared(headers), _cookies(cookies)),
    ]
    plain = 100 + sum(each for each in modifiers if each < 0)
    return plain + sum(each for each in modifiers if each > 0) if plain >= 90 else plain


def _policy(headers):
    found = directives(headers.get("Content-Security-Policy", "none"))
    default = found.get("default-src", {"*"})
    scripts, styles, objects = (found.get(f"{kind}-src", default) for kind in ("script", "style", "object"))
    if "Content-Security-Policy" not in headers:
        return -25
    if scripts & (INLINE | BROAD) or objects & BROAD:
        return -20
    if styles & (INLINE | BROAD):
        return 0
    return 10 if default == {"'none'"} else 5


def _strict(headers):
    age = re.match(r"max-age=(\d+)", headers.get("Strict-Transport-Security", ""))
    return -20 if not age else -10 if int(age[1]) < HALF_A_YEAR else 0


def _referrer(headers):
    said = headers.get("Referrer-Policy")
    return 0 if said is None else 5 if said in PRIVATE else -5


def _sniffing(headers):
    return 0 if headers.get("X-Content-Type-Options") == "nosniff" else -5


def _framing(headers):
    around = directives(headers.get("Content-Security-Policy", "none")).get("frame-ancestors", {"*"})
    if not around & BROAD:
        return 5
    return 0 if headers.get("X-Frame-Options") in ("DENY", "SAMEORIGIN") else -20


def _embedded(headers):
    said = headers.get("Cross-Origin-Resource-Policy")
    return 10 if said in ("same-origin", "same-site") else 0 if said in (None, "cross-origin") else -5


def _shared(headers):
    return -50 if headers.get("Access-Control-Allow-Credentials") else 0


def _cookies(cookies):
    if not cookies:
        return 0
    for cookie in cookies:
        session = re.search("sess|login", cookie.key, re.IGNORECASE)
        if not cookie["secure"] or (session and not cookie["httponly"]):
            return -40
    return 5 if all(cookie["samesite"] in ("Lax", "Strict") for cookie in cookies) else 0
