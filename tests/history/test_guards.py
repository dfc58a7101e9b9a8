"""The database refuses to rewrite history, whoever asks. Each test runs on SQLite and on PostgreSQL."""

from datetime import timedelta

import pytest
from django.core.checks import Warning
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.db.models.signals import pre_migrate

from history import triggers
from history.accounts import record_account
from history.canonical import canonical, digest
from history.models import Version
from history.people import as_they_are, moment
from history.records import GENESIS
from leaflets import guards
from leaflets.models import Edition, Event

pytestmark = pytest.mark.django_db
TABLES = [
    *("leaflets_edition", "leaflets_pin", "leaflets_event", "leaflets_rendering"),
    *("history_version", "history_accountevent"),
]


@pytest.fixture
def live(live, reviewer):
    """A row in each table that is guarded."""
    record_account(reviewer, by=None, reason="New.")
    return live


def refused(sql, parameters=()):
    """Run `sql`, which the database must refuse, and return what it says."""
    with pytest.raises(DatabaseError) as error, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, parameters)
    return str(error.value)


KEYS = {**dict.fromkeys(TABLES, "sequence"), "leaflets_edition": "id", "leaflets_pin": "id"}
COLUMNS = {**dict.fromkeys(TABLES, "content"), "leaflets_pin": "version_id"}


@pytest.mark.parametrize("table", TABLES)
def test_update_is_refused(live, table):
    assert "append-only" in refused(f"UPDATE {table} SET {KEYS[table]} = {KEYS[table]} + 1000")


@pytest.mark.parametrize("table", TABLES)
def test_an_update_that_changes_nothing_is_refused_too(live, table):
    assert "append-only" in refused(f"UPDATE {table} SET {COLUMNS[table]} = {COLUMNS[table]}")


@pytest.mark.parametrize("table", TABLES)
def test_delete_is_refused(live, table):
    assert "append-only" in refused(f"DELETE FROM {table}")


@pytest.mark.parametrize("table", TABLES)
def test_truncate_is_refused(live, table):
    if connection.vendor == "sqlite":
        return  # SQLite has no TRUNCATE: it is a DELETE, refused above.
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    assert "append-only" in refused(f"TRUNCATE {table} CASCADE")


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("recursive", ["ON", "OFF"])
def test_replace_is_refused(live, table, recursive):
    if connection.vendor == "postgresql":
        refused(
            f"INSERT INTO {table} SELECT * FROM {table} LIMIT 1 "
            f"ON CONFLICT ({KEYS[table]}) DO UPDATE SET {COLUMNS[table]} = EXCLUDED.{COLUMNS[table]}"
        )
        return
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA recursive_triggers={recursive}")
    try:
        # Which of two triggers speaks first is not settled; both refuse.
        said = refused(f"REPLACE INTO {table} SELECT * FROM {table} LIMIT 1")
        assert any(words in said for words in ("append-only", "next number", "before it is submitted"))
    finally:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA recursive_triggers=ON")


def test_replacing_an_edition_by_its_number_under_another_key_is_refused(live):
    if connection.vendor == "postgresql":
        refused(
            "INSERT INTO leaflets_edition SELECT id + 1, number, slug, 'X', content, digest, leaflet_id "
            "FROM leaflets_edition"
        )
        return
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA recursive_triggers=OFF")
    try:
        said = refused(
            "REPLACE INTO leaflets_edition (id, number, slug, code, content, digest, leaflet_id) "
            "SELECT id + 1, number, slug, 'X', content, digest, leaflet_id FROM leaflets_edition"
        )
    finally:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA recursive_triggers=ON")
    assert "append-only" in said


def test_the_models_cannot_rewrite_history_either(live):
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Edition.objects.update(number=7)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Event.objects.all()._raw_delete("default")
    live.number = 7
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        live.save()


def forge(live, **changes):
    """Insert an Event that is right but for `changes`, and return what the database says."""
    last = Event.objects.last()
    by = changes.get("by", last.by)
    at = last.at + timedelta(seconds=1)
    columns = {
        "sequence": last.sequence + 1,
        "previous": last.digest,
        "edition_id": live.pk,
        "kind": "withdrawn",
        "at": at,
        "takes_effect": at,
        "next_review": None,
        "by_id": by.pk,
    } | {name: value for name, value in changes.items() if name not in ("said", "digest", "by")}
    said = {
        **last.said,
        "by": as_they_are(by),
        "kind": columns["kind"],
        "risk": None,
        "at": moment(at),
        "takes_effect": moment(at),
        "sequence": columns["sequence"],
    } | changes.get("said", {})
    columns["content"] = canonical(said)
    columns["digest"] = changes.get("digest", digest(columns["previous"] + columns["content"]))
    names = ", ".join(columns)
    return (
        f"INSERT INTO leaflets_event ({names}) VALUES ({', '.join(['%s'] * len(columns))})",
        list(columns.values()),
    )


