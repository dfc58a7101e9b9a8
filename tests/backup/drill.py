"""Everything is killed at random moments, with SIGKILL, and what was acknowledged is looked for.

python -m tests.backup.drill [MOMENTS [SEED]] prints the counts, on both databases.
"""

import json
import os
import queue
import random
import signal
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import NamedTuple

import psycopg

from tests import postgres
from tests.mirror.running import Instance, PostgreSQL, SQLite, environment_of, is_alive, wait_for
from tests.mirror.world import Staff, conversing

SLUGS = [f"leaflet-{number}" for number in range(6)]
VICTIMS = ("somebody", "the backup", "everybody", "the database")
PATIENCE = 60
# A restore, and a start of the site, at every so many moments.
RESTORED, STARTED = 10, 8


class Counted(NamedTuple):
    """How often something was asked for, acknowledged, and found at the end; what was killed; what was restored."""

    moments: int
    asked: int
    acknowledged: int
    found: int
    backups: int
    restored: int
    started: int
    slowest_restore: float


class Zygote:
    """The process that forks others, and the journal of what they said."""

    def __init__(self, folder, database):
        environment = environment_of(folder, database)
        environment["PATH"] = f"{postgres.WHEEL / 'pginstall/bin'}{os.pathsep}{environment['PATH']}"
        self.process = conversing("tests.backup.zygote", environment)
        self.journal, self.said = [], {"forked": queue.Queue(), "answer": queue.Queue()}
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def fork(self, name, place, *arguments):
        """Start a process and return its id."""
        print(json.dumps([name, place, arguments]), file=self.process.stdin, flush=True)
        return self.said["forked"].get(timeout=PATIENCE)

    def ask(self, name, place, *arguments):
        """Return what a process answers; all that was said before is in the journal by then."""
        self.fork(name, place, *arguments)
        return self.said["answer"].get(timeout=PATIENCE)

    def close(self):
        self.process.kill()
        self.reader.join()
        self.process.communicate()

    def _read(self):
        for line in self.process.stdout:
            word, *rest = json.loads(line)
            if word == "failed" and rest[0] in ("check", "restore", "work"):
                self.said["answer"].put(rest)
            elif word in self.said:
                self.said[word].put(*rest)
            else:
                self.journal.append((word, *rest))


class Journal:
    """What the journal of a Zygote comes to: what is `done`, and what patients may see after each of that.

    `backups` is {name: how much was done before it began}.
    """

    def __init__(self):
        self.asked, self.done, self.read, self.failed = 0, [], 0, []
        # What stood at each address after how many things were done; what each has begun and not acknowledged.
        self.states = {slug: [(0, ["live", f"Title of {slug}"])] for slug in SLUGS}
        self.open, self.begun, self.backups = {}, 0, {}

    def take(self, lines):
        """Read on."""
        for word, *rest in lines[self.read :]:
            getattr(self, "_" + word.replace(" ", "_"))(*rest)
        self.read = len(lines)

    def allowed(self, slug, since=None):
        """Return what patients may see at an address: what was so last, or at any moment `since`, or was begun."""
        states = self.states[slug]
        last = states[-1:] if since is None else _from(states, since)
        return [state for _, state in last] + [state for at, state in self.open.items() if at == slug]

    def settle(self, shown):
        """Take what is shown now for what is so: nothing is under way."""
        for slug, state in shown.items():
            if state != self.states[slug][-1][1]:
                self.states[slug].append((len(self.done), state))
        self.open = {}

    def _begin(self, slug, state):
        self.asked += 1
        if state:
            self.open[slug] = state

    def _done(self, slug, kind, key, digest):
        self.done.append([kind, key, digest])
        if slug in self.open:
            self.states[slug].append((len(self.done), self.open.pop(slug)))

    def _backup_begins(self):
        self.begun = len(self.done)

    def _backup_is_finished(self, name, problems):
        assert problems == [], problems
        self.backups[name] = self.begun

    def _failed(self, name, why):
        self.failed.append(f"{name}: {why}")


def _from(states, since):
    earlier = [each for each in states if each[0] <= since]
    return earlier[-1:] + [each for each in states if each[0] > since]


