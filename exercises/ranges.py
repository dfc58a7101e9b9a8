"""Parts of a file, as RFC 9110 section 14 has them: one byte range at a time."""

import re

RANGE = re.compile(r"(\d*)-(\d*)", re.ASCII)
# No file has so many bytes. Beyond it a number is as good as any other, and Python would refuse to read a longer one.
MOST_DIGITS = 18


class Unsatisfiable(Exception):
    """The range lies outside the file: answer 416."""


def requested(header, size):
    """Return (first, last) byte that a Range `header` asks of a file of `size` bytes, or None for the whole file.

    Units other than bytes, malformed ranges and several ranges at once are answered with the whole file, as section
    14.2 allows: no browser asks for several, and whoever did would get more than the file in the end. Raises
    Unsatisfiable where 416 is due.
    """
    unit, _, asked = (header or "").partition("=")
    # Section 5.6.1: a list may have empty elements.
    ranges = [part for each in asked.split(",") if (part := each.strip(" \t"))]
    match = RANGE.fullmatch(ranges[0]) if unit.lower() == "bytes" and len(ranges) == 1 else None
    if not match or match[1] == match[2] == "":
        return None
    first, last = map(_number, match.groups())
    if first is None:
        first, last = max(0, size - last), size - 1 if last else -1
    elif last is None:
        last = size - 1
    elif last < first:
        return None
    if first >= size or last < 0:
        raise Unsatisfiable
    return first, min(last, size - 1)


def _number(digits):
    """The number that `digits` say, or None if there are none."""
    return int(digits.lstrip("0")[: MOST_DIGITS + 1] or "0") if digits else None
