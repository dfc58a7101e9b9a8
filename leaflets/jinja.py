"""What the public templates may use. They read an Edition document and nothing else."""

import re
from datetime import datetime
from pathlib import Path
from urllib.parse import quote, urlsplit
from zoneinfo import ZoneInfo

from django.conf import settings
from django.templatetags.static import static
from django.urls import reverse
from django.utils import dateformat, timezone
from django.utils.html import escape, format_html
from django.utils.safestring import mark_safe
from django.utils.translation import gettext, ngettext
from jinja2 import ChainableUndefined, ChoiceLoader, Environment, PackageLoader

from exercises import media, providers
from leaflets import look
from leaflets.richtext import sanitise
from leaflets.tongues import direction, language, own_name
from leaflets.wording import ENGLISH, our_language

LONDON = ZoneInfo("Europe/London")
# What is dialled: groups of digits with spaces between, or after a plus.
PHONE = re.compile(r"\+?\(?\d[\d()]*(?: \(?\d[\d()]*)+|\+\d+")
TAG = re.compile(r'(<(?:[^">]|"[^"]*")*>)')
RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")


def environment(**options):
    """Return the environment of the public templates, with the macros of the NHS design system as `nhsuk/...`."""
    options["loader"] = ChoiceLoader([options["loader"], PackageLoader("nhsuk_frontend_jinja")])
    # The macros ask for keys of parameters that were not given.
    options["undefined"] = ChainableUndefined
    env = Environment(trim_blocks=True, lstrip_blocks=True, extensions=["jinja2.ext.i18n"], **options)
    env.install_gettext_callables(gettext, ngettext, newstyle=True)
    env.globals.update(
        site_name=settings.SITE_NAME,
        site_url=settings.SITE_URL,
        contact=settings.SITE_CONTACT,
        logo=settings.SITE_LOGO,
        footer=settings.SITE_FOOTER,
        styles=look.address,
        icon=icon(),
        static=static,
        url=reverse,
        media_url=media.url,
        our_language=our_language,
    )
    env.filters.update({function.__name__: function for function in FILTERS})
    return env


def icon():
    """Return the site's icon as an address that holds all of it.

    A browser may ask for an icon again at every step of a check, and how often it asks would be an answer.
    """
    return "data:image/svg+xml," + quote((Path(__file__).parent / "static/leaflets/icon.svg").read_text())


def paragraphs(text):
    """Split plain text at its empty lines."""
    return [part.strip("\r\n") for part in re.split(r"\n[ \t\r]*\n", text) if part.strip()]


def day(when):
    """Say a date, or the day of a moment in London: 23 November 2026."""
    if isinstance(when, datetime):
        when = timezone.localtime(when, LONDON)
    return dateformat.format(when, "j F Y")


def iso_day(when):
    """Write the day of a moment in London as programs read it: 2026-11-23."""
    return timezone.localtime(when, LONDON).date().isoformat()


def moment(when):
    """Say a moment in London: 23 November 2026 at 2:05pm; in other languages than English, at 14:05."""
    when = timezone.localtime(when, LONDON)
    half = "am" if when.hour < 12 else "pm"
    time = f"{when.hour % 12 or 12}:{when:%M}{half}" if our_language() == ENGLISH else f"{when:%H:%M}"
    return gettext("%(day)s at %(time)s") % {"day": day(when), "time": time}


def duration(seconds):
    """Say a length of time: 1 minute 5 seconds."""
    minutes, seconds = divmod(seconds, 60)
    said = {
        "minutes": ngettext("%(count)s minute", "%(count)s minutes", minutes) % {"count": minutes},
        "seconds": ngettext("%(count)s second", "%(count)s seconds", seconds) % {"count": seconds},
    }
    if minutes and seconds:
        return gettext("%(minutes)s %(seconds)s") % said
    return said["minutes"] if minutes else said["seconds"] if seconds else ""


def filesize(count):
    """Say the size of a file of `count` bytes: 86 KB, 2.4 MB."""
    if count < 999_500:
        return gettext("%(size)s KB") % {"size": max(1, round(count / 1000))}
    return gettext("%(size)s MB") % {"size": f"{count / 1_000_000:.1f}"}


def tel(number):
    """Return the address that calls `number`. The (0) of +44 (0)131 is not dialled."""
    number = re.sub(r"^(\s*\+.*?)\(0\)", r"\1", number)
    return "tel:" + re.sub(r"[^0-9+]", "", number)


def rich(html):
    """Return rich text as safe HTML, do and don't lists with a label that is heard too, and tables that can scroll."""
    safe = sanitise(html)
    # What scrolls must be reached by the keyboard too.
    safe = safe.replace("<table>", '<div class="wide" tabindex="0"><table>').replace(
        "</table>", "</table></div>"
    )
    for name, label in (("do", gettext("Do")), ("dont", gettext("Don’t"))):
        safe = safe.replace(
            f'<ul class="{name}">', f'<p class="label" lang="{our_language()}">{label}</p><ul class="{name}">'
        )
    if RIGHT_TO_LEFT.search(safe):
        pieces = TAG.split(safe)
        pieces[::2] = map(_phones_marked, pieces[::2])
        safe = "".join(pieces)
    return mark_safe(safe)


def web(address):
    """Return `address` if it is a web address as a form takes it; else one that leads nowhere, and runs nothing."""
    return address if address.startswith("https://") else ""


def host(address):
    """Return the site that `address` leads to."""
    return urlsplit(address).hostname or address


def ltr(text):
    """Mark a number or code so that it is read from left to right inside our words of a language that is not."""
    return format_html('<bdi dir="ltr">{}</bdi>', text) if direction(our_language()) == "rtl" else text


def phones_ltr(text):
    """Mark telephone numbers inside right-to-left `text`: else its groups of digits would stand in reverse order."""
    if direction(our_language()) == "ltr" and not RIGHT_TO_LEFT.search(text):
        return text
    return mark_safe(_phones_marked(escape(text)))


def _phones_marked(html):
    return PHONE.sub(lambda found: f'<bdi dir="ltr">{found[0]}</bdi>', html)


def english(text):
    """Mark the site's own English `text` where the words around it are in another language."""
    return text if our_language() == ENGLISH else format_html('<bdi lang="en-GB">{}</bdi>', text)


def marked(tag):
    """Return the attribute that says which language our words are in, where a page is in another one, `tag`."""
    return "" if tag == our_language() else format_html(' lang="{}"', our_language())


FILTERS = (
    paragraphs,
    day,
    iso_day,
    moment,
    duration,
    filesize,
    tel,
    rich,
    web,
    host,
    language,
    own_name,
    direction,
    ltr,
    phones_ltr,
    english,
    marked,
    providers.player,
)
