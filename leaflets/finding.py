"""How others find the leaflets: the map of the site, the word to robots, and the feed of what has changed."""

from collections import Counter
from typing import NamedTuple
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.sitemaps import Sitemap
from django.utils.feedgenerator import Atom1Feed

from leaflets import change_notes
from leaflets.models import Event, Kind

LATEST = 20
ROBOTS = f"User-agent: *\nDisallow: /admin/\nSitemap: {settings.SITE_URL}/sitemap.xml\n"


class Live(NamedTuple):
    """The address of a live leaflet, and the moment since which it says what it says."""

    slug: str
    since: object


class Leaflets(Sitemap):
    """Every live leaflet, with the day on which it last changed."""

    protocol = urlsplit(settings.SITE_URL).scheme

    def get_domain(self, site=None):
        """Return the host of the site, whatever name it was asked for by."""
        return urlsplit(settings.SITE_URL).netloc

    def items(self):
        """Return what patients can read now, by address."""
        decisions = Event.objects.public().latest_of_each_leaflet().filter(kind=Kind.PUBLISHED)
        return [
            Live(*row)
            for row in decisions.order_by("edition__slug").values_list("edition__slug", "takes_effect")
        ]

    def lastmod(self, live):
        """Return since when the leaflet says what it says."""
        return live.since

    def location(self, live):
        """Return the address of the leaflet."""
        return f"/{live.slug}/"


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
