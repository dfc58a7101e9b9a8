"""How each kind of database is spoken to."""

import dj_database_url

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


def database(url):
    """Return what Django's DATABASES says of the database at `url`, as in DATABASE_URL."""
    # After a restart of the server no connection in the pool is what it was.
    found = dj_database_url.parse(url, conn_max_age=0, conn_health_checks=True)
    if found["ENGINE"] == "django.db.backends.sqlite3":
        return {**found, "OPTIONS": SQLITE}
    from config.postgresql import Connection

    ours = {
        "pool": {**POOL, "connection_class": Connection},
        "connect_timeout": 5,
        "tcp_user_timeout": 10_000,
    }
    # What the address asks for, such as sslmode, stays.
    return {**found, "OPTIONS": {"options": LIMITS, **found.get("OPTIONS", {}), **ours}}
