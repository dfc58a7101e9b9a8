"""The site behind nginx, with the files that an installation uses: what patients and staff get, whatever is away."""

import http.client
import json
import re
import ssl
import time
from urllib.parse import urlencode

import pytest

from leaflets.mirror.addresses import OF_A_LEAFLET, OF_THE_SITE
from tests.deploy.production import ADMIN, PUBLIC, TOKEN, Nginx, Production
from tests.mirror.running import PROJECT, wait_for

pytestmark = pytest.mark.looks
# What each server says of its own connection.
OF_THE_SERVER = {"date", "server", "connection", "transfer-encoding", "keep-alive", "x-request-id"}
# nginx makes these of a file itself.
OF_A_FILE = OF_THE_SERVER | {"etag", "last-modified", "accept-ranges", "vary"}
OF_ITS_TIME = {"content-length", "set-cookie", "expires"}
PAGES = ["/", "/lower-back/", "/lower-back/check/", "/lower-back/exercises/", "/lower-back.json", "/feed.xml"]
HSTS = "max-age=63072000; includeSubDomains; preload"
PERSONAL = ("Moira", "moira@example.org", "203.0.113.77", "s3cret", "127.0.0.1")


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    site = Production(tmp_path_factory.mktemp("production") / "site")
    site.start()
    wait_for(lambda: (site.folder / "mirror" / "current" / "nginx.conf").exists())
    yield site
    site.close()


@pytest.fixture(scope="module")
def nginx(site):
    nginx = Nginx(site.folder.parent / "nginx", site)
    nginx.start()
    yield nginx
    nginx.close()


@pytest.fixture(scope="module")
def video(site):
    return re.search(r"/media/[0-9a-f]{64}\.mp4", site.ask("/lower-back/exercises/").text)[0]


@pytest.fixture(scope="module")
def session(site):
    return f"__Host-session={site.staff('session', 'editor')}"


def without(headers, names):
    return {name: value for name, value in headers.items() if name not in names}


def test_each_header_through_nginx_is_the_one_that_the_site_sends(site, nginx, video):
    paths = [*OF_THE_SITE, *(each.format("lower-back") for each in OF_A_LEAFLET), video]
    paths += [
        "/static/leaflets/site.css",
        "/nothing/",
        "/lower-back",
        "/e/?code=nothing",
        "/admin/login/",
        "/metrics",
    ]
    for path in paths:
        for headers in ({}, {"Accept-Encoding": "br"}, {"Accept-Encoding": "gzip", "If-None-Match": "*"}):
            direct, through = site.ask(path, **headers), nginx.ask(path, **headers)
            assert (path, through.status, through.body) == (path, direct.status, direct.body)
            expected = {**without(direct.headers, OF_THE_SERVER), "strict-transport-security": HSTS}
            assert without(through.headers, OF_THE_SERVER) == expected, path
            assert not re.search(r"\d", through.headers["server"])


def test_each_header_of_a_page_for_staff_is_the_one_that_the_site_sends(site, nginx, session):
    for path in ("/admin/", "/admin/login/", "/admin/leaflets/leaflet/", "/admin/nothing/"):
        direct = site.ask(path, ADMIN, Cookie=session)
        through = nginx.ask(path, ADMIN, Cookie=session)
        assert (path, through.status) == (path, direct.status)
        assert without(through.headers, OF_THE_SERVER | OF_ITS_TIME) == without(
            direct.headers, OF_THE_SERVER | OF_ITS_TIME
        )
        assert re.fullmatch("[0-9a-f]{32}", through.headers["x-request-id"])


def test_http_leads_to_https_and_strangers_are_told_nothing(nginx):
    led = nginx.ask_in_the_clear("/lower-back/?a=b")
    assert (led.status, led.headers["location"]) == (301, f"https://{PUBLIC}/lower-back/?a=b")
    with pytest.raises(http.client.RemoteDisconnected):
        nginx.ask_in_the_clear("/", host="elsewhere.example")
    with pytest.raises(ssl.SSLError):
        nginx.ask("/", host="elsewhere.example")


