"""Anchors: where each chain ended at a moment, written to a file that the database's owner need not be able to change.

An anchor is one line of canonical JSON: {"chains": {name: {"digest", "sequence"}}, "signature", "time"}. The signature
is the HMAC-SHA256 of the line without it (RFC 2104) where ANCHOR_KEY gives a key, else null. A chain that was
rewritten to its end, or cut, no longer holds what an older anchor saw.
"""

import hmac
import logging
import os
import re
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from django.conf import settings
from django.db import transaction
from django.utils import formats, timezone

from history.canonical import canonical, parse
from history.people import moment
from history.records import GENESIS
from history.verify import OF_ANOTHER_FORM

NOT_WRITTEN = (
    "No anchor was written to %s after what has just been published or withdrawn, which stands. "
    "See to the file's place, then run: manage.py anchor"
)
SHA256 = re.compile("[0-9a-f]{64}")
log = logging.getLogger(__name__)


class Anchors(NamedTuple):
    """What was read from files of anchors.

    `ends` is {name of a chain: {sequence: {digest: moment in words}}}, `number` how many anchors there are, `last` the
    moment of the latest or None, and `problems` a sentence for each line that is forged or damaged.
    """

    ends: dict
    number: int
    last: datetime | None
    problems: list


class _Damaged(Exception):
    """The line is no anchor; the message follows its place."""


def after_commit(chains):
    """Write an anchor once the transaction is committed. A failure is logged: it undoes and hides nothing."""
    transaction.on_commit(lambda: _write_or_log(chains))


def write(chains):
    """Append an anchor of `chains` to ANCHOR_FILE, and return its line. Raises OSError if that fails."""
    line = _line(ends(chains), moment(timezone.now()))
    _append(settings.ANCHOR_FILE, f"{line}\n".encode())
    return line


def ends(chains):
    """Return where each of `chains` ends now, as an anchor says it: {name: {"digest", "sequence"}}."""
    return {chain.name: _end(chain) for chain in chains}


def read(paths):
    """Return the Anchors in these files. Raises OSError if one cannot be read."""
    ends, times, problems = {}, [], []
    for path in map(Path, paths):
        with path.open("rb") as lines:
            for number, line in enumerate(lines, 1):
                try:
                    times.append(_take(line, ends))
                except _Damaged as damaged:
                    problems.append(f"Line {number} of {path.name} {damaged}")
    return Anchors(ends, len(times), max(times, default=None), problems)


def in_words(time):
    """Return the moment of an anchor as staff read it: 23 November 2026, 14:05."""
    return formats.date_format(timezone.localtime(time), "j F Y, H:i")


def signature(rest):
    """Return the signature of an anchor that is otherwise `rest`, or None if there is no key."""
    if not settings.ANCHOR_KEY:
        return None
    return hmac.new(settings.ANCHOR_KEY.encode(), canonical(rest).encode(), "sha256").hexdigest()


def _write_or_log(chains):
    try:
        write(chains)
    except Exception:
        # Whatever it is, the publication is committed, and whoever published must be told so.
        log.exception(NOT_WRITTEN, settings.ANCHOR_FILE)


def _end(chain):
    last = chain.records.order_by("-sequence").values("sequence", "digest").first()
    return last or {"sequence": 0, "digest": GENESIS}


def _line(ends, time):
    rest = {"chains": ends, "time": time}
    return canonical({**rest, "signature": signature(rest)})


def _append(path, line):
    file = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        size = os.fstat(file).st_size
        # A line that was cut by a loss of power is damaged alone, and does not damage this one.
        if size and os.pread(file, 1, size - 1) != b"\n":
            line = b"\n" + line
        if os.write(file, line) != len(line):
            raise OSError(f"The disk of {path} is full.")
        os.fsync(file)
    finally:
        os.close(file)


def _take(line, ends):
    """Add the anchor in `line` to `ends` and return its time. Raises _Damaged."""
    try:
        said = parse(line.decode().rstrip())
        time = datetime.fromisoformat(said["time"])
        if moment(time) != said["time"]:
            raise ValueError
        for end in said["chains"].values():
            if not (isinstance(end["sequence"], int) and SHA256.fullmatch(end["digest"]) and len(end) == 2):
                raise ValueError
        _refuse_forged(said)
        when = in_words(time)
    except OF_ANOTHER_FORM as error:
        raise _Damaged("is damaged: it is not an anchor as it was written.") from error
    for name, end in said["chains"].items():
        ends.setdefault(name, {}).setdefault(end["sequence"], {}).setdefault(end["digest"], when)
    return time


def _refuse_forged(said):
    right = signature({"chains": said["chains"], "time": said["time"]})
    if set(said) != {"chains", "signature", "time"}:
        raise ValueError
    if right and said["signature"] is None:
        raise _Damaged(
            "has no signature, though there is a key. Keep anchors from before there was one in a file of their own, "
            "and check them without it."
        )
    if right and not hmac.compare_digest(right, said["signature"]):
        raise _Damaged("is forged or damaged, or was signed with another key: its signature is not right.")
