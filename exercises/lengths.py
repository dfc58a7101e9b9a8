"""How long a video is, read from the file itself: MP4 (ISO/IEC 14496-12) or WebM (RFC 8794 and RFC 9559)."""

import math
import struct
from itertools import islice

# A file of nothing but tiny parts is no video, and would take long to walk through.
MOST_PARTS = 10_000
UNKNOWN = {0xFFFFFFFF, 0xFFFFFFFFFFFFFFFF}
SEGMENT, INFO, CLUSTER = 0x18538067, 0x1549A966, 0x1F43B675
SCALE, DURATION = 0x2AD7B1, 0x4489
NANOSECONDS = 1_000_000_000


class _Damaged(Exception):
    """The file ends too early, or a part of it does not fit in."""


def length(file, type_):
    """Return how long the video in `file`, an open binary file of this type, is: seconds, or None."""
    file.seek(0, 2)
    end = file.tell()
    file.seek(0)
    try:
        found = _mp4(file, end) if type_ == "video/mp4" else _webm(file, end)
    except _Damaged:
        return None
    return found if found and math.isfinite(found) and found > 0 else None


def _read(file, form):
    content = file.read(struct.calcsize(form))
    if len(content) < struct.calcsize(form):
        raise _Damaged
    return struct.unpack(form, content)


def _mp4(file, end):
    for name, stop in _boxes(file, end):
        if name == b"moov":
            return _movie(file, stop)
    return None


def _movie(file, end):
    """The length that the head of the film gives; if it was written as it was filmed, that of all its fragments."""
    ticks, scale, fragments = 0, 0, None
    for name, stop in _boxes(file, end):
        if name == b"mvhd":
            scale, ticks = _read(file, ">16xIQ" if _version(file) else ">8xII")
        elif name == b"mvex":
            fragments = next((_long(file) for inner, _ in _boxes(file, stop) if inner == b"mehd"), None)
    ticks = fragments or ticks
    return ticks / scale if scale and ticks not in UNKNOWN else None


def _long(file):
    [ticks] = _read(file, ">Q" if _version(file) else ">I")
    return ticks


def _version(file):
    return _read(file, ">B3x")[0]


def _boxes(file, end):
    """Yield (name, end) of each box from here to `end`, the file standing at its content."""
    for _ in islice(iter(lambda: file.tell() < end, False), MOST_PARTS):
        start = file.tell()
        size, name = _read(file, ">I4s")
        if size == 1:
            [size] = _read(file, ">Q")
        stop = start + size if size else end
        if not file.tell() <= stop <= end:
            raise _Damaged
        yield name, stop
        file.seek(stop)


def _webm(file, end):
    for name, stop in _elements(file, end):
        if name == SEGMENT:
            for inner, inner_stop in _elements(file, stop):
                if inner == INFO:
                    return _information(file, inner_stop)
                if inner == CLUSTER:
                    return None
    return None


def _information(file, end):
    scale, ticks = 1_000_000, None
    for name, stop in _elements(file, end):
        size = stop - file.tell()
        if name == SCALE:
            scale = int.from_bytes(file.read(size))
        elif name == DURATION and size in (4, 8):
            [ticks] = _read(file, ">f" if size == 4 else ">d")
    return ticks and ticks * scale / NANOSECONDS


def _elements(file, end):
    """Yield (id, end) of each element from here to `end`, the file standing at its content."""
    for _ in islice(iter(lambda: file.tell() < end, False), MOST_PARTS):
        name, _ = _number(file)
        written, width = _number(file)
        size = written - (1 << 7 * width)
        # All ones: it was not known yet when it was written. It goes on to the end.
        stop = end if size == (1 << 7 * width) - 1 else file.tell() + size
        if stop > end:
            raise _Damaged
        yield name, stop
        file.seek(stop)


def _number(file):
    """A number of variable width, with the bit that marks its width, and that width in bytes."""
    [first] = _read(file, ">B")
    width = 9 - first.bit_length()
    if width > 8:
        raise _Damaged
    [rest] = _read(file, f">{width - 1}s")
    return int.from_bytes(bytes([first]) + rest), width
