"""Each header on every URL of both sides, whatever is answered there, by Django and by the press in front of it.

What is expected is written out here once more: a header that is lost in config/headers.py is missed.
"""

import re
from itertools import product

import pytest
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.db import OperationalError
from django.http import Http404
from django.test import Client

from leaflets import actions
from leaflets.mirror.addresses import OF_A_LEAFLET, OF_THE_SITE, PAPERS
from tests.mirror import conftest as mirror
from tests.observatory import directives, score
from tests.test_access import ALL, path_of, sign_in, world  # noqa: F401

pytestmark = [pytest.mark.django_db, pytest.mark.looks]

site, _clock_of_its_own = mirror.site, mirror._clock_of_its_own  # Fixtures.

SHARED = {
    "Strict-Transport-Security": "max-age=63072000; includeSubDomains; preload",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Cross-Origin-Resource-Policy": "same-origin",
}
NOTHING, SELF = {"'none'"}, {"'self'"}
CLOSED = {
    **dict.fromkeys(("default-src", "object-src", "base-uri", "frame-ancestors", "frame-src"), NOTHING),
    **dict.fromkeys(("script-src", "style-src", "font-src", "media-src", "form-action"), SELF),
    "img-src": {"'self'", "data:"},
}
PUBLIC = {
    **CLOSED,
    "connect-src": NOTHING,
    "require-trusted-types-for": {"'script'"},
    "trusted-types": {"offline"},
}
ADMIN = {**CLOSED, "connect-src": SELF}
SILENT = dict.fromkeys(("default-src", "object-src", "form-action", "base-uri", "frame-ancestors"), NOTHING)
FORM = {**ADMIN, "style-src": {"'self'", "'unsafe-inline'"}}
# The pages with a policy of their own, where they are shown.
OWN = {
    "worker": {**CLOSED, "style-src": NOTHING, "img-src": NOTHING, "connect-src": SELF},
    "media": {
        **SILENT,
        "sandbox": {"allow-same-origin", "allow-downloads"},
        "img-src": SELF,
        "media-src": SELF,
    },
    "admin:leaflets_leaflet_add": FORM,
    "admin:leaflets_leaflet_change": FORM,
    "admin:leaflets_leaflet_workspace": {**ADMIN, "frame-src": SELF},
    "admin:leaflets_leaflet_framed": {**ADMIN, "frame-ancestors": SELF},
}
POWERS = (
    "camera microphone geolocation payment usb display-capture publickey-credentials-get serial hid".split()
)
ERRORS = {
    400: SuspiciousOperation,
    403: PermissionDenied,
    404: Http404,
    500: RuntimeError,
    503: OperationalError,
}


def wrong(path, status, headers, policy=None):
    """What is wrong with the headers of an answer, as {what: what stands there}; `policy`, if it has its own."""
    headers, public = dict(headers), not path.startswith("/admin/")
    side = PUBLIC if public else ADMIN
    expected = {**SHARED, "Referrer-Policy": "no-referrer" if public else "same-origin"}
    if policy and policy.get("frame-ancestors") == SELF:
        expected["X-Frame-Options"] = "SAMEORIGIN"
    found = {name: headers.get(name) for name, value in expected.items() if headers.get(name) != value}
    if directives(headers.get("Content-Security-Policy", "x")) != (policy or side):
        found["policy"] = headers.get("Content-Security-Policy")
    if not all(f"{power}=()" in headers.get("Permissions-Policy", "") for power in POWERS):
        found["powers"] = headers.get("Permissions-Policy")
    if "Access-Control-Allow-Origin" in headers:
        found["shared"] = headers["Access-Control-Allow-Origin"]
    return found | (_seen_by(public, headers)) | _kept(public, status, headers)


def _seen_by(public, headers):
    """A public answer is the same for everybody."""
    if public and ("Set-Cookie" in headers or "cookie" in headers.get("Vary", "").lower()):
        return {"visitor": [headers.get("Set-Cookie"), headers.get("Vary")]}
    return {}


def _kept(public, status, headers):
    """Nothing of the admin is kept, nor that something is not allowed, fails or is not there now."""
    said = headers.get("Cache-Control", "")
    passing = status in (400, 403, 405, 500, 503) or not public
    return {"kept": said} if passing and said != "no-store" else {}


class Failing:
    """A middleware behind all others that fails as it is told."""

    error = None

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, *args):
        if self.error:
            raise self.error


@pytest.fixture(autouse=True)
def _as_in_production(settings):
    settings.SECURE_HSTS_SECONDS = 63072000
    settings.SECURE_HSTS_INCLUDE_SUBDOMAINS = settings.SECURE_HSTS_PRELOAD = True
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    settings.SITE_URL = "https://127.0.0.1"
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True
    settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME = "__Host-session", "__Host-csrf"


def by_https(**options):
    return Client(headers={"x-forwarded-proto": "https"}, raise_request_exception=False, **options)


