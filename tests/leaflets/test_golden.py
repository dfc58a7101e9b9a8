"""Golden pages: what the first leaflet renders to, byte for byte.

When a change of the pages is meant, look at the difference and write them again:

    GOLDEN=write .venv/bin/python -m pytest tests/leaflets/test_golden.py
"""

import json
import os
from datetime import UTC, date, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leaflets import finding, pages, public
from tests.leaflets.test_loading import whole
from tests.universe import LOWER_BACK

GOLDEN = Path(__file__).parent.parent / "golden"
MOMENT = datetime(2026, 11, 14, 12, 0, tzinfo=UTC)
FACTS = public.Facts(
    number=5,
    code="K7M-4PX",
    published=MOMENT,
    reviewed=MOMENT,
    next_review=date(2027, 11, 14),
)
SEED = json.loads(LOWER_BACK.read_text())


def shown_page(name, document):
    return pages.page(name, document, pages.bodies(document, FACTS)[name])


def withdrawn_body():
    contacts = SEED["red_flag_groups"][0]["contacts"]
    withdrawal = SimpleNamespace(at=MOMENT, said={"told": "The number has changed.", "turn_to": contacts})
    return pages.withdrawn_bodies(SEED, FACTS, withdrawal)["withdrawn"]


PAGES = {
    "index.html": lambda: pages.index([finding.listing(SEED)]),
    "leaflet.html": lambda: shown_page("leaflet", SEED),
    "check.html": lambda: shown_page("check", SEED),
    "exercises.html": lambda: shown_page("exercises", SEED),
    "withdrawn.html": lambda: pages.page("withdrawn", SEED, withdrawn_body()),
    "not_found.html": pages.not_found,
    "whole-leaflet.html": lambda: shown_page("leaflet", whole()),
    "whole-check.html": lambda: shown_page("check", whole()),
    "whole-exercises.html": lambda: shown_page("exercises", whole()),
}


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_what_it_was(name):
    file = GOLDEN / name
    page = PAGES[name]()
    if os.environ.get("GOLDEN") == "write":
        file.write_text(page)
    assert page == file.read_text()


# What these hold is not told to patients in words, or only in the list of leaflets.
NOT_SHOWN = {
    "key",
    "slug",
    "sha256",
    "type",
    "language",
    "kind",
    "languages",
    "placement",
    "urgency",
    "level",
}
NOT_SHOWN |= {"summary", "body_part", "condition"}


def words_in(document, name=""):
    if isinstance(document, dict):
        for key, value in document.items():
            if key not in NOT_SHOWN:
                yield from words_in(value, key)
    elif isinstance(document, list):
        for value in document:
            yield from words_in(value, name)
    elif isinstance(document, str):
        yield document


def text_of(page):
    from html.parser import HTMLParser

    class Reading(HTMLParser):
        def __init__(self):
            super().__init__()
            self.said = []

        def handle_data(self, data):
            self.said.append(data)

        def handle_starttag(self, tag, attrs):
            self.said += [value or "" for name, value in attrs if name in ("href", "src", "content")]

    reading = Reading()
    reading.feed(page)
    return " ".join("".join(f" {part} " for part in reading.said).split())


def shown(document):
    return text_of(shown_page("leaflet", document)) + text_of(shown_page("exercises", document))


@pytest.mark.parametrize("document", [SEED, whole()], ids=["first leaflet", "all that the form holds"])
def test_every_word_of_a_document_is_on_its_pages(document):
    text = shown(document)
    for words in words_in(document):
        assert text_of(words) in text


plain = st.text(st.characters(categories=["L", "N", "P", "S"]), min_size=1, max_size=30)


@settings(deadline=None)  # The first example compiles the templates.
@given(plain, plain, plain, plain, plain)
def test_whatever_is_written_is_shown_and_never_becomes_markup(title, sign, lead, note, step):
    document = json.loads(LOWER_BACK.read_text())
    group = document["red_flag_groups"][0]
    group |= {"title": title, "lead": lead, "notes": [note], "signs": [{"text": sign, "parts": [sign]}]}
    document["exercises"]["programmes"][0]["videos"][0]["steps"] = [step]
    text = shown(document)
    for words in (title, sign, lead, note, step):
        assert words in text
