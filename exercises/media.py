"""Files for patients, kept under the SHA-256 of their bytes.

A name therefore says what the file holds: a file is never overwritten, never deleted, and may be cached for ever.
What a file is, is judged by its first bytes, not by its name (https://mimesniff.spec.whatwg.org/#matching-a-mime-type-pattern).
"""

import hashlib
import os
import tempfile
from pathlib import Path
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.core.files.storage import FileSystemStorage
from django.db import models
from django.utils.deconstruct import deconstructible

MEGABYTE = 1024 * 1024


class Kind(NamedTuple):
    """A type of file: its extension, the most bytes it may have, and how to say it to an editor."""

    extension: str
    limit: int
    name: str


KINDS = {
    "video/mp4": Kind("mp4", 100 * MEGABYTE, "an MP4 video"),
    "video/webm": Kind("webm", 100 * MEGABYTE, "a WebM video"),
    "text/vtt": Kind("vtt", MEGABYTE, "a WebVTT caption file"),
    "image/jpeg": Kind("jpg", MEGABYTE, "a JPEG picture"),
    "image/png": Kind("png", MEGABYTE, "a PNG picture"),
    "image/webp": Kind("webp", MEGABYTE, "a WebP picture"),
    "application/pdf": Kind("pdf", 10 * MEGABYTE, "a PDF"),
}
# Other files that begin as MP4 does: QuickTime films and pictures of phones.
NOT_MP4 = (b"qt  ", b"heic", b"heix", b"hevc", b"mif1", b"msf1", b"avif")
TYPES = {kind.extension: type_ for type_, kind in KINDS.items()}
VIDEO = ("video/mp4", "video/webm")
CAPTIONS = ("text/vtt",)
PICTURE = ("image/jpeg", "image/png", "image/webp")
DOCUMENT = ("application/pdf",)


def sniff(head):
    """Return the type of the file whose first 64 bytes or more are `head`, or None if it is none of KINDS."""
    signatures = {
        "video/mp4": head[4:8] == b"ftyp" and head[8:12] not in NOT_MP4,
        "video/webm": head.startswith(b"\x1a\x45\xdf\xa3") and b"webm" in head[:64],
        "text/vtt": head.removeprefix(b"\xef\xbb\xbf").startswith(b"WEBVTT"),
        "image/jpeg": head.startswith(b"\xff\xd8\xff"),
        "image/png": head.startswith(b"\x89PNG\r\n\x1a\n"),
        "image/webp": head.startswith(b"RIFF") and head[8:12] == b"WEBP",
        "application/pdf": head.startswith(b"%PDF-"),
    }
    return next((type_ for type_, found in signatures.items() if found), None)


def url(file):
    """Return the public address of `file`, a dict as `describe` returns."""
    return f"/media/{name(file)}"


def name(file):
    """Return the name under which `file`, a dict as `describe` returns, is stored."""
    return f"{file['sha256']}.{KINDS[file['type']].extension}"


def describe(field_file):
    """Return {"sha256", "type", "bytes"} of a stored file, or None for an empty field. A lost file has 0 bytes."""
    if not field_file:
        return None
    stem, _, extension = field_file.name.partition(".")
    size = field_file.size if field_file.storage.exists(field_file.name) else 0
    return {"sha256": stem, "type": TYPES[extension], "bytes": size}


def problem(file):
    """Return what is wrong with the stored bytes of `file`, a dict as `describe` returns, or None if they are whole."""
    path = Path(DigestStorage().path(name(file)))
    try:
        with path.open("rb") as content:
            whole = hashlib.file_digest(content, "sha256").hexdigest() == file["sha256"]
    except OSError as error:
        return f"cannot be read: {error.strerror}"
    return None if whole else "is not what it was"


@deconstructible
class DigestStorage(FileSystemStorage):
    """Keeps each file once, under the digest of its content, for ever."""

    def save(self, name, content, max_length=None):
        """Store `content`, a Django File of one of KINDS, and return its name, whatever `name` proposes."""
        content.seek(0)
        kind = KINDS[sniff(content.read(64))]
        content.seek(0)
        digest = hashlib.sha256()
        folder = Path(self.location)
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=folder, prefix=".", delete=False) as part:
            for chunk in content.chunks():
                digest.update(chunk)
                part.write(chunk)
            part.flush()
            os.fsync(part.fileno())
        os.chmod(part.name, 0o644)
        name = f"{digest.hexdigest()}.{kind.extension}"
        os.replace(part.name, folder / name)
        return name

    def delete(self, name):
        raise NotImplementedError("A file that may have been published is kept.")


class MediaField(models.FileField):
    """An upload of one of `types`, judged by its content."""

    def __init__(self, *args, types=(), **kwargs):
        self.types = types
        super().__init__(*args, **{"max_length": 80, "storage": DigestStorage(), "blank": True, **kwargs})

    def formfield(self, **kwargs):
        return super().formfield(**{**kwargs, "max_length": None})

    def clean(self, value, model_instance):
        if value and not value._committed:
            validate_upload(value.file, self.types)
        return super().clean(value, model_instance)


def validate_upload(file, types):
    """Raise ValidationError, in words for an editor, unless `file` is one of `types` and not too large."""
    file.seek(0)
    type_ = sniff(file.read(64))
    file.seek(0)
    if type_ not in types:
        wanted = " or ".join(KINDS[t].name for t in types)
        raise ValidationError(
            f"This file is not {wanted}, whatever its name says. Choose another.", code="type"
        )
    if file.size > KINDS[type_].limit:
        most = KINDS[type_].limit // MEGABYTE
        raise ValidationError(
            f"This file is larger than {most} MB. Make it smaller, then try again.", code="size"
        )
