"""The public site. Every page is what the last decision about a leaflet makes it, and sets no cookie.

Each is asked for once, when something changes it, and then given from memory (leaflets/mirror/).
"""

import functools
from pathlib import Path

from django.http import HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import redirect
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import conditional_page, require_safe

from exercises import providers
from leaflets import change_notes, family, finding, look, pages, paper, public
from leaflets.models import Kind

WORKER = Path(__file__).parent / "static" / "leaflets" / "worker.js"


# Browsers ask each time, so that a withdrawal shows at once. A network of caches asks every few seconds, and may show
# what it has where the site cannot be reached.
FRESH = "public, max-age=0, s-maxage=5, stale-if-error=86400"


def public_page(view):
    """Read-only, compressed, and fresh."""

    @gzip_page
    @conditional_page
    @require_safe
    @functools.wraps(view)
    def wrapped(request, *args, **kwargs):
        response = view(request, *args, **kwargs)
        response.headers.setdefault("Cache-Control", FRESH)
        return response

    return wrapped


def page_of_leaflet(view):
    """A public page of the leaflet at an address; where that has moved, the way to the same page of it there.

    The view gets the decision that holds now in place of the slug.
    """

    @public_page
    @functools.wraps(view)
    def wrapped(request, slug, **kwargs):
        decision = public.decision(slug)
        if decision is None:
            return HttpResponse(pages.not_found(), status=404)
        now = decision.edition.slug
        if now != slug:
            return HttpResponsePermanentRedirect(f"/{now}{request.path.removeprefix(f'/{slug}')}")
        return view(request, decision, **kwargs)

    return wrapped


@public_page
def index(request):
    """The leaflets there are."""
    return HttpResponse(pages.index(finding.listed(), family.live_families()))


@page_of_leaflet
def leaflet(request, decision):
    """Red flags first, then notes and leaflets, then the way to the exercises."""
    return _shown(decision, "leaflet")


@page_of_leaflet
def check(request, decision):
    """The red flags one group at a time. Its steps are fragments of this one page: no answer is ever asked for here."""
    return _shown(decision, "check")


@page_of_leaflet
def exercises(request, decision):
    """The exercises, with the way back to the red flags. Of other companies only the players of its videos may come."""
    if decision.kind == Kind.PUBLISHED:
        request.players = providers.origins(decision.edition.document["exercises"]["programmes"])
    return _shown(decision, "exercises")


@page_of_leaflet
def document(request, decision):
    """The Edition document itself, byte for byte as it was approved: its SHA-256 is the edition's digest."""
    if decision.kind == Kind.WITHDRAWN:
        return _shown(decision, "leaflet")
    return HttpResponse(decision.edition.content, content_type="application/json")


@page_of_leaflet
def on_paper(request, decision, form):
    """The leaflet as a PDF, in one of the forms of `paper.FORMS`."""
    if decision.kind == Kind.WITHDRAWN:
        return _shown(decision, "leaflet")
    file = paper.path_of(public.rendering(decision), form)
    if not file.exists():
        text = "It is made within a minute of each publication. Try again, or print the page of the leaflet."
        later = HttpResponse(pages.error("This PDF is not ready yet", text), status=503)
        later["Retry-After"] = "30"
        return later
    response = HttpResponse(file.read_bytes(), content_type="application/pdf")
    response["Content-Disposition"] = (
        f'inline; filename="{decision.edition.slug}-{decision.edition.code}.pdf"'
    )
    return response


@page_of_leaflet
def history(request, decision):
    """What has changed on a leaflet, in the words of the field."""
    notes = change_notes.notes(decision.edition.leaflet_id)
    whole = len(notes) < change_notes.MOST_NOTES
    return HttpResponse(pages.history(notes[0].decision.edition.document, notes, whole))


@public_page
def which_copy(request):
    """Ask for the code on a printed copy, and lead to what became of it."""
    typed = change_notes.canonical_code(request.GET.get("code", ""))
    if len(typed) > 1:
        return redirect("copy", typed)
    return HttpResponse(pages.which_copy())


@public_page
def copy(request, code):
    """Whether the printed edition with this code is current, and what has changed. Never the old advice itself."""
    printed = change_notes.canonical_code(code)
    if printed != code:
        return redirect("copy", printed, permanent=True)
    found = change_notes.copy_of(code)
    if found is None:
        return HttpResponse(pages.which_copy(code), status=404)
    return HttpResponse(pages.copy(found, family.around(found.decision)))


@public_page
def privacy(request):
    """What is kept of a reader: nothing, and how that is."""
    return HttpResponse(pages.about("privacy"))


@public_page
def forget(request):
    """Ask the browser to remove what it keeps of this site."""
    response = HttpResponse(pages.about("forget"))
    response["Clear-Site-Data"] = '"cache", "storage"'
    response["Cache-Control"] = "no-store"
    return response


@public_page
def worker(request):
    """The script that keeps leaflets for when there is no signal. Its address decides which pages it may answer for."""
    return HttpResponse(WORKER.read_text(), content_type="text/javascript; charset=utf-8")


@public_page
def styles(request, digest):
    """The style sheet with the board's own colour. Its address says what is in it, so that it can be kept for ever."""
    if digest != look.digest():
        return HttpResponse(pages.not_found(), status=404)
    response = HttpResponse(look.sheet(), content_type="text/css; charset=utf-8")
    response["Cache-Control"] = "public, max-age=31536000, immutable"
    return response


@public_page
def accessibility(request):
    """Who can read the site how, and what is not done yet."""
    return HttpResponse(pages.about("accessibility"))


@public_page
def feed(request):
    """What has changed, for programs that look for news."""
    return HttpResponse(finding.feed(), content_type="application/atom+xml; charset=utf-8")


@public_page
def robots(request):
    """What search engines are asked to leave alone."""
    return HttpResponse(finding.ROBOTS, content_type="text/plain; charset=utf-8")


@public_page
def sitemap(request):
    """The leaflets there are, for search engines."""
    response = HttpResponse(finding.sitemap(), content_type="application/xml")
    response["X-Robots-Tag"] = "noindex, noodp, noarchive"
    return response


def _shown(decision, name):
    withdrawn = decision.kind == Kind.WITHDRAWN
    name = "withdrawn" if withdrawn else name
    shown = public.rendering(decision).page(name, around=family.around(decision))
    return HttpResponse(shown, status=410 if withdrawn else 200)
