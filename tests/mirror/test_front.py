"""What stands in front of Django answers patients exactly as Django would, and asks nobody."""

import re
import threading
import time
from unittest import mock

import pytest
from django.core.wsgi import get_wsgi_application
from django.db import connection
from django.test.utils import CaptureQueriesContext

from leaflets import actions, paper
from leaflets.mirror import front
from leaflets.mirror.addresses import OF_A_LEAFLET, OF_THE_SITE

pytestmark = pytest.mark.looks

PAGES = [*OF_THE_SITE, *(each.format("lower-back") for each in OF_A_LEAFLET)]
# What it says better: Django packs anew for each request, and validates what it packed.
OF_TRANSPORT = {"Content-Length", "ETag", "Vary"}


def essence(answered):
    headers = {name: value for name, value in answered.headers.items() if name not in OF_TRANSPORT}
    return answered.status, headers, answered.body


def behind(site, *args, **kwargs):
    """How Django itself answers."""
    with mock.patch.object(site.front, "answers", {}), mock.patch.object(site.front.shown, "complete", False):
        return site.ask(*args, **kwargs)


@pytest.fixture(params=["live", "withdrawn"])
def state(request):
    request.getfixturevalue(request.param)


def test_it_answers_as_django_does(state, site):
    site.look()
    for path in [*PAGES, "/nothing/", "/lower-back", "/lower-back/check"]:
        for method in ("GET", "POST", "DELETE"):
            assert essence(site.ask(path, method)) == essence(behind(site, path, method))


def test_what_is_public_needs_no_query_and_what_is_nowhere_neither(live, site):
    site.look()
    with CaptureQueriesContext(connection) as queries:
        assert {site.ask(path).status for path in PAGES} == {200}
        assert {site.ask(path).status for path in ("/nothing/", "/nothing", "/lower-back.pdf")} == {404}
        assert site.ask("/lower-back").status == 301
    assert len(queries) == 0


@pytest.mark.parametrize(
    "path", ["*", "evil.example:443", "\\\\evil.example", "//evil.example/..", "/lower-back\x00/"]
)
@pytest.mark.parametrize("method", ["GET", "OPTIONS", "CONNECT"])
def test_what_is_no_path_of_ours_is_answered_all_the_same_and_leads_nowhere(live, site, path, method):
    asked = site.look().ask(path, method, x_forwarded_host="evil.example", x_original_url="/admin/")
    assert asked.status == (404 if method == "GET" else 405)
    assert "evil" not in asked.text + str(asked.headers)


def test_no_header_comes_out_of_a_query(live, site):
    led = site.look().ask("/lower-back", query="a=%0d%0aSet-Cookie:%20x=1")
    assert led.headers["Location"] == "/lower-back/?a=%0d%0aSet-Cookie:%20x=1"
    assert "Set-Cookie" not in led.headers


def test_a_missing_slash_is_put_there_and_the_query_kept(live, site):
    led = site.look().ask("/lower-back/check", query="a=b")
    assert (led.status, led.headers["Location"]) == (301, "/lower-back/check/?a=b")


@pytest.mark.parametrize("host", ["elsewhere.example", "", "127.0.0.1.evil", "[", "a b"])
def test_it_answers_for_no_other_host(live, site, host):
    asked = [site.look().ask(path, host=host) for path in ("/lower-back/", "/admin/", "/nothing/")]
    assert {(each.status, each.headers["Cache-Control"]) for each in asked} == {(400, "no-store")}
    assert behind(site, "/lower-back/", host=host).status == 400


def test_what_one_asks_by_http_is_led_to_https(live, site, settings):
    site.look()
    settings.SECURE_SSL_REDIRECT = True
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    site.front.django = get_wsgi_application()
    led = site.ask("/lower-back/", x_forwarded_proto="http", host="localhost")
    assert (led.status, led.headers["Location"]) == (301, "https://localhost/lower-back/")
    assert site.ask("/lower-back/", x_forwarded_proto="https", host="localhost").status == 200


