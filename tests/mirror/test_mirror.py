"""Whatever is lost, patients read what was right last, and no withdrawal is undone."""

import os
import shutil
from pathlib import Path
from unittest import mock

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from leaflets import actions
from leaflets.mirror import answers
from leaflets.mirror.addresses import OF_A_LEAFLET, OF_THE_SITE
from leaflets.mirror.folder import KEPT

pytestmark = pytest.mark.looks

PAGES = [*OF_THE_SITE, *(each.format("lower-back") for each in OF_A_LEAFLET)]


@pytest.fixture
def root(site):
    return site.watcher.folder.root


@pytest.fixture(autouse=True)
def _nothing_held():
    answers.kept.clear()


@pytest.fixture
def second(live, change, editor, reviewer):
    """A function that publishes the next edition of the leaflet, under another title."""

    def publish(title="A new title"):
        edition = actions.submit(leaflet=change(title), by=editor, reason="Another title.")
        return actions.publish(edition=edition, by=reviewer, reason="Checked.")

    return publish


def files_of(folder):
    return [file for file in Path(folder).rglob("*") if file.is_file()]


def test_without_the_database_a_new_process_answers_all_that_the_old_one_did(
    live, site, open_site, database_down
):
    said = {path: site.look().ask(path, accept_encoding="br") for path in PAGES}
    database_down()
    other = open_site().load()
    assert {path: other.ask(path, accept_encoding="br") for path in PAGES} == said
    assert other.ask("/readyz").status == other.ask("/admin/").status == 503
    assert "leaflets can be read as always" in other.ask("/admin/").text


def test_without_database_and_mirror_it_says_so_in_plain_words(open_site, site, database_down):
    database_down()
    answered = open_site().load().ask("/lower-back/")
    assert (answered.status, answered.text) == (
        503,
        "This site cannot answer now. Try again in a few minutes.\n",
    )


def test_it_mends_itself_when_the_database_is_back(live, site, database_down):
    site.look()
    with (
        mock.patch("leaflets.mirror.addresses.marker", side_effect=OSError("Gone.")),
        pytest.raises(OSError, match="Gone"),
    ):
        site.look()
    assert site.ask("/lower-back/").status == 200
    assert site.look().ask("/readyz").status == 200


def test_a_generation_that_was_not_finished_is_no_generation(live, site, open_site, root, second):
    site.look()
    second()
    with (
        mock.patch("os.rename", side_effect=OSError("The power went.")),
        pytest.raises(OSError, match="power"),
    ):
        site.look()
    assert live.document["title"] in open_site().load().ask("/lower-back/").text
    assert "A new title" in site.look().ask("/lower-back/").text
    assert "A new title" in open_site().load().ask("/lower-back/").text


def test_a_switch_that_was_not_made_leaves_a_whole_generation(live, site, open_site, second):
    site.look()
    second()
    with (
        mock.patch("os.replace", side_effect=OSError("The power went.")),
        pytest.raises(OSError, match="power"),
    ):
        site.look()
    for title in ("A new title", "A new title"):
        assert title in open_site().load().look().ask("/lower-back/").text


def test_a_full_disk_changes_nothing_for_patients_and_is_said(live, site, second):
    site.look()
    second()
    with mock.patch.object(Path, "write_bytes", side_effect=OSError(28, "No space left on device")):
        site.watcher.look()
        with pytest.raises(OSError, match="No space"):
            site.watcher.writer.write()
        assert "A new title" in site.ask("/lower-back/").text
    site.watcher.writer.write()
    assert site.watcher.folder.load().by_path().keys() >= {"/lower-back/"}


