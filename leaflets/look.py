"""The style sheet of the public pages, with the board's own colour in it if it has one.

It stays one sheet: a second would be one more request that a page waits for.
"""

import hashlib
from functools import cache
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders
from django.templatetags.static import static
from django.urls import reverse


def sheet():
    """Return the style sheet that the public pages have, as bytes; None where it has not been built."""
    return _made(settings.SITE_COLOUR)[0]


def digest():
    """Return the SHA-256 of the style sheet, or None where it has not been built."""
    return _made(settings.SITE_COLOUR)[1]


def address():
    """Return the path of the style sheet."""
    return reverse("styles", args=[digest()]) if settings.SITE_COLOUR else static("leaflets/site.css")


@cache
def _made(colour):
    path = finders.find("leaflets/site.css")
    if not path:
        return None, None
    own = f":root{{--brand:{colour}}}" if colour else ""
    made = Path(path).read_bytes() + own.encode()
    return made, hashlib.sha256(made).hexdigest()
