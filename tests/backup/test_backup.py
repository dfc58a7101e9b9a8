"""A backup holds what a site cannot be made again without, and is there whole or not at all."""

import fcntl
import hashlib
import json
import os
import sqlite3
import stat
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.utils import timezone

from history import anchors
from leaflets.backup import databases
from leaflets.verify import CHAINS

pytestmark = pytest.mark.django_db(transaction=True)


def contents(folder):
    return {str(path.relative_to(folder)): path for path in folder.rglob("*") if path.is_file()}


def said(folder):
    return json.loads((folder / "manifest.json").read_text())


def test_it_names_each_file_by_its_digest_and_where_the_history_ended(live, backup):
    folder = backup()
    files = contents(folder)
    manifest = said(folder)
    assert set(files) == {*manifest["files"], "manifest.json"}
    for name, file in manifest["files"].items():
        content = files[name].read_bytes()
        assert file == {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
    assert manifest["chains"] == anchors.ends(CHAINS)
    assert manifest["database"] == connection.vendor
    assert len([name for name in files if name.startswith("media/")]) == 9
    assert (folder / "anchors.jsonl").read_text().count("\n") == 1


def test_nobody_else_may_read_it(live, backup):
    folder = backup()
    for path in (folder, *folder.rglob("*")):
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600)


def test_no_session_is_in_it(live, backup):
    key = "k3" * 16
    tomorrow = timezone.now() + timedelta(days=1)
    Session.objects.create(session_key=key, session_data="signed-in", expire_date=tomorrow)
    folder = backup()
    database = folder / databases.FILES[connection.vendor]
    script = database.read_bytes()
    if connection.vendor == "postgresql":
        script = subprocess.run(["pg_restore", "--file=-", database], capture_output=True, check=True).stdout
    assert b"pbkdf2" in script or b"md5$" in script
    assert key.encode() not in script
    assert Session.objects.filter(session_key=key).exists()


def test_media_that_the_backup_before_holds_take_no_room_again(live, backup):
    first, second = backup(), backup()
    [video, *_] = sorted((second / "media").glob("*.mp4"))
    assert video.samefile(first / "media" / video.name)
    assert not (second / "anchors.jsonl").samefile(first / "anchors.jsonl")


def test_a_damaged_copy_of_media_is_not_taken_again(live, backup):
    first = backup()
    [video, *_] = sorted((first / "media").glob("*.mp4"))
    video.write_bytes(b"damaged")
    again = backup() / "media" / video.name
    assert hashlib.sha256(again.read_bytes()).hexdigest() == video.stem


def test_media_that_the_site_has_lost_are_kept_and_named(live, backup, refused, target, settings):
    first = backup()
    [video, *_] = sorted(Path(settings.MEDIA_ROOT).glob("*.mp4"))
    video.unlink()
    message = refused("backup")
    assert f"{video.name} is lost" in message
    newest = max(target.glob("leaflets-*"))
    assert newest != first
    assert (newest / "media" / video.name).samefile(first / "media" / video.name)


def test_media_that_are_damaged_are_left_out_and_named(live, refused, target, settings):
    [video, *_] = sorted(Path(settings.MEDIA_ROOT).glob("*.mp4"))
    video.write_bytes(b"damaged")
    assert f"{video.name} is damaged" in refused("backup")
    [made] = target.glob("leaflets-*")
    assert video.name not in os.listdir(made / "media")
    assert f"media/{video.name}" not in said(made)["files"]


def test_the_oldest_are_removed(editor, backup, target):
    made = [backup() for _ in range(3)]
    newest = backup("--keep", "2")
    assert sorted(target.glob("leaflets-*")) == [made[-1], newest]
    assert sorted(each.name for each in target.iterdir()) == [".lock", made[-1].name, newest.name]


def test_none_is_removed_for_one_that_cannot_be_made(editor, backup, target, refused, monkeypatch):
    made = backup()

    def full(*_):
        raise OSError(28, "No space left on device", "database")

    monkeypatch.setattr(databases, "sync", full)
    assert "No space left on device" in refused("backup", target, "--keep", "1")
    assert [each for each in target.iterdir() if each.is_dir()] == [made]
    assert "keep 1 at least" in refused("backup", target, "--keep", "0")


def test_what_a_killed_one_left_behind_is_no_backup_and_goes(editor, backup, target, refused):
    left = target / ".part-killed"
    left.mkdir()
    (left / "anchors.jsonl").write_text("")
    assert "there is none in it" in refused("restore", target, "--replace")
    assert backup().exists()
    assert not left.exists()


def test_two_do_not_write_to_one_folder(editor, target, refused):
    with open(target / ".lock", "w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        assert "Another backup is being written" in refused("backup")


def test_it_is_not_put_where_it_would_be_served_or_lost(editor, target, refused, settings):
    public = Path(settings.MEDIA_ROOT) / "backups"
    public.mkdir(parents=True)
    assert "inside MEDIA_ROOT, which everybody may read" in refused("backup", public)
    assert "see that its disk is mounted" in refused("backup", target / "missing")


if connection.vendor == "sqlite":

    @pytest.mark.parametrize(("place", "told"), [(0, "cannot be copied: "), (8, "is damaged: ")])
    def test_a_damaged_database_is_not_backed_up(live, backup, refused, target, place, told):
        made = backup()
        connection.close()
        path = Path(connection.settings_dict["NAME"])
        whole = path.read_bytes()
        with sqlite3.connect(path) as other:
            other.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            root = other.execute("SELECT rootpage FROM sqlite_master WHERE name = 'leaflets_pin'").fetchone()[
                0
            ]
        other.close()
        with path.open("r+b") as file:
            file.seek((root - 1) * 8192 + place)
            file.write(b"\xff" * 64)
        try:
            assert f"The database {told}" in refused("backup")
        finally:
            connection.close()
            path.write_bytes(whole)
        assert [each for each in target.iterdir() if each.is_dir()] == [made]

else:

    def test_programs_of_another_version_are_named(editor, refused, tmp_path, monkeypatch):
        old = tmp_path / "bin" / "pg_dump"
        old.parent.mkdir()
        old.write_text("#!/bin/sh\necho 'pg_dump (PostgreSQL) 9.6.24'\n")
        old.chmod(0o755)
        path = os.environ["PATH"]
        monkeypatch.setenv("PATH", f"{old.parent}{os.pathsep}{path}")
        version = connection.pg_version // 10_000
        assert f"PostgreSQL {version}, and pg_dump is of PostgreSQL 9: install" in refused("backup")
        monkeypatch.setenv("PATH", str(tmp_path / "media"))
        assert "pg_dump is not installed" in refused("backup")

    def test_what_the_program_says_is_told(editor, refused, tmp_path, monkeypatch, target):
        failing = tmp_path / "bin" / "pg_dump"
        failing.parent.mkdir()
        version = connection.pg_version // 10_000
        failing.write_text(
            f"#!/bin/sh\ntest $1 = --version && echo 'pg_dump {version}.1' && exit; echo 'out of memory' >&2; exit 1\n"
        )
        failing.chmod(0o755)
        monkeypatch.setenv("PATH", f"{failing.parent}{os.pathsep}{os.environ['PATH']}")
        assert "pg_dump failed: out of memory" in refused("backup")
        assert [each.name for each in target.iterdir()] == [".lock"]
