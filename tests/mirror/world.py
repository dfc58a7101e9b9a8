"""A site with some leaflets, its staff, and as many servers as a drill needs."""

import json
import sqlite3
import subprocess
import sys
import time

from tests.mirror.asker import Asker, Saying
from tests.mirror.running import PROJECT, Instance, PostgreSQL, SQLite, environment_of, wait_for

LEAFLETS = ("lower-back", "leaflet-0", "leaflet-1")
# What is withdrawn says so at each of these.
OF_A_LEAFLET = ("/{}/", "/{}/check/", "/{}/exercises/", "/{}.json")
TOLD = "Call 111 instead of this."
SITE = ("/", "/feed.xml", "/sitemap.xml")
# After so many seconds nobody may be shown what was withdrawn.
SHOWN = 3


def conversing(module, environment):
    """Start a module of the tests as a process that is told what to do, and answers, line by line."""
    return subprocess.Popen(
        [sys.executable, "-m", module],
        cwd=PROJECT,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )


class Staff:
    """The process in which staff act."""

    def __init__(self, environment):
        self.process = conversing("tests.mirror.staff", environment)

    def begin(self, *said):
        """Let staff do something, and do not wait for it."""
        print(json.dumps(said), file=self.process.stdin, flush=True)

    def end(self):
        """Return what the thing begun last came to."""
        answered = json.loads(self.process.stdout.readline() or '{"failed": "It has ended."}')
        assert "failed" not in answered, answered["failed"]
        return answered["done"]

    def __call__(self, *said):
        self.begin(*said)
        return self.end()

    def close(self):
        self.process.kill()
        self.process.communicate()


class World:
    """One site: its database, its folders, its staff and its servers."""

    def __init__(self, folder, database):
        folder.mkdir(exist_ok=True, parents=True)
        self.folder, self.database = folder, database
        self.staff = Staff(environment_of(folder, database))
        self.instances = []

    def start(self, workers=1, **more):
        """Start a server, wait until it is ready, and return it."""
        instance = self.instance(workers, **more).start()
        wait_for(instance.is_ready)
        return instance

    def instance(self, workers=1, **more):
        """Return a server that is not started."""
        self.instances.append(Instance(self.folder, self.database, workers, **more))
        return self.instances[-1]

    def asker(self, *instances, threads=2):
        """Return an Asker of every page of every leaflet."""
        paths = [*SITE, *(page for slug in LEAFLETS for page in pages(slug))]
        return Asker(instances, paths, threads)

    def staff_elsewhere(self):
        """Return staff in another process."""
        return Staff(environment_of(self.folder, self.database))

    def close(self):
        self.staff.close()
        for instance in self.instances:
            instance.kill()


def pages(slug):
    """Return the paths of a leaflet."""
    return [each.format(slug) for each in OF_A_LEAFLET]


def begin(vendor, folder):
    """Return a database of `vendor` with the leaflets in it, to be copied for each drill."""
    database = SQLite(folder) if vendor == "sqlite" else PostgreSQL()
    staff = Staff(environment_of(folder, database))
    staff("fill", len(LEAFLETS) - 1)
    staff.close()
    if vendor == "sqlite":
        connection = sqlite3.connect(database.file)
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.close()
    return database


def withdrawn(asker, instances, slug, staff):
    """Withdraw a leaflet; return how many seconds it took until all patients were told."""
    asker.allow(Saying(410, TOLD), *pages(slug))
    asker.allow(Saying(200, ""), *SITE)
    staff("withdraw", slug, TOLD)
    took = wait_for(lambda: all(instance.agrees(410, f"/{slug}/") for instance in instances))
    time.sleep(max(0, SHOWN - took))
    asker.only(Saying(410, TOLD), *pages(slug))
    return took
