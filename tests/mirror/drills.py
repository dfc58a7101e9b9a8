"""What may fail, done to the real thing. Each drill returns what patients and staff were answered meanwhile."""

import http.client
import threading
import time
from typing import NamedTuple

from tests.mirror.asker import Saying
from tests.mirror.running import wait_for
from tests.mirror.world import TOLD, pages, withdrawn

SITE = ("/", "/feed.xml", "/sitemap.xml")
PLAIN_WORDS = ("leaflets can be read as always", "The database does not answer")


class Drilled(NamedTuple):
    """What came of a drill; times in seconds. `known`: until /readyz told of it, `mended`: until it told of that."""

    patients: object
    staff_slowest: float = 0.0
    staff_said: tuple = ()
    known: float = 0.0
    mended: float = 0.0
    shown: float = 0.0


class Visits:
    """Somebody who is signed in and asks for the desk all the time, several times at once."""

    def __init__(self, instance, cookie, at_once=3):
        self.instance, self.cookie, self.slowest, self.said = instance, cookie, 0.0, set()
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._visit, daemon=True) for _ in range(at_once)]

    def __enter__(self):
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def _visit(self):
        while not self._stop.is_set():
            begun = time.monotonic()
            try:
                status, text = self.instance.ask("/admin/", 40, Cookie=f"sessionid={self.cookie}")
                plain = status == 200 or any(words in text for words in PLAIN_WORDS)
                self.said.add((status, "in plain words" if plain else text[:80]))
            except (OSError, http.client.HTTPException) as error:
                self.said.add((0, repr(error)))
            self.slowest = max(self.slowest, time.monotonic() - begun)
            time.sleep(0.05)


def database_lost(world, lose, find, workers=2, away=1.0):
    """A database that cannot be asked for some time, with a withdrawal before, just before and after."""
    instance = world.start(workers)
    cookie = world.staff("session", "reviewer")
    with world.asker(instance) as asker, Visits(instance, cookie) as visits:
        withdrawn(asker, instance, "leaflet-0", world.staff)
        asker.only(Saying(410, TOLD), *pages("leaflet-0"))
        time.sleep(1.5)
        asker.learn(*SITE)
        lose()
        known = wait_for(lambda: not instance.is_ready())
        wait_for(lambda: instance.ask("/admin/", Cookie=f"sessionid={cookie}")[0] == 503)
        time.sleep(away)
        find()
        mended = wait_for(instance.is_ready)
        wait_for(lambda: instance.ask("/admin/", Cookie=f"sessionid={cookie}")[0] == 200)
        shown = withdrawn(asker, instance, "leaflet-1", world.staff)
        time.sleep(2)
        asker.only(Saying(410, TOLD), *pages("leaflet-1"))
        time.sleep(0.5)
    return Drilled(asker.counted(), visits.slowest, tuple(visits.said), known, mended, shown)
