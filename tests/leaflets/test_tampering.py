"""What the owner of a database can do to history is found and named: by verify_history, and in an exported pack."""

import sqlite3
import subprocess
import sys
import zipfile

import pytest
from django.core.management import CommandError, call_command
from django.db import DataError, connection, transaction

from history import anchors
from history.canonical import digest
from history.models import Version
from leaflets import actions
from leaflets.models import Edition, Event
from leaflets.verify import CHAINS
from tests.tampering import owner, rechain, verdict

pytestmark = pytest.mark.django_db


def pack_verdict(folder):
    """Export the history, and return what the script in the pack says of it, run by Python alone."""
    pack = folder / "pack.zip"
    call_command("export_history", str(pack), verbosity=0)
    with zipfile.ZipFile(pack) as files:
        script = files.extract("verify.py", folder)
    command = [sys.executable, "-I", "-S", script, pack]
    result = subprocess.run(command, cwd=folder, capture_output=True, text=True, env={})
    assert result.stderr == ""
    assert result.returncode == ("NOT whole" in result.stdout)
    return result.stdout


def flip_a_byte(cursor, table):
    cursor.execute(f"UPDATE {table} SET content = REPLACE(content, 'reason', 'rEason') WHERE sequence = 2")


def flip_a_byte_of_an_event(cursor):
    flip_a_byte(cursor, "leaflets_event")


def flip_a_byte_of_a_version(cursor):
    flip_a_byte(cursor, "history_version")


def flip_a_byte_of_an_edition(cursor):
    edition = Edition.objects.first()
    Edition.objects.filter(pk=edition.pk).update(content=edition.content.replace("NHS 24", "NHS 25"))


def drop_an_event(cursor):
    cursor.execute("DELETE FROM leaflets_event WHERE sequence = 4")


def drop_the_first_event(cursor):
    cursor.execute("DELETE FROM leaflets_event WHERE sequence = 1")


def put_events_in_another_order(cursor):
    for old, new in ((2, 99), (3, 2), (99, 3)):
        cursor.execute("UPDATE leaflets_event SET sequence = %s WHERE sequence = %s", [new, old])


def drop_a_pin(cursor):
    cursor.execute("DELETE FROM leaflets_pin WHERE id = (SELECT MIN(id) FROM leaflets_pin)")


def rewrite_events_to_their_end(cursor):
    rechain(cursor, Event, 2, lambda said: {**said, "reason": "Rewritten."})


def rewrite_versions_to_their_end(cursor):
    before = list(Version.objects.values_list("digest", flat=True))
    rechain(cursor, Version, 2, lambda said: {**said, "reason": "Rewritten."})
    anew = dict(zip(before, Version.objects.values_list("digest", flat=True), strict=True))
    rechain(cursor, Event, 1, lambda said: {**said, "pins": [anew[pin] for pin in said.get("pins", [])]})


def rewrite_an_edition_and_everything_after_it(cursor):
    edition = Edition.objects.get(number=2)
    content = edition.content.replace("NHS 24", "NHS 25")
    Edition.objects.filter(pk=edition.pk).update(content=content, digest=digest(content))
    identity = {**edition.identity(), "digest": digest(content)}
    rechain(cursor, Event, 4, lambda said: {**said, "edition": identity})


def cut_the_tail(cursor):
    cursor.execute("DELETE FROM leaflets_event WHERE sequence = 5")


def cut_the_tail_of_versions(cursor):
    cursor.execute("DELETE FROM leaflets_pin WHERE version_id = 13")
    cursor.execute("DELETE FROM history_version WHERE sequence = 13")


