"""Who may do what in PostgreSQL: a role that owns the tables and migrates, and one that the site works as.

The site's role adds to history and reads it; it can change neither what is there nor what stands guard over it, because
it owns nothing and may make nothing. SQLite has no roles: there the file's owner is everybody.
"""

import psycopg
from django.db import connections, transaction
from psycopg import sql

APPEND, READ, KEEP = "SELECT, INSERT", "SELECT", "SELECT, INSERT, UPDATE"
ORDINARY = "SELECT, INSERT, UPDATE, DELETE"
# What migrating alone writes, and accounts, which are deactivated and not deleted.
MIGRATED = "django_migrations django_content_type auth_permission auth_group auth_group_permissions".split()
RIGHTS = {**dict.fromkeys(MIGRATED, READ), "auth_user": KEEP}
# Each gives its members the run of the server, or of every table.
MIGHTY = (
    *("pg_execute_server_program", "pg_write_server_files", "pg_read_server_files", "pg_write_all_data"),
    "pg_database_owner",
)
FORBIDDEN = ("UPDATE", "DELETE", "TRUNCATE", "TRIGGER")


def make(superuser, owner, application):
    """Make both roles and their database on the server at the address `superuser`, or mend what is there.

    `owner` and `application` are Django's settings of the database, for either role. What is in the database already
    goes to the owner; who may do what with it is granted at each migration. Raises psycopg.Error.
    """
    with psycopg.connect(superuser, autocommit=True) as server:
        for role in (owner, application):
            _make_role(server, role["USER"], role["PASSWORD"])
        _leave_all_groups(server, application["USER"])
        name = owner["NAME"]
        if not server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            server.execute(_sql("CREATE DATABASE {}", name))
        server.execute(_sql("ALTER DATABASE {} OWNER TO {}", name, owner["USER"]))
    with psycopg.connect(superuser, dbname=name) as database:
        _hand_over(database, owner["USER"])


def grant(connection, role, history):
    """Let the `role` of the site do what it must in this database, and nothing else. `history` are tables to guard."""
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        name = connection.settings_dict["NAME"]
        cursor.execute(_sql("REVOKE CREATE, TEMPORARY ON DATABASE {} FROM PUBLIC, {}", name, role))
        cursor.execute(_sql("GRANT CONNECT ON DATABASE {} TO {}", name, role))
        cursor.execute(_sql("REVOKE CREATE ON SCHEMA public FROM PUBLIC, {}", role))
        cursor.execute(_sql("GRANT USAGE ON SCHEMA public TO {}", role))
        for table in sorted(connection.introspection.table_names(cursor)):
            rights = APPEND if table in history else RIGHTS.get(table, ORDINARY)
            cursor.execute(_sql("REVOKE ALL ON TABLE {} FROM PUBLIC, {}", table, role))
            cursor.execute(_sql(f"GRANT {rights} ON TABLE {{}} TO {{}}", table, role))
        # Numbers of rows come by themselves; a copy of the database reads where they stand.
        cursor.execute(_sql("REVOKE ALL ON ALL SEQUENCES IN SCHEMA public FROM PUBLIC, {}", role))
        cursor.execute(_sql("GRANT SELECT ON ALL SEQUENCES IN SCHEMA public TO {}", role))


def connect_as(using, owner):
    """Let the connection `using` be that of the owner from now on; `owner` is Django's settings of the database."""
    connections[using].close()
    if connections[using].vendor == "postgresql":
        connections[using].close_pool()
    del connections[using]
    mine = {key: owner[key] for key in ("USER", "PASSWORD", "HOST", "PORT", "OPTIONS")}
    connections.settings[using] = {**connections.settings[using], **mine}


def may_migrate(connection):
    """Return whether this connection may make tables."""
    if connection.vendor != "postgresql":
        return True
    with connection.cursor() as cursor:
        cursor.execute("SELECT has_schema_privilege('public', 'CREATE')")
        return cursor.fetchone()[0]


