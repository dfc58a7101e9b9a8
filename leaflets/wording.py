"""In which language the site's own words on a leaflet's page are: the leaflet's own, where its catalogue is in use.

They follow the leaflet, never the reader's browser, so that a page is the same for everybody. Without a catalogue they
are English and marked so. The catalogues stand in `leaflets/locale/`; `SITE_LANGUAGES` decides which are in use.
"""

from django.conf import settings
from django.utils import translation

ENGLISH = "en-GB"


def speaking(tag):
    """Return a context manager: inside it, the site's words are those for a leaflet in the language `tag`."""
    return translation.override(our_language_for(tag))


def our_language_for(tag):
    """Return the language of the site's words on a leaflet in the language `tag`: its catalogue's, or en-GB."""
    base = tag.lower().partition("-")[0]
    return base if base in settings.SITE_LANGUAGES else ENGLISH


def our_language():
    """Return the language that the site's words are in now, inside `speaking`: en-GB, or that of a catalogue."""
    active = translation.get_language()
    return active if active in settings.SITE_LANGUAGES else ENGLISH