FOUND = {
    flip_a_byte_of_an_event: (
        "leaflets.Event 2: its content does not have its digest.",
        "events.jsonl, line 2: its content does not have its digest.",
    ),
    flip_a_byte_of_a_version: (
        "history.Version 2: its content does not have its digest.",
        "versions.jsonl, line 2: its content does not have its digest.",
    ),
    flip_a_byte_of_an_edition: (
        ": its content is not what was submitted.",
        "editions/lower-back/2.json: its content is not what was submitted.",
    ),
    drop_an_event: (
        "leaflets.Event 5: record 4 is missing.",
        "events.jsonl, line 4: record 4 is missing.",
    ),
    drop_the_first_event: (
        "leaflets.Event 2: record 1 is missing.",
        "events.jsonl, line 1: record 1 is missing.",
    ),
    put_events_in_another_order: (
        "leaflets.Event 2: it does not name the digest of the record before it.",
        "events.jsonl, line 2: its content says another number.",
    ),
    drop_a_pin: (
        ": it holds other versions than were submitted.",
        "editions/lower-back/1.json: pins.jsonl says that it holds other versions than were submitted.",
    ),
    rewrite_events_to_their_end: (
        "leaflets.Event 5 is not what it was when the anchor of ",
        "events.jsonl, line 5: it is not what the anchor of ",
    ),
    rewrite_versions_to_their_end: (
        "history.Version 13 is not what it was when the anchor of ",
        "versions.jsonl, line 13: it is not what the anchor of ",
    ),
    rewrite_an_edition_and_everything_after_it: (
        "leaflets.Event 5 is not what it was when the anchor of ",
        "events.jsonl, line 5: it is not what the anchor of ",
    ),
    cut_the_tail: (
        "The chain of events ends at 4, but the anchor of ",
        "events.jsonl ends at 4, but the anchor of ",
    ),
    cut_the_tail_of_versions: (
        "The chain of versions ends at 12, but the anchor of ",
        "versions.jsonl ends at 12, but the anchor of ",
    ),
}


@pytest.fixture
def history(withdrawn, draft, editor, reviewer):
    """Five events of two editions, thirteen versions, and an anchor of them."""
    draft.title = "Lower back"
    draft.save()
    draft.record(by=editor, reason="Shorter.")
    edition = actions.submit(leaflet=draft, by=editor, reason="Shorter.")
    actions.return_to_editor(edition=edition, by=reviewer, reason="Too short.")
    anchors.write(CHAINS)


def test_a_whole_history_passes_both(history, tmp_path):
    assert "History is whole" in verdict()
    assert "The pack is whole." in pack_verdict(tmp_path)


@pytest.mark.parametrize("tamper", FOUND, ids=lambda tamper: tamper.__name__)
def test_it_is_found_and_named(history, tmp_path, tamper):
    with owner() as cursor:
        tamper(cursor)
    by_us, by_anybody = FOUND[tamper]
    assert by_us in verdict()
    assert by_anybody in pack_verdict(tmp_path)


@pytest.fixture
def backup(tmp_path):
    """Take a backup now; the function that is returned restores it."""
    if connection.vendor == "sqlite":
        copy = sqlite3.connect(tmp_path / "backup.sqlite3")
        connection.connection.backup(copy)
        yield lambda: copy.backup(connection.connection)
        copy.close()
    else:
        # What a restored backup lacks are the newest rows of every table.
        ends = {chain.records.model: chain.records.count() for chain in reversed(CHAINS)}
        yield lambda: _forget_since(ends)


def _forget_since(ends):
    with owner() as cursor:
        for model, last in ends.items():
            cursor.execute(f"DELETE FROM {model._meta.db_table} WHERE sequence > %s", [last])


@pytest.mark.django_db(transaction=True)
def test_an_older_backup_is_found(live, backup, draft, editor, reviewer, tmp_path):
    draft.title = "Lower back"
    draft.save()
    draft.record(by=editor, reason="Shorter.")
    actions.withdraw(edition=live, by=reviewer, reason="The number has changed.")
    assert "agrees with its anchors: 2 read" in verdict()
    backup()
    assert not Event.objects.filter(kind="withdrawn").exists()
    said, packed = verdict(), pack_verdict(tmp_path)
    for chain, end, saw in (("events", 2, 3), ("versions", 12, 13)):
        assert f"The chain of {chain} ends at {end}, but the anchor of " in said
        assert f" saw {saw}: records are missing, or an older backup was restored." in said
        assert f"{chain}.jsonl ends at {end}, but the anchor of " in packed


def test_a_byte_that_is_no_text_is_refused_or_found(history, tmp_path):
    with owner() as cursor:
        if connection.vendor == "postgresql":
            with pytest.raises(DataError), transaction.atomic():
                cursor.execute("UPDATE leaflets_event SET content = convert_from('\\xff'::bytea, 'UTF8')")
        else:
            cursor.execute("UPDATE leaflets_event SET content = CAST(X'7bff' AS TEXT) WHERE sequence = 2")
            assert "The database cannot read all events" in verdict()
            with pytest.raises(CommandError, match="The database cannot be read"):
                call_command("export_history", str(tmp_path / "pack.zip"))