def answer(client, path, method="GET", **headers):
    response = client.generic(method, path, headers=headers)
    if response.streaming:
        response.getvalue()
    return response


@pytest.mark.parametrize("role", ["superuser", "anonymous"])
def test_every_url_has_each_header(world, role):  # noqa: F811
    client = by_https()
    sign_in(client, role)
    seen, found = set(), {}
    for name in ALL:
        path = path_of(name, world)
        response = answer(client, path)
        seen.add(response.status_code)
        policy = OWN.get(name) if response.status_code < 400 else None
        found[name] = wrong(path, response.status_code, response.items(), policy)
    assert {name: what for name, what in found.items() if what} == {}
    assert seen >= ({200, 302, 403, 404, 405} if role == "superuser" else {200, 302})


@pytest.mark.parametrize("status", ERRORS)
def test_every_url_has_each_header_when_something_fails(world, settings, monkeypatch, status):  # noqa: F811
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, f"{__name__}.Failing"]
    client, found = by_https(), {}
    sign_in(client, "superuser")
    monkeypatch.setattr(Failing, "error", ERRORS[status])
    for name in ALL:
        path = path_of(name, world)
        response = answer(client, path)
        assert response.status_code == status
        found[name] = wrong(path, status, response.items())
    assert {name: what for name, what in found.items() if what} == {}


def test_no_url_takes_another_method(world):  # noqa: F811
    client = by_https()
    sign_in(client, "superuser")
    for name, method in product(ALL, ("PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND")):
        path = path_of(name, world)
        response = answer(client, path, method)
        assert (response.status_code, wrong(path, 405, response.items())) == (405, {}), name
        assert response["Allow"] == ("GET, HEAD, POST" if path.startswith("/admin/") else "GET, HEAD")


def test_a_forged_form_and_a_host_that_is_not_ours_get_each_header_too(world):  # noqa: F811
    client = by_https(enforce_csrf_checks=True)
    sign_in(client, "superuser")
    for name in (name for name in ALL if path_of(name, world).startswith("/admin/")):
        path = path_of(name, world)
        response = answer(client, path, "POST")
        assert (response.status_code, wrong(path, 403, response.items())) == (403, {}), name
    for path in ("/", "/admin/", "/static/leaflets/site.css"):
        response = answer(by_https(), path, host="evil.example")
        if response.status_code != 200:  # Static files are the same for every host.
            assert (response.status_code, wrong(path, 400, response.items())) == (400, {}), path


def test_what_a_browser_has_already_and_a_part_of_a_file_have_each_header(world):  # noqa: F811
    client = by_https()
    for name in ("index", "leaflet", "worker", "document", "pdf", "media"):
        path = path_of(name, world)
        etag = answer(client, path)["ETag"]
        response = answer(client, path, **{"if-none-match": etag})
        assert (response.status_code, wrong(path, 304, response.items(), OWN.get(name))) == (304, {}), name
    path = path_of("media", world)
    for range_, status in (("bytes=0-1", 206), ("bytes=99999999-", 416)):
        response = answer(client, path, range=range_)
        policy = OWN["media"] if status == 206 else None
        assert (response.status_code, wrong(path, status, response.items(), policy)) == (status, {})


@pytest.mark.parametrize(
    "path", ["leaflets/site.css", "ckeditor/ckeditor/ckeditor.js", "leaflets/icon.svg", "no"]
)
def test_static_files_have_each_header(db, path):
    path, client = f"/static/{path}", by_https()
    first = answer(client, path)
    conditions = {"GET": {"if-none-match": first.get("ETag", "")}, "HEAD": {}, "POST": {}}
    for method, headers in conditions.items():
        response = answer(client, path, method, **headers)
        assert wrong(path, response.status_code, response.items()) == {}
    assert wrong(path, first.status_code, first.items()) == {}


def test_what_is_led_to_https_has_each_header_but_the_one_for_https(db, settings):
    settings.SECURE_SSL_REDIRECT = True
    for path in ("/", "/lower-back/", "/admin/"):
        response = Client().get(path)
        assert response["Location"] == f"https://testserver{path}"
        assert set(wrong(path, 301, response.items())) == {"Strict-Transport-Security"}


@pytest.fixture(params=["live", "withdrawn"])
def state(request):
    return request.getfixturevalue(request.param)


