"""Parts of a file, as RFC 9110 section 14 has them: one byte range at a time."""

import re

RANGE = re.compile(r"bytes=\s*(\d*)-(\d*)\s*", re.ASCII | re.IGNORECASE)
MOST_DIGITS = 18


class Unsatisfiable(Exception):
    """The range lies outside the file: answer 416."""


def requested(header, size):
    """Return (first, last) byte that a Range `header` asks of a file of `size` bytes, or None for the whole file.

    Units other than bytes, malformed ranges and several ranges at once are answered with the whole file, as section
    14.2 allows. Raises Unsatisfiable where 416 is due.
    """
    match = RANGE.fullmatch(header or "")
    if not match or match[1] == match[2] == "" or max(map(len, match.groups())) > MOST_DIGITS:
        return None
    if match[1] == "":
        length = int(match[2])
        first, last = max(0, size - length), size - 1
        if length == 0:
            raise Unsatisfiable
    else:
        first = int(match[1])
        last = min(int(match[2]) if match[2] else size - 1, size - 1)
        if match[2] and int(match[2]) < first:
            return None
    if first >= size:
        raise Unsatisfiable
    return first, last
