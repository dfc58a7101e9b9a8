"""The mirror is a plain static site: nginx serves it as this site answers."""

import http.client
import os
import socket
import subprocess
import time
from pathlib import Path

import pytest

from leaflets import actions, paper
from leaflets.mirror.addresses import OF_A_LEAFLET, OF_THE_SITE, PAPERS

pytestmark = pytest.mark.looks

NGINX = Path("/usr/sbin/nginx")
CONFIGURATION = """
daemon off; master_process off; pid {folder}/pid; error_log {folder}/error.log;
events {{ }}
http {{
    access_log off;
    client_body_temp_path {folder}/b; proxy_temp_path {folder}/p; fastcgi_temp_path {folder}/f;
    uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
    server {{ listen 127.0.0.1:{port}; include {root}/current/nginx.conf; }}
}}
"""
# Each server has its own.
OF_THE_SERVER = {"ETag", "Last-Modified", "Date", "Server", "Connection", "Accept-Ranges", "Content-Length"}


@pytest.fixture
def nginx(site, tmp_path):
    """A function that starts nginx on the mirror and gives its port."""
    if not NGINX.exists():
        missing = f"Not tested under nginx: there is no {NGINX} (apt-get install nginx-light)."
        (pytest.fail if os.environ.get("CI") else pytest.skip)(missing)
    processes = []

    def start():
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        said = CONFIGURATION.format(folder=tmp_path, port=port, root=site.watcher.folder.root)
        (tmp_path / "nginx.conf").write_text(said)
        processes.append(
            subprocess.Popen([NGINX, "-c", tmp_path / "nginx.conf", "-e", tmp_path / "error.log"])
        )
        _wait_for(port, tmp_path / "error.log")
        return port

    yield start
    for process in processes:
        process.terminate()
        process.wait()


def _wait_for(port, log):
    for _ in range(200):
        with socket.socket() as tried:
            if tried.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.02)
    pytest.fail(log.read_text())


def get(port, path, **headers):
    connection = http.client.HTTPConnection("127.0.0.1", port)
    connection.request("GET", path, headers=headers)
    response = connection.getresponse()
    body = response.read()
    connection.close()
    return response.status, {k: v for k, v in response.getheaders() if k not in OF_THE_SERVER}, body


def asked(site, path, **headers):
    answered = site.ask(path, **headers)
    return (
        answered.status,
        {name: value for name, value in answered.headers.items() if name not in OF_THE_SERVER},
        answered.body,
    )


@pytest.fixture(params=["live", "withdrawn"])
def state(request):
    return request.getfixturevalue(request.param)


def test_nginx_serves_the_mirror_as_this_site_answers(state, site, nginx):
    edition = state
    paper.make(edition.renderings.last(), "a4")
    paper.make(edition.renderings.last(), "large")
    paths = [each.format("lower-back") for each in (*OF_A_LEAFLET, *PAPERS.values())]
    site.look()
    port = nginx()
    for path in [
        *OF_THE_SITE,
        *paths,
        f"/e/{edition.code}/",
        "/nothing/",
        "/nothing",
        "/other/site/404.html",
    ]:
        status, headers, body = asked(site, path)
        found = get(port, path)
        assert (path, found[0], found[2]) == (path, status, body)
        # It says of what it has packed too that it varies, and what it has not is all one.
        assert {**found[1], "Vary": ""} == {**headers, "Vary": ""}, path


def test_nginx_sends_what_is_packed_already(live, site, nginx):
    site.look()
    _, headers, body = get(nginx(), "/lower-back/", **{"Accept-Encoding": "gzip"})
    assert headers["Content-Encoding"] == "gzip"
    assert body == site.ask("/lower-back/", accept_encoding="gzip").body


def test_nginx_puts_the_missing_slash_there(live, site, nginx):
    site.look()
    status, headers, _ = get(nginx(), "/lower-back/check?a=b")
    assert (status, headers["Location"]) == (301, "/lower-back/check/?a=b")


def test_nginx_shows_a_withdrawal_before_it_was_told_of_it(live, site, nginx, reviewer):
    site.look()
    port = nginx()
    actions.withdraw(edition=live, by=reviewer, reason="The number has changed.", told="Call 111 instead.")
    site.look()
    for page in ("", "check/", "exercises/"):
        assert b"Call 111 instead." in get(port, f"/lower-back/{page}")[2]
