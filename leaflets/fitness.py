"""Whether the site may run on its database: every migration applied, history guarded, and not the site's to rewrite."""

import logging

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from history import privileges, triggers
from leaflets import guards

NAMED = 3
OWNERS = "On PostgreSQL with OWNER_DATABASE_URL, which names the role that owns the tables."
LOG = logging.getLogger(__name__)


def refuse_unfit():
    """Raise ImproperlyConfigured in production on a database on which the site must not run.

    Raises DatabaseError where it cannot be asked, which is no reason to refuse it. With DEBUG=1 it is only said.
    """
    found = problems()
    if found and not settings.DEBUG:
        raise ImproperlyConfigured("\n".join(found))
    for problem in found:
        LOG.warning("%s", problem)


def problems():
    """Return what is wrong with the database, as sentences that say what to do. Raises DatabaseError."""
    # One that is not migrated has no tables to guard.
    return _unapplied() or [*_unguarded(), *([] if settings.DEBUG else _mighty())]


def _unapplied():
    executor = MigrationExecutor(connection)
    plan = [f"{migration}" for migration, _ in executor.migration_plan(executor.loader.graph.leaf_nodes())]
    if not plan:
        return []
    more = f" and {len(plan) - NAMED} more" if len(plan) > NAMED else ""
    return [f"Migrations are not applied: {', '.join(plan[:NAMED])}{more}. Run `manage.py migrate`. {OWNERS}"]


def _unguarded():
    lost = triggers.missing(connection, guards.all_triggers())
    return [
        f"The trigger {name} is missing: history is unguarded. Run `manage.py migrate`: it installs it again. Then "
        "find out who removed it."
        for name in lost
    ]


def _mighty():
    what = privileges.excess(connection, guards.guarded_tables())
    role = connection.settings_dict["USER"] or "of the site"
    return what and [
        f"The role {role} could rewrite history: it {', it '.join(what)}. Run `manage.py postgresql_roles`, and "
        "name the application's role in DATABASE_URL."
    ]
