"""What the public templates may use. They read an Edition document and nothing else."""

import re
from datetime import datetime
from pathlib import Path
from urllib.parse import quote, urlsplit
from zoneinfo import ZoneInfo

from django.conf import settings
from django.conf.locale import LANG_INFO
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import mark_safe
from jinja2 import ChainableUndefined, ChoiceLoader, Environment, PackageLoader

from exercises import media, providers
from leaflets.richtext import sanitise

LONDON = ZoneInfo("Europe/London")
# Django does not know all the languages that leaflets come in; and here English need not say that it is British.
LANGUAGES = {
    "bfi": "British Sign Language",
    "en-gb": "English",
    "gu": "Gujarati",
    "ps": "Pashto",
    "so": "Somali",
    "ti": "Tigrinya",
    "yue": "Cantonese",
}
RIGHT_TO_LEFT = ("ar", "ckb", "fa", "he", "ps", "ug", "ur")


def environment(**options):
    """Return the environment of the public templates, with the macros of the NHS design system as `nhsuk/...`."""
    options["loader"] = ChoiceLoader([options["loader"], PackageLoader("nhsuk_frontend_jinja")])
    # The macros ask for keys of parameters that were not given.
    options["undefined"] = ChainableUndefined
    env = Environment(trim_blocks=True, lstrip_blocks=True, **options)
    env.globals.update(
        site_name=settings.SITE_NAME,
        site_url=settings.SITE_URL,
        contact=settings.SITE_CONTACT,
        icon=icon(),
        static=static,
        url=reverse,
        media_url=media.url,
    )
    for function in (
        paragraphs,
        day,
        iso_day,
        moment,
        duration,
        filesize,
        tel,
        rich,
        host,
        language,
        direction,
        providers.player,
    ):
        env.filters[function.__name__] = function
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
    return f"{when.day} {when:%B %Y}"


def iso_day(when):
    """Write the day of a moment in London as programs read it: 2026-11-23."""
    return timezone.localtime(when, LONDON).date().isoformat()


def moment(when):
    """Say a moment in London: 23 November 2026 at 2:05pm."""
    when = timezone.localtime(when, LONDON)
    return f"{day(when)} at {when.hour % 12 or 12}:{when:%M}{'am' if when.hour < 12 else 'pm'}"


def duration(seconds):
    """Say a length of time: 1 minute 5 seconds."""
    parts = zip(divmod(seconds, 60), ("minute", "second"), strict=True)
    return " ".join(f"{count} {unit}{'' if count == 1 else 's'}" for count, unit in parts if count)


def filesize(count):
    """Say the size of a file of `count` bytes: 86 KB, 2.4 MB."""
    return f"{max(1, round(count / 1000))} KB" if count < 999_500 else f"{count / 1_000_000:.1f} MB"


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
    for name, label in (("do", "Do"), ("dont", "Don’t")):
        safe = safe.replace(
            f'<ul class="{name}">', f'<p class="label" lang="en-GB">{label}</p><ul class="{name}">'
        )
    return mark_safe(safe)


def host(address):
    """Return the site that `address` leads to."""
    return urlsplit(address).hostname or address


def language(tag):
    """Return the English name of a language, or the tag itself if it has none here."""
    tag = tag.lower()
    known = LANGUAGES.get(tag) or LANG_INFO.get(tag, {}).get("name")
    return known or (language(tag.rpartition("-")[0]) if "-" in tag else tag)


def direction(tag):
    """Return the direction in which a language is written: rtl or ltr."""
    return "rtl" if tag.lower().partition("-")[0] in RIGHT_TO_LEFT else "ltr"
