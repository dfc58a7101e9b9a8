"""The tooling itself: the database that was asked for, its guards, and a browser that sees what goes wrong."""

import os
import socket
import sqlite3
from pathlib import Path

import pytest
from django.contrib.auth.models import Group
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from history import triggers
from leaflets import guards, roles
from leaflets.models import Edition, Event


def test_the_database_is_the_one_that_was_asked_for(db):
    asked = os.environ.get("DATABASE_URL") or "sqlite:"
    assert asked.startswith(connection.vendor)
    assert "test" in Path(connection.settings_dict["NAME"]).name
    with connection.cursor() as cursor:
        cursor.execute("SELECT sqlite_version()" if connection.vendor == "sqlite" else "SHOW server_version")
        assert cursor.fetchone()


@pytest.mark.django_db(transaction=True)
def test_the_database_keeps_what_is_committed_and_makes_nobody_wait_for_ever():
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            kept = [
                ("journal_mode", "wal"),
                ("synchronous", 2),
                ("foreign_keys", 1),
                ("recursive_triggers", 1),
            ]
            for name, value in kept:
                assert cursor.execute(f"PRAGMA {name}").fetchone() == (value,)
            assert cursor.execute("PRAGMA busy_timeout").fetchone() == (20_000,)
        else:
            cursor.execute("SHOW lock_timeout")
            assert cursor.fetchone() == ("20s",)
            assert connection.settings_dict["OPTIONS"]["pool"]["max_size"] == 16


@pytest.mark.django_db(transaction=True)
def test_who_begins_to_write_on_sqlite_begins_as_the_only_one():
    if connection.vendor == "postgresql":
        return  # There several write at once.
    other = sqlite3.connect(connection.settings_dict["NAME"], timeout=0)
    with transaction.atomic(), pytest.raises(sqlite3.OperationalError, match="locked"):
        other.execute("BEGIN IMMEDIATE")
    other.close()


@pytest.mark.parametrize("time", [1, 2])
@pytest.mark.django_db(transaction=True)
def test_a_flush_leaves_the_guards_and_the_roles(request, time):
    assert not Edition.objects.exists()
    assert triggers.missing(connection, guards.all_triggers()) == []
    assert {group.name: group.permissions.count() for group in Group.objects.all()} == {
        role: len(names) for role, names in roles.PERMISSIONS.items()
    }
    request.getfixturevalue("live")


@pytest.mark.django_db(transaction=True)
def test_only_the_clean_up_after_a_test_may_empty_history(live):
    with pytest.raises(CommandError, match="couldn't be flushed"):
        call_command("flush", interactive=False)
    assert Event.objects.count() == 2


def test_what_goes_wrong_in_a_page_is_seen(live_server, page, problems):
    page.goto("/no-such-leaflet/")
    page.evaluate(
        "fetch('https://example.org/').catch(() => {}); setTimeout(() => { throw new Error('Oh') })"
    )
    page.wait_for_timeout(200)
    seen = "\n".join(problems)
    assert "404" in seen
    assert "Oh" in seen
    assert "Content Security Policy" in seen
    problems.clear()


def test_nothing_leaves_this_machine():
    with socket.socket() as outside, pytest.raises(RuntimeError, match="network"):
        outside.connect(("192.0.2.1", 80))
