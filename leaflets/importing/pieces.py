"""Pieces of an Edition document that say nothing yet but what names them."""

from leaflets.models.draft import SCHEMA


def document(fields):
    """Return a document with these fields: slug, language, title and body_part."""
    return {
        "schema": SCHEMA,
        **dict.fromkeys(("condition", "summary", "owner", "reference", "no_red_flags_because"), ""),
        **fields,
        "translated_from": None,
        "introduction": {"heading": "", "text": ""},
        "red_flag_groups": [],
        "sections": [],
        "links": {"heading": "", "items": []},
        "exercises": {
            **dict.fromkeys(("heading", "reminder", "introduction", "videos_heading"), ""),
            "programmes": [],
        },
        "evidence": [],
    }


def group(key, title):
    """Return a red-flag group. No urgency and no contact: a clinician chooses them."""
    return {
        "key": key,
        "title": title,
        "urgency": None,
        **dict.fromkeys(("warning", "lead", "after"), ""),
        "numbered": False,
        **{name: [] for name in ("signs", "notes", "contacts", "links")},
    }


def link(text, url, language):
    """Return a link to a web page."""
    return {
        "text": text,
        "url": url,
        "kind": "web-page",
        "languages": [language],
        "format": "",
        "landing_page": "",
    }


def programme(key, title):
    """Return an exercise programme without videos."""
    return {
        "key": key,
        "title": title,
        **dict.fromkeys(("introduction", "stop_if", "after_exercise"), ""),
        "videos": [],
    }
