"""Renders public pages. A body is a pure function of an Edition document and its Facts; a page puts a frame around it.

Bodies are kept with the history when the public is to see them (leaflets/press.py); the frame is the site's own.
"""

from textwrap import shorten
from typing import NamedTuple

from django.template import engines
from django.utils.html import escape
from django.utils.translation import gettext

from exercises import providers
from leaflets.wording import ENGLISH, our_language_for, speaking

NAMES = ("leaflet", "check", "exercises")
MOST_OF_A_DESCRIPTION = 160  # Letters: what search engines show.


class Preview(NamedTuple):
    """What staff see on top of a page, where it leads back to, where its pages stand, and more sentences if any.

    `edit`, if given, makes the links to the form of each block: an object as `leaflets.admin.editlinks.EditLinks`.
    `elsewhere`, if given, makes the address of another leaflet's page from its slug and the page's name.
    """

    banner: str
    back: str
    leaflet: str
    check: str
    exercises: str
    details: tuple = ()
    edit: object = None
    elsewhere: object = None


def bodies(document, facts, preview=None):
    """Return {"leaflet": ..., "check": ..., "exercises": ...}, the bodies of a leaflet's pages as HTML.

    `facts` is None for a draft; `preview` is a Preview for staff, or None.
    """
    return {name: _body(name, document, facts, preview) for name in NAMES}


def withdrawn_bodies(document, facts, withdrawal):
    """Return {"withdrawn": ...}, the body that stands in a leaflet's place after the Event `withdrawal`."""
    body = _render("bodies/withdrawn.html", content=document, edition=facts, event=withdrawal)
    return {"withdrawn": body}


def page(name, document, body, preview=None, around=None):
    """Return the page called `name` (one of NAMES, or "withdrawn") around its `body`, as HTML.

    `around` is what is said of other leaflets, a family.Around; None, if nothing is.
    """
    elsewhere = (preview and preview.elsewhere) or (lambda slug, name: _address(name, slug))
    return _render(
        "page.html",
        content=document,
        body=body,
        title=_title(name, document),
        description=_description(name, document),
        address=None if preview else _address(name, document["slug"]),
        plays=name == "exercises" and providers.origins(document["exercises"]["programmes"]),
        preview=preview,
        sisters=[(sister, elsewhere(sister.slug, name)) for sister in around.sisters] if around else [],
        notice=_notice(document, around, elsewhere),
    )


def _title(name, document):
    title, heading = document["title"], document["exercises"]["heading"]
    with speaking(document["language"]):
        return {
            "leaflet": title,
            "check": f"{gettext('Check for red flags')} – {title}",
            "exercises": f"{heading or gettext('Exercises')} – {title}",
            "withdrawn": gettext("Withdrawn: %(title)s") % {"title": title},
        }[name]


def _notice(document, around, elsewhere):
    """That the source of a translation has moved on, for its readers and for those of the source; "" if it has not."""
    if not (around and around.behind):
        return ""
    decision = around.behind.decision
    source = decision.edition.document
    tags = dict.fromkeys(our_language_for(each["language"]) for each in (document, source))
    said = {"source": source, "decision": decision, "address": elsewhere(source["slug"], "leaflet")}
    # What was told when the source was withdrawn is in its language: it stands with the words in that.
    return "".join(
        _render("partials/behind.html", tag, number=number, last=number == len(tags), **said)
        for number, tag in enumerate(tags, start=1)
    )


def _description(name, document):
    """What a page is about, for search engines: in the leaflet's own words, in whatever language they are."""
    said = {
        "leaflet": [document["summary"] or document["introduction"]["text"] or document["title"]],
        "check": [group["title"] for group in document["red_flag_groups"]],
        "exercises": [programme["title"] for programme in document["exercises"]["programmes"]],
    }
    return shorten(", ".join(said.get(name, [])), MOST_OF_A_DESCRIPTION, placeholder=" …")


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


def index(leaflets, families=()):
    """Return the list of leaflets, of each what `finding.Listed` has, as HTML.

    Those of one of `families`, lists of Sisters, are one entry.
    """
    others = {first.slug: rest for first, *rest in families}
    within = {sister.slug for rest in others.values() for sister in rest}
    entries = [leaflet for leaflet in leaflets if leaflet.slug not in within]
    return _render("index.html", leaflets=entries, others=others)


def history(document, notes, whole):
    """Return the public history of a leaflet as HTML. `whole`: whether `notes` go back to the first publication."""
    return _render("history.html", content=document, notes=notes, whole=whole)


def which_copy(unknown=""):
    """Return the page that asks for the code on a printed copy, as HTML. `unknown` is a code that no edition has."""
    return _render("which_copy.html", unknown=unknown)


def copy(copy, around=None):
    """Return the page that says whether a printed `copy`, a Copy, is current, as HTML; `around` as for `page`."""
    document = copy.edition.document
    notice = _notice(document, around, lambda slug, name: _address(name, slug))
    return _render("copy.html", content=document, copy=copy, notice=notice)


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


def _render(template, tag=None, **context):
    """Render with our words in the language `tag`, else in that of the `content`, else, of the site, in English."""
    with speaking(tag or context.get("content", {}).get("language", ENGLISH)):
        return engines["public"].get_template(template).render(context)
