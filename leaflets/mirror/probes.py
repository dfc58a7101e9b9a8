"""What whoever runs the site asks of a process: is it there, is it as it should be, and its numbers."""

import hmac
import json
from typing import NamedTuple

from django.conf import settings
from prometheus_client import CONTENT_TYPE_LATEST

from leaflets.metrics import Numbers
from leaflets.mirror.storing import MediaStore

PLAIN = "text/plain; charset=utf-8"


class Told(NamedTuple):
    """An answer that is never kept: its status as "200 OK", its body, and what that is."""

    status: str
    body: bytes
    kind: str = PLAIN


class Probes:
    """The addresses that answer under every host name and ask nobody. `watcher` is the Watcher of the process."""

    def __init__(self, watcher):
        self.watcher, self.media = watcher, MediaStore()
        self.numbers = Numbers(watcher, self.problems)
        self.at = {"/healthz": self.alive, "/readyz": self.ready, "/readyz/pages": self.pages}

    def answer(self, environ):
        """Return what is Told at the address that is asked for; None where it is no such address."""
        path = environ["PATH_INFO"]
        if path in self.at:
            return self.at[path]()
        # To everybody else there is no such page.
        if path == "/metrics" and _may_read(environ.get("HTTP_AUTHORIZATION", "")):
            return Told("200 OK", self.numbers.text(), CONTENT_TYPE_LATEST)
        return None

    def alive(self):
        """Say that this process answers."""
        return Told("200 OK", b"ok\n")

    def ready(self):
        """Say whether all is as it should be, and what is not."""
        problems = self.problems()
        said = json.dumps({"ready": not problems, "problems": problems}) + "\n"
        return Told("503 Service Unavailable" if problems else "200 OK", said.encode())

    def problems(self):
        """Return what is wrong, as sentences; none if all is well."""
        return self.watcher.problems() + self.media.problems()

    def pages(self):
        """Say whether patients can be answered, whatever else is wrong."""
        if self.watcher.shown.complete:
            return Told("200 OK", b"ok\n")
        return Told("503 Service Unavailable", b"Not all pages are ready yet.\n")


def _may_read(authorization):
    expected = f"Bearer {settings.METRICS_TOKEN}"
    return bool(settings.METRICS_TOKEN) and hmac.compare_digest(authorization.encode(), expected.encode())