def test_a_true_next_event_may_be_inserted(live):
    sql, parameters = forge(live)
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
    assert Event.objects.last().kind == "withdrawn"


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"sequence": 99}, "next number"),
        ({"previous": GENESIS}, "digest before it"),
        ({"digest": "0" * 64}, "sealed by its digest"),
        ({"said": {"sequence": 1}}, "same sequence"),
        ({"said": {"kind": "published"}}, "same kind"),
        ({"said": {"edition": {"digest": "0" * 64}}}, "same edition digest"),
        ({"said": {"by": {"id": 0, "username": "somebody"}}}, "same by id"),
        ({"said": {"at": "2020-01-01T00:00:00.000000Z"}}, "same moment: at"),
        ({"said": {"takes_effect": "2020-01-01T00:00:00.000000Z"}}, "same moment: takes_effect"),
        ({"kind": "submitted"}, "submitted first, and once"),
        ({"kind": "published"}, "once at most"),
        ({"kind": "returned"}, "withdrawn, not returned"),
        ({"kind": "nonsense"}, "of a kind that there is"),
        ({"next_review": "2099-01-01"}, "same next_review"),
    ],
)
def test_a_forged_event_is_refused(live, changes, sentence):
    assert sentence in refused(*forge(live, **changes))


def test_the_submitter_cannot_publish_by_sql_either(submitted, editor):
    said = refused(*forge(submitted, kind="published"))
    assert "Nobody publishes what they submitted." in said


def test_a_returned_edition_cannot_be_published_by_sql(returned):
    assert "stays returned" in refused(*forge(returned, kind="published"))


def test_a_forged_edition_is_refused(live):
    with pytest.raises(DatabaseError, match="sealed by the digest of its content"), transaction.atomic():
        Edition.objects.create(
            leaflet=live.leaflet,
            number=2,
            slug=live.slug,
            code="X",
            content=f"{live.content} ",
            digest=live.digest,
        )


def test_an_edition_at_another_address_than_its_content_says_is_refused(live):
    said = refused(
        "INSERT INTO leaflets_edition (leaflet_id, number, slug, code, content, digest) "
        "SELECT leaflet_id, 2, 'knee', 'X', content, digest FROM leaflets_edition"
    )
    assert "same slug" in said


def test_a_missing_trigger_is_found_and_put_back(db):
    assert guards.check(None, ["default"]) == []
    lost = guards.all_triggers()[0]
    triggers.remove(connection, [lost])
    [warning] = guards.check(None, ["default"])
    assert isinstance(warning, Warning)
    assert lost.name in warning.msg
    guards.install("default")
    assert guards.check(None, ["default"]) == []


@pytest.mark.parametrize(("model", "name"), [(Event, "kind"), (Edition, "code"), (Version, "kind")])
@pytest.mark.django_db(transaction=True)
def test_triggers_survive_a_migration_that_rebuilds_a_table(model, name):
    """SQLite rebuilds a table for most changes: it drops that table's triggers, and refuses if another's name it."""
    field = model._meta.get_field(name)
    longer = field.clone()
    longer.max_length += 1
    longer.set_attributes_from_name(name)
    longer.model = model

    guards.lift("default", plan=["a migration"])
    with connection.schema_editor() as editor:
        editor.alter_field(model, field, longer)
    with connection.schema_editor() as editor:
        editor.alter_field(model, longer, field)
    call_command("migrate", verbosity=0)
    assert triggers.missing(connection, guards.all_triggers()) == []


@pytest.mark.django_db(transaction=True)
def test_the_guard_is_lifted_while_sqlite_migrates_and_only_then():
    lifted = []

    def look(plan, **kwargs):
        lifted.append(bool(plan) and guards.check(None, ["default"]) != [])

    pre_migrate.connect(look)
    try:
        call_command("migrate", "leaflets", "0001", verbosity=0)
        call_command("migrate", verbosity=0)
        migrated, lifted[:] = lifted[-1], []
        call_command("migrate", verbosity=0)
    finally:
        pre_migrate.disconnect(look)
    assert migrated == (connection.vendor == "sqlite")
    assert not any(lifted)
    assert triggers.missing(connection, guards.all_triggers()) == []


@pytest.mark.django_db(transaction=True)
def test_a_migration_that_fails_leaves_history_guarded(monkeypatch):
    def fail(*args, **kwargs):
        raise RuntimeError("a broken migration")

    call_command("migrate", "leaflets", "0001", verbosity=0)
    monkeypatch.setattr("django.db.migrations.executor.MigrationExecutor.apply_migration", fail)
    with pytest.raises(RuntimeError, match="a broken migration"):
        call_command("migrate", verbosity=0)
    monkeypatch.undo()
    assert guards.check(None, ["default"]) == []
    call_command("migrate", verbosity=0)
    assert triggers.missing(connection, guards.all_triggers()) == []


def test_a_hidden_key_does_not_replace_an_event_on_sqlite(live):
    if connection.vendor == "postgresql":
        return  # It has no hidden key that an INSERT could name.
    sql, parameters = forge(live)
    sql = sql.replace("INSERT INTO leaflets_event (", "REPLACE INTO leaflets_event (rowid, ").replace(
        "VALUES (", "VALUES (1, "
    )
    assert "append-only" in refused(sql, parameters)


def test_another_table_in_front_does_not_lift_the_guard_on_postgresql(submitted, editor):
    if connection.vendor == "sqlite":
        return  # A trigger there reads the tables of its own database.
    sql, parameters = forge(submitted, kind="published")
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE leaflets_event AS SELECT * FROM public.leaflets_event")
        cursor.execute("UPDATE pg_temp.leaflets_event SET by_id = by_id + 1")
    assert "Nobody publishes" in refused(
        sql.replace("INTO leaflets_event", "INTO public.leaflets_event"), parameters
    )
