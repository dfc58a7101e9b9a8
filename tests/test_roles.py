"""PostgreSQL refuses the site's own role what would rewrite history, and the whole site works as that role."""

import os
import re

import psycopg
import pytest
from django.db import connection

from leaflets import guards
from tests import postgres
from tests.door.conftest import code_from
from tests.installed import Roles, Visitor, manage, production, run
from tests.mirror.running import Instance, wait_for

COLUMNS = {
    **dict.fromkeys(
        ["history_accountevent", "history_version", "leaflets_event", "leaflets_rendering"], "digest"
    ),
    **{"leaflets_edition": "content", "leaflets_pin": "version_id"},
}
PEOPLE = """
import django; django.setup()
from tests.universe import CONTENT, LOWER_BACK, person
from leaflets import loading, roles
editor = person("editor", roles.EDITOR)
person("reviewer", roles.REVIEWER)
leaflet, _ = loading.load(loading.read(LOWER_BACK.read_bytes()), CONTENT / "media", by=editor, reason="Loaded.")
print(leaflet.pk)
"""
FITNESS = "import django; django.setup(); from leaflets import fitness; print(fitness.problems())"
OF_ALL = [
    *("UPDATE {0} SET {1} = {1}", "DELETE FROM {0}", "TRUNCATE {0} CASCADE", "DROP TABLE {0} CASCADE"),
    *(
        "ALTER TABLE {0} DISABLE TRIGGER ALL",
        "ALTER TABLE {0} ADD COLUMN more int",
        "DROP TRIGGER {0}_no_update ON {0}",
    ),
    "CREATE TRIGGER mine BEFORE INSERT ON {0} EXECUTE FUNCTION suppress_redundant_updates_trigger()",
    "CREATE RULE mine AS ON INSERT TO {0} DO INSTEAD NOTHING",
    "CREATE OR REPLACE FUNCTION {0}_no_delete() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN OLD; END'",
    *("DROP FUNCTION {0}_no_delete() CASCADE", "ALTER FUNCTION {0}_no_delete() SET search_path = pg_temp"),
    *("LOCK TABLE {0} IN ACCESS EXCLUSIVE MODE", "ALTER TABLE {0} OWNER TO CURRENT_USER"),
]
ONCE = [
    *("SET session_replication_role = replica", "SET ROLE {owner}", "SET SESSION AUTHORIZATION {owner}"),
    *("CREATE TABLE mine (id int)", "CREATE TEMPORARY TABLE leaflets_event (id int)", "CREATE SCHEMA mine"),
    "CREATE FUNCTION sha256(text) RETURNS bytea LANGUAGE sql AS 'SELECT NULL::bytea'",
    *("CREATE ROLE mine", "ALTER ROLE CURRENT_USER SUPERUSER", "GRANT {owner} TO CURRENT_USER"),
    *("ALTER DATABASE {database} OWNER TO CURRENT_USER", "ALTER SCHEMA public OWNER TO CURRENT_USER"),
    *(
        "COPY leaflets_event FROM PROGRAM 'true'",
        "COPY leaflets_event TO '/tmp/events'",
        "CREATE EXTENSION file_fdw",
    ),
    *(
        "DELETE FROM auth_user",
        "UPDATE auth_group_permissions SET group_id = 1",
        "DELETE FROM django_migrations",
    ),
    "SELECT setval(pg_get_serial_sequence('leaflets_edition', 'id'), 1)",
    "SELECT lo_import('/etc/passwd')",
]


def test_there_are_no_roles_to_make_where_there_is_no_postgresql(tmp_path):
    environment = production(tmp_path, SUPERUSER_DATABASE_URL="postgres://nobody@127.0.0.1:9/postgres")
    assert (
        "Set DATABASE_URL and OWNER_DATABASE_URL to the same"
        in manage(environment, "postgresql_roles").stderr
    )
    environment["OWNER_DATABASE_URL"] = "postgres://owner@127.0.0.1:9/leaflets"
    assert "OWNER_DATABASE_URL names the same PostgreSQL database" in manage(environment, "migrate").stderr


def test_a_server_that_does_not_answer_is_said_in_a_sentence(tmp_path):
    roles = Roles("postgresql://postgres@127.0.0.1:9/postgres", "leaflets")
    said = manage(roles.of_the_owner(tmp_path), "postgresql_roles").stderr
    assert "CommandError: The roles cannot be made" in said
    assert "Traceback" not in said


