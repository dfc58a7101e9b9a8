"""Copies files from one place where they are kept to another: from a folder into a bucket, or the other way."""

import hashlib
import tempfile

from django.core.files import File

from exercises import media


def copy(source, target):
    """Copy what lies in `source` and not in `target`, each a Folder or a Bucket, and read all of it there again.

    Yield (name, what is wrong with it or None, whether it was copied) for each file. Raises OSError.
    """
    for name in sorted(filter(media.NAME.fullmatch, source.listdir("")[1])):
        new = not target.exists(name)
        wrong = _copied(source, target, name) if new else None
        wrong = wrong or (
            (there := media.problem(name, target)) and f"where it was to be copied to: it {there}"
        )
        yield name, wrong, new


def _copied(source, target, name):
    """Copy one file if it is whole. Return what is wrong with it, or None."""
    with tempfile.TemporaryFile() as whole, source.open(name) as content:
        digest = hashlib.sha256()
        for chunk in content.chunks(1 << 20):
            digest.update(chunk)
            whole.write(chunk)
        if digest.hexdigest() != name.partition(".")[0]:
            return "where it comes from: it is not what it was"
        whole.seek(0)
        target.add(name, File(whole))
        return None
