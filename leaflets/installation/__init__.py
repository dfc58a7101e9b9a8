"""Walks an installation and says of each part whether it is as it should be, and if not, what to do."""

from typing import NamedTuple

from django.db import DatabaseError, InterfaceError

RIGHT, LOOK, WRONG = "right", "look", "WRONG"


class Finding(NamedTuple):
    """One thing that was looked at: RIGHT, something to LOOK at, or WRONG; and a sentence that says what to do."""

    level: str
    sentence: str


def right(sentence):
    """Return the Finding that something is as it should be."""
    return Finding(RIGHT, sentence)


def look(sentence):
    """Return the Finding that somebody must decide whether something is as it should be."""
    return Finding(LOOK, sentence)


def wrong(sentence):
    """Return the Finding that something is not as it should be."""
    return Finding(WRONG, sentence)


def findings(part):
    """Yield what `part`, a function that yields Findings, finds, and what keeps it from finding more."""
    try:
        yield from part()
    except (DatabaseError, InterfaceError):
        yield wrong("This needs the database, which cannot be asked: see there.")
