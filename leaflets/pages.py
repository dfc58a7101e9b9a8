"""Renders public pages. A body is a pure function of an Edition document and its Facts; a page puts a frame around it.

Bodies are kept with the history when the public is to see them (leaflets/press.py); the frame is the site's own.
"""

from typing import NamedTuple

from django.template import engines
from django.utils.html import escape


class Preview(NamedTuple):
    """What staff see on top of a page, where it leads back to, where its two pages stand, and more sentences if any.

    `edit`, if given, makes the links to the form of each block: an object as `leaflets.admin.editlinks.EditLinks`.
    """

    banner: str
    back: str
    leaflet: str
    exercises: str
    details: tuple = ()
    edit: object = None


def bodies(document, facts, preview=None):
    """Return {"leaflet": ..., "exercises": ...}, the two bodies of a leaflet as HTML.

    `facts` is None for a draft; `preview` is a Preview for staff, or None.
    """
    return {name: _body(name, document, facts, preview) for name in ("leaflet", "exercises")}


def withdrawn_bodies(document, facts, withdrawal):
    """Return {"withdrawn": ...}, the body that stands in a leaflet's place after the Event `withdrawal`."""
    return {"withdrawn": _render("bodies/withdrawn.html", content=document, edition=facts, event=withdrawal)}


def page(name, document, body, preview=None):
    """Return the page called `name` ("leaflet", "exercises" or "withdrawn") around its `body`, as HTML."""
    heading = document["exercises"]["heading"] or "Exercises"
    titles = {
        "leaflet": document["title"],
        "exercises": f"{heading} – {document['title']}",
        "withdrawn": f"Withdrawn: {document['title']}",
    }
    description = document["summary"] if name == "leaflet" else ""
    return _render(
        "page.html", content=document, body=body, title=titles[name], description=description, preview=preview
    )


def led(body, slug, preview):
    """Return a kept `body` with the ways between its two pages as `preview` has them; unchanged if that is None."""
    if preview:
        for address, way in {f"/{slug}/": preview.leaflet, f"/{slug}/exercises/": preview.exercises}.items():
            body = body.replace(f'href="{address}"', f'href="{escape(way)}"')
    return body


def previewed(name, document, facts, preview):
    """Return the page called `name` as it would be rendered today, for staff."""
    return page(name, document, _body(name, document, facts, preview), preview)


def index(documents):
    """Return the list of leaflets as HTML."""
    return _render("index.html", leaflets=documents)


def not_found(preview=None):
    """Return the page for an address that nothing stands at, as HTML."""
    return _render("not_found.html", preview=preview)


def error(heading, text):
    """Return a page that says in plain words what went wrong, as HTML."""
    return _render("error.html", heading=heading, text=text)


def _body(name, document, facts, preview):
    more = {}
    if preview:
        more = {"leaflet_url": preview.leaflet, "exercises_url": preview.exercises, "edit": preview.edit}
    return _render(f"bodies/{name}.html", content=document, edition=facts, **more)


def _render(template, **context):
    return engines["public"].get_template(template).render(context)
