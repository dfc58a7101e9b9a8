"""Reads that belong together, as of one moment."""

from contextlib import contextmanager

from django.db import connection

BEGIN = {"sqlite": "BEGIN", "postgresql": "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"}


@contextmanager
def one_moment():
    """Let every query inside see the database as it was at the first, and nobody wait. Nothing written inside stays.

    Django's own transactions are no use for long reads: on SQLite they are IMMEDIATE and hold all writers up. Inside a
    transaction that is open already, its own rules hold.
    """
    if connection.in_atomic_block:
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute(BEGIN[connection.vendor])
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ROLLBACK")
