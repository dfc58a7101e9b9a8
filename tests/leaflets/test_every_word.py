"""Every word of an edition stands on each page that is meant to show it, whatever the edition says.

The table below says for each field of the Edition document where its words stand. A field that is not in it fails.
"""

from html.parser import HTMLParser

import pytest
from django.test import override_settings
from hypothesis import HealthCheck, given, settings

from exercises import media
from leaflets import document as documents
from leaflets import finding, pages, paper
from leaflets.richtext import lines_of, validate_rich
from tests.leaflets import generated
from tests.leaflets.test_golden import FACTS

LEAFLET, CHECK, EXERCISES, PAPER, INDEX = PAGES = ("leaflet", "check", "exercises", "paper", "index")
OF_ITS_OWN = (LEAFLET, CHECK, EXERCISES)
# The cards stand on the exercises page for its paper.
RED_FLAGS = (LEAFLET, CHECK, EXERCISES, PAPER)
ONWARD = (LEAFLET, CHECK, EXERCISES, PAPER)
ABOUT = (LEAFLET, CHECK, EXERCISES, PAPER)
READING = (LEAFLET, PAPER)
DOING = (EXERCISES, PAPER)

# Where the words of a text stand.
TEXTS = {
    "title": (LEAFLET, CHECK, PAPER, INDEX),
    "body_part": (INDEX,),
    "condition": (INDEX,),
    "summary": (INDEX,),
    "owner": ABOUT,
    "reference": ABOUT,
    "translated_from.slug": ABOUT,
    "translated_from.edition": ABOUT,
    "introduction.heading": READING,
    "introduction.text": READING,
    "red_flag_groups[].title": RED_FLAGS,
    "red_flag_groups[].warning": RED_FLAGS,
    "red_flag_groups[].lead": RED_FLAGS,
    "red_flag_groups[].signs[].text": RED_FLAGS,
    "red_flag_groups[].signs[].parts[]": RED_FLAGS,
    "red_flag_groups[].after": RED_FLAGS,
    "red_flag_groups[].notes[]": RED_FLAGS,
    "red_flag_groups[].contacts[].name": RED_FLAGS,
    "red_flag_groups[].contacts[].when": RED_FLAGS,
    "red_flag_groups[].contacts[].phone": RED_FLAGS,
    "red_flag_groups[].contacts[].hours": RED_FLAGS,
    "red_flag_groups[].contacts[].text_relay": RED_FLAGS,
    "red_flag_groups[].links[].text": RED_FLAGS,
    "red_flag_groups[].links[].format": RED_FLAGS,
    "no_red_flags_because": (LEAFLET, CHECK, PAPER),
    "links.heading": READING,
    "links.items[].text": READING,
    "links.items[].format": READING,
    "exercises.heading": ONWARD,
    "exercises.reminder": DOING,
    "exercises.introduction": DOING,
    "exercises.videos_heading": DOING,
    "exercises.programmes[].title": DOING,
    "exercises.programmes[].introduction": DOING,
    "exercises.programmes[].stop_if": DOING,
    "exercises.programmes[].after_exercise": DOING,
    "exercises.programmes[].videos[].title": DOING,
    "exercises.programmes[].videos[].dose": DOING,
    "exercises.programmes[].videos[].steps[]": DOING,
    "exercises.programmes[].videos[].stop_if": DOING,
    "exercises.programmes[].videos[].after_exercise": DOING,
    "exercises.programmes[].videos[].note": DOING,
    "exercises.programmes[].videos[].transcript": DOING,
    "evidence[].citation": READING,
}
# Where an address stands, as that of a link, a picture or a video.
ADDRESSES = {
    "red_flag_groups[].contacts[].bsl": RED_FLAGS,
    "red_flag_groups[].links[].url": RED_FLAGS,
    "red_flag_groups[].links[].landing_page": RED_FLAGS,
    "links.items[].url": READING,
    "links.items[].landing_page": READING,
    "links.items[].file.sha256": READING,
    "exercises.programmes[].videos[].file.sha256": (EXERCISES,),
    "exercises.programmes[].videos[].captions.sha256": (EXERCISES,),
    "exercises.programmes[].videos[].poster.sha256": (EXERCISES,),
    "exercises.programmes[].videos[].provider_url": (EXERCISES,),
    "evidence[].url": READING,
}
# Which of our own words say a choice, and where.
CHOICES = {
    "red_flag_groups[].urgency": (
        {
            "emergency": "Immediate action required:",
            "urgent": "Urgent advice:",
            "non-urgent": "Non-urgent advice:",
        },
        RED_FLAGS,
    ),
    "exercises.programmes[].videos[].level": (
        {"beginner": "Beginner", "progressive": "Progressive", "general": "General", "": ""},
        DOING,
    ),
}
IN_PLACE = {"sections[].heading", "sections[].body"}
PLACEMENTS = {"before-exercises": READING, "general-advice": DOING}
# What has no words for patients, and why.
OF_THE_FILE = "The browser is told it, to choose what it can play."
SIZE = "It is said rounded and in units, such as 86 KB: test_golden.py holds examples."
NAME = "It names a shared item in files and in history."
UNSPOKEN = {
    "schema": "It says which form the document has.",
    "slug": "It is the address of the page itself.",
    "language": "The browser and the screen reader are told it, as the language of the page.",
    "red_flag_groups[].key": NAME,
    "red_flag_groups[].contacts[].key": NAME,
    "exercises.programmes[].key": NAME,
    "exercises.programmes[].videos[].key": NAME,
    "red_flag_groups[].numbered": "It makes the list of signs a numbered one.",
    "red_flag_groups[].links[].kind": "It is said in words of ours where there is something to open: test_golden.py.",
    "links.items[].kind": "It is said in words of ours where there is something to open: test_golden.py.",
    "red_flag_groups[].links[].languages[]": "They are said by their English names, but for the page's own.",
    "links.items[].languages[]": "They are said by their English names, but for the page's own.",
    "links.items[].file.type": OF_THE_FILE,
    "links.items[].file.bytes": SIZE,
    "sections[].placement": "It says where the section stands, and is held by where it is looked for below.",
    "exercises.programmes[].videos[].seconds": "It is said in minutes and seconds: test_golden.py holds examples.",
    **{
        f"exercises.programmes[].videos[].{file}.{field}": reason
        for file in ("file", "captions", "poster")
        for field, reason in {"type": OF_THE_FILE, "bytes": SIZE}.items()
    },
}