def test_the_tables_of_history_are_those_that_are_guarded():
    assert guards.guarded_tables() == set(COLUMNS)


if connection.vendor == "postgresql":

    @pytest.fixture(scope="module")
    def folder(tmp_path_factory):
        return tmp_path_factory.mktemp("installed")

    @pytest.fixture(scope="module")
    def roles(folder):
        """Both roles and a migrated database with a leaflet that was drafted, by the commands that make them so."""
        roles = Roles(
            os.environ["DATABASE_URL"], f"installed_{os.environ.get('PYTEST_XDIST_WORKER', 'here')}"
        )
        for command in (["postgresql_roles"], ["migrate", "-v0"]):
            done = manage(roles.of_the_owner(folder), *command)
            assert done.returncode == 0, done.stderr
        yield roles
        roles.remove()

    @pytest.fixture(scope="module")
    def site(roles, folder):
        """The running site, as the application's role; `site.leaflet` is the key of the draft."""
        environment = roles.environment(folder)
        made = run(environment, "-c", PEOPLE)
        assert made.returncode == 0, made.stderr
        site = Instance(folder, roles, DEBUG="0", **environment)
        site.leaflet = int(made.stdout)
        site.start()
        wait_for(site.is_ready)
        yield site
        site.kill()

    def refused(roles, statement):
        """Ask as the site's role for what it must not have."""
        said = statement.format(owner=f"{roles.name}_owner", database=roles.name)
        forbidden = pytest.raises(psycopg.errors.InsufficientPrivilege)
        with roles.as_application() as asked, forbidden, asked.transaction():
            asked.execute(said)

    def test_no_row_trigger_or_function_of_history_can_be_touched(site, roles):
        for table, column in COLUMNS.items():
            for statement in OF_ALL:
                refused(roles, statement.format(table, column))

    def test_nothing_leads_around_that(site, roles):
        for statement in ONCE:
            refused(roles, statement)

    def test_what_it_may_it_cannot_give(site, roles):
        with roles.as_application() as asked:
            asked.execute("GRANT UPDATE, DELETE ON leaflets_event TO PUBLIC")
            [may] = asked.execute("SELECT has_table_privilege('leaflets_event', 'UPDATE, DELETE')").fetchone()
        assert not may

    def test_the_whole_site_works_as_that_role(site, roles, folder):
        editor, reviewer = Visitor(site.port), Visitor(site.port)
        assert editor.post("/admin/login/", username="editor", password="demo-password") == 302
        with roles.as_application() as asked:
            [route] = asked.execute("SELECT min(id) FROM triage_contactroute").fetchone()
        changed = {"hours": "Day and night", "reason": "The hours have changed."}
        assert editor.post(f"/admin/triage/contactroute/{route}/change/", **changed) == 302, editor.text
        assert editor.post(f"/admin/leaflets/leaflet/{site.leaflet}/submit/", reason="First edition.") == 302
        publish, withdraw = (decision(roles, kind) for kind in ("published", "withdrawn"))

        assert reviewer.post("/admin/login/", username="reviewer", password="demo-password") == 302
        assert reviewer.get(reviewer.led) == 200
        key = re.search(r'class="key">([A-Z2-7 ]+)<', reviewer.text)[1]
        assert reviewer.post("/admin/second_factor/set_up/", code=code_of(key)) == 200
        assert reviewer.post(publish, reason="Checked.") == 302, reviewer.text
        assert site_says(site, "Day and night") == 200
        wait_for(lambda: "lower-back" in (folder / "mirror" / "current" / "manifest").read_text())
        assert reviewer.post(withdraw, reason="Wrong.", told="Call 111 instead.") == 302, reviewer.text
        assert site_says(site, "Call 111 instead.") == 410
        assert site.is_ready()
        for command in ("verify_history", "anchor", "review_reminders", "clearsessions", "mirror"):
            done = manage(roles.environment(folder), command)
            assert done.returncode == 0, (command, done.stderr)

    def decision(roles, kind):
        with roles.as_application() as asked:
            [edition] = asked.execute("SELECT max(id) FROM leaflets_edition").fetchone()
        return f"/admin/leaflets/edition/{edition}/decide/{kind}/"

    def site_says(site, words):
        patient = Visitor(site.port)
        status = patient.get("/lower-back/")
        assert words in patient.text
        assert patient.cookies == {}
        return status

    def code_of(shown):
        from base64 import b32decode

        return code_from(b32decode(shown.replace(" ", "")).hex())

    def test_migrating_and_making_the_roles_again_change_nothing(site, roles, folder):
        before = rights(roles)
        for command in (["postgresql_roles"], ["migrate", "-v0"]):
            assert manage(roles.of_the_owner(folder), *command).returncode == 0
        assert rights(roles) == before

    def test_what_somebody_gave_the_role_is_taken_away_again(roles, folder):
        name = f"{roles.name}_site"
        with psycopg.connect(roles.superuser, autocommit=True) as server:
            server.execute(f"ALTER ROLE {name} CREATEROLE; GRANT {roles.name}_owner TO {name}")
        with psycopg.connect(roles.superuser, dbname=roles.name, autocommit=True) as database:
            database.execute(
                f"GRANT UPDATE (kind) ON leaflets_event TO {name}; GRANT CREATE ON SCHEMA public TO PUBLIC"
            )
        said = run(roles.environment(folder), "-c", FITNESS).stdout
        for what in ("may make roles", "is a member of pg_database_owner", "owns history_accountevent"):
            assert what in said
        for command in (["postgresql_roles"], ["migrate", "-v0"]):
            assert manage(roles.of_the_owner(folder), *command).returncode == 0
        assert run(roles.environment(folder), "-c", FITNESS).stdout == "[]\n"

    def test_the_site_does_not_start_as_owner_or_superuser_or_with_the_owners_password(roles, folder):
        serve = "import config.wsgi"
        superuser = re.sub("/[^/]*$", f"/{roles.name}", roles.superuser)
        for url, what in (
            (roles.owner, "it may make tables and functions"),
            (superuser, "it is a superuser"),
        ):
            said = run(production(folder, DATABASE_URL=url), "-c", serve).stderr
            assert "could rewrite history" in said
            assert what in said
        both = roles.environment(folder, OWNER_DATABASE_URL=roles.owner)
        assert "Take OWNER_DATABASE_URL out of the site's own environment" in run(both, "-c", serve).stderr

    def test_the_sites_role_does_not_migrate(roles, folder):
        said = manage(roles.environment(folder), "migrate").stderr
        assert "may not make tables, and that is right for the site's own. Set OWNER_DATABASE_URL" in said

    def test_no_statement_for_the_site_takes_longer_than_somebody_waits(roles, folder):
        show = "from django.db import connection as c; cursor = c.cursor(); shown = []\n"
        show += "for name in ('lock_timeout', 'statement_timeout', 'idle_in_transaction_session_timeout'):\n"
        show += "    cursor.execute('SHOW ' + name); shown += cursor.fetchone()\nprint(shown)"
        served = run(roles.environment(folder), "-c", f"import config.wsgi\n{show}")
        assert "['20s', '1min', '10min']" in served.stdout, served.stderr
        command = run(roles.environment(folder), "-c", f"import django; django.setup()\n{show}")
        assert "['20s', '0', '0']" in command.stdout

    def rights(roles):
        with psycopg.connect(roles.superuser, dbname=roles.name) as database:
            return database.execute(
                "SELECT relname, relacl::text FROM pg_class WHERE relnamespace = 'public'::regnamespace ORDER BY 1"
            ).fetchall()

    def test_a_backup_is_made_as_that_role_and_restored_by_the_owner(site, roles, folder):
        path = {"PATH": f"{postgres.WHEEL / 'pginstall/bin'}{os.pathsep}{os.environ['PATH']}"}
        (folder / "backups").mkdir()
        made = manage(roles.environment(folder) | path, "backup", str(folder / "backups"))
        assert made.returncode == 0, made.stderr
        restore = "restore", str(folder / "backups"), "--replace"
        assert "Set OWNER_DATABASE_URL too" in manage(roles.environment(folder) | path, *restore).stderr
        done = manage(roles.of_the_owner(folder) | path, *restore)
        assert done.returncode == 0, done.stderr
        assert "The public pages are pressed." in done.stdout
        fit = run(roles.environment(folder), "-c", FITNESS)
        assert fit.stdout == "[]\n", fit.stderr
        refused(roles, "DELETE FROM leaflets_event")
