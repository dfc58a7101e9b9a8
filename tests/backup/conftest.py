"""A site with folders of its own, and what its two commands say."""

import os
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from tests import postgres


@pytest.fixture(autouse=True)
def _places(tmp_path, settings, monkeypatch):
    """Media, mirror and anchors in a folder of the test's own, and the programs of the server that is tested."""
    settings.MEDIA_ROOT, settings.MIRROR_ROOT = str(tmp_path / "media"), str(tmp_path / "mirror")
    settings.ANCHOR_FILE = str(tmp_path / "anchors.jsonl")
    (tmp_path / "backups").mkdir()
    monkeypatch.setenv("PATH", f"{postgres.WHEEL / 'pginstall/bin'}{os.pathsep}{os.environ['PATH']}")


@pytest.fixture
def target(tmp_path):
    """The folder of backups."""
    return tmp_path / "backups"


@pytest.fixture
def backup(target):
    """Make a backup and return its folder: backup("--keep", "2")."""

    def backup(*arguments):
        before = set(target.iterdir())
        call_command("backup", target, *arguments, stdout=StringIO())
        [made] = {each for each in target.iterdir() if each.is_dir()} - before
        return made

    return backup


@pytest.fixture
def refused(target):
    """Return what a command says that fails: refused("backup")."""

    def refused(name, place=target, *arguments):
        with pytest.raises(CommandError) as raised:
            call_command(name, Path(place), *arguments, stdout=StringIO())
        return str(raised.value)

    return refused


@pytest.fixture
def restore():
    """Restore a backup and return what is said."""

    def restore(folder, *arguments):
        out = StringIO()
        call_command("restore", folder, *arguments, stdout=out)
        return out.getvalue()

    return restore
