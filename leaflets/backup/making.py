"""Makes a backup: a folder that is there whole, or not at all, and the oldest removed when there are too many."""

import fcntl
import os
import re
import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from django.conf import settings
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from history import anchors
from history.people import moment
from history.snapshot import one_moment
from leaflets.backup import Refused, anchoring, databases, files, manifest
from leaflets.backup.manifest import Manifest
from leaflets.disk import sync
from leaflets.verify import CHAINS

NAMED = re.compile(r"leaflets-\d{8}-\d{6}-\d{6}")
# What is being written, or removed.
PART = ".part-"


class Made(NamedTuple):
    """A backup that is finished: its folder, its Manifest, and a sentence for each of the media that is not whole."""

    folder: Path
    manifest: Manifest
    problems: list


def make(target, keep=None):
    """Write a backup into the folder `target` and return the Made; `keep` so many there, if given.

    Raises Refused, OSError or DatabaseError where that fails: then there is none, and the others stay.
    """
    _refuse_wrong_place(target)
    with _alone(target):
        for left in target.glob(f"{PART}*"):
            shutil.rmtree(left)
        earlier = (finished(target) or [None])[-1]
        part = Path(tempfile.mkdtemp(prefix=PART, dir=target))
        try:
            made = _written(part, earlier)
            folder = target / f"leaflets-{timezone.now():%Y%m%d-%H%M%S-%f}"
            os.rename(part, folder)
        except BaseException:
            shutil.rmtree(part, ignore_errors=True)
            raise
        sync(target)
        _prune(target, folder, keep)
        return made._replace(folder=folder)


def finished(target):
    """Return the folders of all backups in `target`, the oldest first."""
    return sorted(each for each in target.iterdir() if NAMED.fullmatch(each.name) and each.is_dir())


def _written(part, earlier):
    """Write all of a backup into `part`. Anchors first, media last: history and media only grow.

    So the history holds all that these anchors saw, and the media are all that this history names.
    """
    databases.programs()
    found = {anchoring.NAME: files.put(part / anchoring.NAME, anchoring.kept())}
    with one_moment():
        said = _said()
        name = databases.dump(part)
    found[name] = files.digest_of(part / name)
    (part / "media").mkdir(mode=0o700)
    media, problems = files.take_media(part / "media", earlier and earlier / "media")
    found |= {f"media/{name}": file for name, file in media.items()}
    whole = Manifest(**said, files={name: file._asdict() for name, file in found.items()})
    manifest.write(part, whole)
    for folder in (part / "media", part):
        sync(folder)
    return Made(part, whole, problems)


def _said():
    applied = MigrationRecorder(connection).applied_migrations()
    return {
        "made": moment(timezone.now()),
        "database": connection.vendor,
        "server": databases.server(),
        "migrations": sorted(f"{app}.{name}" for app, name in applied),
        "chains": anchors.ends(CHAINS),
    }


def _refuse_wrong_place(target):
    if not target.is_dir():
        raise Refused(f"There is no folder {target}. Make it, and see that its disk is mounted.")
    for name in ("MEDIA_ROOT", "MIRROR_ROOT", "STATIC_ROOT"):
        if target.resolve().is_relative_to(Path(getattr(settings, name)).resolve()):
            raise Refused(f"{target} is inside {name}, which everybody may read: choose another place.")


@contextmanager
def _alone(target):
    """Let one process at a time make backups in a folder."""
    with open(os.open(target / ".lock", os.O_WRONLY | os.O_CREAT, 0o600), "w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Refused(f"Another backup is being written to {target}: wait until it has ended.") from error
        yield


def _prune(target, newest, keep):
    others = [each for each in finished(target) if each != newest]
    for old in others[: len(others) + 1 - keep] if keep else ():
        # Half removed, it must not be taken for whole.
        going = old.with_name(f"{PART}{old.name}")
        os.rename(old, going)
        shutil.rmtree(going)
