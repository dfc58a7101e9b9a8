"""What is answered where a page cannot be: in plain words, and with nothing that was typed lost."""

import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpResponse

from exercises.media import Unreachable
from leaflets import pages


def bad_request(request, exception):
    """Answer 400."""
    text = "What was sent is larger or other than this site can take. Go back: what you typed is still there."
    return _page(request, 400, "This request could not be read", text)


def forbidden(request, exception):
    """Answer 403."""
    text = "Your account does not let you do this. If you think it should, ask an administrator of this site."
    return _page(request, 403, "You may not do this", text)


def forged(request, reason=""):
    """Answer 403 to a form that did not come from a page of this session."""
    text = "Your sign-in has ended, or this page is old. Sign in and open the form again: it offers what you typed."
    return _page(request, 403, "This form could not be accepted", text)


def not_found(request, exception):
    """Answer 404."""
    return HttpResponse(pages.not_found(), status=404)


def broken(request):
    """Answer 500, or 503 where it is the database or the store of files that does not answer."""
    if isinstance(sys.exc_info()[1], (InterfaceError, OperationalError)):
        text = "The database does not answer. Nothing that you typed was saved. Try again in a few minutes."
        return _page(request, 503, "Not available at the moment", text)
    if isinstance(sys.exc_info()[1], Unreachable):
        text = "The files are out of reach. Nothing that you typed was saved. Try again in a few minutes."
        return _page(request, 503, "Not available at the moment", text)
    text = "Something went wrong on our side. Try again in a few minutes."
    return _page(request, 500, "This page cannot be shown", text)


def _page(request, status, heading, text):
    """The page that says so, to staff with the number of their request. Public pages are the same for everybody."""
    if getattr(request, "is_of_staff", False):
        text += f" If you ask for help, quote this number: {request.request_id}"
    return HttpResponse(pages.error(heading, text), status=status)