class Reading(HTMLParser):
    """What stands on a page: its words without spaces, and the addresses in it."""

    def __init__(self, page):
        super().__init__()
        self.words, self.addresses, self._unseen = "", set(), 0
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self._unseen += tag in ("head", "script")
        self.addresses |= {value for name, value in attrs if name in ("href", "src", "poster")}

    def handle_endtag(self, tag):
        self._unseen -= tag in ("head", "script")

    def handle_data(self, data):
        self.words += "" if self._unseen else squeezed(data)


def squeezed(text):
    return "".join(text.split())


# Where the words are looked for, the site's own, such as those of an urgency, are in English.
@override_settings(SITE_LANGUAGES=[])
def rendered(document):
    bodies = pages.bodies(document, FACTS)
    return {
        **{name: Reading(pages.page(name, document, bodies[name])) for name in OF_ITS_OWN},
        PAPER: Reading(paper.html(document, FACTS, "a4")),
        INDEX: Reading(pages.index([finding.listing(document)])),
    }


def missing_text(path, text, reading):
    """Say which lines of a text are not on the page."""
    is_rich = path in ("sections[].body", "exercises.introduction")
    lines = lines_of(text) if is_rich else str(text).split("\n")
    return [line for line in lines if squeezed(line) not in reading.words]


def stands_on(path, way, document):
    """The pages that are meant to show the text at `way`."""
    if path in IN_PLACE:
        return PLACEMENTS[generated.at(document, way[:-1])["placement"]]
    holder = generated.at(document, way[:-1])
    if path.endswith(".transcript") and holder["steps"]:
        # On paper, what a video shows stands there as its steps.
        return (EXERCISES,)
    return TEXTS[path]


def address_of(path, way, leaf, document):
    return media.url(generated.at(document, way[:-1])) if path.endswith(".sha256") else leaf


def is_played_here(path, way, document):
    """Captions are those of a video of ours: a provider's player has its own."""
    return ".captions." not in path or generated.at(document, way[:-2])["file"]


def problems(document):
    """Say what of a document is missing on which page."""
    shown = rendered(document)
    for path, way, leaf in generated.leaves(document):
        if path in TEXTS or path in IN_PLACE:
            for page in stands_on(path, way, document):
                yield from ((page, path, line) for line in missing_text(path, leaf, shown[page]))
        elif path in ADDRESSES and leaf and is_played_here(path, way, document):
            address = address_of(path, way, leaf, document)
            yield from (
                (page, path, address) for page in ADDRESSES[path] if address not in shown[page].addresses
            )
        elif path in CHOICES:
            words, where = CHOICES[path]
            yield from (
                (page, path, leaf) for page in where if squeezed(words[leaf]) not in shown[page].words
            )


def test_the_tables_name_every_field_of_a_document_once():
    tables = [*TEXTS, *ADDRESSES, *CHOICES, *IN_PLACE, *UNSPOKEN]
    assert sorted(tables) == sorted(set(generated.paths()))


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
@given(generated.documents())
def test_every_word_of_every_edition_stands_on_its_pages(document):
    assert documents.problems(document) == []
    for text in (document["exercises"]["introduction"], *(each["body"] for each in document["sections"])):
        validate_rich(text)
    assert list(problems(document)) == []


@pytest.mark.parametrize("page", [LEAFLET, CHECK, EXERCISES, PAPER])
@settings(
    max_examples=5, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
@given(generated.documents().filter(lambda document: document["red_flag_groups"]))
def test_a_word_that_a_page_leaves_out_is_noticed(page, document):
    group = document["red_flag_groups"][0]
    read = rendered(document)[page]
    group["title"] += " andmore"
    assert missing_text("red_flag_groups[].title", group["title"], read)
