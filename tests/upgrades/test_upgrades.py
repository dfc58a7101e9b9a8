"""Every release migrates what earlier ones left, nothing of the history changes, and patients read on meanwhile."""

import hashlib
import lzma
import os
import shutil
import sqlite3
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import psycopg
import pytest
from django.db import connection

from leaflets import loading
from tests.mirror.asker import Asker
from tests.mirror.running import PROJECT, Instance, environment_of, wait_for
from tests.mirror.world import Staff

RELEASES = Path(__file__).parent / "releases"
ENDING = {"sqlite": "sqlite3", "postgresql": "sql"}[connection.vendor]
KEPT = sorted(RELEASES.glob(f"*.{ENDING}.xz"))
assert KEPT, "No release was kept: see keep_release.py."
PAGES = ("/{}/", "/{}/check/", "/{}/exercises/", "/{}/history/", "/{}.json")


def place(folder, file):
    """Put the database that was kept of a release in place, with what belongs to it; return where it is."""
    shutil.copy(file.with_suffix(".anchors.jsonl"), folder / "anchors.jsonl")
    (folder / "media").mkdir()
    for path in (Path(loading.__file__).parent / "content" / "media").iterdir():
        name = hashlib.sha256(path.read_bytes()).hexdigest() + path.suffix
        shutil.copy(path, folder / "media" / name)
    kept = lzma.decompress(file.read_bytes())
    if connection.vendor == "sqlite":
        (folder / "site.sqlite3").write_bytes(kept)
        return f"sqlite:///{folder / 'site.sqlite3'}", lambda: sqlite3.connect(folder / "site.sqlite3")
    base, name = os.environ["DATABASE_URL"], f"upgraded_{os.getpid()}"
    with psycopg.connect(base, autocommit=True) as server:
        server.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        server.execute(f"CREATE DATABASE {name} TEMPLATE template0")
    url = f"{base.rpartition('/')[0]}/{name}"
    with psycopg.connect(url) as database:
        database.execute(kept.decode())
    return url, lambda: psycopg.connect(url)


class Upgraded:
    """A site whose database was kept of an earlier release, and is migrated by this one."""

    def __init__(self, folder, file):
        self.folder = folder
        url, self.open = place(folder, file)
        self.database = SimpleNamespace(url=url)
        self.before = self.ask("SELECT slug, number, digest FROM leaflets_edition ORDER BY id")
        self.manage("migrate", "--verbosity=0")
        self.instance = Instance(folder, self.database).start()
        wait_for(self.instance.is_ready)

    def ask(self, statement):
        """Return what the database says to a statement of SQL."""
        database = self.open()
        try:
            return database.execute(statement).fetchall()
        finally:
            database.close()

    def manage(self, *arguments, **more):
        """Return what a command of the site says. It must succeed."""
        command = [sys.executable, "manage.py", *arguments]
        environment = environment_of(self.folder, self.database) | more
        done = subprocess.run(command, cwd=PROJECT, env=environment, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return done.stdout


@pytest.fixture(scope="module", params=KEPT, ids=lambda file: file.name)
def upgraded(request, tmp_path_factory):
    site = Upgraded(tmp_path_factory.mktemp("upgraded"), request.param)
    yield site
    site.instance.kill()


def test_the_history_is_what_it_was(upgraded):
    assert len(upgraded.before) == 7
    assert upgraded.ask("SELECT slug, number, digest FROM leaflets_edition ORDER BY id") == upgraded.before
    anchors = (upgraded.folder / "anchors.jsonl").read_text().count("\n")
    assert f"agrees with its anchors: {anchors} read" in upgraded.manage("verify_history")


def test_every_public_page_answers(upgraded):
    [(moment,)] = upgraded.ask("SELECT max(takes_effect) FROM leaflets_event WHERE takes_effect > at")
    moment = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    wanted = dict.fromkeys(("live", "lower-back"), 200) | {"withdrawn": 410}
    wanted |= dict.fromkeys(("draft", "submitted", "returned"), 404)
    wanted["scheduled"] = 200 if datetime.now(UTC) >= moment else 404
    for slug, status in wanted.items():
        for page in PAGES:
            # What happened to a leaflet is told of one that is withdrawn too.
            expected = 200 if (status, page) == (410, "/{}/history/") else status
            assert (page.format(slug), upgraded.instance.ask(page.format(slug))[0]) == (
                page.format(slug),
                expected,
            )
    assert "Title of the second edition" in upgraded.instance.ask("/live/")[1]
    assert "Call 111 instead." in upgraded.instance.ask("/withdrawn/")[1]


def test_patients_read_on_while_the_next_release_migrates(upgraded):
    paths = ["/", *(page.format(slug) for slug in ("live", "lower-back", "withdrawn") for page in PAGES)]
    with Asker([upgraded.instance], paths) as asker:
        before = asker.counted()
        upgraded.manage("migrate", "--verbosity=0", DJANGO_SETTINGS_MODULE="tests.upgrades.next_release")
        counted = asker.counted()
    assert (counted.wrong, counted.refused) == (0, 0), counted.examples
    assert counted.right - before.right > 100
    assert counted.slowest < 2
    # This release works on what the next one made, and history is guarded as before.
    staff = Staff(environment_of(upgraded.folder, upgraded.database))
    staff("publish", "live", "Published by this release")
    staff.close()
    wait_for(lambda: "Published by this release" in upgraded.instance.ask("/live/")[1])
    with pytest.raises((sqlite3.IntegrityError, psycopg.IntegrityError), match="append-only"):
        upgraded.ask("UPDATE leaflets_event SET kind = kind")
