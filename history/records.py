"""Records: rows that are written once, in one sequence, each sealed by a digest over itself and the one before.

    digest = SHA-256(previous digest + content)

`content` is canonical JSON and holds all that the record says, its own sequence number included; the other columns
repeat parts of it so that the database can search and guard them. The first record's previous digest is GENESIS.
The scheme is that of a hash chain (Haber and Stornetta, "How to time-stamp a digital document", 1991).
"""

import json

from django.db import connection, models, transaction
from django.utils import timezone

from history.canonical import canonical, digest
from history.triggers import guard, rule, says, says_moment

GENESIS = "0" * 64


class Record(models.Model):
    """One link of a chain. Written by `append`, never changed, never deleted: the database refuses both."""

    sequence = models.BigIntegerField(primary_key=True)
    content = models.TextField()
    previous = models.CharField(max_length=64, unique=True)
    digest = models.CharField(max_length=64, unique=True)

    class Meta:
        abstract = True
        ordering = ["sequence"]

    @classmethod
    def append(cls, said, *, last=None, **columns):
        """Write the next record of this chain and return it.

        `said` is a dict in canonical types; its sequence number is added here. `last` is what `end` returned in this
        transaction, if that was asked. Call it inside a transaction: the chain is locked until that ends.
        """
        last = last or cls.end()
        sequence = last.sequence + 1 if last else 1
        previous = last.digest if last else GENESIS
        content = canonical({**said, "sequence": sequence})
        return cls.objects.create(
            sequence=sequence,
            content=content,
            previous=previous,
            digest=digest(previous + content),
            **columns,
        )

    @classmethod
    def next_moment(cls, at=None):
        """Return `at` (default: now), or the moment of the last record where a clock differs. Locks the chain."""
        return moment_after(cls.end(), at)

    @classmethod
    def end(cls):
        """Lock this chain until the transaction ends, and return its last record, or None; its content is not read."""
        cls.lock_chain()
        return cls.objects.only("sequence", "digest", "at").order_by("-sequence").first()

    @classmethod
    def lock_chain(cls):
        """Let one transaction at a time append, until it ends.

        SQLite needs nothing: settings open every transaction IMMEDIATE, which admits one writer.
        """
        if not connection.in_atomic_block:
            raise transaction.TransactionManagementError("A record is appended inside a transaction.")
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [cls._meta.db_table])

    @property
    def said(self):
        """What the record says, as a dict."""
        return json.loads(self.content)


def moment_after(last, at=None):
    """Return `at` (default: now), or the moment of the record `last` where a clock differs; `last` may be None."""
    at = at or timezone.now()
    return max(at, last.at) if last else at


def chain_guard(model, repeated):
    """Return the trigger that lets only the next true link into the chain of `model`.

    `repeated` are (sentence, SQLite condition, PostgreSQL condition) of the chain's own: what its columns repeat of
    its content, and who may write what.
    """
    table = model._meta.db_table
    newest = f"(SELECT {{}} FROM {table} ORDER BY sequence DESC LIMIT 1)"
    next_one = f"NEW.sequence = COALESCE({newest.format('sequence')}, 0) + 1"
    linked = f"NEW.previous = COALESCE({newest.format('digest')}, '{GENESIS}')"
    return guard(
        f"{table}_chain",
        table,
        [
            rule("A record takes the next number of its chain.", next_one),
            rule("A record names the digest before it.", linked),
            (
                "A record is sealed by its digest.",
                "NEW.digest = SHA256(NEW.previous || NEW.content)",
                "NEW.digest = encode(sha256(convert_to(NEW.previous || NEW.content, 'UTF8')), 'hex')",
            ),
            says("sequence", "NEW.sequence"),
            says_moment("at"),
            rule(
                "What happens comes not before what has happened.",
                f"(NEW.at < {newest.format('at')}) IS NOT TRUE",
            ),
            _not_far_ahead(newest.format("at")),
            *repeated,
        ],
    )


def _not_far_ahead(newest):
    """The rule that no record is of a moment to come: it would stand in the way of all that follow.

    A day is allowed for clocks that differ; and what a wrong clock has written may be followed.
    """
    sqlite = f"julianday(NEW.at) <= MAX(julianday('now') + 1, COALESCE(julianday({newest}) + 0.0001, 0))"
    postgresql = f"NEW.at <= GREATEST(clock_timestamp() + interval '1 day', {newest} + interval '8 seconds')"
    return "What happens has happened by now.", sqlite, postgresql
