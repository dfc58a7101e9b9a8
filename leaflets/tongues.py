"""The names of languages, in the reader's and in their own, and the direction in which they are written."""

from django.conf.locale import LANG_INFO
from django.utils.translation import gettext, gettext_noop

# Django does not know all the languages that leaflets come in; and here English need not say that it is British.
LANGUAGES = {
    "am": (gettext_noop("Amharic"), "አማርኛ"),
    "bfi": (gettext_noop("British Sign Language"), "British Sign Language"),
    "en-gb": ("English", "English"),
    "gu": (gettext_noop("Gujarati"), "ગુજરાતી"),
    "pa": ("Punjabi", "ਪੰਜਾਬੀ"),
    "ps": (gettext_noop("Pashto"), "پښتو"),
    "so": (gettext_noop("Somali"), "Soomaali"),
    "ti": (gettext_noop("Tigrinya"), "ትግርኛ"),
    "yue": (gettext_noop("Cantonese"), "粵語"),
    "zh": (gettext_noop("Chinese"), "中文"),
}
RIGHT_TO_LEFT = ("ar", "ckb", "fa", "he", "ps", "ug", "ur")


def language(tag):
    """Return the name of a language in that of the page, or the tag itself if it has none here."""
    found = _names(tag)
    return gettext(found[0]) if found else tag.lower().partition("-")[0]


def own_name(tag):
    """Return what a language is called in itself, or the tag if that is not known here."""
    found = _names(tag)
    return found[1] if found else tag


def direction(tag):
    """Return the direction in which a language is written: rtl or ltr."""
    return "rtl" if tag.lower().partition("-")[0] in RIGHT_TO_LEFT else "ltr"


def _names(tag):
    """Its names, in English and its own, of the tag or of what is left without its last part; None if unknown."""
    tag = tag.lower()
    django = LANG_INFO.get(tag, {})
    known = LANGUAGES.get(tag) or ("name" in django and (django["name"], django["name_local"]))
    return known or (_names(tag.rpartition("-")[0]) if "-" in tag else None)
