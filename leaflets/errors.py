"""What is answered where a page cannot be: in plain words, and with nothing that was typed lost."""

import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpResponse

from leaflets import pages


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
    """Answer 500, or 503 where it is the database that does not answer."""
    if isinstance(sys.exc_info()[1], (InterfaceError, OperationalError)):
        text = "The database does not answer. Nothing that you typed was saved. Try again in a few minutes."
        return HttpResponse(pages.error("Not available at the moment", text), status=503)
    text = "Something went wrong on our side. Try again in a few minutes."
    return HttpResponse(pages.error("This page cannot be shown", text), status=500)