class Drill:
    """One site, its staff at work, backups all the while, and what is killed."""

    def __init__(self, vendor, folder, seed):
        self.chance, self.folder = random.Random(seed), folder
        self.database = SQLite(folder) if vendor == "sqlite" else PostgreSQL(settings=postgres.DURABLE)
        self.base = environment_of(folder, self.database)
        self.target = folder / "backups"
        self.target.mkdir()
        self.site, self.restored, self.started, self.slowest = None, 0, 0, 0.0
        staff = Staff(self.base)
        staff("fill", len(SLUGS))
        staff.close()
        self.zygote, self.journal = Zygote(folder, self.database), Journal()

    def place(self, folder=None, name=None):
        """Return where a site has its things: the drill's own, or another."""
        folder = folder or self.folder
        file = folder / "site.sqlite3" if isinstance(self.database, SQLite) else self.database.name
        return {
            "NAME": str(name or file),
            "MEDIA_ROOT": str(folder / "media"),
            "MIRROR_ROOT": str(folder / "restored-mirror"),
            "ANCHOR_FILE": str(folder / "anchors.jsonl"),
        }

    def moment(self, number):
        """Let everybody work, kill somebody in the middle of it, and look at what is left."""
        victim = VICTIMS[number % len(VICTIMS)]
        working = [
            self.zygote.fork("act", self.place(), number * 2 + half, SLUGS[half::2]) for half in (0, 1)
        ]
        working.append(self.zygote.fork("back_up", self.place(), str(self.target)))
        time.sleep(self.chance.uniform(0.05, 0.5))
        if victim == "the database" and hasattr(self.database, "crash"):
            self.database.crash()
        elif victim in VICTIMS[:2]:
            kill(working[0 if victim == "somebody" else 2])
            time.sleep(self.chance.uniform(0, 0.15))
        for pid in working:
            kill(pid)
        if victim == "the database" and hasattr(self.database, "crash"):
            self.database.start()
        self.look(may_fail=victim == "the database")

    def look(self, may_fail=False):
        """Nothing that was acknowledged is lost, nothing is half there, and patients see what is so."""
        # Once somebody answers, all that was said before is in the journal.
        self.zygote.ask("work", self.place(), 0, SLUGS, 0)
        self.journal.take(self.zygote.journal)
        for folder in self.target.glob("leaflets-*"):
            # Finished, and killed before it could say so: it is the one that began last.
            self.journal.backups.setdefault(folder.name, self.journal.begun)
        assert may_fail or self.journal.failed == [], self.journal.failed
        self.journal.failed = []
        found = self.zygote.ask("check", self.place(), self.journal.done, SLUGS)
        whole(found)
        for slug, state in found["shown"].items():
            assert state in self.journal.allowed(slug), (slug, state, self.journal.allowed(slug))
        self.journal.settle(found["shown"])

    def restore(self):
        """Restore the newest backup on another machine: all that was acknowledged before it began is there."""
        newest = max(each.name for each in self.target.glob("leaflets-*"))
        folder = self.folder / f"restored-{self.restored}"
        folder.mkdir()
        name = None
        if isinstance(self.database, PostgreSQL):
            name = f"restored_{self.restored}"
            with psycopg.connect(self.database.server.url("template1"), autocommit=True) as connection:
                connection.execute(f"CREATE DATABASE {name}")
        place, begun, since = self.place(folder, name), time.monotonic(), self.journal.backups[newest]
        told = self.zygote.ask("restore", place, str(self.target))
        self.slowest = max(self.slowest, time.monotonic() - begun)
        assert "History is whole and agrees with its anchors" in told, told
        assert "The public pages are pressed" in told, told
        found = self.zygote.ask("check", place, self.journal.done[:since], SLUGS)
        whole(found)
        for slug, state in found["shown"].items():
            assert state in self.journal.allowed(slug, since), (slug, state, since)
        # Work goes on there; what it says is of another site.
        worked = self.zygote.ask("work", place, f"elsewhere {self.restored}", SLUGS, 4)
        assert worked == 4, worked
        whole(self.zygote.ask("check", place, [], SLUGS))
        self.journal.read = len(self.zygote.journal)
        self.restored += 1

    def start(self):
        """Start the site, as after a loss of power: it shows what is so. It was killed while it was at work."""
        if self.site:
            self.site.kill()
        self.site = Instance(self.folder, self.database).start()
        wait_for(self.site.is_ready)
        for slug in SLUGS:
            status, title = {"live": 200, "withdrawn": 410}, self.journal.states[slug][-1][1]
            answered, text = self.site.ask(f"/{slug}/")
            assert answered == status[title[0]], (slug, title, answered)
            assert title[1] in text
        self.started += 1

    def counted(self, moments):
        """Return what was Counted, after a last look for everything that was ever acknowledged."""
        lost = self.zygote.ask("check", self.place(), self.journal.done, SLUGS)["lost"]
        done, backups = len(self.journal.done), len(self.journal.backups)
        return Counted(
            moments,
            self.journal.asked,
            done,
            done - len(lost),
            backups,
            self.restored,
            self.started,
            self.slowest,
        )

    def close(self):
        self.zygote.close()
        if self.site:
            self.site.kill()
        self.database.close()


def whole(found):
    """Assert that nothing is lost, that verification passes, and that nothing is published in part."""
    assert isinstance(found, dict), found
    assert (found["lost"], found["findings"], found["unpressed"]) == ([], [], 0), found


def kill(pid):
    """Kill a process, whatever it does."""
    if is_alive(pid):
        os.kill(pid, signal.SIGKILL)
        wait_for(lambda: not is_alive(pid))


def drill(vendor, moments, seed):
    """Kill at so many random moments, and return what was Counted."""
    with tempfile.TemporaryDirectory() as name:
        drilled = Drill(vendor, Path(name), seed)
        try:
            for number in range(moments):
                drilled.moment(number)
                if number % RESTORED == RESTORED - 1:
                    drilled.restore()
                if number % STARTED == STARTED // 2:
                    drilled.start()
            return drilled.counted(moments)
        finally:
            drilled.close()


if __name__ == "__main__":
    moments, seed = int((sys.argv[1:] or ["50"])[0]), int((sys.argv[2:] or ["1"])[0])
    print("database", *Counted._fields, "seconds", sep=" | ")
    for vendor in ("sqlite", "postgresql"):
        begun = time.monotonic()
        counted = drill(vendor, moments, seed)
        print(
            vendor,
            *counted[:-1],
            f"{counted[-1]:.1f}",
            f"{time.monotonic() - begun:.0f}",
            sep=" | ",
            flush=True,
        )
