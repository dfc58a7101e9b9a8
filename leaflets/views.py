"""The public site. Every page is what the last decision about a leaflet makes it, and sets no cookie."""

import functools

from django.http import HttpResponse
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import conditional_page, require_safe

from leaflets import pages, public
from leaflets.models import Kind


def public_page(view):
    """Read-only, compressed, and asked for again each time, so that a withdrawal shows at once."""

    @gzip_page
    @conditional_page
    @require_safe
    @functools.wraps(view)
    def wrapped(request, *args, **kwargs):
        response = view(request, *args, **kwargs)
        response.headers.setdefault("Cache-Control", "public, no-cache")
        return response

    return wrapped


@public_page
def index(request):
    """The leaflets there are."""
    documents = [edition.document for edition in public.live_editions()]
    documents.sort(key=lambda document: (document["body_part"], document["condition"], document["title"]))
    return HttpResponse(pages.index(documents))


@public_page
def leaflet(request, slug):
    """Red flags first, then notes and leaflets, then the way to the exercises."""
    return _standing_at(slug, "leaflet")


@public_page
def exercises(request, slug):
    """The exercises, with the way back to the red flags."""
    return _standing_at(slug, "exercises")


@public_page
def document(request, slug):
    """The Edition document itself, byte for byte as it was approved: its SHA-256 is the edition's digest."""
    return _standing_at(slug, "document")


def _standing_at(slug, name):
    decision = public.decision(slug)
    if decision is None:
        return HttpResponse(pages.not_found(), status=404)
    withdrawn = decision.kind == Kind.WITHDRAWN
    if name == "document" and not withdrawn:
        return HttpResponse(decision.edition.content, content_type="application/json")
    shown = public.rendering(decision).page("withdrawn" if withdrawn else name)
    return HttpResponse(shown, status=410 if withdrawn else 200)


def bad_request(request, exception):
    """Answer 400."""
    text = "What was sent is larger or other than this site can take. Go back: what you typed is still there."
    return HttpResponse(pages.error("This request could not be read", text), status=400)


def forbidden(request, exception):
    """Answer 403."""
    text = "Your account does not let you do this. If you think it should, ask an administrator of this site."
    return HttpResponse(pages.error("You may not do this", text), status=403)


def forged(request, reason=""):
    """Answer 403 to a form that did not come from a page of this session."""
    text = "Your sign-in has ended, or this page is old. Sign in and open the form again: it offers what you typed."
    return HttpResponse(pages.error("This form could not be accepted", text), status=403)


def not_found(request, exception):
    """Answer 404."""
    return HttpResponse(pages.not_found(), status=404)


def broken(request):
    """Answer 500."""
    text = "Something went wrong on our side. Try again in a few minutes."
    return HttpResponse(pages.error("This page cannot be shown", text), status=500)
