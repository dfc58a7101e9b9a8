"""A backup is restored whole, verified, and never where something would be lost unseen."""

import json
import os
import shutil
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction

from history import anchors, triggers
from history.canonical import canonical, digest
from leaflets import actions, guards, public
from leaflets.backup import databases
from leaflets.models import Edition, Event
from leaflets.verify import CHAINS
from tests.tampering import verdict

pytestmark = pytest.mark.django_db(transaction=True)


def test_everything_is_as_it_was(live, backup, restore, settings):
    before, document = anchors.ends(CHAINS), live.content
    folder = backup()
    shutil.rmtree(settings.MEDIA_ROOT)
    os.unlink(settings.ANCHOR_FILE)
    said = restore(folder.parent, "--replace")
    assert f"{folder} is whole" in said
    assert "agrees with its anchors: 1 read" in said
    assert "The public pages are pressed" in said
    assert anchors.ends(CHAINS) == before
    assert Edition.objects.get(pk=live.pk).content == document
    assert "Lower back" in (Path(settings.MIRROR_ROOT) / "current/site/lower-back/index.html").read_text()


def test_the_guards_stand_again(live, backup, restore):
    folder = backup()
    triggers.remove(connection, guards.all_triggers())
    restore(folder, "--replace")
    assert triggers.missing(connection, guards.all_triggers()) == []
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Event.objects.update(kind="reviewed")


def test_work_goes_on_after_it(submitted, backup, restore, reviewer):
    restore(backup(), "--replace")
    edition = actions.publish(edition=Edition.objects.get(pk=submitted.pk), by=reviewer, reason="Checked.")
    assert public.decision("lower-back").edition == edition
    assert "History is whole" in verdict()


def test_a_database_that_is_not_empty_is_left_alone(live, backup, refused):
    folder = backup()
    assert "is not empty" in refused("restore", folder)
    assert Event.objects.count() == 2


def test_a_look_changes_nothing(submitted, backup, restore, reviewer):
    folder = backup()
    actions.return_to_editor(edition=submitted, by=reviewer, reason="No.")
    said = restore(folder, "--check", "--replace")
    assert "is whole" in said
    assert "restored" not in said
    assert Event.objects.count() == 2


def damage(path):
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def test_whatever_is_damaged_or_missing_is_named_and_nothing_is_touched(live, backup, refused, tmp_path):
    folder = backup()
    names = [str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()]
    assert len(names) == 12
    for number, name in enumerate(sorted(names)):
        for what, hurt in (("damaged", damage), ("removed", os.unlink)):
            copy = shutil.copytree(folder, tmp_path / f"{number}-{what}")
            hurt(copy / name)
            wanted = "is no backup" if (name, what) == ("manifest.json", "removed") else name
            assert wanted in refused("restore", copy, "--replace")
    assert Event.objects.count() == 2


def change(folder, **said):
    """Write another manifest, as somebody could who wants it restored."""
    path = folder / "manifest.json"
    rest = json.loads(path.read_text()) | said
    del rest["digest"]
    path.write_text(canonical({**rest, "digest": digest(canonical(rest))}))


def test_a_backup_from_elsewhere_is_not_taken_for_ours(live, backup, refused, settings):
    folder = backup()
    other = "sqlite" if connection.vendor == "postgresql" else "postgresql"
    change(folder, database=other)
    assert "DATABASE_URL leads to" in refused("restore", folder, "--replace")
    change(folder, database=connection.vendor, migrations=["leaflets.9999_next"])
    assert "another release, which has had the migration leaflets.9999_next" in refused(
        "restore", folder, "--replace"
    )
    change(folder, migrations=[], form=2)
    assert "of another form" in refused("restore", folder, "--replace")
    settings.ANCHOR_KEY = "k" * 32
    change(folder, form=1)
    assert "was not made with this site's ANCHOR_KEY" in refused("restore", folder, "--replace")


def test_a_signed_backup_is_known(submitted, backup, restore, refused, settings):
    settings.ANCHOR_KEY = "k" * 32
    folder = backup()
    assert "is whole" in restore(folder, "--check", "--replace")
    change(folder, migrations=[])
    assert "was not made with this site's ANCHOR_KEY" in refused("restore", folder, "--replace")
    settings.ANCHOR_KEY = ""
    assert "is signed: set the ANCHOR_KEY" in refused("restore", folder, "--replace")


def test_newer_history_is_not_lost_unseen(live, reviewer, backup, refused, restore, settings):
    folder = backup()
    actions.withdraw(edition=live, by=reviewer, reason="The number has changed.")
    seen = Path(settings.ANCHOR_FILE).read_text()
    message = refused("restore", folder, "--replace")
    assert "chain of events ends at 2, but the anchor of" in message
    assert "saw 3: what was recorded in between would be lost" in message
    assert Event.objects.count() == 3
    said = restore(folder, "--replace", "--set-anchors-aside")
    [aside] = Path(settings.ANCHOR_FILE).parent.glob("anchors.jsonl.before-*")
    assert str(aside) in said
    assert aside.read_text() == seen
    assert Event.objects.count() == 2
    assert "agrees with its anchors: 1 read" in said
    assert "ends at 2, but the anchor of" in verdict("--anchors", str(aside))


def test_what_patients_were_told_of_a_withdrawal_stays_though_the_backup_is_older(
    live, reviewer, backup, restore, refused, settings
):
    folder = backup()
    actions.withdraw(edition=live, by=reviewer, reason="Wrong.", told="Call 111 instead.")
    call_command("mirror", verbosity=0, stdout=StringIO())
    page = Path(settings.MIRROR_ROOT) / "current/site/lower-back/index.html"
    assert "Call 111 instead" in page.read_text()
    message = refused("restore", folder, "--replace", "--set-anchors-aside")
    assert "the mirror knows a later withdrawal than the database" in message
    assert Event.objects.count() == 2
    assert "Call 111 instead" in page.read_text()


def test_anchors_that_agree_are_kept_together(live, backup, restore, settings):
    folder = backup()
    later = anchors.write(CHAINS)
    said = restore(folder, "--replace")
    assert "agrees with its anchors: 2 read" in said
    assert Path(settings.ANCHOR_FILE).read_text().endswith(f"{later}\n")


def test_the_backup_of_another_history_is_refused(live, backup, refused, settings):
    folder = backup()
    line = json.loads(Path(settings.ANCHOR_FILE).read_text())
    line["chains"]["events"]["digest"] = "0" * 64
    Path(settings.ANCHOR_FILE).write_text(canonical(line) + "\n")
    assert "chain of events is another than the one" in refused("restore", folder, "--replace")


def test_what_cannot_be_restored_leaves_what_is_there(live, backup, refused, monkeypatch):
    folder = backup()
    name = databases.FILES[connection.vendor]
    (folder / name).write_bytes(b"PGDMP no more" if connection.vendor == "postgresql" else b"no database" * 9)
    content = (folder / name).read_bytes()
    files = json.loads((folder / "manifest.json").read_text())["files"]
    change(folder, files=files | {name: {"bytes": len(content), "sha256": digest(content.decode())}})
    assert "It is not restored" in refused("restore", folder, "--replace")
    assert Event.objects.count() == 2
    assert "History is whole" in verdict()
