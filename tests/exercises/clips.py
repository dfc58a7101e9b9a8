"""The smallest videos: a head that says how long they are, and no pictures."""

import struct


def box(name, content):
    """A box of an MP4 file."""
    return struct.pack(">I4s", 8 + len(content), name) + content


def mp4(seconds, *, scale=1000, long=False):
    """An MP4 file of this length, counted in parts of a second; `long` writes numbers of 64 bits."""
    ticks = round(seconds * scale)
    head = struct.pack(">B3xQQIQ" if long else ">B3xIIII", long, 0, 0, scale, ticks)
    return (
        box(b"ftyp", b"isom\0\0\2\0isom")
        + box(b"free", b"x" * 40)
        + box(b"moov", box(b"mvhd", head + bytes(80)))
    )
