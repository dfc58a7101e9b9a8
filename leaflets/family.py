"""One leaflet in several languages: which leaflets are live in which, and whether a translation's source has moved on.

A pure function of the Events at a moment. It tells of other leaflets, so it stands in the frame around a page and never
in the body that is kept with the history.
"""

from collections import defaultdict
from typing import NamedTuple

from leaflets import clock, public, translations
from leaflets.models import Edition, Event, Kind
from leaflets.translations import Behind


class Sister(NamedTuple):
    """A leaflet of a family, as patients know it."""

    leaflet: int
    slug: str
    language: str
    title: str
    live: bool


class Around(NamedTuple):
    """What a page tells of other leaflets.

    `sisters` are the Sisters of its family, itself among them, or () if no other is live. `behind` is its Behind, or
    None.
    """

    sisters: tuple
    behind: Behind


class _Said(NamedTuple):
    """What a document says of itself that concerns its family."""

    language: str
    title: str
    source: str


# By the digest of a document, which says the same for ever.
_said = {}


def around(decision, at=None):
    """Return what the page of a public `decision` tells of other leaflets at a moment (default: now), as Around."""
    mine = decision.edition.leaflet_id
    if decision.edition.digest not in _said:  # It has been read already.
        _remember(decision.edition)
    shown = [sister for sister in _by_leaflet(at)[mine] if sister.live or sister.leaflet == mine]
    telling = [decision.edition.document] if decision.kind == Kind.PUBLISHED else []
    behind = next(iter(translations.behind(telling, at)), None)
    return Around(tuple(shown) if len(shown) > 1 else (), behind)


def live_families(at=None):
    """Return the families of which something is live at a moment (default: now), as lists of live Sisters."""
    living = ([sister for sister in family if sister.live] for family in families(at))
    return [family for family in living if family]


def relatives(leaflets, at=None):
    """Return the ids of all leaflets of the families, at a moment (default: now), of those whose ids are given."""
    by_leaflet = _by_leaflet(at)
    return set(leaflets).union(
        sister.leaflet for leaflet in leaflets for sister in by_leaflet.get(leaflet, ())
    )


def families(at=None):
    """Return all that stood at an address at a moment (default: now), as lists of Sisters: one for each family.

    Withdrawn ones are among them, because what was translated from them still belongs together. English comes first.
    """
    return list({id(family): family for family in _by_leaflet(at).values()}.values())


def _by_leaflet(at=None):
    """The families, each by the id of every leaflet in it, in the order in which they stand."""
    if at:
        return _families(at)
    # They stay the same until an Event or the moment of a scheduled one: thousands of pages may be made in between.
    newest = Event.objects.order_by("-sequence").values_list("digest", flat=True).first()
    known, until, found = _lately
    if newest != known or (until and until <= clock.now()):
        until, found = public.next_moment(), _families()
        _lately[:] = newest, until, found
    return found


# The digest of the newest Event, until when the families held then, and these by leaflet.
_lately = [None, None, {}]


def _families(at=None):
    columns = ("edition", "edition__leaflet", "edition__slug", "edition__digest", "kind")
    rows = list(Event.objects.public(at).latest_of_each_leaflet().values_list(*columns))
    _read([edition for edition, _, _, digest, _ in rows if digest not in _said])
    sisters, links = [], []
    for _, leaflet, slug, digest, kind in rows:
        said = _said[digest]
        sisters.append(Sister(leaflet, slug, said.language, said.title, kind == Kind.PUBLISHED))
        links.append((leaflet, said.source))
    grouped = _grouped(sorted(sisters, key=_place), links)
    return {sister.leaflet: family for family in grouped for sister in family}


def _place(sister):
    return not sister.language.startswith("en"), sister.language, sister.slug


def _read(editions):
    for edition in Edition.objects.filter(pk__in=editions) if editions else ():
        _remember(edition)


def _remember(edition):
    document = edition.document
    source = document["translated_from"] and document["translated_from"]["slug"]
    _said[edition.digest] = _Said(document["language"], document["title"], source)


def _grouped(sisters, links):
    """Return `sisters` as lists: those together that `links`, pairs (leaflet, slug of its source), tie together."""
    slugs = {slug for _, slug in links if slug}
    editions = Edition.objects.filter(slug__in=slugs) if slugs else Edition.objects.none()
    ids = dict(editions.values_list("slug", "leaflet").distinct())
    together = {}
    for leaflet, slug in links:
        one = together.setdefault(leaflet, {leaflet})
        other = together.setdefault(ids[slug], {ids[slug]}) if slug in ids else one
        one |= other
        together.update(dict.fromkeys(one, one))
    found = defaultdict(list)
    for sister in sisters:
        found[min(together[sister.leaflet])].append(sister)
    return list(found.values())
