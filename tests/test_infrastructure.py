"""The tooling itself: the database that was asked for, its guards, and a browser."""

import os
import socket
from pathlib import Path

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from playwright.sync_api import expect

from history import triggers
from leaflets import actions, guards, loading, roles
from leaflets.models import Edition, Event

CONTENT = Path(loading.__file__).parent / "content"


def published():
    editor, reviewer = (
        get_user_model().objects.create_user(name, password="a long enough password", is_staff=True)
        for name in ("editor", "reviewer")
    )
    editor.groups.add(Group.objects.get(name=roles.EDITOR))
    reviewer.groups.add(Group.objects.get(name=roles.REVIEWER))
    leaflet, _ = loading.load(loading.read((CONTENT / "lower-back.json").read_bytes()), CONTENT / "media")
    edition = actions.submit(leaflet=leaflet, by=editor, reason="First.")
    return actions.publish(edition=edition, by=reviewer, reason="Read and found right.")


def test_the_database_is_the_one_that_was_asked_for(db):
    asked = os.environ.get("DATABASE_URL") or "sqlite:"
    assert asked.startswith(connection.vendor)
    assert "test" in Path(connection.settings_dict["NAME"]).name
    with connection.cursor() as cursor:
        cursor.execute("SELECT sqlite_version()" if connection.vendor == "sqlite" else "SHOW server_version")
        assert cursor.fetchone()
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA journal_mode")
            assert cursor.fetchone() == ("wal",)


@pytest.mark.parametrize("time", [1, 2])
@pytest.mark.django_db(transaction=True)
def test_a_flush_leaves_the_guards_and_the_roles(time):
    assert not Edition.objects.exists()
    assert triggers.missing(connection, guards.all_triggers()) == []
    assert {group.name: group.permissions.count() for group in Group.objects.all()} == {
        role: len(names) for role, names in roles.PERMISSIONS.items()
    }
    published()


@pytest.mark.parametrize("model", [Edition, Event])
@pytest.mark.parametrize("sql", ["UPDATE {} SET content = content", "DELETE FROM {}"])
def test_history_is_neither_updated_nor_deleted(db, model, sql):
    published()
    refused = pytest.raises(DatabaseError, match="append-only")
    with refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql.format(model._meta.db_table))


@pytest.mark.django_db(transaction=True)
def test_only_the_clean_up_after_a_test_may_empty_history():
    published()
    with pytest.raises(CommandError, match="couldn't be flushed"):
        call_command("flush", interactive=False)
    assert Event.objects.count() == 2


def test_the_live_page_loads_in_a_browser(live_server, page, axe):
    published()
    page.goto("/lower-back/")
    assert page.locator("h1").is_visible()
    width = "document.documentElement.scrollWidth"
    assert page.evaluate(width) <= 390
    assert page.evaluate("document.styleSheets.length") == 1
    assert axe(page) == []


def test_a_video_plays(live_server, page):
    published()
    page.goto("/lower-back/exercises/")
    assert page.locator("video").count() > 0
    answer = page.request.get(page.locator("video source, video[src]").first.get_attribute("src"))
    assert answer.status == 200


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


def test_the_admin_opens(live_server, page):
    published()
    page.goto("/admin/")
    page.fill("[name=username]", "editor")
    page.fill("[name=password]", "a long enough password")
    page.click("[type=submit]")
    expect(page.locator("#user-tools")).to_contain_text("editor")


def test_nothing_leaves_this_machine():
    with socket.socket() as outside, pytest.raises(RuntimeError, match="network"):
        outside.connect(("192.0.2.1", 80))
