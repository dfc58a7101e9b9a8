"""The audit pack: everything, in a form that anybody can check without this software."""

import csv
import io
import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings as django_settings
from django.core.management import CommandError, call_command
from hypothesis import given, settings
from hypothesis import strategies as st

from exercises import media
from history import anchors
from history.accounts import record_account
from history.models import Item, Version
from leaflets import actions, pack, pack_timeline, pack_verifier
from leaflets.models import Event, Rendering
from leaflets.verify import CHAINS

pytestmark = pytest.mark.django_db

KEY = "k" * 32
CHECKED_BY_VERIFY = [
    *("events.jsonl", "versions.jsonl", "pins.jsonl", "media.jsonl", "anchors.jsonl"),
    *("renderings.jsonl", "accounts.jsonl", "renderings/1-leaflet.html", "renderings/2-withdrawn.html"),
    "editions/lower-back/1.json",
]
CHECKED_BY_TIMELINE = ["timeline.csv", "timeline.html"]


@pytest.fixture
def packed(withdrawn, reviewer, settings, tmp_path):
    """A pack of three events, twelve versions and a signed anchor, in a file."""
    settings.ANCHOR_KEY = KEY
    record_account(reviewer, by=None, reason="New.")
    anchors.write(CHAINS)
    return written(tmp_path / "pack.zip")


def written(path):
    with path.open("wb") as file:
        pack.write(file)
    return path


def contents(path):
    with zipfile.ZipFile(path) as files:
        return {name: files.read(name) for name in files.namelist()}


def with_other(path, **changed):
    """Write the pack at `path` anew as other.zip beside it, some files changed, each with a checksum that fits."""
    other = path.with_name("other.zip")
    with zipfile.ZipFile(other, "w") as files:
        for name, content in (contents(path) | changed).items():
            if content is not None:
                files.writestr(name, content)
    return other


def run(script, *arguments, key=KEY):
    """Run a script of the pack, the first of `arguments`, with Python alone; return its exit code and what it says."""
    with zipfile.ZipFile(arguments[0]) as files:
        path = files.extract(script, arguments[0].parent)
    command = [sys.executable, "-I", "-S", path, *map(str, arguments)]
    result = subprocess.run(
        command, cwd="/", capture_output=True, text=True, env={"ANCHOR_KEY": key} if key else {}
    )
    assert result.stderr == ""
    return result.returncode, result.stdout


