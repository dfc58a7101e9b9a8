"""What may fail, done to the real thing. Each drill returns what patients and staff were answered meanwhile."""

import http.client
import json
import random
import resource
import threading
import time
from typing import NamedTuple

from tests.mirror.asker import Saying
from tests.mirror.running import wait_for
from tests.mirror.world import SITE, TOLD, pages, withdrawn

TOGETHER = ["leaflet-0", "leaflet-1"]
PLAIN_WORDS = (
    "leaflets can be read as always",
    "The database does not answer",
    "This site cannot answer now",
)


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
        self._threads = [threading.Thread(target=self._visit_on, daemon=True) for _ in range(at_once)]

    def __enter__(self):
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def is_answered(self, status):
        """Whether staff are answered so, by every worker."""
        return all(self._visit()[0] == status for _ in range(6))

    def _visit(self):
        try:
            status, text = self.instance.ask("/admin/", 40, Cookie=f"sessionid={self.cookie}")
        except (OSError, http.client.HTTPException) as error:
            return 0, repr(error)
        return status, "" if status == 200 or any(words in text for words in PLAIN_WORDS) else text[:80]

    def _visit_on(self):
        while not self._stop.is_set():
            begun = time.monotonic()
            self.said.add(self._visit())
            self.slowest = max(self.slowest, time.monotonic() - begun)
            time.sleep(0.05)


def database_lost(world, lose, find, workers=2, away=0.5):
    """A database that cannot be asked for some time, with a withdrawal before, just before and after."""
    instance = world.start(workers)
    cookie = world.staff("session", "reviewer")
    with world.asker(instance) as asker, Visits(instance, cookie) as visits:
        withdrawn(asker, [instance], "leaflet-0", world.staff)
        asker.learn(*SITE)
        lose()
        known = wait_for(lambda: instance.agrees(503, "/readyz"))
        wait_for(lambda: visits.is_answered(503))
        time.sleep(away)
        find()
        mended = wait_for(lambda: instance.agrees(200, "/readyz"))
        wait_for(lambda: visits.is_answered(200))
        shown = withdrawn(asker, [instance], "leaflet-1", world.staff)
    return Drilled(asker.counted(), visits.slowest, tuple(visits.said), known, mended, shown)


def database_restarted(world, workers=2):
    """A server that is started again at once: of the connections that were held none is left."""
    instance = world.start(workers)
    cookie = world.staff("session", "reviewer")
    with world.asker(instance) as asker, Visits(instance, cookie) as visits:
        wait_for(lambda: visits.is_answered(200))
        world.database.stop()
        world.database.start()
        mended = wait_for(lambda: instance.agrees(200, "/readyz"))
        shown = withdrawn(asker, [instance], "leaflet-0", world.staff)
        wait_for(lambda: visits.is_answered(200))
    return Drilled(asker.counted(), visits.slowest, tuple(visits.said), 0, mended, shown)


def cold_start(world, lose, find):
    """A start while the database cannot be asked: with a mirror whose newest generation is damaged, and with none."""
    first = world.start()
    asker = world.asker(first)
    withdrawn(asker, [first], "leaflet-0", world.staff)
    asker.learn(*SITE)
    second_generation(world, first, asker)
    first.kill()
    manifest = (world.folder / "mirror" / "current").resolve() / "manifest"
    manifest.write_bytes(manifest.read_bytes()[: manifest.stat().st_size // 2])
    lose()
    begun = time.monotonic()
    first.start()
    bare = world.instance(root=world.folder / "none").start()
    started = time.monotonic() - begun
    with asker:
        known = wait_for(lambda: first.agrees(503, "/readyz"), 1)
        said = {bare.ask(path) for path in ("/lower-back/", "/nothing/", "/admin/")}
        assert {status for status, _ in said} == {503}
        assert all("cannot answer now" in text for _, text in said)
        time.sleep(1)
        find()
        mended = wait_for(lambda: first.agrees(200, "/readyz") and bare.agrees(200, "/readyz"))
    assert bare.ask("/leaflet-0/")[0] == 410
    assert bare.ask("/lower-back/")[1] == first.ask("/lower-back/")[1]
    return Drilled(asker.counted(), 0, (), known, mended, started)


def second_generation(world, instance, asker):
    """Publish something else, and let it be right: the newest generation differs from the one before."""
    [code] = [world.staff("publish", "leaflet-1", "Another title")]
    wait_for(lambda: "Another title" in instance.ask("/leaflet-1/")[1])
    for path in (*pages("leaflet-1"), *SITE):
        asker.right[path] = (*asker.right[path], Saying(200, "Another title"), Saying(200, ""))
    wait_for(lambda: code in (world.folder / "mirror" / "current" / "manifest").read_text())


def disk_full(world, lose, find):
    """No room for the mirror: a withdrawal holds all the same, also through a loss of power."""
    instance = world.start()
    wait_for((instance.root / "current").exists)
    with world.asker(instance) as asker, world.database.held():
        room(instance, 0)
        shown = withdrawn(asker, [instance], "leaflet-0", world.staff)
        known = wait_for(lambda: "cannot be written" in instance.ask("/readyz")[1])
    lose()
    instance.kill()
    instance.start()
    said = {page: instance.ask(page) for page in pages("leaflet-0")}
    assert all(status == 503 and "may have been withdrawn" in text for status, text in said.values()), said
    assert instance.ask("/lower-back/")[0] == 200
    find()
    wait_for(lambda: instance.ask("/leaflet-0/")[0] == 410)
    mended = wait_for(lambda: instance.agrees(200, "/readyz"))
    return Drilled(asker.counted(), 0, (), known, mended, shown)


def room(instance, size):
    """Let no process of a server write a file of more bytes than `size`."""
    for pid in instance.processes():
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))


