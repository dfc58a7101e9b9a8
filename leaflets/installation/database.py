"""The database: whether it answers, as whom it is asked, and what it makes sure of."""

import time
from datetime import datetime
from pathlib import Path

from django.db import DatabaseError, connection
from django.utils import timezone

from leaflets import fitness
from leaflets.installation import look, right, wrong
from leaflets.mounts import file_system, is_shared

# What a clock may be off by, in seconds.
APART = 2
FEWEST_CONNECTIONS = 50
# As config/databases.py asks for.
DURABLE = ("fsync", "synchronous_commit", "full_page_writes")
LITE = {"journal_mode": ("wal",), "synchronous": (2,), "foreign_keys": (1,), "recursive_triggers": (1,)}


def database():
    """Yield what is to be said of the database."""
    begun = time.monotonic()
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        took = (time.monotonic() - begun) * 1000
        problems = fitness.problems()
    except DatabaseError as error:
        yield wrong(f"The database does not answer: {error}".strip().replace("\n", " "))
        return
    yield right(f"{_name()} answers, connected within {took:.0f} ms.")
    yield from map(wrong, problems)
    if not problems:
        yield right("Every migration is applied, and every trigger stands guard over history.")
    with connection.cursor() as cursor:
        yield from (_sqlite if connection.vendor == "sqlite" else _postgresql)(cursor, problems)


def _name():
    version = ".".join(map(str, connection.get_database_version()))
    return f"{connection.display_name} {version}"


def _sqlite(cursor, problems):
    path = connection.settings_dict["NAME"]
    kind = file_system(path)
    if is_shared(kind):
        yield wrong(f"{path} lies on a network file system ({kind}), where SQLite loses what is written.")
    others = [name for name, value in LITE.items() if cursor.execute(f"PRAGMA {name}").fetchone() != value]
    yield (
        wrong(f"SQLite does not keep to {', '.join(others)}.")
        if others
        else right("What is committed is on the disk, and one writes at a time.")
    )
    readable = Path(path).stat().st_mode & 0o007
    if readable:
        yield look(f"{path} may be read or written by every user of this machine: chmod o= {path}")


def _postgresql(cursor, problems):
    role = connection.settings_dict["USER"]
    if not problems:
        yield right(f"The role {role} can add to history, and cannot change what is there or what guards it.")
    off = [name for name in DURABLE if _shown(cursor, name) == "off"]
    yield (
        wrong(f"PostgreSQL runs with {', '.join(off)} off: what was acknowledged can be lost.")
        if off
        else right("What is committed is on the disk.")
    )
    if _shown(cursor, "lock_timeout") == "0":
        yield wrong(
            "The time-outs do not reach PostgreSQL: something between drops the options of a connection."
        )
    else:
        yield right("Locks are waited for, and pages worked on, for so long and no longer.")
    most = int(_shown(cursor, "max_connections"))
    if most < FEWEST_CONNECTIONS:
        yield look(f"PostgreSQL takes {most} connections, and each process of the site holds up to 16.")
    yield from _encrypted(cursor)
    yield from _clock(cursor)


def _encrypted(cursor):
    cursor.execute("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()")
    encrypted, host = cursor.fetchone()[0], connection.settings_dict["HOST"]
    if encrypted:
        yield right("The connection is encrypted.")
    elif host and not host.startswith("/") and host not in ("localhost", "127.0.0.1", "::1"):
        yield wrong(
            f"What goes to {host} is not encrypted: add ?sslmode=verify-full&sslrootcert=FILE to DATABASE_URL."
        )
    else:
        yield right("The connection does not leave this machine.")


def _clock(cursor):
    cursor.execute("SELECT clock_timestamp()")
    apart = abs((cursor.fetchone()[0] - timezone.now()).total_seconds())
    if apart > APART:
        yield wrong(f"The clocks of this machine and of PostgreSQL are {apart:.0f} s apart: set both by NTP.")
    else:
        yield right(f"The clocks of this machine and of PostgreSQL agree; here it is {_here()}.")


def _here():
    return f"{datetime.now(timezone.get_default_timezone()):%d %B %Y, %H:%M:%S %Z}"


def _shown(cursor, name):
    cursor.execute(f"SHOW {name}")
    return cursor.fetchone()[0]
