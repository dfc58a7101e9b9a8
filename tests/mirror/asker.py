"""Asks every page all the time, as patients do, and counts what is answered."""

import hashlib
import http.client
import threading
import time
from typing import NamedTuple

# As long as a patient would wait at most.
PATIENCE = 10
PAUSE = 0.002


class Counted(NamedTuple):
    """How often pages were asked for, how that was answered, and how many seconds the slowest answer took."""

    asked: int
    right: int
    wrong: int
    refused: int
    slowest: float
    examples: tuple


class Exactly(NamedTuple):
    """The right answer is this one, byte for byte."""

    status: int
    digest: str

    def holds(self, status, body):
        return (status, hashlib.sha256(body).hexdigest()) == self


class Saying(NamedTuple):
    """The right answer has this status and says this."""

    status: int
    words: str

    def holds(self, status, body):
        return status == self.status and self.words.encode() in body


class Asker:
    """Asks `instances` for each path of `right`, which has the answers that are right now."""

    def __init__(self, instances, paths, threads=2):
        self.right = dict.fromkeys(paths, ())
        self.instances, self.counts, self.slowest, self.examples = instances, dict.fromkeys(KINDS, 0), 0.0, []
        self._lock, self._stop = threading.Lock(), threading.Event()
        self._threads = [
            threading.Thread(target=self._ask_on, args=[instance], daemon=True)
            for instance in instances
            for _ in range(threads)
        ]
        self.learn(*paths)

    def learn(self, *paths):
        """Take what is answered now, after it was looked at, as what is right; all instances must agree."""
        for path in paths:
            said = {_exactly(instance, path) for instance in self.instances}
            assert len(said) == 1, f"{path} is answered in several ways: {said}"
            self.right[path] = tuple(said)

    def allow(self, said, *paths):
        """Let `said` be right too from now on."""
        for path in paths:
            self.right[path] = (*self.right[path], said)

    def only(self, said, *paths):
        """Let nothing but `said` be right from now on."""
        for path in paths:
            self.right[path] = (said,)

    def __enter__(self):
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def counted(self):
        """Return what was Counted so far."""
        with self._lock:
            return Counted(
                sum(self.counts.values()), *self.counts.values(), self.slowest, tuple(self.examples)
            )

    def _ask_on(self, instance):
        connection = http.client.HTTPConnection("127.0.0.1", instance.port, timeout=PATIENCE)
        while not self._stop.is_set():
            for path in list(self.right):
                self._ask(connection, path)
                time.sleep(PAUSE)
        connection.close()

    def _ask(self, connection, path):
        begun, right = time.monotonic(), self.right[path]
        try:
            connection.request("GET", path)
            response = connection.getresponse()
            status, body = response.status, response.read()
        except (OSError, http.client.HTTPException) as error:
            connection.close()
            return self._count("refused", begun, f"{path}: {error!r}")
        # What became right while it was being answered is right.
        holds = any(each.holds(status, body) for each in (*right, *self.right[path]))
        self._count("right" if holds else "wrong", begun, f"{path}: {status} {body[:200]!r}")

    def _count(self, kind, begun, example):
        with self._lock:
            self.counts[kind] += 1
            self.slowest = max(self.slowest, time.monotonic() - begun)
            if kind != "right" and len(self.examples) < 5:
                self.examples.append(example)


KINDS = ("right", "wrong", "refused")


def _exactly(instance, path):
    connection = http.client.HTTPConnection("127.0.0.1", instance.port, timeout=PATIENCE)
    connection.request("GET", path)
    response = connection.getresponse()
    said = Exactly(response.status, hashlib.sha256(response.read()).hexdigest())
    connection.close()
    return said
