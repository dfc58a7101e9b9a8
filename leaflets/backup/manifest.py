"""The manifest: what a backup holds, each file by its SHA-256, and where each chain of the history ended in it.

It is one line of canonical JSON. `digest` seals the rest of it; `signature`, where ANCHOR_KEY gives a key, says that it
was written here, as that of an anchor does.
"""

import hmac
from pathlib import Path
from typing import NamedTuple

from django.conf import settings

from history.anchors import signature
from history.canonical import NotCanonical, canonical, digest, parse
from leaflets.backup import Refused
from leaflets.backup.files import File, digest_of, put

NAME = "manifest.json"
FORM = 1


class Manifest(NamedTuple):
    """What a backup says of itself.

    `made` is a moment as history writes it, `database` the vendor, `server` its version in words, `migrations` those
    that were applied, as "leaflets.0001_initial", `chains` {name: {"sequence", "digest"}} of where each ended, and
    `files` {path in the backup: {"bytes", "sha256"}}.
    """

    made: str
    database: str
    server: str
    migrations: list
    chains: dict
    files: dict

    def bytes(self):
        """Return how many bytes all files of the backup have."""
        return sum(file["bytes"] for file in self.files.values())

    def media(self):
        """Return the names of the media in the backup."""
        return [path.removeprefix("media/") for path in self.files if path.startswith("media/")]


def write(folder, manifest):
    """Write `manifest` into the folder of a backup: the last thing that makes one."""
    said = {"form": FORM, **manifest._asdict()}
    said["signature"] = signature(said)
    said["digest"] = digest(canonical(said))
    put(folder / NAME, canonical(said).encode())


def read(folder):
    """Return the Manifest of a backup. Raises Refused where it is none, is damaged, or was not made here."""
    try:
        said = parse((Path(folder) / NAME).read_text())
        sealed = said.pop("digest")
        if digest(canonical(said)) != sealed:
            raise ValueError
        signed = said.pop("signature")
    except OSError as error:
        raise Refused(f"{folder} is no finished backup: {NAME} cannot be read ({error.strerror}).") from error
    except (NotCanonical, ValueError, KeyError, AttributeError, TypeError) as error:
        raise Refused(f"{folder} is damaged: its {NAME} is not what was written.") from error
    _refuse_foreign(folder, said, signed)
    if said.pop("form") != FORM:
        raise Refused(f"{folder} is of another form than this release can read: restore it with its own.")
    return Manifest(**said)


def refuse_damaged(folder, manifest):
    """Raise Refused, naming every file of a backup that is not there as it was written."""
    wrong = [f"{path} {_problem(folder / path, file)}" for path, file in sorted(manifest.files.items())]
    wrong = [each for each in wrong if not each.endswith(" is whole")]
    if wrong:
        raise Refused(f"{folder} is damaged: {'; '.join(wrong)}. Take another backup, or another copy of it.")


def _problem(path, said):
    try:
        found = digest_of(path)
    except OSError as error:
        return f"cannot be read ({error.strerror})"
    return "is whole" if found == File(said["bytes"], said["sha256"]) else "is not what was written"


def _refuse_foreign(folder, said, signed):
    right = signature(said)
    if right and not hmac.compare_digest(right, signed or ""):
        raise Refused(
            f"{folder} was not made with this site's ANCHOR_KEY: it is of another site, or from before this key. If "
            "you are sure of it, restore it with the ANCHOR_KEY of its time."
        )
    if signed and not settings.ANCHOR_KEY:
        raise Refused(
            f"{folder} is signed: set the ANCHOR_KEY of its site, so that its signature can be checked."
        )
