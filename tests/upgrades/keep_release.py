"""Makes a small database of a release, which every later release must be able to migrate: tests/upgrades/releases/.

Run it once for each release, by the maintainer who tags it, with that release's own code and environment:

    git worktree add /tmp/release TAG
    cp tests/upgrades/keep_release.py /tmp/keep_release.py
    cd /tmp/release && PYTHONPATH=. DEBUG=1 DATABASE_URL=sqlite:////tmp/new.sqlite3 MEDIA_ROOT=/tmp/media \
        ANCHOR_FILE=/tmp/anchors.jsonl python /tmp/keep_release.py VERSION

and again with an empty PostgreSQL's address as DATABASE_URL, and its pg_dump in PATH. It writes VERSION.sqlite3.xz or
VERSION.sql.xz, and the anchors of it, into the folder where it is run: move them to tests/upgrades/releases/.
0.1.0 was made at commit 9661339, before there were tags.
"""

import lzma
import os
import shutil
import sqlite3
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
django.setup()

from django.conf import settings
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import connection, transaction
from django.utils import timezone

from leaflets import actions
from leaflets.models import Leaflet

WHY = "An example of its state."
# As far ahead as may be: then it is live.
FAR = timezone.now() + timedelta(days=364)
# What only newer servers and psql itself know.
NOT_SQL = ("\\restrict", "\\unrestrict", "SET transaction_timeout")


def person(username):
    return User.objects.get(username=username)


def new(slug):
    """Return a draft."""
    with transaction.atomic():
        leaflet = Leaflet.objects.create(
            slug=slug, title=f"Title of {slug}", body_part=slug, no_red_flags_because="Agreed for an example."
        )
        leaflet.record(by=person("editor"), reason=WHY)
    return leaflet


def publish(slug, **more):
    edition = actions.submit(leaflet=new(slug), by=person("editor"), reason=WHY)
    return actions.publish(edition=edition, by=person("reviewer"), reason=WHY, **more)


def fill():
    """Make a leaflet in each state."""
    call_command("demo", verbosity=0)
    new("draft")
    actions.submit(leaflet=new("submitted"), by=person("editor"), reason=WHY)
    returned = actions.submit(leaflet=new("returned"), by=person("editor"), reason=WHY)
    actions.return_to_editor(edition=returned, by=person("reviewer"), reason=WHY)
    publish("scheduled", live_from=FAR)
    publish("live")
    actions.withdraw(
        edition=publish("withdrawn"), by=person("reviewer"), reason=WHY, told="Call 111 instead."
    )
    leaflet = Leaflet.objects.get(slug="live")
    with transaction.atomic():
        leaflet.title = "Title of the second edition"
        leaflet.save()
        leaflet.record(by=person("editor"), reason=WHY)
    edition = actions.submit(leaflet=leaflet, by=person("editor"), reason=WHY)
    actions.publish(edition=edition, by=person("reviewer"), reason=WHY)


def kept_sqlite():
    """Return the database as bytes of one file."""
    path = connection.settings_dict["NAME"]
    connection.close()
    with sqlite3.connect(path) as file:
        file.execute("PRAGMA journal_mode=DELETE")
    file.close()
    return Path(path).read_bytes()


def kept_postgresql():
    """Return the database as statements that any client can run."""
    command = ["pg_dump", "--inserts", "--no-owner", "--no-privileges", os.environ["DATABASE_URL"]]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return "".join(line for line in said.splitlines(keepends=True) if not line.startswith(NOT_SQL)).encode()


def main(version):
    fill()
    kept, ending = (kept_sqlite(), "sqlite3") if connection.vendor == "sqlite" else (kept_postgresql(), "sql")
    Path(f"{version}.{ending}.xz").write_bytes(lzma.compress(kept, preset=9))
    shutil.copy(settings.ANCHOR_FILE, f"{version}.{ending}.anchors.jsonl")


if __name__ == "__main__":
    main(sys.argv[1])
