"""A backup is made, and put in another history's place, while the site is in use."""

import os
import subprocess
import sys

import pytest
from django.db import connection

from tests import postgres
from tests.mirror.asker import Saying
from tests.mirror.running import PROJECT, environment_of, wait_for
from tests.mirror.world import World, begin


@pytest.fixture
def world(tmp_path):
    database = begin(connection.vendor, tmp_path)
    world = World(tmp_path, database)
    yield world
    world.close()
    database.close()


def manage(world, *arguments):
    environment = environment_of(world.folder, world.database)
    environment["PATH"] = f"{postgres.WHEEL / 'pginstall/bin'}{os.pathsep}{environment['PATH']}"
    command = [sys.executable, "manage.py", *arguments]
    done = subprocess.run(command, cwd=PROJECT, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_patients_read_on_while_a_backup_takes_the_place_of_what_is_there(world, target):
    instance = world.start()
    with world.asker(instance) as asker:
        manage(world, "backup", str(target))
        for path in asker.right:
            asker.allow(Saying(200, ""), path)
        world.staff("publish", "leaflet-1", "Published since")
        wait_for(lambda: "Published since" in instance.ask("/leaflet-1/")[1])
        said = manage(world, "restore", str(target), "--replace", "--set-anchors-aside")
        assert "History is whole and agrees with its anchors" in said
        wait_for(lambda: "Published since" not in instance.ask("/leaflet-1/")[1])
        world.staff("publish", "leaflet-1", "Published after it")
        wait_for(lambda: "Published after it" in instance.ask("/leaflet-1/")[1])
    counted = asker.counted()
    assert (counted.wrong, counted.refused) == (0, 0), counted.examples
    assert world.staff("whole") == []
