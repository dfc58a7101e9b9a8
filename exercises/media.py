"""Files for patients, kept under the SHA-256 of their bytes.

A name therefore says what the file holds: a file is never overwritten, never deleted, and may be cached for ever.
What a file is, is judged by its first bytes, not by its name (https://mimesniff.spec.whatwg.org/#matching-a-mime-type-pattern).
"""

import hashlib
import math
import os
import re
import tempfile
from pathlib import Path
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.core.files.storage import FileSystemStorage
from django.db import models
from django.utils.deconstruct import deconstructible

from exercises import lengths

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
# Other files that begin as MP4 does: QuickTime films, pictures of phones, and sound.
NOT_MP4 = (b"qt  ", b"heic", b"heix", b"hevc", b"mif1", b"msf1", b"avif", b"M4A ", b"M4B ", b"M4P ")
# One exercise takes a minute or two. What is longer costs patients data, and nobody finds their place in it.
LONGEST = 10 * 60
# Hours may be left out: 00:01.000 --> 00:04.000, and settings may follow.
CUE = re.compile(
    r"(?:\d{2,}:)?[0-5]\d:[0-5]\d\.\d{3}[ \t]+-->[ \t]+(?:\d{2,}:)?[0-5]\d:[0-5]\d\.\d{3}(?:[ \t].*)?",
    re.ASCII,
)
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


def seconds(field_file):
    """Return how long a stored or uploaded video is, in whole seconds, 1 at least; None if it does not say."""
    if not field_file._committed:
        return _seconds(field_file.file)
    if not field_file.storage.exists(field_file.name):
        return None
    with field_file.storage.open(field_file.name) as stored:
        return _seconds(stored)


def _seconds(file):
    file.seek(0)
    found = lengths.length(file, sniff(file.read(64)))
    file.seek(0)
    return found and max(1, round(found))


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
    if type_ in VIDEO:
        _check_length(lengths.length(file, type_))
    elif type_ in CAPTIONS:
        _check_captions(file.read())
    file.seek(0)


def _check_length(found):
    if found is None:
        raise ValidationError(
            "This file does not say how long the video is: it is damaged, or was not finished. Export the video again "
            "as MP4, and choose that file.",
            code="length",
        )
    if found > LONGEST:
        raise ValidationError(
            "This video is {} minutes and {} seconds long, and {} minutes are the most. Cut it, or make a video of "
            "each exercise.".format(*divmod(math.ceil(found), 60), LONGEST // 60),
            code="length",
        )


def _check_captions(content):
    try:
        lines = content.decode("utf-8-sig").splitlines()
    except UnicodeDecodeError as error:
        raise ValidationError(
            "This caption file is not written in UTF-8. Save it again as UTF-8, then choose that file.",
            code="captions",
        ) from error
    times = [(number, line) for number, line in enumerate(lines, 1) if "-->" in line]
    if not times:
        raise ValidationError(
            "This caption file holds no captions: no line says from when to when one is shown.",
            code="captions",
        )
    for number, line in times:
        if not CUE.fullmatch(line.strip()):
            raise ValidationError(
                f"Line {number} of this caption file, “{line.strip()[:60]}”, is no time that browsers read. Write it "
                "as 00:01.000 --> 00:04.000.",
                code="captions",
            )
