"""What the database itself refuses of Versions."""

from history.models import Version
from history.records import chain_guard
from history.triggers import append_only, rule, says, says_moment


def version_triggers():
    """Return the triggers that stand guard over Versions."""
    table = Version._meta.db_table
    newest = f"SELECT MAX(number) FROM {table} WHERE kind = NEW.kind AND item = NEW.item"
    rules = [
        says("item.kind", "NEW.kind"),
        says("item.id", "NEW.item"),
        says("number", "NEW.number"),
        says("by.id", "NEW.by_id"),
        says("by.username", "SELECT username FROM auth_user WHERE id = NEW.by_id"),
        says_moment("at"),
        rule("A version takes the next number of its item.", f"NEW.number = COALESCE(({newest}), 0) + 1"),
    ]
    return [*append_only(Version), chain_guard(Version, rules)]
