"""Asks a web address whether it answers: https only, public machines only, and no longer than it is given.

Editors write the addresses, so one could lead into the network that this site stands in. A name is resolved once, all
that it stands for must be public, and the connection goes there, whatever the name says a moment later. The same holds
after each redirect. One GET is sent, since many sites answer HEAD wrongly, and of the answer no more is read than its
head.
"""

import http.client
import socket
import ssl
import threading
import time
from contextlib import suppress
from http import HTTPStatus
from ipaddress import ip_address, ip_network
from typing import NamedTuple
from urllib.parse import quote, urljoin, urlsplit

from django.conf import settings

MOST_REDIRECTS = 5
# Whoever answers so is there. Many sites answer programs so, and people otherwise.
REFUSES_PROGRAMS = {401, 403, 405, 406, 429, 451, 999}
UNICAST = ip_network("2000::/3")


class Answer(NamedTuple):
    """What came of asking: whether anything answered over https at all, what is wrong in words, and what to look at."""

    reached: bool
    problem: str = ""
    note: str = ""


class _Refused(Exception):
    """The address is not asked; the message says why."""


def is_public(address):
    """Return whether an IP address, as text, is one that anybody on the internet reaches."""
    ip = ip_address(address)
    ip = getattr(ip, "ipv4_mapped", None) or ip
    # What carries an IPv4 address inside could carry a private one.
    plain = ip.version == 4 or (ip in UNICAST and not ip.sixtofour)
    return plain and ip.is_global and not ip.is_multicast


def resolved(host, port):
    """Return the IP addresses that a host's name stands for. Raises OSError."""
    return [found[4][0] for found in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


class Asker:
    """Asks addresses, each for so many `seconds` at most, redirects included.

    `may_reach` says of an IP address whether it may be asked, `resolve` which ones a host has, and `context` which
    certificates are trusted: tests give their own, to ask a server of theirs.
    """

    def __init__(self, seconds, *, may_reach=is_public, resolve=resolved, context=None):
        self._seconds, self._may_reach, self._resolve = seconds, may_reach, resolve
        self._context = context or ssl.create_default_context()

    def ask(self, address):
        """Return the Answer of `address`."""
        deadline, reached = time.monotonic() + self._seconds, False
        try:
            for _ in range(MOST_REDIRECTS + 1):
                status, location = self._get(address, deadline)
                reached = True
                if not (300 <= status < 400 and location):
                    return _judged(status)
                address = urljoin(address, location)
            return Answer(True, f"it leads on more than {MOST_REDIRECTS} times")
        except _Refused as refused:
            return Answer(reached, str(refused))
        except (OSError, http.client.HTTPException, ValueError) as error:
            late = time.monotonic() >= deadline
            return Answer(
                reached, f"no answer within {self._seconds:g} seconds" if late else _in_words(error)
            )

    def _get(self, address, deadline):
        """Return (status, where it leads on or None)."""
        parts = urlsplit(address)
        if parts.scheme != "https" or not parts.hostname or "@" in parts.netloc:
            raise _Refused("it leads to an address that is not https")
        host, port = parts.hostname.encode("idna").decode(), parts.port or 443
        machine = self._machine(host, port)
        left = deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        connection = _Connection(host, port, machine, timeout=left, context=self._context)
        # The connection's own limit is for each piece of an answer: whoever sends a letter at a time would go on.
        cut = threading.Timer(left, connection.cut)
        cut.daemon = True
        cut.start()
        try:
            connection.request("GET", _path(parts), headers={"User-Agent": user_agent(), "Accept": "*/*"})
            response = connection.getresponse()
            return response.status, response.headers.get("Location")
        finally:
            cut.cancel()
            connection.close()

    def _machine(self, host, port):
        found = self._resolve(host, port)
        if not found or not all(map(self._may_reach, found)):
            raise _Refused("it leads into a private network, where it is not asked")
        return found[0]


class _Connection(http.client.HTTPSConnection):
    """Goes to one machine, and asks it for the certificate of the host."""

    def __init__(self, host, port, machine, **options):
        super().__init__(host, port, **options)
        self._machine = machine

    def connect(self):
        plain = socket.create_connection((self._machine, self.port), self.timeout)
        self.sock = self._context.wrap_socket(plain, server_hostname=self.host, do_handshake_on_connect=False)
        self.sock.do_handshake()

    def cut(self):
        """End it while another thread waits for it."""
        if self.sock:
            # The plain one's: that of TLS takes away what the other thread is using.
            with suppress(OSError):
                socket.socket.shutdown(self.sock, socket.SHUT_RDWR)


def user_agent():
    """Return how we introduce ourselves to the sites that are asked."""
    return f"Self-help leaflets, checking links (+{settings.SITE_URL})"


def _path(parts):
    safe = "/%:@!$&'()*+,;=~-._?"
    return quote(parts.path or "/", safe) + (f"?{quote(parts.query, safe)}" if parts.query else "")


def _judged(status):
    try:
        words = f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        words = str(status)
    if status in REFUSES_PROGRAMS:
        return Answer(True, note=words)
    return Answer(True) if 200 <= status < 400 else Answer(True, words)


def _in_words(error):
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate is not valid: {error.verify_message}"
    if isinstance(error, socket.gaierror):
        return "there is no such host"
    if isinstance(error, TimeoutError):
        return "no answer in time"
    if isinstance(error, ssl.SSLError | http.client.HTTPException):
        return "its answer is not of the web"
    return "nothing answers there" if isinstance(error, OSError) else "it is no web address"
