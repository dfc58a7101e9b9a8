"""Media may be kept elsewhere: what the public is answered while that place does not answer."""

import threading
import time

import pytest
from django.core.management import CommandError, call_command

from exercises.folder import Folder
from leaflets.mirror import storing
from tests.stores import stock

pytestmark = [pytest.mark.django_db, pytest.mark.looks]


@pytest.fixture(autouse=True)
def _asked_each_time(monkeypatch):
    monkeypatch.setattr(storing, "EVERY", -1)


def test_pages_are_shown_and_readyz_is_true_while_the_bucket_is_away(s3, live, site):
    stock()
    site.look()
    video = live.document["exercises"]["programmes"][0]["videos"][0]["file"]
    path = f"/media/{video['sha256']}.mp4"
    assert (site.ask(path).status, site.ask("/readyz").status) == (200, 200)
    s3.lose()
    for page in (
        "/",
        "/lower-back/",
        "/lower-back/exercises/",
        "/lower-back/check/",
        "/healthz",
        "/readyz/pages",
    ):
        assert site.ask(page).status == 200, page
    assert site.ask(path).status == 503
    ready = site.ask("/readyz")
    assert ready.status == 503
    assert '"The bucket of media does not answer."' in ready.text
    assert "127.0.0.1" not in ready.text


def test_a_folder_that_is_none_is_told_of(folder, site, live):
    site.look()
    folder.lose()
    assert '"The folder of media cannot be read: Not a directory."' in site.ask("/readyz").text


def test_nobody_waits_for_a_place_that_hangs(folder, site, live, monkeypatch):
    site.look()
    monkeypatch.setattr(storing, "PATIENCE", 0.5)
    hangs, asked = threading.Event(), []
    monkeypatch.setattr(Folder, "problem", lambda self: asked.append(1) or (hangs.wait(20) and None))
    begun = time.monotonic()
    for _ in range(20):
        assert storing.SILENT in site.ask("/readyz").text
    # The first waited, and for all: whoever asks often takes no places from patients.
    assert time.monotonic() - begun < 20 * storing.PATIENCE / 2
    hangs.set()
    site.front.probes.media._asking.join()
    assert len(asked) == 1
    assert site.ask("/readyz").status == 200


def test_a_mirror_for_elsewhere_takes_its_media_from_the_bucket(s3, live, settings, tmp_path, capsys):
    stock()
    settings.MIRROR_ROOT = str(tmp_path / "mirror")
    call_command("mirror", to=tmp_path / "elsewhere")
    copied = {path.name: path.read_bytes() for path in (tmp_path / "elsewhere" / "media").iterdir()}
    assert copied == {name: s3.read(name) for name in s3.names()}
    assert len(copied) > 5
    s3.spoil(min(copied), b"other")
    with pytest.raises(
        CommandError, match=r"not all media\. .* is wrong where it comes from: it is not what it was"
    ):
        call_command("mirror", to=tmp_path / "again")
    s3.lose()
    with pytest.raises(CommandError, match=r"not all media\. The bucket of media does not answer"):
        call_command("mirror", to=tmp_path / "more")