def test_what_the_press_answers_has_each_header(state, site, settings):
    site.look()
    https, found = {"x_forwarded_proto": "https"}, {}
    paths = [*site.front.answers, "/nothing/", "/nothing", "/lower-back", "/admin", "/e/x/", "/static/no"]
    for path in [*paths, "/admin/login/", "/static/leaflets/site.css", f"/media/{'0' * 64}.mp4"]:
        policy = {"/worker.js": OWN["worker"]}.get(path)
        for method in ("GET", "HEAD", "POST", "DELETE", "TRACE"):
            asked = site.ask(path, method, **https)
            shown = policy if asked.status < 400 else None
            found[f"{method} {path} {asked.status}"] = wrong(path, asked.status, asked.headers.items(), shown)
        etag = site.ask(path, **https).headers.get("ETag")
        if etag and path in site.front.answers:
            asked = site.ask(path, if_none_match=etag, **https)
            # A browser has the others, and the validator is of those too: what changed there is sent anew.
            more = set(asked.headers) - {"ETag", "Cache-Control", "Vary"}
            whole = wrong(path, asked.status, asked.headers.items())
            found[f"known {path} {asked.status}"] = more if asked.status == 304 else whole
        asked = site.ask(path, host="evil.example", **https)
        assert asked.status == 400
        found[f"host {path}"] = wrong("/", 400, asked.headers.items())
    assert {what: found[what] for what in found if found[what]} == {}
    paths = [each.format("lower-back") for each in OF_A_LEAFLET]
    assert {*OF_THE_SITE, *paths} <= set(site.front.answers)
    assert {int(what.split()[-1]) for what in found if what.startswith(("GET", "POST", "known"))} >= {
        *(200, 301, 304, 404, 405),
        *([410] if state.state() == "withdrawn" else []),
    }


def test_what_is_said_while_nothing_can_be_answered_has_each_header(live, site, open_site, database_down):
    # Nothing was pressed yet, and there is no mirror.
    for path, method in (
        ("/healthz", "GET"),
        ("/readyz", "GET"),
        ("/healthz", "HEAD"),
        ("/lower-back/", "GET"),
    ):
        asked = site.ask(path, method, x_forwarded_proto="https")
        assert wrong(path, asked.status, asked.headers.items(), SILENT) == {}
        assert bool(asked.body) == (method == "GET")
    site.look()
    while site.front.room["staff"].acquire(blocking=False):
        pass
    busy = site.ask("/admin/login/", x_forwarded_proto="https")
    assert (busy.status, wrong("/", 503, busy.headers.items())) == (503, {})
    pdf = site.ask(PAPERS["a4"].format("lower-back"), x_forwarded_proto="https")
    assert (pdf.status, wrong("/", 503, pdf.headers.items())) == (503, {})


open_site, database_down = mirror.open_site, mirror.database_down


def test_health_is_asked_for_and_not_changed(live, site):
    site.look()
    assert {site.ask(path, "POST").status for path in ("/healthz", "/readyz")} == {405}


def test_the_observatory_would_give_every_page_more_than_a_hundred(world):  # noqa: F811
    client = by_https()
    scores = {path: points(client, path) for path in ("/", "/lower-back/", "/lower-back/exercises/")}
    assert set(scores.values()) == {130}
    assert points(by_https(), "/admin/login/") == 135
    sign_in(client, "superuser")
    pages = {name: points(client, path_of(name, world)) for name in ALL if name not in OWN}
    assert min(pages.values()) >= 130
    # The form with the editor: styles in attributes cost it ten.
    assert points(client, path_of("admin:leaflets_leaflet_change", world)) == 125


def points(client, path):
    response = answer(client, path)
    return score(dict(response.items()), list(response.cookies.values()))


@pytest.mark.parametrize(
    ("name", "value", "points"),
    [
        ("Content-Security-Policy", None, 100 - 25 - 0),
        ("Content-Security-Policy", "default-src 'self'; script-src 'unsafe-inline'", 80),
        ("Strict-Transport-Security", None, 80),
        ("Referrer-Policy", "unsafe-url", 100 - 5 + 25),
        ("X-Content-Type-Options", None, 100 - 5 + 30),
        ("Cross-Origin-Resource-Policy", None, 120),
        ("Access-Control-Allow-Credentials", "true", 50),
    ],
)
def test_the_score_falls_with_each_header(live, name, value, points):
    headers = dict(answer(by_https(), "/").items())
    headers = {**headers, name: value}
    assert score({name: value for name, value in headers.items() if value is not None}) == points


def test_a_cookie_of_the_admin_is_bound_to_its_host(editor):
    client = by_https()
    client.get("/admin/login/")
    client.post("/admin/login/", {"username": "editor", "password": "demo-password"})
    assert {*client.cookies} == {"__Host-session", "__Host-csrf"}
    for cookie in client.cookies.values():
        assert (cookie["secure"], cookie["path"], cookie["domain"], cookie["samesite"]) == (
            True,
            "/",
            "",
            "Lax",
        )
    assert client.cookies["__Host-session"]["httponly"]


def test_a_withdrawal_lets_nothing_more_in(live, reviewer):
    actions.withdraw(edition=live, by=reviewer, reason="Wrong.")
    for path in ("/lower-back/", "/lower-back/check/", "/lower-back/exercises/", "/lower-back/leaflet.pdf"):
        response = answer(by_https(), path)
        assert (response.status_code, wrong(path, 410, response.items())) == (410, {})
        assert not re.search("frame-src (?!'none')", response["Content-Security-Policy"])
