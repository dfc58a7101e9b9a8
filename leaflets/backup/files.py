"""The files of a backup: each is readable by nobody else, on the disk before it counts, and known by its SHA-256."""

import hashlib
import os
from typing import NamedTuple

from exercises.media import NAME, DigestStorage

CHUNK = 1024 * 1024


class File(NamedTuple):
    """How long a file is, and the SHA-256 of its bytes."""

    bytes: int
    sha256: str


def digest_of(path):
    """Return the File at `path`. Raises OSError."""
    with path.open("rb") as file:
        sealed = hashlib.file_digest(file, "sha256").hexdigest()
        return File(file.tell(), sealed)


def put(path, content):
    """Write `content`, bytes, to a new file; return its File."""
    return copy([content], path)


def copy(chunks, path):
    """Write `chunks` of bytes to a new file that only its owner may read, and to the disk; return its File."""
    sealed = hashlib.sha256()
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        for chunk in chunks:
            sealed.update(chunk)
            file.write(chunk)
        file.flush()
        os.fsync(file.fileno())
        return File(file.tell(), sealed.hexdigest())


def chunks_of(file):
    """Yield the bytes of an open file."""
    return iter(lambda: file.read(CHUNK), b"")


def stored():
    """Return the names of all media that the site keeps."""
    # Beside these a store holds what can be made again, such as leaflets on paper.
    return set(filter(NAME.fullmatch, DigestStorage().listdir("")[1]))


def take_media(folder, earlier):
    """Put all media into `folder`, those that are whole in the folder `earlier`, if any, as links.

    Return {name: File} and a sentence for each that the site has lost or that is damaged. Media never change, so that
    a link costs no room, and is right for as long as its bytes have the digest in its name.
    """
    here, before = stored(), set(os.listdir(earlier)) if earlier and earlier.is_dir() else set()
    taken, problems = {}, []
    for name in sorted(here | before):
        found = _linked(earlier / name, folder / name) if name in before else None
        if found is None and name in here:
            found = _copied(name, folder / name)
        if name not in here:
            problems.append(f"{name} is lost: it is no longer where media are kept.")
        if found:
            taken[name] = found
        elif name in here:
            problems.append(f"{name} is damaged, and in no backup.")
    return taken, problems


def _linked(source, target):
    found = digest_of(source)
    if found.sha256 != source.name.partition(".")[0]:
        return None
    try:
        os.link(source, target)
    except OSError:  # Some disks know no links.
        with source.open("rb") as file:
            return copy(chunks_of(file), target)
    return found


def _copied(name, target):
    with DigestStorage().open(name) as file:
        found = copy(chunks_of(file), target)
    if found.sha256 == name.partition(".")[0]:
        return found
    target.unlink()
    return None
