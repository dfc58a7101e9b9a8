"""Whatever is asked of the public side: no error, no cookie, all headers, and no bytes but those of the address."""

import gzip
from unittest import mock
from wsgiref.util import setup_testing_defaults

import brotli
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from config.headers import PUBLIC
from leaflets.mirror.addresses import OF_A_LEAFLET, OF_THE_SITE

PAGES = [*OF_THE_SITE, *(each.format(slug) for slug in ("lower-back", "knee") for each in OF_A_LEAFLET)]
# What is no page of a leaflet, and is answered by others.
ELSEWHERE = ("/admin/", "/static/", "/media/", "/healthz", "/readyz", "/metrics")
UNPACK = {None: bytes, "gzip": gzip.decompress, "br": brotli.decompress}
BYTES = st.text(st.characters(max_codepoint=255), max_size=30)
STEPS = [
    "lower-back",
    "knee",
    "check",
    "exercises",
    "history",
    "e",
    "media",
    "styles",
    "..",
    ".",
    "",
    "%2e%2e",
    "\xe9",
]
PATHS = (
    st.sampled_from(PAGES)
    | st.builds("{}{}".format, st.sampled_from(PAGES), BYTES)
    | st.lists(st.sampled_from(STEPS) | BYTES, max_size=5).map(lambda steps: "/" + "/".join(steps))
)
METHODS = st.sampled_from(["GET"] * 4 + ["HEAD", "POST", "PUT", "OPTIONS", "TRACE", "CONNECT", "get", "BREW"])
NAMES = (
    "ACCEPT ACCEPT_ENCODING ACCEPT_LANGUAGE AUTHORIZATION COOKIE CONTENT_ENCODING EXPECT FORWARDED IF_MATCH "
    "IF_MODIFIED_SINCE IF_NONE_MATCH IF_RANGE IF_UNMODIFIED_SINCE ORIGIN RANGE REFERER TRANSFER_ENCODING UPGRADE "
    "X_FORWARDED_FOR X_FORWARDED_HOST X_FORWARDED_PROTO X_HTTP_METHOD_OVERRIDE X_REQUEST_ID X_REWRITE_URL"
).split()
VALUES = BYTES | st.sampled_from(
    [
        "*",
        "gzip, br",
        "br;q=0",
        "bytes=0-5",
        "https",
        "sessionid=x; csrftoken=y",
        '"x", W/"y"',
        "Mon, 23 Nov 2015 06:00:00 GMT",
    ]
)
HEADERS = st.dictionaries(st.sampled_from(NAMES), VALUES, max_size=5)
SENT = st.fixed_dictionaries({}, optional={"CONTENT_LENGTH": BYTES | st.just("9"), "CONTENT_TYPE": BYTES})
ASKED = st.tuples(PATHS, METHODS, BYTES, HEADERS, SENT)


def answered(application, path, method, query, headers, sent):
    """Return the status, the headers as pairs and the body that a WSGI application answers."""
    environ = {
        "PATH_INFO": path,
        "REQUEST_METHOD": method,
        "QUERY_STRING": query,
        **sent,
        "HTTP_HOST": "127.0.0.1",
    }
    environ |= {f"HTTP_{name}": value for name, value in headers.items()}
    setup_testing_defaults(environ)
    said = []
    parts = application(
        environ, lambda status, headers, exc_info=None: said.append((int(status[:3]), headers))
    )
    try:
        body = b"".join(parts)
    finally:
        getattr(parts, "close", lambda: None)()
    return *said[-1], body


def check(pages, asked, status, headers, body):
    """Hold an answer to what must be true of all; `pages` is what stands at each address."""
    # Django takes small letters too.
    path, method = asked[0], asked[1].upper()
    assert status < 500 or (status == 503 and path.endswith(".pdf")), "It must not fail."
    said = {name.lower(): value for name, value in headers}
    assert not any("\n" in value or "\r" in value for value in said.values())
    if path.startswith(ELSEWHERE):
        return
    assert "set-cookie" not in said
    # What a browser has already keeps the headers that came with it.
    for name, value in PUBLIC.items() if status != 304 else ():
        assert said.get(name.lower()) == value or (name.startswith("Content-Sec") and path == "/worker.js"), (
            name
        )
    if status == 200:
        assert method in ("GET", "HEAD")
        # What Django gives for HEAD, the server leaves out.
        if method == "GET" or body:
            assert UNPACK[said.get("content-encoding")](body) == pages[path]


@pytest.fixture
def pages(live, knee, site, monkeypatch):
    """What stands at each address; the site has looked, and hears from its database all the time."""
    site.look()
    monkeypatch.setattr(site.watcher, "hears", lambda: True)
    asked = {path: site.ask(path) for path in PAGES}
    return {path: each.body for path, each in asked.items() if each.status == 200}


def test_any_request_is_answered_from_memory_as_it_should(pages, site):
    @given(ASKED)
    def holds(asked):
        check(pages, asked, *answered(site.front, *asked))

    holds()


def test_any_request_is_answered_by_django_as_it_should(pages, site):
    @given(ASKED)
    def holds(asked):
        with (
            mock.patch.object(site.front, "answers", {}),
            mock.patch.object(site.front.shown, "complete", False),
        ):
            check(pages, asked, *answered(site.front, *asked))

    holds()


def test_no_request_for_a_page_asks_the_database(pages, site):
    @given(ASKED)
    def holds(asked):
        if (
            not asked[0].startswith((*ELSEWHERE, "/e/"))
            and not asked[0].endswith(".pdf")
            and asked[0] != "/admin"
        ):
            with CaptureQueriesContext(connection) as queries:
                answered(site.front, *asked)
            assert len(queries) == 0

    holds()