def test_a_query_changes_nothing_but_where_a_code_is_asked_for(live, site):
    site.look()
    assert site.ask("/lower-back/", query="utm=1").body == site.ask("/lower-back/").body
    assert site.ask("/e/", query=f"code={live.code}").headers["Location"] == f"/e/{live.code}/"


def test_a_code_is_answered_and_read_however_it_is_typed(live, site):
    site.look()
    with CaptureQueriesContext(connection) as queries:
        assert "current edition" in site.ask(f"/e/{live.code}/").text
    assert len(queries) == 0
    typed = live.code.lower().replace("-", "")
    assert site.ask(f"/e/{typed}/").status == behind(site, f"/e/{typed}/").status != 500


def test_a_pdf_is_asked_for_until_it_is_made(live, site):
    path = "/lower-back/leaflet.pdf"
    assert site.look().ask(path).status == 503
    paper.make(live.renderings.last(), "a4")
    site.look()
    with CaptureQueriesContext(connection) as queries:
        assert site.ask(path).body.startswith(b"%PDF")
    assert len(queries) == 0


def test_a_withdrawn_leaflet_has_no_pdf(live, site, reviewer):
    paper.make(live.renderings.last(), "a4")
    site.look()
    actions.withdraw(edition=live, by=reviewer, reason="The number has changed.")
    gone = site.look().ask("/lower-back/leaflet.pdf")
    assert (gone.status, gone.headers["Content-Type"]) == (410, "text/html; charset=utf-8")


def test_staff_are_answered_by_django(live, site):
    assert site.look().ask("/admin/login/").status == 200
    assert site.ask("/admin").status == 301


def test_staff_who_are_many_or_slow_leave_room_for_patients(live, site, monkeypatch):
    monkeypatch.setattr(front, "PATIENCE", 0.1)
    site.look()
    room = site.front.room["staff"]
    while room.acquire(blocking=False):
        pass
    busy = site.ask("/admin/login/")
    assert (busy.status, busy.headers["Retry-After"], busy.headers["Cache-Control"]) == (
        503,
        "30",
        "no-store",
    )
    assert site.ask("/lower-back/").status == 200
    room.release()
    assert site.ask("/admin/login/").status == site.ask("/admin/login/").status == 200


def test_staff_who_come_when_all_are_busy_wait_until_somebody_was_answered(live, site):
    room = site.look().front.room["staff"]
    while room.acquire(blocking=False):
        pass
    freed = threading.Timer(0.2, room.release)
    freed.start()
    assert site.ask("/admin/login/").status == 200
    freed.join()


def test_so_many_wait_and_no_more(live, site):
    room = site.look().front.room["staff"]
    for places in (room, site.front.queue):
        while places.acquire(blocking=False):
            pass
    begun = time.monotonic()
    assert site.ask("/admin/login/").status == 503
    assert time.monotonic() - begun < front.PATIENCE


def test_the_style_sheet_is_there_while_all_media_are_read_slowly(live, site):
    site.look()
    while site.front.room["media"].acquire(blocking=False):
        pass
    assert site.ask("/media/0.mp4").status == 503
    styles = site.ask("/static/leaflets/site.css")
    assert (styles.status, styles.headers["Content-Length"]) == (200, str(len(styles.body)))


def test_a_request_that_fails_gives_its_room_back(live, site):
    def broken(environ, start_response):
        raise RuntimeError("broken")

    site.look().front.django = broken
    for _ in range(50):
        with pytest.raises(RuntimeError):
            site.ask("/admin/login/")


def test_health_says_that_the_process_answers_and_readiness_whether_all_is_well(live, site):
    assert (site.ask("/healthz").status, site.ask("/readyz").status) == (200, 503)
    site.look()
    assert site.ask("/readyz").text == '{"ready": true, "problems": []}\n'


def test_the_style_sheet_of_a_board_is_ready_too(live, site, settings):
    settings.SITE_COLOUR = "#5b2a86"
    site.look()
    address = re.search('rel="stylesheet" href="([^"]+)"', site.ask("/lower-back/").text)[1]
    with CaptureQueriesContext(connection) as queries:
        assert site.ask(address).text.endswith(":root{--brand:#5b2a86}")
    assert len(queries) == 0