def excess(connection, history):
    """Return what this connection could do to the tables `history` or to what guards them, as ends of a sentence."""
    if connection.vendor != "postgresql":
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT rolsuper, rolcreaterole, rolreplication, has_schema_privilege('public', 'CREATE') "
            "FROM pg_roles WHERE rolname = current_user"
        )
        everything, *less = cursor.fetchone()
        if everything:
            return ["is a superuser"]
        told = ("may make roles", "may replicate", "may make tables and functions")
        found = [words for words, true in zip(told, less, strict=True) if true]
        return [*found, *_groups(cursor), *_rights(cursor, history)]


def _groups(cursor):
    cursor.execute(
        "SELECT rolname FROM pg_roles WHERE rolname = ANY(%s) AND pg_has_role(current_user, oid, 'MEMBER') "
        "ORDER BY rolname",
        [list(MIGHTY)],
    )
    return [f"is a member of {name}" for (name,) in cursor.fetchall()]


def _rights(cursor, history):
    cursor.execute(
        "SELECT relname, pg_has_role(current_user, relowner, 'MEMBER'), ARRAY(SELECT asked "
        "FROM unnest(%s::text[]) asked WHERE CASE asked WHEN 'UPDATE' THEN has_any_column_privilege(oid, asked) "
        "ELSE has_table_privilege(oid, asked) END) FROM pg_class "
        "WHERE relnamespace = 'public'::regnamespace AND relname = ANY(%s) ORDER BY relname",
        [list(FORBIDDEN), list(history)],
    )
    found = cursor.fetchall()
    owned = ", ".join(table for table, owns, _ in found if owns)
    rights = [f"may {', '.join(may)} on {table}" for table, owns, may in found if may and not owns]
    return [f"owns {owned}", *rights] if owned else rights


def _make_role(server, name, password):
    """Make a role that may sign in and nothing else, or take from one that is there what it must not have."""
    found = server.execute(
        "SELECT rolsuper OR rolcreaterole OR rolcreatedb OR rolreplication OR rolbypassrls OR NOT rolcanlogin "
        "FROM pg_roles WHERE rolname = %s",
        [name],
    ).fetchone()
    if found is None:
        server.execute(_sql("CREATE ROLE {} LOGIN", name))
    elif found[0]:
        limits = "LOGIN NOSUPERUSER NOCREATEROLE NOCREATEDB NOREPLICATION NOBYPASSRLS"
        server.execute(_sql(f"ALTER ROLE {{}} {limits}", name))
    if password:
        # The server, and its log, are told a digest.
        sealed = server.pgconn.encrypt_password(password.encode(), name.encode(), b"scram-sha-256").decode()
        server.execute(_sql("ALTER ROLE {} PASSWORD ", name) + sql.Literal(sealed))


def _leave_all_groups(server, name):
    groups = server.execute(
        "SELECT roleid::regrole::text FROM pg_auth_members JOIN pg_roles ON pg_roles.oid = member WHERE rolname = %s",
        [name],
    ).fetchall()
    for (group,) in groups:
        server.execute(sql.SQL("REVOKE {} FROM {}").format(sql.SQL(group), sql.Identifier(name)))


def _hand_over(database, owner):
    """Make `owner` own the schema, its tables and the functions of its triggers."""
    database.execute(_sql("ALTER SCHEMA public OWNER TO {}", owner))
    found = database.execute(
        "SELECT 'TABLE ' || oid::regclass FROM pg_class WHERE relnamespace = 'public'::regnamespace "
        "AND relkind IN ('r', 'p') UNION ALL "
        "SELECT 'FUNCTION ' || oid::regprocedure FROM pg_proc WHERE pronamespace = 'public'::regnamespace "
        "AND prorettype = 'trigger'::regtype"
    ).fetchall()
    for (what,) in found:
        database.execute(sql.SQL("ALTER {} OWNER TO {}").format(sql.SQL(what), sql.Identifier(owner)))


def _sql(text, *names):
    return sql.SQL(text).format(*map(sql.Identifier, names))
