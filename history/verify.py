"""Recomputes a chain of Records, and says where it is broken.

It finds what was changed, dropped, added or put in another order. It cannot find a chain that somebody with the rights
of the database's owner has rewritten to its end: that takes a copy of a digest kept elsewhere.
"""

import json
from typing import NamedTuple

from history.canonical import canonical, digest
from history.records import GENESIS

AT_A_TIME = 2000


class Head(NamedTuple):
    """The end of a chain that was found whole: how many records, and the last digest."""

    records: int
    digest: str


class Broken(Exception):
    """The first record that is not what it was; the message names it and says why."""


def verify_chain(records, check):
    """Read a chain, the query set `records`, from its beginning and return its Head.

    `check` is asked of each record, with what it says, and returns a sentence if its columns do not agree. Raises
    Broken at the first record that is wrong. Memory does not grow with the chain.
    """
    previous, number = GENESIS, 0
    for record in records.order_by("sequence").iterator(chunk_size=AT_A_TIME):
        number += 1
        try:
            problem = _problem(record, number, previous) or check(record, record.said)
        except (KeyError, TypeError, ValueError) as error:
            problem = f"its content is not of the form that it should be: {error!r}."
        if problem:
            raise Broken(f"{record._meta.label} {record.sequence}: {problem}")
        previous = record.digest
    return Head(number, previous)


def _problem(record, number, previous):
    if record.sequence != number:
        return f"record {number} is missing."
    if record.previous != previous:
        return "it does not name the digest of the record before it."
    if digest(record.previous + record.content) != record.digest:
        return "its content does not have its digest."
    try:
        said = json.loads(record.content)
    except ValueError:
        return "its content is not JSON."
    if canonical(said) != record.content:
        return "its content is not in canonical form."
    if said.get("sequence") != record.sequence:
        return "its content says another number."
    return None
