"""What the database itself refuses of Versions and of what happens to accounts."""

from history.models import AccountEvent, Version
from history.records import chain_guard
from history.triggers import append_only, rule, says, says_text


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
        rule("A version is of an item.", "NEW.kind LIKE '%.%' AND NEW.item > 0"),
        says_text("reason"),
        rule("A version takes the next number of its item.", f"NEW.number = COALESCE(({newest}), 0) + 1"),
    ]
    return [*append_only(Version), chain_guard(Version, rules)]


def account_triggers():
    """Return the triggers that stand guard over what happened to accounts."""
    kinds = ", ".join(f"'{kind}'" for kind in AccountEvent.Kind.values)
    rules = [
        says_text("reason"),
        rule("An account event is of a kind that there is.", f"NEW.kind IN ({kinds})"),
        says("kind", "NEW.kind"),
        says("account.id", "NEW.account_id"),
        says("account.username", "SELECT username FROM auth_user WHERE id = NEW.account_id"),
        says("by.id", "NEW.by_id"),
        says("by.username", "SELECT username FROM auth_user WHERE id = NEW.by_id"),
    ]
    return [*append_only(AccountEvent), chain_guard(AccountEvent, rules)]
