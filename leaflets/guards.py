"""What the database itself refuses of Editions, their Pins, Events and Renderings, whoever asks."""

from django.core.checks import Warning
from django.db import DatabaseError, connections

from history import triggers
from history.guards import account_triggers, version_triggers
from history.models import Version
from history.records import chain_guard
from history.triggers import rule, says, says_moment, says_text
from leaflets.models import Edition, Event, Kind, Pin, Rendering

EDITIONS, EVENTS, PINS, VERSIONS = (model._meta.db_table for model in (Edition, Event, Pin, Version))


def all_triggers():
    """Return every trigger that stands guard over history."""
    return [
        *version_triggers(),
        *account_triggers(),
        *triggers.append_only(Edition),
        *triggers.append_only(Pin),
        *triggers.append_only(Event),
        *triggers.append_only(Rendering),
        _edition_guard(),
        _pin_guard(),
        chain_guard(Event, _event_rules()),
        chain_guard(Rendering, _rendering_rules()),
    ]


def guarded_tables():
    """Return the names of the tables that hold history: rows are added to them and nothing else."""
    return {trigger.table for trigger in all_triggers()}


def lift(using, plan, **kwargs):
    """Take the triggers away while SQLite migrates; a receiver of pre_migrate.

    SQLite refuses to rebuild a table that a trigger of another table names, such as the table of accounts.
    """
    connection = connections[using]
    if plan and connection.vendor == "sqlite":
        triggers.remove(connection, all_triggers())


def install(using, **kwargs):
    """Install the triggers; a receiver of post_migrate."""
    connection = connections[using]
    triggers.install(connection, _triggers_on_tables_there(connection))


def check(app_configs, databases, **kwargs):
    """System check: every trigger is there. A warning, because an error would stop the migration that mends it."""
    return [warning for using in databases or [] for warning in _missing(connections[using])]


def _missing(connection):
    try:
        lost = triggers.missing(connection, _triggers_on_tables_there(connection))
    except DatabaseError as error:
        return [Warning(f"The database cannot be asked for its triggers: {error}", id="leaflets.W002")]
    hint = "Run `manage.py migrate`: it installs them again. Then find out who removed them."
    return [
        Warning(f"The trigger {name} is missing: history is unguarded.", hint, id="leaflets.W001")
        for name in lost
    ]


def _triggers_on_tables_there(connection):
    """A database that is migrated in part has not all tables yet."""
    tables = connection.introspection.table_names()
    return [trigger for trigger in all_triggers() if trigger.table in tables]


def _edition_guard():
    return triggers.guard(
        f"{EDITIONS}_seal",
        EDITIONS,
        [
            (
                "An edition is sealed by the digest of its content.",
                "NEW.digest = SHA256(UNZIPPED(NEW.content))",
                "NEW.digest = encode(sha256(convert_to(NEW.content, 'UTF8')), 'hex')",
            ),
            says("slug", "NEW.slug", content="UNZIPPED(NEW.content)"),
            rule(
                "An address belongs to one leaflet.",
                f"NOT EXISTS (SELECT 1 FROM {EDITIONS} WHERE slug = NEW.slug AND leaflet_id <> NEW.leaflet_id)",
            ),
        ],
    )


def _pin_guard():
    sealed = f"NOT EXISTS (SELECT 1 FROM {EVENTS} WHERE edition_id = NEW.edition_id)"
    return triggers.guard(
        f"{PINS}_seal", PINS, [rule("An edition is pinned before it is submitted.", sealed)]
    )


def _event_rules():
    pinned = (
        f"SELECT 1 FROM {PINS} p JOIN {VERSIONS} v ON v.sequence = p.version_id WHERE p.edition_id = NEW.edition_id "
        f"AND v.kind = 'leaflets.leaflet' AND v.item = (SELECT leaflet_id FROM {EDITIONS} WHERE id = NEW.edition_id)"
    )
    of_its_leaflet = rule(
        "An edition is pinned to a version of its leaflet.", f"NEW.kind <> 'submitted' OR EXISTS ({pinned})"
    )
    return [*_what_it_says(), of_its_leaflet, *_what_may_follow()]


def _rendering_rules():
    published = f"SELECT 1 FROM {EVENTS} WHERE edition_id = NEW.edition_id AND kind = 'published'"
    return [
        says("event", "NEW.event_id"),
        *_says_edition(),
        rule("What was never published is not rendered for the public.", f"EXISTS ({published})"),
    ]


def _says_edition():
    of_edition = f"SELECT {{}} FROM {EDITIONS} WHERE id = NEW.edition_id"
    columns = {name: name for name in ("digest", "number", "code", "slug")} | {"leaflet": "leaflet_id"}
    return [says(f"edition.{name}", of_edition.format(column)) for name, column in columns.items()]


def _what_it_says():
    newest = f"SELECT at FROM {EVENTS} ORDER BY sequence DESC LIMIT 1"
    kinds = ", ".join(f"'{kind}'" for kind in Kind.values)
    return [
        rule("An event is of a kind that there is.", f"NEW.kind IN ({kinds})"),
        says("kind", "NEW.kind"),
        says("by.id", "NEW.by_id"),
        says("by.username", "SELECT username FROM auth_user WHERE id = NEW.by_id"),
        says("next_review", "NEW.next_review"),
        says("risk", "NEW.risk"),
        *_says_edition(),
        says_text("reason"),
        rule("A risk is one that there is.", "(NEW.risk IN (1, 2, 3)) IS NOT FALSE"),
        says_moment("takes_effect"),
        rule("What happens comes after what has happened.", f"(NEW.at > ({newest})) IS NOT FALSE"),
        rule("Nothing takes effect before it is decided.", "NEW.takes_effect >= NEW.at"),
    ]


