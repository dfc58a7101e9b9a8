"""What somebody with the rights of the database's owner can do to history, and what verification then says."""

from contextlib import contextmanager
from io import StringIO

from django.core.management import CommandError, call_command
from django.db import connection

from history import triggers
from history.canonical import canonical, digest
from history.records import GENESIS
from leaflets import guards


@contextmanager
def owner():
    """What the owner of the database can do: take the guard away, and put it back afterwards."""
    with connection.cursor() as cursor:
        settle(cursor)
        triggers.remove(connection, guards.all_triggers())
        yield cursor
        settle(cursor)
    guards.install("default")


def settle(cursor):
    """PostgreSQL alters no table while checks of foreign keys are pending, and a test is one transaction."""
    if connection.vendor == "postgresql":
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")


def rechain(cursor, model, first, change):
    """Rewrite a chain to its end: from record `first` on, each says what `change` makes of it, and is sealed anew."""
    table = model._meta.db_table
    before = model.objects.filter(sequence=first - 1).first()
    previous = before.digest if before else GENESIS
    for record in model.objects.filter(sequence__gte=first):
        content = canonical(change(record.said))
        sealed = [content, previous, digest(previous + content), record.sequence]
        cursor.execute(f"UPDATE {table} SET content=%s, previous=%s, digest=%s WHERE sequence=%s", sealed)
        previous = sealed[2]


def verdict(*arguments):
    """Return what `verify_history` says."""
    out = StringIO()
    try:
        call_command("verify_history", *arguments, stdout=out)
    except CommandError as error:
        return str(error)
    return out.getvalue()
