"""Asks the site from outside, by its own address, as a browser does; follows nothing and keeps nothing."""

import http.client
import socket
import ssl
import time
from typing import NamedTuple
from urllib.parse import urlsplit

PATIENCE = 10


class Answer(NamedTuple):
    """The status, the headers as pairs, the body; from which address it was asked; days that the certificate holds."""

    status: int
    headers: list
    body: bytes
    address: str
    days: float | None

    def header(self, name):
        """Return what the header says, "" where it is not there."""
        return next((value for given, value in self.headers if given.lower() == name.lower()), "")

    def cookies(self):
        """Return what the answer sets, as pairs of a whole cookie's name and all that is said of it."""
        said = [value for name, value in self.headers if name.lower() == "set-cookie"]
        return [(each.partition("=")[0], each) for each in said]


def ask(url, method="GET", body=None, **headers):
    """Return the Answer at `url`; accept_language="cy" is a header. Raises OSError or http.client.HTTPException."""
    parts = urlsplit(url)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    # From an address that no proxy on this machine has, so that the two can be told apart.
    source = ("127.0.0.2", 0) if _is_loopback(parts.hostname) else None
    connection = kind(parts.hostname, parts.port, timeout=PATIENCE, source_address=source)
    try:
        connection.connect()
        address, days = connection.sock.getsockname()[0], _days(connection.sock)
        given = {name.replace("_", "-").title(): value for name, value in headers.items()}
        connection.request(method, parts.path or "/", body, given)
        answer = connection.getresponse()
        return Answer(answer.status, answer.getheaders(), answer.read(), address, days)
    finally:
        connection.close()


def _is_loopback(host):
    try:
        return socket.getaddrinfo(host, None, socket.AF_INET)[0][4][0].startswith("127.")
    except OSError:
        return False


def _days(sock):
    if not isinstance(sock, ssl.SSLSocket):
        return None
    return (ssl.cert_time_to_seconds(sock.getpeercert()["notAfter"]) - time.time()) / 86400