@pytest.mark.parametrize("damage", ["manifest cut", "manifest flipped", "manifest gone"])
def test_where_the_newest_generation_is_damaged_the_one_before_is_shown(
    live, site, open_site, root, second, damage
):
    site.look()
    second()
    site.look()
    manifest = root / "current" / "manifest"
    text = manifest.read_text()
    manifest.unlink()
    if damage == "manifest cut":
        manifest.write_text(text[: len(text) // 2])
    elif damage == "manifest flipped":
        manifest.write_text(text.replace("200 OK", "201 OK", 1))
    other = open_site().load()
    assert live.document["title"] in other.ask("/lower-back/").text
    assert "A new title" in other.look().ask("/lower-back/").text
    assert "A new title" in open_site().load().ask("/lower-back/").text


@pytest.mark.parametrize("lost", ["site", "packed", "site/lower-back"])
@pytest.mark.parametrize("how", ["gone", "empty", "flipped"])
def test_a_file_that_is_lost_or_damaged_is_read_from_another(live, site, open_site, root, lost, how):
    said = {path: site.look().ask(path) for path in PAGES}
    folder = (root / "current" / lost).resolve()
    for file in files_of(folder):
        if how == "flipped":
            file.write_bytes(bytes([file.read_bytes()[0] ^ 1]) + file.read_bytes()[1:])
        else:
            file.unlink() if how == "gone" else file.write_bytes(b"")
    # Where no other form of it was kept, Django answers.
    other = open_site().load().look()
    assert {path: other.ask(path).body for path in PAGES} == {path: each.body for path, each in said.items()}
    other.watcher.press_again()
    other.look()
    answers.kept.clear()
    assert {path: open_site().load().ask(path).body for path in PAGES} == {
        path: each.body for path, each in said.items()
    }
    assert not other.watcher.folder.damaged


def test_a_withdrawal_holds_whatever_generation_is_loaded(live, reviewer, site, open_site, root):
    site.look()
    actions.withdraw(edition=live, by=reviewer, reason="The number has changed.", told="Call 111 instead.")
    with mock.patch.object(site.watcher.writer, "offer"):  # It dies before the mirror is written.
        site.look()
    other = open_site().load()
    for path in ("/lower-back/", "/lower-back/check/", "/lower-back.json", "/lower-back/leaflet.pdf"):
        assert (other.ask(path).status, "Call 111 instead." in other.ask(path).text) == (410, True)
    assert "Call 111 instead." in other.ask(f"/e/{live.code}/").text


def test_a_withdrawal_whose_file_is_damaged_leaves_nobody_sure(live, reviewer, site, open_site, root):
    site.look()
    actions.withdraw(edition=live, by=reviewer, reason="The number has changed.")
    with mock.patch.object(site.watcher.writer, "offer"):
        site.look()
    file = root / "withdrawn" / "lower-back"
    file.write_text(file.read_text()[:-50])
    shown = open_site().load().ask("/lower-back/check/")
    assert shown.status == 503
    assert "may have been withdrawn" in shown.text
    assert "tel:111" in shown.text


def test_what_was_withdrawn_and_published_again_is_shown(live, reviewer, editor, site, open_site, root):
    actions.withdraw(edition=live, by=reviewer, reason="The number has changed.")
    site.look()
    assert os.listdir(root / "withdrawn") == ["lower-back"]
    again = actions.republish(edition=live, by=editor, reason="The number is right after all.")
    actions.publish(edition=again, by=reviewer, reason="Checked.")
    assert site.look().ask("/lower-back/").status == 200
    assert os.listdir(root / "withdrawn") == []
    assert open_site().load().ask("/lower-back/").status == 200


def test_a_database_that_was_restored_from_before_a_withdrawal_does_not_undo_it(live, site, open_site, root):
    other = open_site().look()
    pages = other.watcher.shown.pages["lower-back"]
    gone = answers.ready("410 Gone", pages.answers["/lower-back/"].headers, b"Withdrawn.")
    later = pages.since.replace(year=pages.since.year + 1)
    withdrawn = pages._replace(since=later, withdrawn=True, answers=dict.fromkeys(pages.answers, gone))
    other.watcher.withdrawals.write("lower-back", withdrawn)
    assert site.look().ask("/lower-back/").status == 410
    assert "later withdrawal than the database" in site.ask("/readyz").text


def test_two_processes_leave_the_newest(live, site, open_site, second):
    slow, quick = site.look(), open_site().look()
    slow.watcher.look()
    second()
    quick.look()
    slow.watcher.shown.changed = {"/"}
    slow.watcher.writer.offer(slow.watcher.folder.load()._replace(marker=slow.watcher.marker))
    slow.watcher.writer.write()
    assert "A new title" in open_site().load().ask("/lower-back/").text


def test_only_the_newest_generations_are_kept(live, site, root, second):
    for number in range(KEPT + 2):
        second(f"Title {number}")
        site.look()
    assert len(os.listdir(root / "generations")) == KEPT
    assert (root / "current").resolve().name == str(KEPT + 2)
    shutil.rmtree((root / "current").resolve())
    assert f"Title {KEPT}" in site.__class__(root).load().ask("/lower-back/").text


def test_what_was_written_is_held_in_memory_no_more(live, site):
    site.look()
    assert not [answer for answer in site.front.answers.values() if answer.held]


@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_a_manifest_with_any_byte_changed_is_never_taken_for_a_whole_one(live, site, root, data):
    site.look()
    folder = site.watcher.folder
    manifest = (root / "current" / "manifest").resolve()
    whole = manifest.read_bytes()
    place = data.draw(st.integers(0, len(whole) - 2))
    manifest.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
    try:
        assert folder.load() is None
    finally:
        manifest.write_bytes(whole)
