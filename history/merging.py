"""What two people made of one form: where they differ, and both put together.

A row that was there when the form was opened is the same row for everybody, known by its id. A field, a whole row that
one of them added or removed, and the order of the rows are one difference each. Two people overlap where both changed
the same field, both the order, or one removed a row that the other changed; there somebody has to choose.
"""

from typing import NamedTuple

MINE, THEIRS = "mine", "theirs"


class Sheet(NamedTuple):
    """What a form holds: texts by field, and of each set of rows, in order: {set: {id of the row: {field: text}}}."""

    fields: dict
    rows: dict


class Difference(NamedTuple):
    """One place where two sheets differ from each other, and what was there before either changed it.

    `place` is (set, row, field); a main field has no set and row, a whole row no field, an order no row and field. The
    values are texts, rows or lists of ids; None is a row that is not there.
    """

    place: tuple
    was: object
    theirs: object
    yours: object

    @property
    def key(self):
        """The place as a name inside a form."""
        return "/".join(self.place)

    @property
    def overlaps(self):
        """Whether both changed it, and not to the same."""
        return self.theirs != self.was != self.yours

    def taken(self, choices):
        """Return whose is taken, MINE or THEIRS; None if that must be chosen and `choices`, {key: whose}, does not."""
        if self.overlaps:
            return choices.get(self.key)
        return THEIRS if self.yours == self.was else MINE


def differences(base, theirs, yours):
    """Return the Differences between three Sheets with the same sets and fields, the main fields first."""
    found = [_at(("", "", name), base.fields, theirs.fields, yours.fields, name) for name in base.fields]
    for name in base.rows:
        found += _of_rows(name, base.rows[name], theirs.rows[name], yours.rows[name])
    return [each for each in found if each.theirs != each.yours]


def recognised(theirs, yours):
    """Return `yours` with each row that both added alike known by the id that it has in `theirs`."""
    rows = {}
    for name, mine in yours.rows.items():
        free = {row: held for row, held in theirs.rows[name].items() if row not in mine}
        rows[name] = {}
        for row, held in mine.items():
            same = (
                None
                if row in theirs.rows[name]
                else next((other for other in free if free[other] == held), None)
            )
            free.pop(same, None)
            rows[name][same or row] = held
    return Sheet(yours.fields, rows)


def _at(place, base, theirs, yours, key):
    return Difference(place, base.get(key), theirs.get(key), yours.get(key))


def _of_rows(name, base, theirs, yours):
    for row in {**base, **theirs, **yours}:
        three = [rows.get(row) for rows in (base, theirs, yours)]
        if None in three:
            yield Difference((name, row, ""), *three)
        else:
            yield from (_at((name, row, field), *three, field) for field in three[0])
    orders = [
        [row for row in rows if row in base and row in theirs and row in yours]
        for rows in (base, theirs, yours)
    ]
    yield Difference((name, "", ""), *orders)


def merged(base, theirs, yours, choices):
    """Return the Sheet that holds what either changed.

    Where both changed the same, `choices`, {key of the Difference: MINE or THEIRS}, says whose is taken; each such
    place must be in it.
    """
    taken = {each.place: each.taken(choices) for each in differences(base, theirs, yours)}
    fields = _chosen(taken, ("", ""), theirs.fields, yours.fields)
    return Sheet(
        fields, {name: _rows(taken, name, theirs.rows[name], yours.rows[name]) for name in base.rows}
    )


def _chosen(taken, place, theirs, yours):
    return {
        field: yours[field] if taken.get((*place, field)) == MINE else text for field, text in theirs.items()
    }


def _rows(taken, name, theirs, yours):
    rows = {}
    for row in {**theirs, **yours}:
        if row in theirs and row in yours:
            rows[row] = _chosen(taken, (name, row), theirs[row], yours[row])
        elif row in (yours if taken[name, row, ""] == MINE else theirs):
            rows[row] = {**theirs, **yours}[row]
    leading, other = (yours, theirs) if taken.get((name, "", "")) == MINE else (theirs, yours)
    return {row: rows[row] for row in _together(list(leading), list(other)) if row in rows}


def _together(leading, other):
    """All rows in the order of `leading`; what is only in `other` stands after what it stands after there."""
    order, place = list(leading), 0
    for row in other:
        if row in order:
            place = order.index(row) + 1
            continue
        # After what the leading side added in the same place.
        while place < len(order) and order[place] not in other:
            place += 1
        order.insert(place, row)
        place += 1
    return order
