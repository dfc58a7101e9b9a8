"""The folders: whether they are there, can be written to, lie where they should, and have room."""

import contextlib
import filecmp
import os
import pwd
import shutil
import tempfile
from pathlib import Path

from django.conf import settings
from django.db import connection

from exercises.media import DigestStorage
from leaflets.installation import look, right, wrong
from leaflets.mounts import file_system, is_shared

OURS = Path(__file__).resolve().parent.parent / "static" / "leaflets"
LITTLE, TOO_LITTLE = 2 << 30, 100 << 20


def folders():
    """Yield what is to be said of MEDIA_ROOT, MIRROR_ROOT, STATIC_ROOT and ANCHOR_FILE."""
    if os.geteuid() == 0:
        yield look(
            "This runs as root, who may write everywhere: run it as the user of the site, as by sudo -u."
        )
    for name in ("MEDIA_ROOT", "MIRROR_ROOT"):
        yield from _written(name, Path(getattr(settings, name)))
    yield from _media()
    yield from _mirror()
    yield from _static()
    yield from _anchors()


def _media():
    store = DigestStorage().store
    problem = store.problem() or store.exposure()
    yield wrong(problem) if problem else right("The place where media are kept answers.")


def _written(name, folder):
    why_not = _why_not_written(folder)
    if why_not:
        yield wrong(
            f"{name}: {folder} cannot be written to by {_me()}: {why_not}. Make it, and give it to the site's user."
        )
        return
    kind = file_system(folder)
    yield right(f"{name}: {folder} can be written to{f', on {kind}' if kind else ''}.")
    yield from _room(name, folder)


def _why_not_written(folder):
    try:
        with tempfile.NamedTemporaryFile(dir=folder, prefix=".deploy-check-"):
            return None
    except OSError as error:
        return error.strerror


def _room(name, folder):
    free = shutil.disk_usage(folder).free
    words = f"{name}: {free / (1 << 30):.1f} GB are free on its disk"
    if free < TOO_LITTLE:
        yield wrong(f"{words}, too little for one more video or generation of the mirror. Make room.")
    elif free < LITTLE:
        yield look(f"{words}. Make room before it is full.")


def _mirror():
    folder = Path(settings.MIRROR_ROOT)
    if is_shared(file_system(folder)):
        yield look(
            "MIRROR_ROOT lies on a network file system: give each machine a mirror of its own, on its own disk."
        )
    if not folder.is_dir():
        return
    if not (folder / "current" / "manifest").is_file():
        yield look(
            "The mirror is empty: a site that was never started, or has published nothing. manage.py mirror writes it."
        )
    else:
        yield right("The mirror holds the public site: it is shown even where the database does not answer.")


def _static():
    folder = Path(settings.STATIC_ROOT)
    if not (folder / "staticfiles.json").is_file():
        yield wrong(f"STATIC_ROOT: {folder} holds no style sheet. Run manage.py collectstatic --noinput.")
        return
    names = [path.name for path in OURS.iterdir() if path.suffix in (".css", ".js")]
    _, other, missing = filecmp.cmpfiles(OURS, folder / "leaflets", names, shallow=False)
    if other or missing:
        yield wrong(
            f"STATIC_ROOT: {folder} is of another release ({', '.join(sorted([*other, *missing])[:3])}). Run manage.py "
            "collectstatic --noinput, and start the site again."
        )
    else:
        yield right(f"STATIC_ROOT: {folder} holds this release's style sheet and scripts.")


def _anchors():
    file = Path(settings.ANCHOR_FILE)
    there = file if file.exists() else file.parent
    if not os.access(there, os.W_OK):
        yield wrong(f"ANCHOR_FILE: {file} cannot be written to by {_me()}: no publication leaves an anchor.")
        return
    yield right(f"ANCHOR_FILE: {file} can be written to{_on(file_system(there))}.")
    beside = connection.vendor == "sqlite" and Path(connection.settings_dict["NAME"]).parent
    with contextlib.suppress(OSError):
        if beside and beside.stat().st_dev == there.stat().st_dev:
            yield look(
                "ANCHOR_FILE lies on the disk of the database: whoever restores an older disk restores both. Put it on "
                "another, or mail anchors: manage.py anchor --mail ADDRESS, every day."
            )


def _on(kind):
    return f", on {kind}" if kind else ""


def _me():
    return pwd.getpwuid(os.geteuid()).pw_name
