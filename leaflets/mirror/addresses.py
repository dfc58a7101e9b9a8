"""Which public addresses there are, and which of them an Event, a release or the passing of time may have changed."""

import hashlib
from functools import cache
from typing import NamedTuple

from django.conf import settings
from django.db.models import Q, Subquery

from history.canonical import canonical, digest
from leaflets import clock, family, look
from leaflets.models import Edition, Event, Kind, Rendering
from leaflets.press import CHANGES_PAGES

# The address of what does not belong to one leaflet.
SITE = ""
OF_THE_SITE = (
    *("/", "/privacy/", "/accessibility/", "/forget/", "/e/"),
    *("/worker.js", "/feed.xml", "/robots.txt", "/sitemap.xml"),
)
OF_A_LEAFLET = ("/{0}/", "/{0}/check/", "/{0}/exercises/", "/{0}/history/", "/{0}.json")
PAPERS = {"a4": "/{0}/leaflet.pdf", "large": "/{0}/leaflet-large.pdf"}
# What a release is made of, but for its settings.
SOURCES = ("*.py", "*.html", "*.css", "*.js", "*.svg", "*.mo", "*.txt")
FOLDERS = ("config", "exercises", "history", "leaflets", "templates", "triage")


class Marker(NamedTuple):
    """How far the history had come: the newest Event and the newest Rendering, by sequence and digest."""

    event: int = 0
    event_digest: str = ""
    rendering: int = 0
    rendering_digest: str = ""


def of_the_site():
    """Return the addresses of what does not belong to one leaflet."""
    return [*OF_THE_SITE, look.address()] if settings.SITE_COLOUR else OF_THE_SITE


def marker():
    """Return the Marker of now. One query, cheap enough for every second."""
    newest = Rendering.objects.order_by("-sequence")
    last = Event.objects.order_by("-sequence").values_list(
        "sequence",
        "digest",
        Subquery(newest.values("sequence")[:1]),
        Subquery(newest.values("digest")[:1]),
    )
    found = last.first()
    return (
        Marker(*(value or default for value, default in zip(found, Marker(), strict=True)))
        if found
        else Marker()
    )


def slugs():
    """Return every address of a leaflet at which the public ever saw something, in order."""
    return sorted(set(Event.objects.public().order_by().values_list("edition__slug", flat=True).distinct()))


def changed(since, seen_at):
    """Return the addresses that may answer otherwise than at the Marker `since`, looked at at the moment `seen_at`.

    None stands for all: the history does not continue the one that was seen then.
    """
    if not _continues(Event, since.event, since.event_digest):
        return None
    if not _continues(Rendering, since.rendering, since.rendering_digest):
        return None
    happened = Q(sequence__gt=since.event) | Q(takes_effect__gt=seen_at, takes_effect__lte=clock.now())
    rendered = Rendering.objects.filter(sequence__gt=since.rendering).values("edition__leaflet")
    seen = Event.objects.filter(happened, kind__in=CHANGES_PAGES)
    leaflets = set(seen.values_list("edition__leaflet", flat=True))
    leaflets |= set(rendered.values_list("edition__leaflet", flat=True))
    if not leaflets:
        return set()
    # What is said of a leaflet in other languages stands on each of their pages, and so it did before.
    leaflets = family.relatives(leaflets) | family.relatives(leaflets, seen_at)
    editions = Edition.objects.filter(leaflet__in=leaflets)
    return set(editions.values_list("slug", flat=True).distinct()) & set(slugs())


def withdrawn(slugs):
    """Return those of `slugs` at which the last decision was to withdraw what stood there."""
    decisions = Event.objects.public().filter(edition__slug__in=slugs)
    last = dict(decisions.values_list("edition__slug", "kind"))
    return {slug for slug, kind in last.items() if kind == Kind.WITHDRAWN}


def codes(slug):
    """Return the code of each edition that the public ever saw at an address."""
    seen = Event.objects.public().filter(kind=Kind.PUBLISHED, edition__slug=slug)
    return list(seen.values_list("edition__code", flat=True))


@cache
def release():
    """Return what identifies this release: a digest of its sources and of the settings that pages show."""
    files = sorted(
        file for folder in FOLDERS for kind in SOURCES for file in (settings.BASE_DIR / folder).rglob(kind)
    )
    shown = [f"{name} {getattr(settings, name)}" for name in dir(settings) if name.startswith("SITE_")]
    return digest(canonical([*shown, *map(_named_digest, files)]))


def _named_digest(file):
    return f"{file.relative_to(settings.BASE_DIR)} {hashlib.sha256(file.read_bytes()).hexdigest()}"


def _continues(model, sequence, seal):
    return not sequence or model.objects.filter(sequence=sequence, digest=seal).exists()
