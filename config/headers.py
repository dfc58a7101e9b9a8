"""Headers of every answer. The public side is closed to everything but its own styles, pictures and videos.

Scored with Mozilla's HTTP Observatory rules; a policy for scripts stands although public pages have none.
"""

from django.http import HttpResponseNotAllowed

SHARED = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": (
        "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), magnetometer=(), "
        "microphone=(), payment=(), usb=(), interest-cohort=()"
    ),
}
CLOSED = (
    "default-src 'none'; script-src 'self'; style-src {styles}; img-src {images}; font-src 'self'; media-src 'self'; "
    "connect-src {connect}; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; object-src 'none'; "
    "frame-src 'none'"
)
PUBLIC = {
    **SHARED,
    "Content-Security-Policy": CLOSED.format(styles="'self'", images="'self' data:", connect="'none'")
    + "; require-trusted-types-for 'script'; trusted-types offline",
    "Referrer-Policy": "no-referrer",
}
# The worker fetches the pages that it keeps; a page itself fetches nothing.
WORKER = {
    **PUBLIC,
    "Content-Security-Policy": CLOSED.format(styles="'none'", images="'none'", connect="'self'"),
}
ADMIN = {
    **SHARED,
    "Content-Security-Policy": CLOSED.format(styles="'self'", images="'self' data:", connect="'self'"),
    # Not no-referrer: Chromium would post "Origin: null", and the check against forged requests would refuse it.
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
}
# The rich-text editor writes style attributes: this policy is for the pages that show it, and for no other.
WITH_EDITOR = {
    **ADMIN,
    "Content-Security-Policy": CLOSED.format(
        styles="'self' 'unsafe-inline'", images="'self' data:", connect="'self'"
    ),
}
EDITOR_PAGES = {"admin:leaflets_leaflet_add", "admin:leaflets_leaflet_change"}


class HeadersMiddleware:
    """Gives every answer the headers of its side."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        public = not request.path.startswith("/admin/")
        if public and request.method not in ("GET", "HEAD"):
            # Answered before anything reads what is being sent, or waits for it.
            response = HttpResponseNotAllowed(["GET", "HEAD"])
        else:
            response = self.get_response(request)
        if public:
            response.cookies.clear()
        for name, value in _headers(request).items():
            response[name] = value
        return response


def _headers(request):
    if request.resolver_match and request.resolver_match.view_name in EDITOR_PAGES:
        return WITH_EDITOR
    if request.path == "/worker.js":
        return WORKER
    return ADMIN if request.path.startswith("/admin/") else PUBLIC
