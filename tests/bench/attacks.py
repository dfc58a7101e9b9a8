"""Misuses a server on this machine for some seconds, then stops.

python -m tests.bench.attacks NAME PORT SECONDS [FILE] prints how much of it there was; FILE is the name of a video.
"""

import os
import random
import resource
import socket
import sys
import time

HEAD = "Host: 127.0.0.1\r\n\r\n"
SMALL = 2048


def connect(port, receive=None):
    """Return a connection to the server, with a small window where it is to be read slowly."""
    made = socket.socket()
    if receive:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive)
    made.settimeout(5)
    made.connect(("127.0.0.1", port))
    return made


def send(port, text):
    """Send `text` over a connection of its own and read what comes of it, a little; a refusal is an answer too."""
    with connect(port) as made:
        try:
            made.sendall(text.encode("latin-1"))
            return made.recv(SMALL)
        except OSError:
            return b""


def half_open(port, over, _):
    """150 connections send a header, a byte at a time, and begin anew where they are cut off."""
    open_, count = [], 0
    while time.time() < over:
        while len(open_) < 150:
            open_.append(connect(port))
            open_[-1].sendall(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX: ")
            count += 1
        open_ = [each for each in open_ if _alive(each)]
        time.sleep(0.2)
    return count


def _alive(made):
    try:
        made.sendall(b"x")
        return True
    except OSError:
        made.close()
        return False


def idle(port, over, _):
    """10,000 connections ask once and stay."""
    resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
    return _hold(port, over, 10_000, f"GET / HTTP/1.1\r\n{HEAD}")


def half_sent(port, over, _):
    """60 connections post half of what they announce."""
    return _hold(port, over, 60, f"POST / HTTP/1.1\r\nContent-Length: 100000\r\n{HEAD}{'x' * 50_000}")


def half_read(port, over, file):
    """60 connections ask for a video and read no more than its beginning."""
    return _hold(port, over, 60, f"GET /media/{file} HTTP/1.1\r\n{HEAD}", SMALL)


def unread(port, over, _):
    """60 connections ask for pages, again and again, and read nothing."""
    return _hold(port, over, 60, f"GET / HTTP/1.1\r\n{HEAD}" * 500, SMALL, first=False)


def _hold(port, over, count, text, receive=None, first=True):
    held = []
    while len(held) < count and time.time() < over:
        made = connect(port, receive)
        made.settimeout(1)
        try:
            made.sendall(text.encode())
            _ = first and made.recv(SMALL)
        except OSError:
            pass  # It is held all the same.
        held.append(made)
    time.sleep(max(0, over - time.time()))
    return len(held)


def large(port, over, _):
    """Headers of a megabyte, paths of a megabyte, two thousand headers, long conditions and encodings."""
    long, many = "x" * 1_000_000, "X-Y: z\r\n" * 2_000
    known, accepted = '"a",' * 9_000, "br;q=0.5," * 4_000
    return _repeat(
        port,
        over,
        [
            f"GET / HTTP/1.1\r\nX: {long}\r\n{HEAD}",
            f"GET /{long} HTTP/1.1\r\n{HEAD}",
            f"GET / HTTP/1.1\r\n{many}{HEAD}",
            f"GET / HTTP/1.1\r\nIf-None-Match: {known}\r\n{HEAD}",
            f"GET / HTTP/1.1\r\nAccept-Encoding: {accepted}\r\n{HEAD}",
        ],
    )


def parts(port, over, file):
    """Two thousand ranges of a video at once."""
    ranges = ",".join(f"{each * 3}-{each * 3 + 1}" for each in range(2_000))
    return _repeat(port, over, [f"GET /media/{file} HTTP/1.1\r\nRange: bytes={ranges}\r\n{HEAD}"])


def hosts(port, over, _):
    """Names of hosts that this site is not, another each time."""
    count = 0
    while time.time() < over:
        send(port, f"GET / HTTP/1.1\r\nHost: {random.getrandbits(64):x}.example\r\n\r\n")
        count += 1
    return count


def encodings(port, over, _):
    """Paths that are encoded wrongly."""
    paths = [
        "/%",
        "/%zz",
        "/%ff%fe",
        "/%00",
        "/\xff\xfe",
        "/..%2f..%2fetc/passwd",
        "/%c0%ae/",
        "//",
        "*",
        "/a\tb",
    ]
    return _repeat(port, over, [f"GET {path} HTTP/1.1\r\n{HEAD}" for path in paths])


def _repeat(port, over, texts):
    count = 0
    while time.time() < over:
        send(port, texts[count % len(texts)])
        count += 1
    return count


def paths(port, over, _):
    """Paths at which nothing stands, another each time, a hundred at once over one connection."""
    count = 0
    with connect(port) as made:
        while time.time() < over and count < 100_000:
            asked = "".join(f"HEAD /{random.getrandbits(64):x}/ HTTP/1.1\r\n{HEAD}" for _ in range(100))
            made.sendall(asked.encode())
            answers = 0
            while answers < 100:
                answers += made.recv(1 << 20).count(b"HTTP/1.1 ")
            count += 100
    return count


ATTACKS = {
    each.__name__: each
    for each in (half_open, idle, large, parts, paths, hosts, encodings, half_sent, half_read, unread)
}

if __name__ == "__main__":
    name, port, seconds, *file = sys.argv[1:]
    print(ATTACKS[name](int(port), time.time() + float(seconds), *(file or [None])), flush=True)
    # Thousands of connections need not be closed one by one.
    os._exit(0)
