"""What would be posted by a form opened now, if both people's changes had been typed into it."""

from django.forms import FileField
from django.utils.datastructures import MultiValueDict

from history import merging, sheets
from history.merging import MINE

# A field posts under its name; one for a file also under this, where the file is to be taken away.
ENDINGS = ("", "-clear")


def rewritten(request, three, choices, bound, fresh):
    """Return what was posted and its files, rewritten so that saving it stores both people's changes.

    `three` are the Sheets (base, theirs, yours); `choices` says whose is taken where they overlap; `bound` and `fresh`
    are the form and its formsets as posted and as they would be opened now.
    """
    taken = {each.place: each.taken(choices) for each in merging.differences(*three)}
    posted, files = request.POST.copy(), MultiValueDict(request.FILES)
    for name in three.theirs.fields:
        if taken.get(("", "", name)) != MINE:
            _take_away(posted, files, name)
            _put(posted, name, fresh[0][name])
    for mine, theirs in zip(bound[1], fresh[1], strict=True):
        order = list(merging.merged(*three, choices).rows[mine.prefix])
        _Rows(request, posted, files, mine, theirs).write(taken, order)
    return posted, files


class _Rows:
    """The rows of one set, written anew: those that are stored first, then those that are new."""

    def __init__(self, request, posted, files, mine, theirs):
        self.given, self.posted = (request.POST, request.FILES), (posted, files)
        self.mine, self.theirs = mine, theirs
        for key in [key for each in self.posted for key in each if key.startswith(f"{mine.prefix}-")]:
            _take_away(posted, files, key)

    def write(self, taken, order):
        typed = dict(sheets.rows_of(self.mine))
        stored = {str(row.instance.pk): row for row in self.theirs.initial_forms}
        new = [row for row in order if row not in stored]
        for index, row in enumerate([*stored, *new]):
            self._write(index, row, taken, typed.get(row), stored.get(row))
            if row in order:
                self._post(index, sheets.ORDER, order.index(row) + 1)
            else:
                self._post(index, "DELETE", "on")
        for name, number in (("TOTAL", len(stored) + len(new)), ("INITIAL", len(stored)), ("MIN_NUM", 0)):
            self.posted[0][f"{self.mine.prefix}-{name}_FORMS"] = str(number)

    def _write(self, index, row, taken, mine, theirs):
        if theirs:
            self._post(index, self.mine.model._meta.pk.name, row)
        for name in sheets.fields_of(self.mine, theirs or mine):
            if theirs and taken.get((self.mine.prefix, row, name)) != MINE:
                _put(self.posted[0], f"{self.mine.prefix}-{index}-{name}", theirs[name])
            else:
                self._copy(mine.add_prefix(name), f"{self.mine.prefix}-{index}-{name}")

    def _copy(self, old, new):
        for given, posted in zip(self.given, self.posted, strict=True):
            for ending in ENDINGS:
                if old + ending in given:
                    posted.setlist(new + ending, given.getlist(old + ending))

    def _post(self, index, name, value):
        self.posted[0][f"{self.mine.prefix}-{index}-{name}"] = str(value)


def _take_away(posted, files, name):
    for ending in ENDINGS:
        posted.pop(name + ending, None)
        files.pop(name + ending, None)


def _put(posted, name, bound):
    """Post what a field holds. A file that is stored is not posted again, and an empty box posts nothing."""
    value = bound.value()
    if not isinstance(bound.field, FileField) and value is not False:
        posted[name] = "on" if value is True else "" if value is None else str(value)