def _what_may_follow():
    mine = f"SELECT 1 FROM {EVENTS} WHERE edition_id = NEW.edition_id AND kind = "
    newer = (
        f"SELECT 1 FROM {EDITIONS} d JOIN {EDITIONS} o ON o.leaflet_id = d.leaflet_id AND d.number > o.number "
        "WHERE o.id = NEW.edition_id"
    )
    in_effect = (
        f"SELECT 1 FROM {EVENTS} n "
        "WHERE n.edition_id = d.id AND n.kind = 'published' AND n.takes_effect <= NEW.at"
    )
    conditions = {
        "An edition is submitted first, and once.": (
            f"(NEW.kind = 'submitted') = NOT EXISTS (SELECT 1 FROM {EVENTS} WHERE edition_id = NEW.edition_id)"
        ),
        "An edition is returned, published and withdrawn once at most.": (
            f"NEW.kind = 'reviewed' OR NOT EXISTS ({mine} NEW.kind)"
        ),
        "Only a published edition is reviewed or withdrawn.": (
            f"NEW.kind NOT IN ('reviewed', 'withdrawn') OR EXISTS ({mine} 'published')"
        ),
        "A returned edition stays returned.": f"NOT EXISTS ({mine} 'returned')",
        "A withdrawn edition stays withdrawn.": f"NOT EXISTS ({mine} 'withdrawn')",
        "What patients see is withdrawn, not returned.": (
            f"NEW.kind <> 'returned' OR NOT EXISTS ({mine} 'published' AND takes_effect <= NEW.at)"
        ),
        "A newer edition stands in the way.": f"NEW.kind <> 'published' OR NOT EXISTS ({newer})",
        "A newer edition is live.": f"NEW.kind <> 'withdrawn' OR NOT EXISTS ({newer} AND EXISTS ({in_effect}))",
        "Nobody publishes what they submitted.": f"NEW.kind <> 'published' OR NEW.by_id <> ({_SUBMITTER})",
        "Nobody publishes what they worked on.": f"NEW.kind <> 'published' OR NOT EXISTS ({_WORKED_ON_IT})",
    }
    return [rule(sentence, condition) for sentence, condition in conditions.items()]


# Not by searching with the person: SQLite would look through all that this person ever did.
_SUBMITTER = f"SELECT by_id FROM {EVENTS} WHERE edition_id = NEW.edition_id AND kind = 'submitted'"
# An edition of this leaflet that the public saw before, and that was not withdrawn.
_APPROVED = f"""
    SELECT 1 FROM {EVENTS} e JOIN {EDITIONS} d ON d.id = e.edition_id
    WHERE e.edition_id = q.edition_id AND e.kind = 'published' AND e.sequence < NEW.sequence
    AND d.leaflet_id = (SELECT leaflet_id FROM {EDITIONS} WHERE id = NEW.edition_id) AND e.takes_effect <= NEW.at
    AND NOT EXISTS (SELECT 1 FROM {EVENTS} r WHERE r.edition_id = e.edition_id AND r.kind IN ('returned', 'withdrawn'))
    AND (e.takes_effect = e.at OR NOT EXISTS (
        SELECT 1 FROM {EDITIONS} c JOIN {EVENTS} o ON o.edition_id = c.id
        WHERE c.leaflet_id = d.leaflet_id AND o.kind IN ('published', 'withdrawn')
        AND o.sequence > e.sequence AND o.sequence < NEW.sequence AND o.takes_effect <= e.takes_effect
        AND NOT EXISTS (SELECT 1 FROM {EVENTS} r WHERE r.edition_id = o.edition_id AND r.kind = 'returned')
    ))
"""
# The newest version of an item, up to the one pinned, that such an edition held. It is found within a few steps.
_HELD_BEFORE = f"""
    SELECT b.number FROM {VERSIONS} b WHERE b.kind = h.kind AND b.item = h.item AND b.number <= h.number
    AND EXISTS (SELECT 1 FROM {PINS} q WHERE q.version_id = b.sequence AND EXISTS ({_APPROVED}))
    ORDER BY b.number DESC LIMIT 1
"""
# A Version by this person, of an item in this edition, made since.
_WORKED_ON_IT = f"""
    SELECT 1 FROM {PINS} p JOIN {VERSIONS} h ON h.sequence = p.version_id
    JOIN {VERSIONS} v ON v.kind = h.kind AND v.item = h.item AND v.number <= h.number
    WHERE p.edition_id = NEW.edition_id AND v.by_id = NEW.by_id AND v.number > COALESCE(({_HELD_BEFORE}), 0)
"""
# The publications that break these two rules, whatever stood guard when they were written.
OWN_WORK = f"""
    SELECT NEW.sequence FROM {EVENTS} NEW WHERE NEW.kind = 'published'
    AND (NEW.by_id = ({_SUBMITTER}) OR EXISTS ({_WORKED_ON_IT})) ORDER BY NEW.sequence LIMIT 20
"""
