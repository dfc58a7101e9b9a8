"""Copies of rows and items, and what the first Version of a copy says of where it came from."""

from history.models import BEHIND_OUR_BACK


def copy_row(row, **changes):
    """Store a copy of `row` with these fields changed, and return it. What it was stored with is not checked again."""
    fields = {
        field.name: getattr(row, field.name) for field in row._meta.concrete_fields if not field.primary_key
    }
    copy = type(row)(**{**fields, **changes})
    copy.save()
    return copy


def reason_for(source):
    """Return the reason of a copy's first Version: which version of what it was copied from."""
    # What somebody changed behind the application's back is copied too, and so is a version first.
    last = source.record(by=None, reason=BEHIND_OUR_BACK)
    return f"Copied from “{source}”, version {last.number}."


def free_key(model, stem):
    """Return `stem` as a key of `model` that nothing has yet: as it is, or with the lowest number that is free."""
    taken = set(model.objects.filter(key__startswith=stem[:70]).values_list("key", flat=True))
    numbered = (f"{stem[:76].rstrip('-')}-{number}" for number in range(2, len(taken) + 3))
    return next(key for key in (stem[:80].rstrip("-"), *numbered) if key not in taken)
