"""The answer to a form that was sent after the sign-in had ended: nothing was saved, and here is what was typed.

A browser with scripts keeps what was typed and offers it again (history/kept.js). In any other, going back would lead
to the sign-in page, since no page of the admin stays in the browser; so the words are given back here, to be copied.
"""

import re
from urllib.parse import urlsplit

from django.contrib import admin
from django.shortcuts import render
from django.urls import reverse

from leaflets import errors

# What the form says of itself, and what nobody may read on a screen.
NOT_TYPED = re.compile(
    r"csrfmiddlewaretoken|_?put_back|version|opened|digests|code|_.*|.*(_FORMS|-id)|.*password.*"
)


class SignedOutMiddleware:
    """Gives what was typed back to whoever is led to the sign-in page by sending a form."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        led_to = urlsplit(response.get("Location", "")).path
        if request.method != "POST" or led_to != reverse("admin:login") or request.user.is_authenticated:
            return response
        return _give_back(request)


def forged(request, reason=""):
    """Answer 403 to a form without its guard against forgery, which goes with the sign-in when all cookies go.

    Only what a page of this site sent is given back.
    """
    staff = request.path.startswith(reverse("admin:index")) and not request.user.is_authenticated
    return _give_back(request) if staff and _is_our_own(request) else errors.forged(request, reason)


def _is_our_own(request):
    """Whether a page of this very site sent it, as the browser says."""
    sent_from = urlsplit(request.headers.get("Origin") or request.headers.get("Referer", ""))
    return (sent_from.scheme, sent_from.netloc) == (request.scheme, request.get_host())


def _give_back(request):
    entering = request.path in (reverse("admin:login"), reverse("admin:logout"))
    context = {
        **admin.site.each_context(request),
        "title": "You were signed out",
        # It leads to the sign-in page by itself, unless somebody signed in elsewhere meanwhile.
        "form": reverse("admin:index") if entering else request.get_full_path(),
        "typed": [] if entering else [(name, text) for name, text in _typed(request.POST) if text],
    }
    return render(request, "admin/leaflets/signed_out.html", context, status=403)


def _typed(posted):
    """Yield the name of each field in words, and the text in it."""
    for name, texts in posted.lists():
        # A number is an order or the key of something that was chosen: no words to copy.
        if not NOT_TYPED.fullmatch(name) and not all(text.isdecimal() for text in texts):
            yield re.sub("[-_]", " ", name), "\n".join(texts).strip()
