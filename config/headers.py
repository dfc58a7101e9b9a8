"""Headers of every answer. The public side is closed to everything but its own styles, scripts, pictures and videos.

Scored with Mozilla's HTTP Observatory rules. A page with videos that other companies keep may show their players, and
nothing else of them; which these are follows from the edition on the page, not from who asks.
"""

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpResponseNotAllowed

from exercises.media import Unreachable
from leaflets import errors

SHARED = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": ", ".join(
        f"{feature}=()"
        for feature in (
            "accelerometer browsing-topics camera display-capture gamepad geolocation gyroscope hid "
            "identity-credentials-get idle-detection local-fonts magnetometer microphone midi otp-credentials payment "
            "publickey-credentials-create publickey-credentials-get screen-wake-lock serial storage-access usb "
            "window-management xr-spatial-tracking"
        ).split()
    ),
}
READS = ("GET", "HEAD")
CLOSED = (
    "default-src 'none'; script-src 'self'; style-src {styles}; img-src {images}; font-src 'self'; media-src 'self'; "
    "connect-src {connect}; form-action 'self'; base-uri 'none'; frame-ancestors {around}; object-src 'none'; "
    "frame-src {inside}"
)


def _for_patients(inside="'none'"):
    """The policy of a public page, and what it may show in a frame."""
    policy = CLOSED.format(
        styles="'self'", images="'self' data:", connect="'none'", around="'none'", inside=inside
    )
    return policy + "; require-trusted-types-for 'script'; trusted-types offline"


PUBLIC = {**SHARED, "Content-Security-Policy": _for_patients(), "Referrer-Policy": "no-referrer"}
# The worker fetches the pages that it keeps; a page itself fetches nothing.
WORKER = {
    **PUBLIC,
    "Content-Security-Policy": CLOSED.format(
        styles="'none'", images="'none'", connect="'self'", around="'none'", inside="'none'"
    ),
}
# What somebody uploaded, opened by itself, is shown and does nothing: no script, no form, no other window. It keeps its
# origin, or no browser would play it from here; without script nothing in it can use that.
MEDIA = {
    **PUBLIC,
    "Content-Security-Policy": (
        "sandbox allow-same-origin allow-downloads; default-src 'none'; img-src 'self'; media-src 'self'; "
        "object-src 'none'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
    ),
}
# What this process says of itself, and where nothing else can be said: words alone.
BARE = {
    **PUBLIC,
    "Content-Security-Policy": (
        "default-src 'none'; object-src 'none'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "Cache-Control": "no-store",
}


def _for_staff(styles="'self'", around="'none'", inside="'none'"):
    """The policy of an admin page: the styles it may have, who may show it in a frame, and what it may show in one."""
    return CLOSED.format(styles=styles, images="'self' data:", connect="'self'", around=around, inside=inside)


ADMIN = {
    **SHARED,
    "Content-Security-Policy": _for_staff(),
    # Not no-referrer: Chromium would post "Origin: null", and the check against forged requests would refuse it.
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
}
# The rich-text editor writes style attributes: this policy is for the pages that show it, and for no other.
WITH_EDITOR = {**ADMIN, "Content-Security-Policy": _for_staff(styles="'self' 'unsafe-inline'")}
# A workspace shows the draft in a frame, and no other page may be framed or frame anything.
FRAMES = {**ADMIN, "Content-Security-Policy": _for_staff(inside="'self'")}
FRAMED = {
    **ADMIN,
    "Content-Security-Policy": _for_staff(around="'self'"),
    "X-Frame-Options": "SAMEORIGIN",
}
OF_PAGES = {
    "worker": WORKER,
    "media": MEDIA,
    "admin:leaflets_leaflet_add": WITH_EDITOR,
    "admin:leaflets_leaflet_change": WITH_EDITOR,
    "admin:leaflets_leaflet_workspace": FRAMES,
    "admin:leaflets_leaflet_framed": FRAMED,
}


class HeadersMiddleware:
    """Gives every answer the headers of its side."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        public = not request.path.startswith("/admin/")
        allowed = READS if public else (*READS, "POST")
        # What is not allowed is answered before anything reads what is being sent, or waits for it.
        may = request.method in allowed
        response = self.get_response(request) if may else HttpResponseNotAllowed(allowed)
        if public:
            response.cookies.clear()
        for name, value in _headers(request, response.status_code < 400).items():
            response[name] = value
        if response.status_code >= 400:
            response.headers.setdefault("Cache-Control", "no-store")
        return response

    def process_exception(self, request, exception):
        """Say in plain words, also to whoever tries the site with DEBUG=1, that something we need does not answer."""
        away = (InterfaceError, OperationalError, Unreachable)
        return errors.broken(request) if isinstance(exception, away) else None


def _headers(request, as_asked):
    """The headers of the page that was asked for; of what is answered in its place, only those of its side."""
    headers = ADMIN if request.path.startswith("/admin/") else PUBLIC
    if as_asked:
        headers = _of_page(request, headers)
    # A browser takes this by https only.
    return {**headers, **https()} if request.is_secure() else headers


def _of_page(request, of_side):
    of_page = OF_PAGES.get(request.resolver_match and request.resolver_match.view_name, of_side)
    # The view says which origins. Not in its answer: one of 304 is made anew, and its headers count for what is kept.
    players = getattr(request, "players", None)
    return {**of_page, **_with_players(players)} if players else of_page


def https():
    """Return the header, if any, by which browsers use nothing but https from now on."""
    if not settings.SECURE_HSTS_SECONDS:
        return {}
    ends = "; includeSubDomains" * settings.SECURE_HSTS_INCLUDE_SUBDOMAINS
    ends += "; preload" * settings.SECURE_HSTS_PRELOAD
    return {"Strict-Transport-Security": f"max-age={settings.SECURE_HSTS_SECONDS}{ends}"}


def bare():
    """Return the headers, as pairs, of an answer that no page of the site stands behind."""
    return tuple({**BARE, **https()}.items())


def _with_players(origins):
    """What is other on a page with players from `origins`: they do not say that they may be shown in a closed page."""
    return {
        "Content-Security-Policy": _for_patients(inside=" ".join(origins)),
        "Cross-Origin-Embedder-Policy": "unsafe-none",
    }
