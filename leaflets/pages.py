"""Renders public pages. A body is a pure function of an Edition document and its Facts; a page puts a frame around it.

Bodies are kept with the history when the public is to see them (leaflets/press.py); the frame is the site's own.
"""

from typing import NamedTuple

from django.template import engines
from django.utils.html import escape

NAMES = ("leaflet", "check", "exercises")


class Preview(NamedTuple):
    """What staff see on top of a page, where it leads back to, where its pages stand, and more sentences if any.

    `edit`, if given, makes the links to the form of each block: an object as `leaflets.admin.editlinks.EditLinks`.
    """

    banner: str
    back: str
    leaflet: str
    check: str
    exercises: str
    details: tuple = ()
    edit: object = None


def bodies(document, facts, preview=None):
    """Return {"leaflet": ..., "check": ..., "exercises": ...}, the bodies of a leaflet's pages as HTML.

    `facts` is None for a draft; `preview` is a Preview for staff, or None.
    """
    return {name: _body(name, document, facts, preview) for name in NAMES}


def withdrawn_bodies(document, facts, withdrawal):
    """Return {"withdrawn": ...}, the body that stands in a leaflet's place after the Event `withdrawal`."""
    return {"withdrawn": _render("bodies/withdrawn.html", content=document, edition=facts, event=withdrawal)}


def page(name, document, body, preview=None):
    """Return the page called `name` (one of NAMES, or "withdrawn") around its `body`, as HTML."""
    heading = document["exercises"]["heading"] or "Exercises"
    titles = {
        "leaflet": document["title"],
        "check": f"Check for red flags – {document['title']}",
        "exercises": f"{heading} – {document['title']}",
        "withdrawn": f"Withdrawn: {document['title']}",
    }
    description = document["summary"] if name == "leaflet" else ""
    return _render(
        "page.html",
        content=document,
        body=body,
        title=titles[name],
        description=description,
        address=None if preview else _address(name, document["slug"]),
        preview=preview,
    )


def _address(name, slug):
    return f"/{slug}/" if name in ("leaflet", "withdrawn") else f"/{slug}/{name}/"


def led(body, slug, preview):
    """Return a kept `body` with the ways between its pages as `preview` has them; unchanged if that is None."""
    for name in NAMES if preview else ():
        body = body.replace(f'href="{_address(name, slug)}"', f'href="{escape(getattr(preview, name))}"')
    return body


def previewed(name, document, facts, preview):
    """Return the page called `name` as it would be rendered today, for staff."""
    return page(name, document, _body(name, document, facts, preview), preview)


def unsure(edition):
    """Return the page that stands for `edition` while nobody can be sure whether it still holds, as HTML."""
    return _render("unsure.html", content=edition.document, contacts=edition.contacts())


def index(leaflets):
    """Return the list of leaflets, of each what `finding.Listed` has, as HTML."""
    return _render("index.html", leaflets=leaflets)


def history(document, notes, whole):
    """Return the public history of a leaflet as HTML. `whole`: whether `notes` go back to the first publication."""
    return _render("history.html", content=document, notes=notes, whole=whole)


def which_copy(unknown=""):
    """Return the page that asks for the code on a printed copy, as HTML. `unknown` is a code that no edition has."""
    return _render("which_copy.html", unknown=unknown)


def copy(copy):
    """Return the page that says whether a printed `copy`, a Copy, is current, as HTML."""
    return _render("copy.html", content=copy.edition.document, copy=copy)


def about(name):
    """Return a page about the site, "privacy", "forget" or "accessibility", as HTML."""
    return _render(f"{name}.html")


def not_found(preview=None):
    """Return the page for an address that nothing stands at, as HTML."""
    return _render("not_found.html", preview=preview)


def error(heading, text):
    """Return a page that says in plain words what went wrong, as HTML."""
    return _render("error.html", heading=heading, text=text)


def _body(name, document, facts, preview):
    more = (
        {f"{page}_url": getattr(preview, page) for page in NAMES} | {"edit": preview.edit} if preview else {}
    )
    return _render(f"bodies/{name}.html", content=document, edition=facts, **more)


def _render(template, **context):
    return engines["public"].get_template(template).render(context)
