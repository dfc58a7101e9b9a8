"""How a database is written to a file as of one moment, and read back whole or not at all.

Sessions stay out: whoever holds the key of one is signed in. PostgreSQL is left to its own programs, so that whoever
knows PostgreSQL can read such a file without this software.
"""

import os
import re
import shutil
import sqlite3
import subprocess
import tempfile
import time
from pathlib import Path

from django.db import connection

from leaflets.backup import Refused
from leaflets.disk import sync

FILES = {"sqlite": "database.sqlite3", "postgresql": "database.dump"}
SESSIONS = "django_session"
WITHOUT_SESSIONS = "DELETE FROM django_session"
PATIENCE = 20
# All that a release of this site may have made, whichever it was; not what an extension brings.
EMPTY = """
    DO $$ DECLARE each text; BEGIN
    FOR each IN SELECT format('DROP TABLE %I.%I CASCADE', schemaname, tablename)
        FROM pg_tables WHERE schemaname = current_schema()
    LOOP EXECUTE each; END LOOP;
    FOR each IN SELECT format('DROP FUNCTION %s', oid::regprocedure)
        FROM pg_proc WHERE pronamespace = current_schema()::regnamespace AND prorettype = 'trigger'::regtype
        AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = pg_proc.oid AND deptype = 'e')
    LOOP EXECUTE each; END LOOP;
    END $$
"""


def server():
    """Return what the database is, in words: PostgreSQL 18."""
    if connection.vendor == "sqlite":
        return f"SQLite {sqlite3.sqlite_version}"
    connection.ensure_connection()
    return f"PostgreSQL {_version()}"


def dump(folder):
    """Write the database into `folder`, as this connection's transaction sees it; return the name of the file.

    Call it inside `one_moment`. Raises Refused where it cannot be read whole.
    """
    path = folder / FILES[connection.vendor]
    {"sqlite": _dump_sqlite, "postgresql": _dump_postgresql}[connection.vendor](path)
    os.chmod(path, 0o600)
    sync(path)
    return path.name


def load(folder):
    """Make the database hold what the file in `folder` holds, in one step. Raises Refused where that fails.

    Whoever reads the database meanwhile sees what was there before, or all of what is there then.
    """
    path = folder / FILES[connection.vendor]
    {"sqlite": _load_sqlite, "postgresql": _load_postgresql}[connection.vendor](path)
    # What this connection knew of the tables is over.
    connection.close()


def is_empty():
    """Whether there is no table in the database."""
    return connection.introspection.table_names() == []


def programs():
    """Raise Refused unless the programs that read and write this database are there, and of its version."""
    if connection.vendor == "postgresql":
        connection.ensure_connection()
        for program in ("pg_dump", "pg_restore", "psql"):
            _refuse_other_version(program)


def _dump_sqlite(path):
    connection.ensure_connection()
    copy = sqlite3.connect(path, isolation_level=None)
    try:
        connection.connection.backup(copy)
        # One file, and nothing left in it of what is removed.
        copy.execute("PRAGMA journal_mode=DELETE")
        copy.execute("PRAGMA secure_delete=ON")
        copy.execute(WITHOUT_SESSIONS)
        found = [said for (said,) in copy.execute("PRAGMA quick_check(5)")]
    except sqlite3.DatabaseError as error:
        raise Refused(f"The database cannot be copied: {error}.") from error
    finally:
        copy.close()
    if found != ["ok"]:
        raise Refused(f"The database is damaged: {'; '.join(found)}. Restore it from a backup.")


def _load_sqlite(path):
    connection.ensure_connection()
    here, begun = connection.connection, time.monotonic()

    def give_up(status, remaining, total):
        if status in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED) and time.monotonic() - begun > PATIENCE:
            raise Refused("Somebody is using the database all the time: stop the site first.")

    copy = sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True)
    try:
        _let_pages_be_of(copy.execute("PRAGMA page_size").fetchone()[0], here)
        copy.backup(here, progress=give_up)
    except sqlite3.DatabaseError as error:
        raise Refused(f"The database cannot be written: {error}. Stop the site, then try again.") from error
    finally:
        copy.close()


def _let_pages_be_of(size, here):
    """Make pages of this size: a database in WAL takes none of another, and changes its own only outside of WAL."""
    if here.execute("PRAGMA page_size").fetchone()[0] != size:
        for statement in ("journal_mode=DELETE", f"page_size={size}"):
            here.execute(f"PRAGMA {statement}").fetchall()
        here.execute("VACUUM")
        here.execute("PRAGMA journal_mode=WAL").fetchall()


def _dump_postgresql(path):
    with connection.cursor() as cursor:
        # However long it takes, this transaction is the moment that is copied.
        cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
        cursor.execute("SELECT pg_export_snapshot()")
        (snapshot,) = cursor.fetchone()
    options = ["--format=custom", "--no-owner", "--no-privileges", "--lock-wait-timeout=60s"]
    options += [f"--exclude-table-data={SESSIONS}", f"--snapshot={snapshot}", f"--file={path}"]
    _run("pg_dump", *options, *_where())


def _load_postgresql(path):
    # A script is run whole or not at all together with what makes room for it, which pg_restore itself cannot do.
    with tempfile.TemporaryDirectory(prefix="restore-") as folder:
        script = Path(folder) / "script.sql"
        _run("pg_restore", "--no-owner", "--no-privileges", f"--file={script}", str(path))
        options = ["--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--single-transaction"]
        connection.close()
        limit = f"SET lock_timeout = '{PATIENCE}s'"
        _run("psql", *options, "--output=/dev/null", "-c", limit, "-c", EMPTY, "-f", str(script), *_where())


def _where():
    return _client()[0][1:]


def _client():
    """The arguments and the environment with which PostgreSQL's programs find the database."""
    return connection.client.settings_to_cmd_args_env(connection.settings_dict, [])


def _run(program, *arguments):
    """Run a program of PostgreSQL. A password is in its environment, which nobody else can see."""
    secret = _client()[1]
    done = subprocess.run(
        [program, *arguments], env={**os.environ, **(secret or {})}, capture_output=True, text=True
    )
    if done.returncode:
        raise Refused(f"{program} failed: {done.stderr.strip()[-500:]}")


def _refuse_other_version(program):
    found, wanted = shutil.which(program), _version()
    told = subprocess.run([program, "--version"], capture_output=True, text=True).stdout if found else ""
    version = re.search(r"\d+", told)
    if version is None or int(version[0]) < wanted:
        raise Refused(
            f"The database is PostgreSQL {wanted}, and {program} is "
            f"{f'of PostgreSQL {version[0]}' if version else 'not installed'}: install PostgreSQL's client programs of "
            f"version {wanted} or newer (on Debian postgresql-client-{wanted}), and see that PATH finds them first."
        )


def _version():
    return connection.pg_version // 10_000