def test_staff_have_a_host_of_their_own(nginx):
    assert nginx.ask("/admin/login/").status == 404
    assert nginx.ask("/admin/login/", ADMIN).status == 200
    assert nginx.ask("/lower-back/", ADMIN).status == 200


def test_parts_of_a_video_are_sent(site, nginx, video):
    for asked in ("bytes=0-99", "bytes=-100", "bytes=100-", "bytes=999999999-"):
        direct, through = site.ask(video, Range=asked), nginx.ask(video, Range=asked)
        assert (through.status, through.body) == (direct.status, direct.body)
        assert through.headers["content-range"] == direct.headers["content-range"]


def test_numbers_are_for_whoever_asks_the_application_itself(site, nginx):
    assert nginx.ask("/metrics", Authorization=f"Bearer {TOKEN}").status == 404
    assert "leaflets_pages" in site.ask("/metrics", Authorization=f"Bearer {TOKEN}").text


def sign_in(nginx, password, **headers):
    page = nginx.ask("/admin/login/", ADMIN)
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page.text)[1]
    cookie = page.cookies[0].partition(";")[0]
    form = urlencode({"csrfmiddlewaretoken": token, "username": "auditor", "password": password})
    headers |= {
        "Cookie": cookie,
        "Origin": f"https://{ADMIN}",
        "Content-Type": "application/x-www-form-urlencoded",
    }
    return nginx.ask("/admin/login/", ADMIN, "POST", form, **headers).status


def test_nobody_evades_the_counting_of_wrong_passwords_by_a_made_up_address(nginx):
    assert sign_in(nginx, "demo-password") == 302
    for number in range(5):
        headers = {"X-Forwarded-For": f"203.0.113.{number}", "X-Real-IP": f"203.0.113.{number}"}
        assert sign_in(nginx, "wrong", **headers, Forwarded=f"for=203.0.113.{number}") == 200
    # As many as one address has: the right one is refused too.
    assert sign_in(nginx, "demo-password", **{"X-Forwarded-For": "203.0.113.99"}) == 200


def test_no_header_makes_another_host_or_scheme_of_it(nginx):
    asked = nginx.ask("/admin/login/", **{"X-Forwarded-Host": ADMIN, "X-Forwarded-Proto": "http"})
    assert asked.status == 404


def test_uploads_fit_and_what_is_larger_is_told_in_a_sentence(nginx, session):
    form = {"Cookie": session, "Content-Type": "multipart/form-data; boundary=x"}
    large = nginx.ask("/admin/login/", ADMIN, "POST", b"-" * 20_000_000, **form)
    assert large.status == 403
    announced = {**form, "Content-Length": "200000000"}
    refused = nginx.ask("/admin/login/", ADMIN, "POST", None, **announced)
    assert refused.status == 413
    assert "larger than this site can take" in refused.text
    assert refused.headers["cache-control"] == "no-store"
    assert nginx.ask("/lower-back/", PUBLIC, "POST", b"-" * 5000).status == 413


def test_a_number_that_somebody_made_up_is_not_taken(nginx):
    given = "0" * 32
    assert nginx.ask("/admin/login/", ADMIN, **{"X-Request-ID": given}).headers["x-request-id"] != given


