"""What the database itself refuses of Editions and Events, whoever asks."""

from django.core.checks import Warning
from django.db import DatabaseError, connections

from history import triggers
from history.records import chain_guard


def all_triggers():
    """Return every trigger that stands guard over Editions and Events."""
    from leaflets.models import Edition, Event

    return [
        *triggers.append_only(Edition),
        *triggers.append_only(Event),
        _edition_guard(Edition._meta.db_table),
        chain_guard(Event, _event_rules(Event._meta.db_table, Edition._meta.db_table)),
    ]


def install(using, **kwargs):
    """Install the triggers; a receiver of post_migrate."""
    connection = connections[using]
    if _guarded_tables(connection):
        triggers.install(connection, all_triggers())


def check(app_configs, databases, **kwargs):
    """System check: every trigger is there. A warning, because an error would stop the migration that mends it."""
    return [warning for using in databases or [] for warning in _missing(connections[using])]


def _missing(connection):
    try:
        lost = triggers.missing(connection, all_triggers()) if _guarded_tables(connection) else []
    except DatabaseError as error:
        return [Warning(f"The database cannot be asked for its triggers: {error}", id="leaflets.W002")]
    hint = "Run `manage.py migrate`: it installs them again. Then find out who removed them."
    return [
        Warning(f"The trigger {name} is missing: history is unguarded.", hint, id="leaflets.W001")
        for name in lost
    ]


def _guarded_tables(connection):
    return "leaflets_event" in connection.introspection.table_names()


def _edition_guard(table):
    return triggers.guard(
        f"{table}_seal",
        table,
        [
            (
                "An edition is sealed by the digest of its content.",
                "NEW.digest = SHA256(NEW.content)",
                "NEW.digest = encode(sha256(convert_to(NEW.content, 'UTF8')), 'hex')",
            ),
            _says("slug", "NEW.slug"),
        ],
    )


def _event_rules(events, editions):
    mine = f"SELECT 1 FROM {events} WHERE edition_id = NEW.edition_id AND kind = "
    return [
        _says("kind", "NEW.kind"),
        _says("edition.digest", f"(SELECT digest FROM {editions} WHERE id = NEW.edition_id)"),
        _says("by.username", "(SELECT username FROM auth_user WHERE id = NEW.by_id)"),
        _says_moment("at"),
        _says_moment("takes_effect"),
        _both("Nothing takes effect before it is decided.", "NEW.takes_effect >= NEW.at"),
        _both(
            "An edition is submitted first, and once.",
            f"(NEW.kind = 'submitted') = NOT EXISTS (SELECT 1 FROM {events} WHERE edition_id = NEW.edition_id)",
        ),
        _both(
            "An edition is returned, published and withdrawn once at most.",
            f"NEW.kind = 'reviewed' OR NOT EXISTS ({mine} NEW.kind)",
        ),
        _both(
            "Only a published edition is reviewed or withdrawn.",
            f"NEW.kind NOT IN ('reviewed', 'withdrawn') OR EXISTS ({mine} 'published')",
        ),
        _both(
            "A returned edition stays returned.",
            f"NOT EXISTS ({mine} 'returned')",
        ),
        _both(
            "Nobody publishes what they submitted.",
            f"NEW.kind <> 'published' OR NOT EXISTS ({mine} 'submitted' AND by_id = NEW.by_id)",
        ),
    ]


def _both(sentence, condition):
    return sentence, condition, condition


def _says(path, column):
    """The rule that the content says the same as a column."""
    keys = ",".join(path.split("."))
    return (
        f"The content names the same {path.replace('.', ' ')}.",
        f"json_extract(NEW.content, '$.{path}') = {column}",
        f"NEW.content::json #>> '{{{keys}}}' = {column}",
    )


def _says_moment(name):
    """The rule that the content says the same moment as a column (SQLite: to the millisecond)."""
    to_ms = "strftime('%Y-%m-%d %H:%M:%f', {})"
    said = f"json_extract(NEW.content, '$.{name}')"
    return (
        f"The content names the same moment: {name}.",
        f"{to_ms.format(said)} = {to_ms.format(f'NEW.{name}')}",
        f"(NEW.content::json ->> '{name}')::timestamptz = NEW.{name}",
    )
