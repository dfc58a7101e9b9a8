"""Triggers that hold history in place, on SQLite and on PostgreSQL.

A migration installs them, and `post_migrate` installs them again, because SQLite drops a table's triggers silently
whenever a migration rebuilds the table. Tables without triggers are found by a system check.
"""

from typing import NamedTuple

from django.db import transaction


class Trigger(NamedTuple):
    """A trigger's name and table, and what it does in each database.

    `event` is the SQL after CREATE TRIGGER name, such as "BEFORE UPDATE". `sqlite` and `postgresql` are the statements
    of the body. On PostgreSQL a trigger fires for each row unless `each` says STATEMENT. An empty body leaves that
    database out.
    """

    name: str
    table: str
    event: str
    sqlite: str
    postgresql: str
    each: str = "ROW"


def install(connection, triggers):
    """Make `triggers` be there as written here, whatever stood under their names before."""
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        for trigger in triggers:
            for statement in _statements(connection.vendor, trigger):
                cursor.execute(statement)


def remove(connection, triggers):
    """Take `triggers` away. Only the tests' own clean-up and a migration that replaces them may ask for this."""
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        for trigger in triggers:
            on = "" if connection.vendor == "sqlite" else f" ON {trigger.table}"
            cursor.execute(f"DROP TRIGGER IF EXISTS {trigger.name}{on}")


def missing(connection, triggers):
    """Return the names of those `triggers` that are not there as written here, or not always enabled, in order."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        else:
            cursor.execute(
                "SELECT tgname, prosrc FROM pg_trigger JOIN pg_proc ON pg_proc.oid = tgfoid WHERE tgenabled = 'A'"
            )
        there = dict(cursor.fetchall())
    wanted = {t.name: _source(connection.vendor, t) for t in triggers if getattr(t, connection.vendor)}
    return [name for name, source in wanted.items() if there.get(name) != source]


def append_only(model):
    """Return the triggers that refuse every UPDATE, DELETE, TRUNCATE and replacing INSERT on the table of `model`."""
    table = model._meta.db_table
    refuse = f"'{table} is append-only'"
    sqlite = f"SELECT RAISE(ABORT, {refuse});"
    postgresql = f"RAISE EXCEPTION USING ERRCODE = 'integrity_constraint_violation', MESSAGE = {refuse};"
    # A table whose key is no INTEGER has a hidden one besides, rowid, that REPLACE can name.
    taken = " OR ".join(["rowid = NEW.rowid", *(_same(columns) for columns in _unique(model))])
    replaced = f"SELECT RAISE(ABORT, {refuse}) WHERE EXISTS (SELECT 1 FROM {table} WHERE {taken});"
    return [
        Trigger(f"{table}_no_update", table, "BEFORE UPDATE", sqlite, postgresql),
        Trigger(f"{table}_no_delete", table, "BEFORE DELETE", sqlite, postgresql),
        Trigger(f"{table}_no_truncate", table, "BEFORE TRUNCATE", "", postgresql, each="STATEMENT"),
        # INSERT OR REPLACE deletes without firing a delete trigger where recursive_triggers is off.
        Trigger(f"{table}_no_replace", table, "BEFORE INSERT", replaced, ""),
    ]


def guard(name, table, rules):
    """Return the trigger that refuses an INSERT into `table` for which a rule does not hold.

    `rules` are (sentence, sqlite condition, postgresql condition); a condition is SQL over NEW that must be true,
    and one that is NULL is refused too.
    """
    sqlite, postgresql = [], []
    for sentence, sqlite_condition, postgresql_condition in rules:
        text = sentence.replace("'", "''")
        sqlite.append(f"SELECT RAISE(ABORT, '{text}') WHERE ({sqlite_condition}) IS NOT TRUE;")
        postgresql.append(
            f"IF ({postgresql_condition}) IS NOT TRUE THEN RAISE EXCEPTION USING "
            f"ERRCODE = 'integrity_constraint_violation', MESSAGE = '{text}'; END IF;"
        )
    return Trigger(name, table, "BEFORE INSERT", "\n".join(sqlite), "\n".join(postgresql))


def rule(sentence, condition):
    """Return a rule of `guard` whose condition reads the same in both databases."""
    return sentence, condition, condition


def says(path, column, content="NEW.content"):
    """Return the rule that the record's content says the same at `path`, such as "by.username", as `column`, SQL.

    `content` is how SQLite reads the content, if that is stored compressed.
    """
    keys = ",".join(path.split("."))
    return (
        f"The content names the same {path.replace('.', ' ')}.",
        f"json_extract({content}, '$.{path}') IS ({column})",
        f"(NEW.content::json #>> '{{{keys}}}') IS NOT DISTINCT FROM ({column})::text",
    )


def says_text(name):
    """Return the rule that the record's content has text at `name`."""
    return (
        f"The content has text: {name}.",
        f"json_type(NEW.content, '$.{name}') = 'text'",
        f"json_typeof(NEW.content::json -> '{name}') = 'string'",
    )


def says_moment(name):
    """Return the rule that the content says the same moment as the column `name` (SQLite: to the millisecond)."""
    to_ms = "strftime('%Y-%m-%d %H:%M:%f', {})"
    said = f"json_extract(NEW.content, '$.{name}')"
    return (
        f"The content names the same moment: {name}.",
        f"{to_ms.format(said)} = {to_ms.format(f'NEW.{name}')}",
        f"(NEW.content::json ->> '{name}')::timestamptz = NEW.{name}",
    )


def _unique(model):
    meta = model._meta
    yield from ([field.column] for field in meta.concrete_fields if field.unique)
    for constraint in meta.total_unique_constraints:
        yield [meta.get_field(name).column for name in constraint.fields]


def _same(columns):
    return "(" + " AND ".join(f"{column} = NEW.{column}" for column in columns) + ")"


def _source(vendor, trigger):
    """What the database keeps of a trigger: on SQLite the statement, on PostgreSQL the body of its function."""
    body = getattr(trigger, vendor)
    if vendor == "sqlite":
        return f"CREATE TRIGGER {trigger.name} {trigger.event} ON {trigger.table} BEGIN {body} END"
    result = "NULL" if trigger.each == "STATEMENT" else "COALESCE(NEW, OLD)"
    return f" BEGIN {body} RETURN {result}; END "


def _statements(vendor, trigger):
    name, table = trigger.name, trigger.table
    if not getattr(trigger, vendor):
        return
    source = _source(vendor, trigger)
    if vendor == "sqlite":
        yield f"DROP TRIGGER IF EXISTS {name}"
        yield source
        return
    yield (
        # A path of its own: nobody puts another table or function of the same name in front.
        f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql "
        f"SET search_path = pg_catalog, public, pg_temp AS $guard${source}$guard$"
    )
    yield f"DROP TRIGGER IF EXISTS {name} ON {table}"
    yield (
        f"CREATE TRIGGER {name} {trigger.event} ON {table} FOR EACH {trigger.each} EXECUTE FUNCTION {name}()"
    )
    yield f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}"