def killed(world, rounds=2):
    """Staff's process and the server are killed in the middle of publications, again and again."""
    instance, slowest, counted, before = world.start(), 0.0, [], titles(world)
    for number in range(rounds):
        title = f"Title {number} of many"
        with world.asker(instance) as asker:
            asker.right = {path: (Saying(200, ""), Saying(410, TOLD)) for path in asker.right}
            world.staff.begin("publish_together", TOGETHER, title)
            time.sleep(random.uniform(0, 0.5))
            world.staff.close()
            time.sleep(random.uniform(0, 1.5))
        counted.append(asker.counted())
        instance.kill()
        world.staff = world.staff_elsewhere()
        found = world.staff("whole")
        assert found == [], found
        committed = titles(world)
        # All of it, or nothing.
        assert committed in (before, [title, title])
        begun = time.monotonic()
        instance.start()
        assert shown(instance) in (before, committed)
        wait_for(instance.is_ready)
        slowest = max(slowest, time.monotonic() - begun)
        before = committed
        assert shown(instance) == committed
    return Drilled(sum_of(counted), 0, (), 0, slowest, 0)


def titles(world):
    """Return what was published last, as the history has it."""
    return [world.staff("title", slug) for slug in TOGETHER]


def shown(instance):
    """Return what was published last, as patients are shown it; the pages of a leaflet all show the same."""
    said = [json.loads(instance.ask(f"/{slug}.json")[1])["title"] for slug in TOGETHER]
    assert all(title in instance.ask(f"/{slug}/")[1] for slug, title in zip(TOGETHER, said, strict=True))
    return said


def sum_of(counts):
    """Return several Counted as one."""
    asked, right, wrong, refused, slowest, examples = zip(*counts, strict=True)
    return counts[0].__class__(
        sum(asked), sum(right), sum(wrong), sum(refused), max(slowest), sum(examples, ())
    )


def backup_restored(world):
    """The database is restored from before a withdrawal and a publication while the site runs."""
    backup = world.database.copy(world.folder.with_name(f"{world.folder.name}-backup"))
    instance = world.start()
    with world.asker(instance) as asker:
        shown = withdrawn(asker, [instance], "leaflet-0", world.staff)
        asker.right = {path: (*right, Saying(200, "")) for path, right in asker.right.items()}
        asker.only(Saying(410, TOLD), *pages("leaflet-0"))
        world.staff("publish", "leaflet-1", "Another title")
        wait_for(lambda: "Another title" in instance.ask("/leaflet-1/")[1])
        world.database.replace_by(backup)
        wait_for(lambda: "Another title" not in instance.ask("/leaflet-1/")[1])
        known = wait_for(lambda: "later withdrawal than the database" in instance.ask("/readyz")[1])
        assert world.staff("publish", "leaflet-0", "Right after all")
        for page in pages("leaflet-0"):
            asker.allow(Saying(200, ""), page)
        mended = wait_for(lambda: "Right after all" in instance.ask("/leaflet-0/")[1])
        wait_for(instance.is_ready)
    return Drilled(asker.counted(), 0, (), known, mended, shown)
