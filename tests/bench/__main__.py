"""Measures the site: python -m tests.bench [--only daily|press|abuse|load] [--editions N].

daily   the acts of daily work on an empty history and on a full one
press   what patients are answered, side by side with nginx and with a bare function under the same server
abuse   what patients are answered while somebody misuses the site
load    50 editors at work by their forms, reviewers who publish, and 2,000 patients who read, for five minutes

Each part makes a database of its own beside the one that DATABASE_URL names, as the tests do, and removes it
afterwards. What is asked over the network is asked on this machine only.
"""

import argparse
import os
import tempfile
import warnings
from pathlib import Path

import django

os.environ.setdefault("DEBUG", "1")
os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
django.setup()
# Static files are no part of it.
warnings.filterwarnings("ignore", "No directory at")

from django.conf import settings
from django.db import connection

from leaflets import actions, loading, roles
from tests.bench import abuse, crowd, daily, press
from tests.bench.measures import World
from tests.universe import CONTENT, LOWER_BACK, person

PARTS = {"daily": daily.measure, "press": press.measure, "abuse": abuse.measure, "load": crowd.measure}


def main():
    arguments = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    arguments.add_argument("--only", choices=PARTS, action="append", help="this part; all if none is named")
    for name, default, words in (
        ("editions", 10_000, "daily: in the full history"),
        ("leaflets", 100, "daily: among so many leaflets"),
        ("times", 30, "daily: each act is done so often"),
        ("live", 10_000, "press: so many leaflets at most"),
        ("processes", 3, "press: of so many equal ones in turn"),
        ("rounds", 9, "press: each server is asked so often, in turn"),
        ("seconds", 0, "press: for so long each time; load: for so long; 0 is as each has it, 1 and 300"),
    ):
        arguments.add_argument(f"--{name}", type=int, default=default, help=f"{words} (default: {default})")
    given = arguments.parse_args()
    for part in given.only or PARTS:
        alone(PARTS[part], given)


def alone(part, given):
    """Measure a part on a database of its own, with one live leaflet."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        # nginx gives up root's rights, and has to find what it serves.
        Path(folder).chmod(0o755)
        settings.DEBUG, settings.MEDIA_ROOT = False, f"{folder}/media"
        settings.ANCHOR_FILE = f"{folder}/anchors.jsonl"
        connection.settings_dict["TEST"]["NAME"] = (
            f"{folder}/test.sqlite3" if connection.vendor == "sqlite" else "test_bench"
        )
        name = connection.settings_dict["NAME"]
        connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
        given.folder = Path(folder)
        try:
            part(first_leaflet(), given)
        finally:
            connection.creation.destroy_test_db(name, verbosity=0)


def first_leaflet():
    """Publish the first leaflet and return its World."""
    editor, reviewer = person("editor", roles.EDITOR), person("reviewer", roles.REVIEWER)
    document = loading.read(LOWER_BACK.read_bytes())
    leaflet, _ = loading.load(document, CONTENT / "media", by=editor, reason="Loaded.")
    edition = actions.submit(leaflet=leaflet, by=editor, reason="First edition.")
    actions.publish(edition=edition, by=reviewer, reason="Checked.")
    return World(editor, reviewer)


main()
