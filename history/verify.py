"""Recomputes a chain of Records, and says where it is broken.

It finds what was changed, dropped, added or put in another order. A chain that somebody with the rights of the
database's owner has rewritten to its end is found by an anchor: a digest kept elsewhere (history/anchors.py).
"""

from collections.abc import Callable
from typing import NamedTuple

from django.db.models import QuerySet

from history.canonical import NotCanonical, digest, parse
from history.records import GENESIS

AT_A_TIME = 500
# What is raised while reading what somebody wrote past the application.
OF_ANOTHER_FORM = (AttributeError, KeyError, OverflowError, RecursionError, TypeError, ValueError)


class Chain(NamedTuple):
    """A chain to check: its name, its Records, and what to ask of each.

    `check` is given a record and what it says, and returns a sentence if the record's columns do not agree with that.
    """

    name: str
    records: QuerySet
    check: Callable


class Head(NamedTuple):
    """The end of a chain: how many records, and the last digest."""

    records: int
    digest: str


class Broken(Exception):
    """The first record that is not what it was; the message names it and says why."""


def verify_chain(chain, anchored):
    """Read `chain` from its beginning and return its Head. Raises Broken at the first record that is wrong.

    `anchored` is what anchors say of it: {sequence: {digest: moment in words}}. Memory does not grow with the chain:
    PostgreSQL reads with a server-side cursor, SQLite steps through the rows as they are asked for.
    """
    previous, number, moment = GENESIS, 0, ""
    _as_anchored(chain, number, previous, anchored)
    for record in chain.records.order_by("sequence").iterator(chunk_size=AT_A_TIME):
        number += 1
        said = _said(record, number, previous, moment, chain.check)
        previous, moment = record.digest, said["at"]
        _as_anchored(chain, number, previous, anchored)
    newest = max(anchored, default=0)
    if newest > number:
        when = next(iter(anchored[newest].values()))
        raise Broken(
            f"The chain of {chain.name} ends at {number}, but the anchor of {when} saw {newest}: "
            "records are missing, or an older backup was restored."
        )
    return Head(number, previous)


def _as_anchored(chain, number, found, anchored):
    for anchor, when in anchored.get(number, {}).items():
        if anchor != found:
            raise Broken(
                f"{chain.records.model._meta.label} {number} is not what it was when the anchor of {when} was written."
            )


def _said(record, number, previous, moment, check):
    """Return what a record says. Raises Broken if it is not the next link, or not what it was."""
    try:
        problem = _unlinked(record, number, previous)
        said = None if problem else parse(record.content)
        problem = problem or _out_of_order(record, said, moment) or check(record, said)
    except NotCanonical as error:
        problem = f"its content is {error}."
    except OF_ANOTHER_FORM as error:
        problem = f"its content is not of the form that it should be: {error!r}."
    if problem:
        raise Broken(f"{record._meta.label} {record.sequence}: {problem}")
    return said


def _unlinked(record, number, previous):
    if record.sequence != number:
        return f"record {number} is missing."
    if record.previous != previous:
        return "it does not name the digest of the record before it."
    if digest(record.previous + record.content) != record.digest:
        return "its content does not have its digest."
    return None


def _out_of_order(record, said, moment):
    if said["sequence"] != record.sequence:
        return "its content says another number."
    if said["at"] < moment:
        return "it is said to have happened before the record before it."
    return None
