"""A copy of a red-flag group, with all that stands in it. Contact routes stay shared."""

from django.db import transaction

from history.copying import copy_row, reason_for
from history.models import Version


def duplicate_group(group, *, key, title, by):
    """Store a copy of `group` under this key and title, record it as made by `by`, and return it. All or nothing.

    Its urgency and contacts are those of `group`.
    """
    with transaction.atomic():
        Version.lock_chain()
        copy = copy_row(group, key=key, title=title)
        for rows in (group.contacts, group.signs, group.notes, group.links):
            for row in rows.all():
                copy_row(row, group=copy)
        copy.record(by=by, reason=reason_for(group))
    return copy
