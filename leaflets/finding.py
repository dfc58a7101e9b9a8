"""How others find the leaflets: the map of the site, the word to robots, and the feed of what has changed."""

from collections import Counter
from typing import NamedTuple

from django.conf import settings
from django.utils.feedgenerator import Atom1Feed

from leaflets import change_notes, public
from leaflets.jinja import iso_day
from leaflets.models import Edition, Event, Kind

LATEST = 20
ROBOTS = f"User-agent: *\nDisallow: /admin/\nSitemap: {settings.SITE_URL}/sitemap.xml\n"


MAP_OPENS = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'
)


class Listed(NamedTuple):
    """What the list of leaflets says of one, in the words of its document, and what it is sorted by."""

    body_part: str
    condition: str
    title: str
    slug: str
    language: str
    summary: str


# What was read once of a document, by its digest: it never changes.
_read = {}
AT_ONCE = 500


def listing(document):
    """Return what the list says of the leaflet with this Edition document, as Listed."""
    return Listed(*(document[field] for field in Listed._fields))


def listed():
    """Return the Listed of every live leaflet, in the order of the list."""
    global _read
    live = dict(public.live_editions().order_by().values_list("digest", "pk"))
    found = {digest: _read[digest] for digest in live.keys() & _read.keys()}
    new = [pk for digest, pk in live.items() if digest not in found]
    for start in range(0, len(new), AT_ONCE):
        for edition in Edition.objects.filter(pk__in=new[start : start + AT_ONCE]):
            found[edition.digest] = listing(edition.document)
    _read = found
    return sorted(found.values())


def sitemap():
    """Return the map of the site (sitemaps.org): each live leaflet, with the day since which it says what it says."""
    decisions = Event.objects.public().latest_of_each_leaflet().filter(kind=Kind.PUBLISHED)
    live = decisions.order_by("edition__slug").values_list("edition__slug", "takes_effect")
    leaflets = "".join(
        f"<url><loc>{settings.SITE_URL}/{slug}/</loc><lastmod>{iso_day(since)}</lastmod></url>\n"
        for slug, since in live
    )
    return f"{MAP_OPENS}{leaflets}</urlset>\n"


def feed():
    """Return the newest published changes of all leaflets as an Atom feed, text."""
    atom = Atom1Feed(
        title=f"{settings.SITE_NAME}: what has changed",
        link=f"{settings.SITE_URL}/",
        description="Published changes of the leaflets",
        language="en-GB",
        feed_url=f"{settings.SITE_URL}/feed.xml",
    )
    for note in _latest():
        edition, link = note.decision.edition, f"{settings.SITE_URL}/{note.decision.edition.slug}/"
        what = "withdrawn" if note.decision.kind == Kind.WITHDRAWN else f"edition {edition.number}"
        atom.add_item(
            title=f"{edition.document['title']}: {what}",
            link=link,
            description=". ".join(note.changes) or "No change listed",
            unique_id=f"{settings.SITE_URL}/e/{edition.code}/#{note.decision.kind}",
            pubdate=note.since,
            updateddate=note.since,
        )
    return atom.writeString("utf-8")


def _latest():
    newest = Event.objects.public().order_by("-takes_effect").values_list("edition__leaflet", flat=True)
    found = [note for pk, count in Counter(newest[:LATEST]).items() for note in change_notes.notes(pk, count)]
    return sorted(found, key=lambda note: note.since, reverse=True)
