"""The leaflet on paper: every word, red flags first, and a code that says whether it still holds."""

import io
import re

import pypdf
import pytest

from leaflets import paper
from tests.leaflets.test_golden import FACTS, SEED, words_in
from tests.leaflets.test_loading import whole

pytestmark = pytest.mark.looks
DOCUMENTS = {"first leaflet": SEED, "all that the form holds": whole()}


@pytest.fixture(scope="module")
def sheets():
    """Every document in every form, as bytes."""
    return {
        (name, form): paper.pdf(document, FACTS, form)
        for name, document in DOCUMENTS.items()
        for form in paper.FORMS
    }


def letters(text):
    """What stands there, however the lines break."""
    return re.sub(r"\W+", "", text)


def read(sheet):
    return letters("".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(sheet)).pages))


def on_paper(document):
    """The texts that paper can hold: not what only a screen can play."""
    exercises = document["exercises"]
    videos = [video for programme in exercises["programmes"] for video in programme["videos"]]
    left_out = {video["transcript"] for video in videos if video["steps"]}
    left_out |= {video["provider_url"] for video in videos}
    return [words for words in words_in(document) if words and words not in left_out]


@pytest.mark.parametrize("form", paper.FORMS)
@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_word_that_paper_can_hold_is_on_it(sheets, name, form):
    said = read(sheets[name, form])
    missing = [
        words
        for words in on_paper(DOCUMENTS[name])
        if not words.startswith(("<", "http")) and letters(words) not in said
    ]
    assert missing == []


@pytest.mark.parametrize("form", paper.FORMS)
def test_red_flags_stand_before_the_exercises(sheets, form):
    said = read(sheets["first leaflet", form])
    signs = [sign["text"] for group in SEED["red_flag_groups"] for sign in group["signs"]]
    exercises = said.index(letters(SEED["exercises"]["introduction"].split("</p>")[0][3:40]))
    assert all(said.index(letters(sign)) < exercises for sign in signs)


@pytest.mark.parametrize("form", paper.FORMS)
def test_it_is_tagged_and_says_its_language_title_and_edition(sheets, form):
    reader = pypdf.PdfReader(io.BytesIO(sheets["first leaflet", form]))
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "en-GB"
    assert "/StructTreeRoot" in root
    assert b"pdfuaid:part" in root["/Metadata"].get_object().get_data()
    assert reader.metadata.title == SEED["title"]
    assert "code K7M-4PX" in reader.metadata.subject
    assert all(page.mediabox.width < 596 < 841 < page.mediabox.height < 843 for page in reader.pages)


def test_large_print_is_of_18_point(sheets):
    points = []

    def seen(text, cm, tm, font, size):
        if text.strip():
            points.append(round(size * cm[0]))

    for page in pypdf.PdfReader(io.BytesIO(sheets["first leaflet", "large"])).pages:
        page.extract_text(visitor_text=seen)
    # The foot of the page alone is of 16.
    assert set(points) - {16} == {size for size in points if size >= 18}


def test_the_square_and_the_words_lead_to_whether_it_still_holds(sheets):
    assert letters("http://127.0.0.1:8000/e/K7M-4PX/") in read(sheets["first leaflet", "a4"])
    assert 'src="data:image/svg+xml' in paper.html(SEED, FACTS, "a4")


def test_the_same_leaflet_gives_the_same_bytes(sheets):
    assert paper.pdf(SEED, FACTS, "a4") == sheets["first leaflet", "a4"]


def test_a_sheet_asks_nothing_of_any_host():
    sheet = paper.html(whole(), FACTS, "a4")
    assert re.findall(r'(?:src|srcset)="(?!data:)', sheet) == []
    assert "@import" not in sheet
    assert "url(" not in sheet