def verdict_of(script, *arguments):
    """Run a script within this process, which is quicker, and return its exit code."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", ["script", *map(str, arguments)])
        patch.setitem(os.environ, "ANCHOR_KEY", KEY)
        return script.main()


def test_a_whole_pack_passes(packed):
    code, said = run("verify.py", packed)
    assert code == 0
    assert "The pack is whole." in said
    assert f"events.jsonl           3 records; the last digest is {Event.objects.last().digest}" in said
    assert f"versions.jsonl        12 records; the last digest is {Version.objects.last().digest}" in said
    assert "1 anchors" in said
    assert "What this cannot show" in said
    assert run("timeline.py", packed) == (0, "Both timelines say what the records say.\n")


def test_an_empty_history_is_a_whole_pack(db, tmp_path):
    code, said = run("verify.py", written(tmp_path / "pack.zip"))
    assert code == 0
    assert "There is no anchor: a history that was rewritten to its end would look like this one." in said


def test_the_same_history_gives_the_same_bytes(packed, tmp_path):
    assert written(tmp_path / "again.zip").read_bytes() == packed.read_bytes()


def test_it_is_written_to_what_cannot_be_rewound(packed):
    class Download(io.RawIOBase):
        got = b""

        def writable(self):
            return True

        def write(self, data):
            self.got += bytes(data)
            return len(data)

    download = Download()
    pack.write(download)
    other = packed.with_name("download.zip")
    other.write_bytes(download.got)
    assert contents(other) == contents(packed)


def test_every_edition_is_there_byte_for_byte(packed, live):
    assert contents(packed)["editions/lower-back/1.json"].decode() == live.content


def test_each_record_is_there_as_it_was_sealed(packed):
    for name, model in (("events", Event), ("versions", Version), ("renderings", Rendering)):
        lines = [json.loads(line) for line in contents(packed)[f"{name}.jsonl"].splitlines()]
        fields = ("sequence", "previous", "digest", "content")
        assert lines == list(model.objects.order_by("sequence").values(*fields))


@pytest.mark.parametrize("name", CHECKED_BY_VERIFY)
def test_a_changed_byte_is_found(packed, name):
    content = contents(packed)[name]

    @settings(max_examples=40, deadline=None)
    @given(st.integers(0, len(content) - 1), st.integers(0, 7))
    def anywhere(place, bit):
        changed = bytearray(content)
        changed[place] ^= 1 << bit
        assert verdict_of(pack_verifier, with_other(packed, **{name: bytes(changed)})) == 1

    anywhere()


@pytest.mark.parametrize("name", CHECKED_BY_TIMELINE)
def test_a_changed_byte_in_a_timeline_is_found(packed, name):
    content = contents(packed)[name]

    @settings(max_examples=40, deadline=None)
    @given(st.integers(0, len(content) - 1), st.integers(0, 7))
    def anywhere(place, bit):
        changed = bytearray(content)
        changed[place] ^= 1 << bit
        assert verdict_of(pack_timeline, with_other(packed, **{name: bytes(changed)})) == 1

    anywhere()


@pytest.mark.parametrize("name", CHECKED_BY_VERIFY)
def test_a_missing_file_is_found(packed, name):
    code, said = run("verify.py", with_other(packed, **{name: None}))
    assert code == 1
    assert name in said
    assert "is missing" in said


def test_an_edition_that_was_never_submitted_is_found(packed):
    other = with_other(packed, **{"editions/lower-back/2.json": "{}"})
    assert "editions/lower-back/2.json: it was never submitted." in run("verify.py", other)[1]


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_files_of_one_name_are_found(packed):
    with zipfile.ZipFile(packed, "a") as files:
        files.writestr("events.jsonl", contents(packed)["events.jsonl"])
    assert "Two files in the pack have one name." in run("verify.py", packed)[1]


def test_a_pack_damaged_on_its_way_is_a_finding_and_no_crash(packed):
    content = bytearray(packed.read_bytes())
    with zipfile.ZipFile(packed) as files:
        place = files.getinfo("versions.jsonl").header_offset + 200
    content[place] ^= 1
    packed.write_bytes(bytes(content))
    code, said = run("verify.py", packed)
    assert code == 1
    assert "The pack is NOT whole." in said


def test_what_is_no_pack_is_told_in_a_sentence(packed, tmp_path):
    with zipfile.ZipFile(packed) as files:
        scripts = [files.extract(name, tmp_path) for name in ("verify.py", "timeline.py")]
    for script in scripts:
        command = [sys.executable, "-I", "-S", script, script]
        result = subprocess.run(command, capture_output=True, text=True)
        assert result.returncode == 1
        assert result.stderr == "This cannot be read. File is not a zip file\n"


def test_an_anchor_signed_with_another_key_is_found(packed):
    code, said = run("verify.py", packed, key="x" * 32)
    assert code == 1
    assert "anchors.jsonl, line 1: this anchor is forged or damaged, or signed with another key." in said


def test_the_key_may_be_in_a_file(packed, tmp_path):
    (tmp_path / "key").write_text(f"{KEY}\n")
    assert "1 signatures, checked" in run("verify.py", packed, "--key-file", tmp_path / "key", key=None)[1]
    assert "1 signatures, not checked: no key was given" in run("verify.py", packed, key=None)[1]


def test_an_anchor_kept_elsewhere_shows_what_the_packs_own_no_longer_do(packed, tmp_path):
    kept = tmp_path / "mailed.txt"
    kept.write_bytes(Path(django_settings.ANCHOR_FILE).read_bytes().strip() + b"\r\n")
    lines = contents(packed)["events.jsonl"].splitlines(keepends=True)
    cut = {"events.jsonl": b"".join(lines[:2]), "anchors.jsonl": b""}
    other = with_other(packed, **cut)
    assert run("verify.py", other)[0] == 0
    code, said = run("verify.py", other, "--anchors", kept)
    assert code == 1
    assert "events.jsonl ends at 2, but the anchor of " in said


def test_media_are_compared_with_the_folder(packed, settings, tmp_path):
    said = run("verify.py", packed, "--media", settings.MEDIA_ROOT)[1]
    assert "The media files are as they were" in said
    code, said = run("verify.py", packed, "--media", tmp_path)
    assert code == 1
    assert "media.jsonl, line 1: this file is not in " in said


def test_a_file_that_the_site_has_lost_is_said_to_be_lost(packed, settings, tmp_path):
    assert '"present":true' in contents(packed)["media.jsonl"].decode()
    settings.MEDIA_ROOT = str(tmp_path / "none")
    lost = contents(written(tmp_path / "lost.zip"))["media.jsonl"].decode()
    assert lost.count('"present":false') == lost.count("\n") > 0


def test_the_scripts_know_every_kind_of_file_that_there_is():
    assert {type_: kind.extension for type_, kind in media.KINDS.items()} == pack_verifier.EXTENSIONS


def test_the_timeline_says_who_did_what_and_why(packed):
    rows = list(csv.DictReader(io.StringIO(contents(packed)["timeline.csv"].decode("utf-8-sig"))))
    last = rows[-1]
    assert last["What"] == "Withdrawn"
    assert last["To what"].startswith("lower-back, edition 1, code ")
    assert last["Who"] == "Reviewer (reviewer), Reviewer"
    assert last["Why"] == "The number has changed."
    assert rows[1]["To what"] == "Cauda Equina Syndrome (CES) (red-flag group), version 1"
    assert len(rows) == 15
    assert [row["When (UTC)"] for row in rows] == sorted(row["When (UTC)"] for row in rows)


def test_the_timeline_knows_every_kind_of_item_that_there_is():
    items = {
        model._meta.label_lower: model._meta.verbose_name
        for model in apps.get_models()
        if issubclass(model, Item)
    }
    assert items == pack_timeline.KINDS


@pytest.mark.parametrize("start", ["=", "+", "-", "@", " ="])
def test_a_reason_is_no_formula_in_a_spreadsheet(live, reviewer, tmp_path, start):
    actions.withdraw(edition=live, by=reviewer, reason="x")
    event = json.loads(Event.objects.last().content)
    content = json.dumps({**event, "reason": f"{start}HYPERLINK(1)"})
    line = b"".join(pack_timeline.as_csv(pack_timeline.rows([content], []))).decode()
    assert f",'{start}HYPERLINK(1)" in line


def test_the_page_of_the_timeline_runs_nothing_that_somebody_wrote(live, reviewer, tmp_path):
    actions.withdraw(edition=live, by=reviewer, reason="<script>alert(1)</script>")
    page = contents(written(tmp_path / "pack.zip"))["timeline.html"].decode()
    assert "&lt;script&gt;" in page
    assert "<script" not in page
    assert "default-src 'none'" in page


def test_a_record_that_cannot_be_read_is_in_the_timeline_as_it_is():
    assert list(pack_timeline.rows(["{"], [])) == [["", "This record cannot be read", "", "", "{"]]


def test_the_command_writes_a_whole_file_or_none(withdrawn, tmp_path, monkeypatch):
    target = tmp_path / "pack.zip"
    call_command("export_history", str(target), verbosity=0)
    assert run("verify.py", target)[0] == 0
    with pytest.raises(CommandError, match="is there already: choose another name"):
        call_command("export_history", str(target))
    before = sorted(tmp_path.iterdir())

    def full(file):
        file.write(b"PK")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(pack, "write", full)
    with pytest.raises(CommandError, match=r"other\.zip cannot be written: No space left on device"):
        call_command("export_history", str(tmp_path / "other.zip"))
    assert sorted(tmp_path.iterdir()) == before
