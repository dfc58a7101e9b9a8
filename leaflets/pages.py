"""Renders public pages: pure functions of an Edition document and its Facts."""

from typing import NamedTuple

from django.template import engines


class Preview(NamedTuple):
    """What staff see on top of a page, where it leads back to, and where its two pages stand."""

    banner: str
    back: str
    leaflet: str
    exercises: str


def index(documents):
    """Return the list of leaflets as HTML."""
    return _render("index.html", leaflets=documents)


def leaflet(document, facts, preview=None):
    """Return the leaflet page as HTML. `facts` is None for a draft; `preview` is a Preview for staff, or None."""
    return _render("leaflet.html", content=document, edition=facts, **_for_staff(preview))


def exercises(document, facts, preview=None):
    """Return the exercises page as HTML; arguments as for `leaflet`."""
    return _render("exercises.html", content=document, edition=facts, **_for_staff(preview))


def withdrawn(document, facts, moment, preview=None):
    """Return the page that stands where a leaflet was until it was withdrawn at `moment`, as HTML."""
    return _render("withdrawn.html", content=document, edition=facts, withdrawn=moment, **_for_staff(preview))


def not_found(preview=None):
    """Return the page for an address that nothing stands at, as HTML."""
    return _render("not_found.html", **_for_staff(preview))


def error(heading, text):
    """Return a page that says in plain words what went wrong, as HTML."""
    return _render("error.html", heading=heading, text=text)


def _render(template, **context):
    return engines["public"].get_template(template).render(context)


def _for_staff(preview):
    if preview is None:
        return {}
    return {"preview": preview, "leaflet_url": preview.leaflet, "exercises_url": preview.exercises}
