"""The site as deploy/ puts it into service: the command of its systemd unit, and nginx with its files."""

import http.client
import os
import re
import shlex
import signal
import socket
import ssl
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

from tests.deploy.units import lines_of, need
from tests.mirror.running import PROJECT, environment_of, free_port, wait_for
from tests.mirror.world import Staff, begin

NGINX = Path("/usr/sbin/nginx")
DEPLOY, UNIT = PROJECT / "deploy", "leaflets.service"
PUBLIC, ADMIN = "leaflets.example.org", "staff.example.org"
TOKEN = "a-token-of-32-letters-or-more-to-read-numbers"
ENVIRONMENT = {
    "DEBUG": "",
    "DJANGO_SETTINGS_MODULE": "tests.deploy.settings",
    "SECRET_KEY": "k9!fQz3vR7@mW2xT6&bN8^pL4#sD1*gH5(jC0)yE-uA+iO_wVt",
    "ALLOWED_HOSTS": f"{PUBLIC},{ADMIN}",
    "ADMIN_HOST": ADMIN,
    "SITE_URL": f"https://{PUBLIC}",
    "MAIL_FROM": "leaflets@example.org",
    "EMAIL_URL": "smtp://localhost:1",
    "METRICS_TOKEN": TOKEN,
}
# The folders of tests are for one person only.
USER = "user root;" if os.geteuid() == 0 else ""
MAIN = """
{user}
daemon off; pid {folder}/pid; error_log {folder}/error.log;
events {{ }}
http {{
    client_body_temp_path {folder}/b; proxy_temp_path {folder}/p; fastcgi_temp_path {folder}/f;
    uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
    include {folder}/leaflets/leaflets.conf;
}}
"""


class Answered(NamedTuple):
    """What was answered: the status, the headers by name in small letters, the body; each Set-Cookie."""

    status: int
    headers: dict
    body: bytes
    cookies: list

    @property
    def text(self):
        return self.body.decode()


