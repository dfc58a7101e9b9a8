"""The site as it is in use: the press in front of Django, looked at by hand instead of once a second."""

from typing import NamedTuple
from wsgiref.util import setup_testing_defaults

import pytest
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import OperationalError, close_old_connections, connection

from config import headers
from leaflets import clock
from leaflets.mirror.folder import Folder
from leaflets.mirror.front import Front
from leaflets.mirror.watching import Watcher


class Answered(NamedTuple):
    """What was answered: the status as a number, the headers, the body."""

    status: int
    headers: dict
    body: bytes

    @property
    def text(self):
        return self.body.decode()


class Site:
    """One process of the site with a mirror below `root`. Nothing happens by itself."""

    def __init__(self, root):
        self.watcher = Watcher(Folder(root))
        self.front = Front(get_wsgi_application(), self.watcher, headers.bare())

    def look(self):
        """Learn of what happened and write the mirror, as the threads do."""
        self.watcher.look()
        while self.watcher.work.is_left:
            self.watcher.look()
        self.watcher.writer.write()
        return self

    def load(self):
        """Show what the mirror holds, as a start does before the database has answered."""
        self.watcher.show_mirror()
        return self

    def ask(self, path, method="GET", query="", **headers):
        """Return how this process answers; accept_encoding="gzip" is a header."""
        environ = {"PATH_INFO": path, "REQUEST_METHOD": method, "QUERY_STRING": query}
        environ |= {f"HTTP_{name.upper()}": value for name, value in {"host": "127.0.0.1", **headers}.items()}
        setup_testing_defaults(environ)
        started = {}

        def start_response(status, headers, exc_info=None):
            assert len({name.lower() for name, _ in headers}) == len(headers), "A header is there twice."
            started.update(status=int(status[:3]), headers=dict(headers))

        parts = self.front(environ, start_response)
        try:
            return Answered(**started, body=b"".join(parts))
        finally:
            getattr(parts, "close", lambda: None)()


@pytest.fixture(autouse=True)
def _clock_of_its_own(monkeypatch):
    monkeypatch.setattr(clock, "_latest", None)


@pytest.fixture
def site(db, tmp_path):
    """A process that has not looked yet."""
    # The connection is the test's own, which Django would close after each request.
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield Site(tmp_path / "mirror")
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def open_site(site):
    """A function that starts another process of the same site, with the same mirror."""
    return lambda: Site(site.watcher.folder.root)


@pytest.fixture
def database_down(site, monkeypatch):
    """A function after which the database answers nothing."""

    def refuse(*args, **kwargs):
        raise OperationalError("The database is down.")

    yield lambda: monkeypatch.setattr(connection, "cursor", refuse)
    # Before the test's own connection ends.
    monkeypatch.undo()
