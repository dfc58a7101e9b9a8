"""Whatever fails, done to real servers and databases: nothing wrong is answered, and nothing refused.

`python -m tests.mirror.drill` prints the counts.
"""

import shutil

import pytest
from django.db import connection

from tests.mirror import drills, more_drills
from tests.mirror.world import World, begin

# As long as staff may wait for a sentence; /readyz tells of it within this too.
SOON = 6.5


@pytest.fixture(scope="session")
def database(tmp_path_factory):
    """The content that each drill begins with, on the kind of database that is tested."""
    begun = begin(connection.vendor, tmp_path_factory.mktemp("base"))
    yield begun
    begun.close()


@pytest.fixture
def world(database, tmp_path):
    folder = tmp_path / f"site-{tmp_path.parent.name}-{tmp_path.name}"[-60:]
    world = World(folder, database.copy(folder))
    yield world
    world.close()
    shutil.rmtree(folder)


def check(drilled):
    """Patients were answered right each time, and staff soon and in plain words."""
    assert (drilled.patients.wrong, drilled.patients.refused) == (0, 0), drilled.patients
    assert drilled.patients.right > 50
    assert drilled.patients.slowest < 2
    assert {(status, "") for status, _ in drilled.staff_said} == set(drilled.staff_said), drilled.staff_said
    assert drilled.staff_slowest < SOON
    assert drilled.known < SOON
    assert drilled.shown < 3


def test_a_database_that_is_gone_is_missed_by_no_patient(world):
    check(drills.database_lost(world, world.database.stop, world.database.start))


def test_a_start_without_a_database_shows_what_was_right_last(world):
    check(drills.cold_start(world, world.database.stop, world.database.start)._replace(shown=0))


def test_a_death_in_the_middle_leaves_nothing_half_published(world):
    check(drills.killed(world))


def test_an_older_backup_does_not_undo_a_withdrawal(world):
    check(drills.backup_restored(world))


# What is slow and fails alike whichever database there is, is done once.
if connection.vendor == "sqlite":

    def test_a_template_that_raises_changes_nothing_else(world):
        check(more_drills.template_raises(world))

    def test_many_processes_press_into_one_mirror(world):
        check(more_drills.pressed_by_many(world))

else:

    def test_a_withdrawal_holds_where_the_disk_is_full_and_the_power_goes(world):
        check(drills.disk_full(world, world.database.stop, world.database.start))

    def test_a_database_that_is_frozen_is_waited_for_by_nobody(world):
        check(drills.database_lost(world, world.database.freeze, world.database.thaw))

    def test_a_database_that_is_restarted_is_found_again(world):
        check(drills.database_restarted(world))

    def test_tables_that_are_locked_lock_out_no_patient(world):
        check(more_drills.locked(world))

    def test_a_withdrawal_on_one_machine_shows_on_the_other(world):
        check(more_drills.two_machines(world))