class Production:
    """One process of the site in production, and the staff who work on its content."""

    def __init__(self, folder):
        need("/usr/bin/systemd-analyze", "systemd")
        folder.mkdir(exist_ok=True)
        self.folder, self.port, self.log, self.process = folder, free_port(), folder / "site.log", None
        shared = environment_of(folder, begin("sqlite", folder))
        self.staff = Staff({**shared, "SECRET_KEY": ENVIRONMENT["SECRET_KEY"]})
        self.environment = {**shared, **ENVIRONMENT, "MALLOC_ARENA_MAX": "2"}

    def start(self, ready="/readyz"):
        """Start it by the command of its unit and with no more than that lets it do, and return when it is ready."""
        (said,) = lines_of(UNIT, "ExecStart")
        said = said.replace("--port 8000", f"--port {self.port}")
        said = said.replace("/srv/leaflets/.venv/bin", str(Path(sys.executable).parent))
        command = [sys.executable, "-m", "tests.deploy.filtered", UNIT, *shlex.split(said)]
        with self.log.open("a") as log:
            self.process = subprocess.Popen(
                command, cwd=PROJECT, env=self.environment, stdout=log, stderr=log, start_new_session=True
            )
        wait_for(lambda: self._is(ready))
        return self

    def _is(self, ready):
        assert self.process.poll() is None, self.log.read_text()
        try:
            return self.ask(ready).status == 200
        except OSError:
            return False

    def ask(self, path, host=PUBLIC, method="GET", body=None, **headers):
        """Return what it answers when it is asked as by a proxy of its own."""
        asked = {"Host": host, "X-Forwarded-Proto": "https", "X-Forwarded-For": "192.0.2.9"}
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        return answered(connection, method, path, body, {**asked, **_named(headers)})

    def begin(self, path, host, length):
        """Begin to post to a path so many bytes that are not sent yet; return the connection of http.client."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        connection.putrequest("POST", path, skip_host=True)
        form = "application/x-www-form-urlencoded"
        headers = {"Host": host, "X-Forwarded-Proto": "https", "Content-Type": form, "Content-Length": length}
        for name, value in headers.items():
            connection.putheader(name, str(value))
        connection.endheaders()
        return connection

    def kill(self):
        """End it as a loss of power would."""
        if self.process and self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            wait_for(lambda: not _takes(self.port))

    def close(self):
        """End all of it."""
        self.kill()
        self.staff.close()


class Nginx:
    """nginx with the files of deploy/nginx, its ports and folders replaced, in front of a Production."""

    def __init__(self, folder, site):
        need(NGINX, "nginx-light")
        folder.mkdir()
        self.folder, self.site, self.process = folder, site, None
        self.plain, self.tls = free_port(), free_port()
        _make_certificate(folder / "certificate.pem", folder / "key.pem")
        self._write_configuration()
        self.trusted = ssl.create_default_context(cafile=folder / "certificate.pem")

    def _write_configuration(self):
        replaced = {
            "/etc/nginx/leaflets/certificate.pem": f"{self.folder}/certificate.pem",
            "/etc/nginx/leaflets/key.pem": f"{self.folder}/key.pem",
            "/etc/nginx/leaflets/": f"{self.folder}/leaflets/",
            "/var/lib/leaflets": str(self.site.folder),
            "/srv/leaflets/var": f"{self.folder}/var",
            "/var/log/nginx/": f"{self.folder}/",
            "127.0.0.1:8000": f"127.0.0.1:{self.site.port}",
            "127.0.0.1:8099": f"127.0.0.1:{free_port()}",
            "listen 80": f"listen 127.0.0.1:{self.plain}",
            "listen 443": f"listen 127.0.0.1:{self.tls}",
        }
        (self.folder / "leaflets").mkdir()
        for file in (DEPLOY / "nginx").iterdir():
            said = re.sub(r"(?m)^ *listen \[::\].*\n", "", file.read_text())
            for old, new in replaced.items():
                said = said.replace(old, new)
            (self.folder / "leaflets" / file.name).write_text(said)
        (self.folder / "nginx.conf").write_text(MAIN.format(folder=self.folder, user=USER))

    def start(self):
        """Start it, and return when it takes connections."""
        command = [NGINX, "-c", self.folder / "nginx.conf", "-e", self.folder / "error.log"]
        self.process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
        wait_for(self._is_open)
        return self

    def _is_open(self):
        assert self.process.poll() is None, self.process.stderr.read()
        return _takes(self.tls)

    def reload(self):
        """Let it read its configuration again."""
        self.process.send_signal(signal.SIGHUP)

    def ask(self, path, host=PUBLIC, method="GET", body=None, **headers):
        """Return what it answers by https."""
        connection = http.client.HTTPSConnection(host, self.tls, context=self.trusted)
        plain = socket.create_connection(("127.0.0.1", self.tls), timeout=30)
        connection.sock = self.trusted.wrap_socket(plain, server_hostname=host)
        return answered(connection, method, path, body, {"Host": host, **_named(headers)})

    def ask_in_the_clear(self, path, host=PUBLIC):
        """Return what it answers by http."""
        connection = http.client.HTTPConnection("127.0.0.1", self.plain, timeout=30)
        return answered(connection, "GET", path, None, {"Host": host})

    def close(self):
        """End it."""
        if self.process:
            self.process.terminate()
            self.process.communicate()


def answered(connection, method, path, body, headers):
    """Ask over an http.client connection, and return what is Answered."""
    try:
        connection.request(method, path, body, headers)
        response = connection.getresponse()
        said = {name.lower(): value for name, value in response.getheaders()}
        return Answered(response.status, said, response.read(), response.headers.get_all("Set-Cookie") or [])
    finally:
        connection.close()


def _named(headers):
    return {name.replace("_", "-"): value for name, value in headers.items()}


def _takes(port):
    with socket.socket() as tried:
        return tried.connect_ex(("127.0.0.1", port)) == 0


def _make_certificate(certificate, key):
    names = f"subjectAltName=DNS:{PUBLIC},DNS:{ADMIN}"
    command = (
        "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=test"
    )
    more = ["-addext", names, "-out", certificate, "-keyout", key]
    subprocess.run([*command.split(), *more], check=True, capture_output=True)
