"""The site as it is installed: settings of production, PostgreSQL with two roles, and people who ask it by HTTP."""

import http.client
import os
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import psycopg
from psycopg import sql

ROOT = Path(__file__).parent.parent
HOST = "leaflets.example.org"
GOOD = {
    "SECRET_KEY": "k9!fQz3vR7@mW2xT6&bN8^pL4#sD1*gH5(jC0)yE-uA+iO_wVt",
    "ALLOWED_HOSTS": HOST,
    "MEDIA_ROOT": "/tmp/media",
    "MIRROR_ROOT": "/tmp/mirror",
    "DATABASE_URL": "sqlite:////tmp/none.sqlite3",
    "ANCHOR_FILE": "/tmp/anchors.jsonl",
    "SITE_URL": f"https://{HOST}",
    "MAIL_FROM": "Leaflets <leaflets@example.org>",
    "EMAIL_URL": "smtp://leaflets:secret@mail.example.org",
}


def production(folder, **changes):
    """Return the environment of production whose files are in `folder`, with changes; None takes a variable away."""
    places = {
        "MEDIA_ROOT": f"{folder}/media",
        "MIRROR_ROOT": f"{folder}/mirror",
        "ANCHOR_FILE": f"{folder}/anchors.jsonl",
        "DATABASE_URL": f"sqlite:///{folder}/site.sqlite3",
        "EMAIL_URL": "console:",
    }
    given = {**GOOD, **places, **changes}
    fixed = {"PATH": os.environ["PATH"], "DJANGO_SETTINGS_MODULE": "config.settings"}
    return fixed | {name: value for name, value in given.items() if value is not None}


def run(environment, *command):
    """Run Python with these arguments in an environment, and return what came of it."""
    return subprocess.run(
        [sys.executable, *command], cwd=ROOT, env=environment, capture_output=True, text=True
    )


def manage(environment, *command):
    """Run a command of manage.py."""
    return run(environment, "manage.py", *command)


class Roles:
    """A database of a server for PostgreSQL, and the addresses at which its two roles and a superuser find it."""

    def __init__(self, url, name):
        self.superuser, self.name = url, name
        place = url.rpartition("/")[0].rpartition("@")[2]
        self.owner = f"postgresql://{name}_owner:of%40all@{place}/{name}"
        self.application = self.url = f"postgresql://{name}_site:pass%2Fword@{place}/{name}"

    def environment(self, folder, **changes):
        """Return what the site finds in its environment."""
        uncollected = {"DJANGO_SETTINGS_MODULE": "tests.deploy.settings"}
        return production(folder, DATABASE_URL=self.application, **changes) | uncollected

    def of_the_owner(self, folder):
        """Return what whoever installs it has in theirs."""
        return self.environment(folder, OWNER_DATABASE_URL=self.owner, SUPERUSER_DATABASE_URL=self.superuser)

    def as_application(self):
        """Return a connection as the site's role."""
        return psycopg.connect(self.application, autocommit=True)

    def remove(self):
        with psycopg.connect(self.superuser, autocommit=True) as server:
            server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(self.name)))
            for role in ("owner", "site"):
                server.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(f"{self.name}_{role}")))


class Visitor:
    """Somebody with a browser, behind the proxy that takes https to the site at a port of this machine."""

    def __init__(self, port):
        self.port, self.cookies, self.text = port, {}, ""

    def get(self, path):
        """Ask for a page, remember it, and return its status."""
        return self._ask("GET", path)

    def post(self, path, **typed):
        """Fill in the form at `path`, send it, and return the status of the answer."""
        assert self.get(path) == 200, self.text[:300]
        form = Form(self.text)
        return self._ask("POST", path, urlencode({**form.fields, **typed}, doseq=True))

    def _ask(self, method, path, body=None):
        headers = {
            "Host": HOST,
            "X-Forwarded-Proto": "https",
            "X-Forwarded-For": "192.0.2.9",
            "Referer": f"https://{HOST}{path}",
            "Content-Type": "application/x-www-form-urlencoded",
            "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
        }
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            self.text, self.led = answer.read().decode(), urlsplit(answer.getheader("Location", "")).path
        finally:
            connection.close()
        for said in answer.headers.get_all("Set-Cookie", []):
            name, _, value = said.partition(";")[0].partition("=")
            self.cookies[name] = value
        return answer.status


class Form(HTMLParser):
    """What the forms on a page send when nothing is changed on them, `fields`."""

    def __init__(self, text):
        super().__init__()
        self.fields, self._name, self._select = {}, None, None
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        said = dict(attrs)
        name, value = said.get("name"), said.get("value") or ""
        if tag == "input" and name and said.get("type") not in ("submit", "file"):
            if said.get("type") not in ("checkbox", "radio") or "checked" in said:
                self._add(name, value or ("on" if said.get("type") == "checkbox" else ""))
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select and "selected" in said:
            self._add(self._select, value)
        elif tag == "textarea" and name:
            self._name, self.fields[name] = name, [""]

    def handle_data(self, data):
        if self._name:
            # The line break after the tag is not part of what it holds.
            held = self.fields[self._name]
            held[0] += data.removeprefix("\n") if not held[0] else data

    def handle_endtag(self, tag):
        if tag == "textarea":
            self._name = None
        elif tag == "select":
            self._select = None

    def _add(self, name, value):
        self.fields.setdefault(name, []).append(value)
