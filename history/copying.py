"""Copies of rows and items, and what the first Version of a copy says of where it came from."""


def copy_row(row, **changes):
    """Store a copy of `row` with these fields changed, and return it. What it was stored with is not checked again."""
    fields = {
        field.name: getattr(row, field.name) for field in row._meta.concrete_fields if not field.primary_key
    }
    copy = type(row)(**{**fields, **changes})
    copy.save()
    return copy


def reason_for(source):
    """Return the reason of a copy's first Version: what it was copied from, and which version of that."""
    last = source.versions().last()
    return f"Copied from “{source}”, version {last.number}." if last else f"Copied from “{source}”."


def free_key(model, stem):
    """Return `stem` as a key of `model` that nothing has yet: as it is, or with the lowest number that is free."""
    taken = set(model.objects.filter(key__startswith=stem[:70]).values_list("key", flat=True))
    numbered = (f"{stem[:76].rstrip('-')}-{number}" for number in range(2, len(taken) + 3))
    return next(key for key in (stem[:80].rstrip("-"), *numbered) if key not in taken)