def test_neither_log_says_who_anybody_is(site, nginx, session):
    told = {
        "User-Agent": "Moira",
        "Referer": "https://moira@example.org/",
        "X-Forwarded-For": "203.0.113.77",
        "Cookie": f"{session}; Moira=s3cret",
    }
    form = {**told, "Content-Type": "application/x-www-form-urlencoded"}
    for path in ("/admin/leaflets/leaflet/", "/admin/Moira/", "/admin/password_reset/MQ/s3cret-s3cret/"):
        number = nginx.ask(f"{path}?q=Moira&code=s3cret", ADMIN, **told).headers["x-request-id"]
        nginx.ask(path, ADMIN, "POST", "name=Moira&mail=moira@example.org", **form)
    nginx.ask("/lower-back/?q=Moira", **told)
    sign_in(nginx, "s3cret")
    own = [json.loads(line) for line in site.log.read_text().splitlines()]
    front = [json.loads(line) for line in (nginx.folder / "leaflets.log").read_text().splitlines()]
    for logged in (own, front):
        assert [entry for entry in logged if entry.get("request_id") == number]
    for file in (site.log, nginx.folder / "leaflets.log", nginx.folder / "leaflets-error.log"):
        lines = file.read_text()
        assert [word for word in PERSONAL if word in lines] == []
        assert "session" not in lines


def test_where_the_application_is_away_pages_come_from_files_and_withdrawals_hold(site, nginx, video):
    (nginx.folder / "var" / "static" / "leaflets").mkdir(parents=True)
    style = (PROJECT / "leaflets" / "static" / "leaflets" / "site.css").read_bytes()
    (nginx.folder / "var" / "static" / "leaflets" / "site.css").write_bytes(style)
    site.staff("withdraw", "leaflet-1", "Call 111 instead.")
    wait_for(lambda: site.ask("/leaflet-1/").status == 410)
    file = site.folder / "mirror" / "current" / "site" / "leaflet-1" / "index.html"
    wait_for(lambda: "Call 111 instead." in file.read_text())
    before = {path: nginx.ask(path) for path in [*PAGES, "/nothing/"]}
    part = nginx.ask(video, Range="bytes=10-99")
    site.kill()
    try:
        for path, answer in before.items():
            now = nginx.ask(path)
            assert (path, now.status, now.body) == (path, answer.status, answer.body)
            assert without(now.headers, OF_A_FILE | {"content-length"}) == without(
                answer.headers, OF_A_FILE | {"content-length"}
            )
        now = nginx.ask(video, Range="bytes=10-99")
        assert (now.status, now.body) == (206, part.body)
        for name in ("content-type", "content-range", "cache-control", "x-content-type-options"):
            assert now.headers[name] == part.headers[name]
        assert nginx.ask("/static/leaflets/site.css").body == style
        for path in ("/static/leaflets/site.css", video):
            said = nginx.ask(path).headers
            assert "default-src 'none'" in said["content-security-policy"]
            assert said["cross-origin-resource-policy"] == "same-origin"
            assert said["strict-transport-security"]
        for path in ("/media/paper/a.pdf", "/static/../media/", "/static/%2e%2e/key.pem"):
            assert nginx.ask(path).status in (400, 404)
        assert "Call 111 instead." in nginx.ask("/leaflet-1/").text
        # As the path unit does after each change.
        nginx.reload()
        wait_for(lambda: nginx.ask("/leaflet-1/").status == 410)
        away = nginx.ask("/admin/", ADMIN)
        assert (away.status, away.headers["retry-after"]) == (503, "30")
        assert "does not answer now" in away.text
    finally:
        site.start()
    wait_for(lambda: nginx.ask("/admin/login/", ADMIN).status == 200)


def test_told_to_end_it_ends_what_it_has_begun_and_is_not_there_after(site):
    connection = site.begin("/admin/login/", ADMIN, 2)
    connection.send(b"a")
    time.sleep(0.5)
    site.process.terminate()
    time.sleep(0.5)
    connection.send(b"=")
    # It was read to the end, and refused as a form that nobody was given.
    with connection.getresponse() as response:
        assert response.status == 403
    connection.close()
    begun = time.monotonic()
    assert site.process.wait(timeout=30) == 0
    assert time.monotonic() - begun < 20
    said = [json.loads(line)["message"] for line in site.log.read_text().splitlines()]
    assert not [sentence for sentence in said if "refused to gracefully stop" in sentence]
    site.start()
