"""An answer that is ready: its bytes as they are, by gzip and by Brotli, and its headers (RFC 9110)."""

import gzip
import hashlib
import re
from functools import lru_cache
from typing import NamedTuple

import brotli

from leaflets.mirror.kept import Kept

PLAIN, GZIP, BROTLI = "identity", "gzip", "br"
PREFERRED = (BROTLI, GZIP, PLAIN)
# Below this, packing gains nothing.
SMALL = 256
PACKED = re.compile("text/|application/(json|atom|xml)|image/svg")
# What an answer that is kept takes beside its body: its headers, above all.
OVERHEAD = 1024
# How many bytes of answers are kept ready in memory, beside the files that hold everything.
MOST_KEPT = 10 * 1024 * 1024
# No browser sends longer headers than these, and who does would have them kept, or parsed at length.
LONGEST = {"accepted": 256, "known": 2048}

pack = {
    PLAIN: bytes,
    GZIP: lambda body: gzip.compress(body, 9, mtime=0),
    # Smaller than gzip's best in a third of a millisecond; the best that Brotli can do takes fifty times that.
    BROTLI: lambda body: brotli.compress(body, mode=brotli.MODE_TEXT, quality=5),
}
unpack = {PLAIN: bytes, GZIP: gzip.decompress, BROTLI: brotli.decompress}


class Lost(Exception):
    """The bytes of an answer are not where they were put, or are not what was put there."""


class Answer:
    """What is answered at an address. `status` is as "200 OK"; `headers` are those that no encoding changes.

    `digest` is the SHA-256 of the plain body and `packed` whether it comes packed too. `held` is the body, by Brotli if
    it comes packed, or None where `source` reads it, from the file it knows by the name `file`.
    """

    __slots__ = ("digest", "file", "headers", "held", "packed", "source", "status")

    def __init__(self, status, headers, digest, packed, held=None, source=None, file=None):
        self.status, self.headers, self.digest, self.packed = status, headers, digest, packed
        self.held, self.source, self.file = held, source, file

    def give(self, environ, start_response):
        """Answer a GET or HEAD request, by WSGI. Raises Lost before anything is sent."""
        encoding = chosen(environ.get("HTTP_ACCEPT_ENCODING", "")[: LONGEST["accepted"]], self.packed)
        known = environ.get("HTTP_IF_NONE_MATCH")
        if known and self.status == "200 OK":
            etag, unchanged = _validators(self, encoding)
            if known == etag or (len(known) <= LONGEST["known"] and named(known, etag)):
                start_response("304 Not Modified", unchanged)
                return ()
        headers, body = kept.found.get((self, encoding)) or _ready(self, encoding)
        start_response(self.status, headers)
        return () if environ["REQUEST_METHOD"] == "HEAD" else body

    def etag(self, encoding):
        """Return the strong validator of the answer in an encoding: of its headers too, which no 304 sends again."""
        sign = hashlib.sha256(f"{self.digest}{self.headers}{encoding}".encode()).hexdigest()
        return f'"{sign[:32]}"'

    def body(self, encoding=PLAIN):
        """Return the bytes in an encoding. Raises Lost."""
        held = self.held  # Another thread may have it read from its file from now on.
        if held is None:
            return self.source.body(self, encoding)
        form = BROTLI if self.packed else PLAIN
        return held if encoding == form else pack[encoding](unpack[form](held))


def ready(status, headers, body):
    """Return the Answer with a `body`, bytes, held in memory."""
    packed = len(body) > SMALL and bool(PACKED.match(dict(headers).get("Content-Type", "")))
    held = pack[BROTLI if packed else PLAIN](body)
    return Answer(status, shared(headers), hashlib.sha256(body).hexdigest(), packed, held)


@lru_cache(maxsize=64)
def shared(headers):
    """Return `headers`, a tuple of pairs: the same object for all that are equal, since most answers have the same."""
    return headers


class Weight(NamedTuple):
    """How much somebody wants an encoding, from 0 to 1."""

    encoding: str
    weight: float


@lru_cache(maxsize=256)
def chosen(accepted, packed):
    """Return the encoding to answer in, by an Accept-Encoding header (section 12.5.3); `packed`: there is a choice."""
    if not packed:
        return PLAIN
    weights = dict(_weight(part) for part in accepted.lower().split(",") if part.strip())
    # What is asked for most, and of those the smallest; who asks for none takes it as it is.
    return max(PREFERRED, key=lambda encoding: (_wanted(weights, encoding), -PREFERRED.index(encoding)))


def _weight(part):
    name, _, parameters = part.partition(";")
    match = re.fullmatch(r"\s*q=([01](?:\.\d{0,3})?)\s*", parameters)
    return Weight(name.strip(), float(match[1]) if match else 0.0 if parameters else 1.0)


def _wanted(weights, encoding):
    # The plain form is always allowed: somebody who refuses every form is told something all the same.
    least = 0.0005 if encoding == PLAIN else 0
    return max(least, weights.get(encoding, weights.get("*", least)))


@lru_cache(maxsize=1024)
def named(header, etag):
    """Whether an If-None-Match header names `etag` (section 13.1.2, the weak comparison)."""
    return header.strip() == "*" or etag in re.findall(r'(?:W/)?("[^"]*")', header)


# The headers and the body of what was asked for lately, by Answer and encoding.
kept = Kept(MOST_KEPT)


def _ready(answer, encoding):
    body = answer.body(encoding)
    etag, _ = _validators(answer, encoding)
    headers = [*answer.headers, ("ETag", etag), ("Content-Length", str(len(body)))]
    headers += [("Vary", "Accept-Encoding")] if answer.packed else []
    headers += [("Content-Encoding", encoding)] if encoding != PLAIN else []
    kept.keep((answer, encoding), (headers, (body,)), len(body) + OVERHEAD)
    return headers, (body,)


@lru_cache(maxsize=4096)
def _validators(answer, encoding):
    """The ETag, and the headers of a 304, which are few (section 15.4.5): a browser has the others."""
    etag = answer.etag(encoding)
    unchanged = [("ETag", etag), *(pair for pair in answer.headers if pair[0] == "Cache-Control")]
    return etag, [*unchanged, ("Vary", "Accept-Encoding")] if answer.packed else unchanged
