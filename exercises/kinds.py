"""What files may be: their types, how large and how long they are at most, and what is refused, in words for editors.

What a file is, is judged by its first bytes, not by its name (https://mimesniff.spec.whatwg.org/#matching-a-mime-type-pattern).
"""

import math
import re
from typing import NamedTuple

from django.core.exceptions import ValidationError

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
