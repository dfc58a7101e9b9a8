"""A save of a form that was opened before somebody else's save: what differs, and both put together.

The form carries what it held when it was opened, in its field `opened`. With that, what is stored now and what was
posted, every difference is known by field and row. Putting together rewrites what was posted, as if it had been typed
into a form opened now; from there it goes the way of any save.
"""

from typing import NamedTuple

from django.contrib.admin.utils import unquote

from history import merging, rewriting, sheets
from history.merging import MINE, THEIRS, Sheet
from history.models import Version

TOGETHER, REPLACE, CHOICE = "put_together", "replace", "choose-"
MOST_VERSIONS = 10


class Three(NamedTuple):
    """The Sheets of a form: as it was opened (None where nobody knows), as it is stored now, and as it was posted."""

    base: Sheet | None
    theirs: Sheet
    yours: Sheet


class Comparison(NamedTuple):
    """What a refused page shows: the Versions since it was opened, the newest's number, and each Contrast.

    `known` is whether it is known what the form held when it was opened; `asked` whether both were to be put together.
    """

    versions: list
    number: int
    contrasts: list
    known: bool
    asked: bool

    @property
    def overlaps(self):
        """Whether something must be chosen before both can be put together."""
        return any(contrast.overlaps for contrast in self.contrasts)

    @property
    def lacks(self):
        """What must still be chosen before both can be put together, as was asked."""
        return [contrast.what for contrast in self.contrasts if self.asked and not contrast.taken]


class Contrast(NamedTuple):
    """One Difference in words: what it is, the three texts, whose is taken, and whether that had to be chosen."""

    key: str
    what: str
    was: str
    theirs: str
    yours: str
    taken: str | None
    overlaps: bool
    is_order: bool


def compare(admin, request, form, formsets):
    """Return the Comparison of a bound form that was refused as stale, with its bound formsets."""
    fresh = _fresh(admin, request, form.instance.pk)
    three = _three((form, formsets), fresh)
    versions = form.instance.versions()
    since = versions.filter(number__gt=form.cleaned_data.get("version") or 0).order_by("-number")
    found = merging.differences(*three) if three.base else []
    words, choices = sheets.Words(*fresh, *filter(None, three)), _choices(request.POST)
    contrasts = [_in_words(each, words, choices) for each in found]
    known, asked = three.base is not None, TOGETHER in request.POST
    return Comparison(list(since[:MOST_VERSIONS]), versions.last().number, contrasts, known, asked)


def settle(admin, request, object_id):
    """Rewrite what was posted, if the editor said what should become of both texts. Call it inside a transaction.

    If somebody has saved again since, or a choice is missing, nothing is rewritten: the save is then refused as stale.
    """
    asked = next((name for name in (TOGETHER, REPLACE) if name in request.POST), None)
    item = asked and admin.get_object(request, unquote(object_id))
    if not item or not admin.has_change_permission(request, item):
        return
    Version.lock_chain()
    last = item.versions().last()
    if last is None or request.POST[asked] != str(last.number):
        return
    form = admin.get_form(request, item, change=True)(request.POST, request.FILES, instance=item)
    bound, fresh = (form, admin._create_formsets(request, item, True)[0]), _fresh(admin, request, item.pk)
    # Rows that cannot be counted are not there, and what is not there would be taken for removed.
    if not all(each.management_form.is_valid() for each in bound[1]):
        return
    three, choices = _three(bound, fresh), _choices(request.POST)
    if asked == REPLACE:
        # As if the form had been opened on what is stored now: all that differs is this editor's doing.
        three = three._replace(base=three.theirs)
    if three.base and all(each.taken(choices) for each in merging.differences(*three)):
        request.POST, request._files = rewriting.rewritten(request, three, choices, bound, fresh)
        _say(request.POST, last, asked == TOGETHER)


def _three(bound, fresh):
    theirs = sheets.held(*fresh)
    base, places = sheets.read(bound[0].data.get("opened", ""), *fresh) or (None, {})
    return Three(base, theirs, merging.recognised(theirs, sheets.typed(*bound, places)))


def _fresh(admin, request, pk):
    """The item's form and formsets as they would be opened now."""
    item = admin.get_object(request, str(pk))
    form = admin.get_form(request, item, change=True)(instance=item)
    sets = admin.get_formsets_with_inlines(request, item)
    return form, [each(instance=item, queryset=inline.get_queryset(request)) for each, inline in sets]


def _choices(posted):
    chosen = {name.removeprefix(CHOICE): value for name, value in posted.items() if name.startswith(CHOICE)}
    return {key: value for key, value in chosen.items() if value in (MINE, THEIRS)}


def _say(posted, last, together):
    """Post the rest of what saves it: on what Version, why, and that the page stays as after any save."""
    posted.setdefault("_continue", "Save")
    posted["version"], reason = str(last.number), posted.get("reason", "").strip()
    if together and reason:
        posted["reason"] = f"{reason} (Put together with version {last.number}, saved by {last.by_name}.)"


def _in_words(difference, words, choices):
    place = difference.place
    texts = [words.value(place, value) for value in (difference.was, difference.theirs, difference.yours)]
    return Contrast(
        difference.key,
        words.place(place),
        *texts,
        difference.taken(choices),
        difference.overlaps,
        is_order=not any(place[1:]),
    )
