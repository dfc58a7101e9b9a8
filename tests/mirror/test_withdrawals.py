"""No withdrawal is undone: not by a loss, nor by an older generation, another process or a disk that takes nothing."""

import os
from pathlib import Path
from unittest import mock

import pytest

from leaflets import actions, pages
from leaflets.mirror import answers, work
from leaflets.mirror.generation import Damaged

pytestmark = pytest.mark.looks


@pytest.fixture(autouse=True)
def _nothing_held():
    answers.kept.clear()


@pytest.fixture
def root(site):
    return site.watcher.folder.root


@pytest.fixture
def withdraw(live, reviewer):
    return lambda: actions.withdraw(
        edition=live, by=reviewer, reason="The number has changed.", told="Call 111 instead."
    )


@pytest.fixture
def again(live, editor, reviewer):
    """A function that publishes what was withdrawn again."""

    def publish():
        edition = actions.republish(edition=live, by=editor, reason="The number is right after all.")
        return actions.publish(edition=edition, by=reviewer, reason="Checked.")

    return publish


def test_what_another_process_knew_of_is_shown_when_the_database_is_lost(live, site, open_site, withdraw):
    other = open_site().look()
    withdraw()
    site.look()
    assert other.ask("/lower-back/").status == 200
    other.watcher._apply_withdrawals()
    assert other.ask("/lower-back/check/").status == 410
    assert "it was withdrawn when the database was lost" in other.ask("/readyz").text


def test_an_edition_that_was_withdrawn_is_in_no_generation_that_may_be_loaded(
    live, site, open_site, root, withdraw, again
):
    site.look()
    withdraw()
    site.look()
    again()
    site.look()
    for newer in ("2", "3"):
        (root / "generations" / newer / "manifest").write_text("Nothing.")
    assert open_site().load().ask("/lower-back/").status == 410


def test_a_page_of_which_nobody_is_sure_stays_so_after_a_loss(live, site, open_site, withdraw):
    site.look()
    withdraw()
    with (
        mock.patch.object(pages, "page", side_effect=ValueError("A template raises.")),
        mock.patch.object(site.watcher.writer, "offer"),
    ):
        site.look()
    other = open_site().load()
    assert (other.ask("/lower-back/").status, other.ask("/lower-back/check/").status) == (503, 503)
    assert "may have been withdrawn" in other.ask("/lower-back/").text
    assert site.look().ask("/lower-back/").status == 503
    site.watcher.work._retried -= work.AGAIN + 1
    assert site.look().ask("/lower-back/").status == 410


def test_where_nothing_could_be_kept_memory_holds_against_an_older_backup(live, site):
    stood = site.look().watcher.shown.pages["lower-back"]
    gone = answers.ready("410 Gone", stood.answers["/lower-back/"].headers, b"Withdrawn.")
    said = {"since": stood.since.replace(year=stood.since.year + 1), "withdrawn": True}
    site.watcher.shown.replace(
        "lower-back", stood._replace(**said, answers=dict.fromkeys(stood.answers, gone))
    )
    site.watcher.press_again()
    assert site.look().ask("/lower-back/").status == 410
    assert "later withdrawal than the database" in site.ask("/readyz").text


def test_a_damaged_withdrawal_is_no_reason_to_doubt_the_database(
    live, site, open_site, root, withdraw, again
):
    withdraw()
    site.look()
    file = root / "withdrawn" / "lower-back"
    file.write_text(file.read_text()[:-50])
    again()
    assert site.look().ask("/lower-back/").status == 200
    assert not file.exists()
    assert open_site().load().ask("/lower-back/").status == 200


@pytest.mark.parametrize(("refused", "status"), [("listdir", 200), ("read", 503)])
def test_where_no_withdrawal_can_be_read_nobody_is_sure_of_any_leaflet(
    live, site, open_site, root, refused, status
):
    site.look()
    (root / "withdrawn").mkdir()
    listed, read = os.listdir, Path.read_text

    def list_it(folder):
        return listed(_allowed(folder))

    def read_it(file):
        return read(_allowed(file) if refused == "read" else file)

    with mock.patch("os.listdir", list_it), mock.patch.object(Path, "read_text", read_it):
        other = open_site().load()
    assert other.ask("/lower-back/").status == status
    assert other.ask("/").status == 200


def _allowed(path):
    if "withdrawn" in Path(path).parts:
        raise PermissionError(13, "Permission denied", str(path))
    return path


@pytest.mark.parametrize("raised", [TypeError("It has one value more."), IndexError("4"), Damaged("Cut.")])
def test_what_another_release_wrote_is_left_alone(live, site, open_site, raised):
    site.look()
    with mock.patch("leaflets.mirror.folder.read", side_effect=raised):
        other = open_site().load()
        assert other.watcher.folder.load() is None
    assert other.look().ask("/lower-back/").status == 200


def test_a_mirror_that_is_a_file_is_said_and_costs_no_patient_anything(live, site, root, withdraw):
    root.write_text("Not a folder.")
    site.load().watcher.look()
    assert site.ask("/lower-back/").status == 200
    with pytest.raises(OSError, match=r"exists|Not a directory"):
        site.watcher.writer.write()
    withdraw()
    site.watcher.look()
    assert site.ask("/lower-back/").status == 410


def test_a_process_that_is_behind_takes_what_is_new_for_no_damage(
    live, site, open_site, change, editor, reviewer
):
    site.look()
    behind = open_site().load()
    said = site.ask("/lower-back/").body
    answers.kept.clear()
    edition = actions.submit(leaflet=change("A new title"), by=editor, reason="Another title.")
    actions.publish(edition=edition, by=reviewer, reason="Checked.")
    site.look()
    assert behind.ask("/lower-back/").body == said
    assert not behind.watcher.folder.damaged


def test_a_withdrawal_that_is_kept_already_is_not_written_again(live, site, withdraw, root):
    withdraw()
    told, kept = site.look().watcher.shown.pages["lower-back"], root / "withdrawn" / "lower-back"
    site.watcher.withdrawals.keep("lower-back", told)
    os.utime(kept, (1, 1))
    site.watcher.withdrawals.keep("lower-back", told)
    assert kept.stat().st_mtime == 1


def test_an_address_that_is_no_longer_known_is_shown_no_more(live, knee, site):
    shown = site.look().watcher.shown
    shown.keep_only(set(shown.pages) - {"knee"})
    assert [site.ask(path).status for path in ("/knee/", "/knee/check/", "/lower-back/")] == [404, 404, 200]
    assert shown.unprinted == {"lower-back"}
