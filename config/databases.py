"""How each kind of database is spoken to."""

from urllib.parse import urlsplit

import dj_database_url
from django.core.exceptions import ImproperlyConfigured

from leaflets.mounts import file_system, is_shared

SQLITE_ENGINE = "django.db.backends.sqlite3"
ENGINES = {SQLITE_ENGINE, "django.db.backends.postgresql"}
SQLITE = {
    "timeout": 20,
    # One writer at a time from the start of its transaction: deferred ones fail with "database is locked".
    "transaction_mode": "IMMEDIATE",
    "init_command": (
        "PRAGMA page_size=8192; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; "
        # Without this, REPLACE deletes rows behind the back of the triggers that guard history.
        "PRAGMA recursive_triggers=ON;"
    ),
}
# As many as may ask at once (leaflets/mirror/front.py) and one that looks; who waits for a connection tries again soon,
# so that a server that is back is found.
POOL = {"min_size": 1, "max_size": 16, "timeout": 4, "reconnect_timeout": 3}
# Nobody waits for a lock for ever, nor does the server work for somebody who has gone.
LIMITS = "-c lock_timeout=20s -c client_connection_check_interval=2s"
# Nor for long, where somebody waits for a page. Commands may: a verification or a migration takes as long as it takes.
LIMITS_OF_THE_SITE = "-c statement_timeout=60s -c idle_in_transaction_session_timeout=10min"
FORM = (
    "{}: write postgres://user:password@host:port/name{}. In user and password, write %40 for @, %2F for /, "
    "%3A for : and %23 for #."
)


def database(url):
    """Return what Django's DATABASES says of the database at `url`, as in DATABASE_URL. Raises ImproperlyConfigured."""
    return _parsed(url, "DATABASE_URL", ", or sqlite:////path/site.sqlite3")


def database_for_many(url):
    """Return `database` of url. Raises ImproperlyConfigured also where what is written in it may be lost."""
    found = database(url)
    if found["ENGINE"] != SQLITE_ENGINE:
        return found
    path = found["NAME"]
    if not path.startswith("/"):
        raise ImproperlyConfigured(
            "DATABASE_URL: write the whole path of the file, as in sqlite:////path/site.sqlite3"
        )
    kind = file_system(path)
    if is_shared(kind):
        raise ImproperlyConfigured(
            f"DATABASE_URL: {path} lies on a network file system ({kind}), where SQLite loses what is written. "
            "Put the file on a disk of this machine, or use PostgreSQL."
        )
    return found


def owner_of(database):
    """Return the judge of OWNER_DATABASE_URL: None where there is none, else the same database for another role."""

    def judge(url):
        if not url:
            return None
        owner = _parsed(url, "OWNER_DATABASE_URL", "")
        if {SQLITE_ENGINE} & {owner["ENGINE"], database["ENGINE"]} or owner["NAME"] != database["NAME"]:
            raise ImproperlyConfigured(
                "OWNER_DATABASE_URL names the same PostgreSQL database as DATABASE_URL, for the role that owns it."
            )
        if owner["USER"] == database["USER"]:
            raise ImproperlyConfigured(
                "OWNER_DATABASE_URL and DATABASE_URL name the same role: the site's own must not be the owner."
            )
        return owner

    return judge


def limit(database):
    """Let no statement for the site take longer than somebody waits for a page."""
    if "pool" in database["OPTIONS"]:
        # What the address asks for comes later, and so counts.
        database["OPTIONS"]["options"] = f"{LIMITS_OF_THE_SITE} {database['OPTIONS']['options']}"


def _parsed(url, name, or_else):
    try:
        # After a restart of the server no connection in the pool is what it was.
        found = dj_database_url.parse(url, conn_max_age=0, conn_health_checks=True)
        known = found["ENGINE"] in ENGINES and urlsplit(url).scheme
    except (ValueError, KeyError):
        known = False
    if not known:
        # What was written may hold a password.
        raise ImproperlyConfigured(FORM.format(name, or_else))
    if found["ENGINE"] == SQLITE_ENGINE:
        return {**found, "OPTIONS": SQLITE}
    from config.postgresql import Connection

    theirs = found.get("OPTIONS", {})
    ours = {
        "pool": {**POOL, "connection_class": Connection},
        "connect_timeout": 5,
        "tcp_user_timeout": 10_000,
    }
    # What the address asks for, such as sslmode, stays; of two limits the later one counts.
    options = f"{LIMITS} {theirs.get('options', '')}".strip()
    return {**found, "OPTIONS": {**theirs, **ours, "options": options}}
