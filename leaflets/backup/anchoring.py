"""Anchors in a backup, and what the anchors here say of it: an older history never takes a newer one's place unseen."""

import os
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from history import anchors
from leaflets.backup import files
from leaflets.disk import sync

NAME = "anchors.jsonl"


def kept():
    """Return the lines of ANCHOR_FILE, bytes, as far as they were written to the end."""
    path = Path(settings.ANCHOR_FILE)
    found = path.read_bytes() if path.exists() else b""
    return found[: found.rfind(b"\n") + 1]


def disagreements(manifest, folder):
    """Return a sentence for each chain of which the anchors here saw what the backup in `folder` does not hold."""
    path = Path(settings.ANCHOR_FILE)
    ours = anchors.read([path] if path.exists() else [])
    theirs = anchors.read([folder / NAME])
    found = (_disagreement(name, ends, manifest, theirs.ends) for name, ends in sorted(ours.ends.items()))
    return [each for each in found if each]


def put(folder, aside):
    """Let ANCHOR_FILE hold the anchors of the backup in `folder`, and those that are there, unless they go `aside`.

    Return where those went, or None.
    """
    path, lines = Path(settings.ANCHOR_FILE), (folder / NAME).read_bytes().splitlines(keepends=True)
    here, gone = kept().splitlines(keepends=True), None
    if aside and here:
        gone = path.with_name(f"{path.name}.before-{timezone.now():%Y%m%d-%H%M%S-%f}")
        os.rename(path, gone)
        here = []
    known = set(lines)
    part = path.with_name(f".{path.name}.{os.getpid()}")
    part.unlink(missing_ok=True)
    files.copy([*lines, *(line for line in here if line not in known)], part)
    os.replace(part, path)
    sync(path.parent)
    return gone


def _disagreement(name, ends, manifest, theirs):
    end, newest = manifest.chains.get(name, {"sequence": 0, "digest": ""}), max(ends)
    if newest > end["sequence"]:
        when = next(iter(ends[newest].values()))
        return (
            f"The backup's chain of {name} ends at {end['sequence']}, but the anchor of {when} saw {newest}: what was "
            "recorded in between would be lost."
        )
    known = {**theirs.get(name, {}), end["sequence"]: {end["digest"]: ""}}
    if any(known[number].keys().isdisjoint(ends[number]) for number in known.keys() & ends.keys()):
        return f"The backup's chain of {name} is another than the one that the anchors here saw."
    return None
