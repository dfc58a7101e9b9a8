"""The site's own words on a leaflet's pages are in the leaflet's language, whole and right, never in the reader's."""

import io
import re
from datetime import UTC, datetime
from html import unescape
from pathlib import Path
from types import SimpleNamespace

import pytest
from babel.messages.frontend import CommandLineInterface
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from django.conf import settings
from django.test import override_settings
from django.utils.html import escape, strip_tags
from hypothesis import given
from hypothesis import strategies as st

from leaflets import jinja, pages, paper
from leaflets.richtext import sanitise
from leaflets.wording import speaking
from tests.leaflets.test_golden import FACTS, GOLDEN, PAGES, shown_page
from tests.leaflets.test_loading import whole

ROOT = Path(__file__).parents[2]
LOCALE = ROOT / "leaflets" / "locale"
TAGS = ["ar", "cy"]
NAMED = re.compile(r"%\((\w+)\)s|{(\w+)}")
# Names, and what is called the same in every language.
NOT_ENGLISH = {
    "Self-help leaflets",
    "PDF",
    "BSL",
    "QR",
    "KB",
    "MB",
    "CES",
    "English",
    "polski",
    "example.org",
}
NOT_ENGLISH |= {"MSK-1", "lower-back", "K7M-4PX", "J9P-3XY", "http://127.0.0.1:8000/e/K7M-4PX/"}


def catalogue(tag):
    with (LOCALE / tag / "LC_MESSAGES" / "django.po").open("rb") as file:
        return read_po(file)


def forms(message):
    """What a message is translated to: one text, or one for each plural form."""
    return message.string if isinstance(message.string, tuple) else (message.string,)


@pytest.fixture(scope="module")
def wanted(tmp_path_factory):
    """Every text of ours that a leaflet's pages use."""
    file = tmp_path_factory.mktemp("texts") / "texts.pot"
    options = ["-q", "extract", "-F", f"{ROOT}/pyproject.toml", "-o", str(file), str(ROOT)]
    CommandLineInterface().run(["pybabel", *options])
    with file.open("rb") as texts:
        return {message.id for message in read_po(texts) if message.id}


def test_there_is_a_catalogue_of_a_language_with_many_plurals_and_of_one_from_right_to_left():
    assert sorted(settings.SITE_LANGUAGES) == sorted(path.name for path in LOCALE.iterdir()) == TAGS
    assert [catalogue(tag).num_plurals for tag in TAGS] == [6, 6]


@pytest.mark.parametrize("tag", TAGS)
def test_no_text_is_missing_unsure_or_left_over(tag, wanted):
    found = {message.id: message for message in catalogue(tag) if message.id}
    assert len(wanted) > 100
    assert set(found) == wanted
    assert [message.id for message in found.values() if message.fuzzy or not all(forms(message))] == []
    plural = [message for message in found.values() if message.pluralizable]
    assert plural
    assert all(len(forms(message)) == 6 for message in plural)


@pytest.mark.parametrize("tag", TAGS)
def test_what_is_filled_in_has_its_place_in_every_translation(tag):
    for message in filter(lambda message: message.id, catalogue(tag)):
        ids = message.id if message.pluralizable else (message.id,)
        places = set(NAMED.findall(ids[-1]))
        for text in forms(message):
            # One and two may be words.
            spared = message.pluralizable and not NAMED.search(text)
            assert set(NAMED.findall(text)) == places or spared, message.id


@pytest.mark.parametrize("tag", TAGS)
def test_the_compiled_catalogue_is_what_its_source_says(tag):
    compiled = io.BytesIO()
    write_mo(compiled, catalogue(tag))
    assert (LOCALE / tag / "LC_MESSAGES" / "django.mo").read_bytes() == compiled.getvalue()


def written_in(tag, letter):
    """A document that uses all that the form can hold; all that clinicians wrote is one letter of the language."""

    def written(value, field=""):
        if isinstance(value, dict):
            return {key: written(each, key) for key, each in value.items()}
        if isinstance(value, list):
            return [written(each, field) for each in value]
        words = isinstance(value, str) and value and field not in KEPT
        return (
            re.sub(r">[^<]+<", f">{letter}<", value) if words and "<" in value else letter if words else value
        )

    source = {"slug": "lower-back", "edition": 1}
    return {**written(whole()), "language": tag, "translated_from": source}


KEPT = {
    "key",
    "slug",
    "language",
    "languages",
    "url",
    "landing_page",
    "kind",
    "placement",
    "urgency",
    "level",
}
KEPT |= {"sha256", "type", "provider_url", "phone", "text_relay", "bsl", "reference"}


def all_pages(document):
    """The pages of a leaflet, and of what became of it, as HTML."""
    now = datetime(2026, 11, 14, 14, 5, tzinfo=UTC)
    contacts = document["red_flag_groups"][0]["contacts"]
    withdrawal = SimpleNamespace(at=now, kind="withdrawn", said={"told": "", "turn_to": contacts})
    editions = [
        SimpleNamespace(number=n, code=code, document=document)
        for n, code in ((1, "K7M-4PX"), (2, "J9P-3XY"))
    ]
    publication = SimpleNamespace(at=now, kind="published", edition=editions[1])
    copies = [
        SimpleNamespace(edition=editions[0], decision=publication, replaced=now, changes=[], current=False),
        SimpleNamespace(edition=editions[1], decision=publication, replaced=None, changes=[], current=True),
        SimpleNamespace(edition=editions[0], decision=withdrawal, replaced=now, changes=[], current=False),
    ]
    notes = [
        SimpleNamespace(decision=decision, since=now, until=until, changes=[])
        for decision, until in ((withdrawal, None), (publication, now), (publication, now))
    ]
    body = pages.withdrawn_bodies(document, FACTS, withdrawal)["withdrawn"]
    yield from (shown_page(name, document) for name in pages.NAMES)
    yield pages.page("withdrawn", document, body)
    yield from (pages.history(document, notes, whole) for whole in (True, False))
    yield from map(pages.copy, copies)
    yield paper.html(document, FACTS, "a4")


@pytest.mark.parametrize("letter", ["ش", "ŷ"])
def test_no_english_is_left_on_any_page(letter):
    tag = "ar" if letter == "ش" else "cy"
    english = {message.id for message in catalogue(tag) if isinstance(message.id, str)}
    english = {re.escape(text.split("%(")[0].strip()) for text in english if len(text.split("%(")[0]) > 4}
    english -= {re.escape(form.strip()) for message in catalogue(tag) for form in forms(message) if form}
    for page in all_pages(written_in(tag, letter)):
        assert page.count(f'lang="{tag}"') > 2
        said = strip_tags(re.sub(r"<(style|title)>.*?</\1>", "", page, flags=re.DOTALL))
        for known in sorted(NOT_ENGLISH, key=len, reverse=True):
            said = said.replace(known, "")
        assert not re.search(rf"(?<!\w)(?:{'|'.join(english)})(?!\w)", said)
        assert tag == "cy" or re.findall(r"[A-Za-z]{2,}", said) == []


@pytest.mark.parametrize("name", ["leaflet.html", "check.html", "exercises.html", "withdrawn.html"])
def test_an_english_page_is_the_same_after_pages_in_other_languages(name):
    list(all_pages(written_in("ar", "ش")))
    with speaking("cy"):
        assert PAGES[name]() == (GOLDEN / name).read_text()


@pytest.mark.django_db
def test_the_readers_browser_decides_nothing(live, client):
    for path in ("/", "/lower-back/", "/lower-back/check/", "/privacy/", f"/e/{live.code}/"):
        asked = client.get(path, headers={"accept-language": "cy, ar;q=0.9"})
        assert asked.content == client.get(path).content
        assert "Accept-Language" not in asked.headers.get("Vary", "")


def test_without_a_catalogue_in_use_our_words_are_english_and_marked_so():
    welsh = {**whole(), "language": "cy", "title": "Y cefn"}
    assert '<span class="urgency" lang="cy">Mae angen gweithredu' in shown_page("leaflet", welsh)
    with override_settings(SITE_LANGUAGES=[]):
        page = shown_page("leaflet", welsh)
    assert '<html lang="cy" dir="ltr">' in page
    assert '<span class="urgency" lang="en-GB">Immediate action required:</span>' in page
    assert "Mae angen" not in page


def test_a_region_of_a_language_has_the_words_of_the_language():
    assert "يلزم اتخاذ إجراء فوري" in shown_page("leaflet", {**whole(), "language": "ar-SY"})


@pytest.mark.parametrize(
    ("tag", "said"),
    [
        ("en-GB", ["1 second", "2 seconds", "1 minute", "2 minutes 3 seconds", "11 minutes 40 seconds"]),
        ("cy", ["1 eiliad", "2 eiliad", "1 funud", "2 funud 3 eiliad", "11 munud 40 eiliad"]),
        ("ar", ["ثانية واحدة", "ثانيتان", "دقيقة واحدة", "دقيقتان و3 ثوانٍ", "11 دقيقة و40 ثانية"]),
    ],
)
def test_numbers_of_things_are_said_as_the_language_has_them(tag, said):
    with speaking(tag):
        assert [jinja.duration(seconds) for seconds in (1, 2, 60, 123, 700)] == said


@pytest.mark.parametrize(
    ("tag", "day", "moment"),
    [
        ("en-GB", "14 November 2026", "14 November 2026 at 2:05pm"),
        ("cy", "14 Tachwedd 2026", "14 Tachwedd 2026 am 14:05"),
        ("ar", "14 نوفمبر 2026", "14 نوفمبر 2026، الساعة 14:05"),
    ],
)
def test_dates_are_written_in_the_language(tag, day, moment):
    when = datetime(2026, 11, 14, 14, 5, tzinfo=UTC)
    with speaking(tag):
        assert (jinja.day(when), jinja.moment(when)) == (day, moment)


def test_telephone_numbers_run_from_left_to_right_inside_arabic():
    document = written_in("ar", "ش")
    contact = document["red_flag_groups"][0]["contacts"][0]
    contact |= {
        "name": "ش",
        "phone": "0131 496 0000",
        "text_relay": "18001 0131 496 0000",
        "hours": "ش 0131 496 0000",
    }
    page = shown_page("leaflet", document)
    assert '<span class="number"><bdi dir="ltr">0131 496 0000</bdi></span>' in page
    assert '<bdi dir="ltr">18001 0131 496 0000</bdi></a>' in page
    assert '<p>ش <bdi dir="ltr">0131 496 0000</bdi></p>' in page
    html = '<p><a href="https://example.org/0131%20496">ش</a> 0131 496 0000</p>'
    assert jinja.rich(html).endswith('</a> <bdi dir="ltr">0131 496 0000</bdi></p>')
    assert '<bdi dir="ltr">K7M-4PX</bdi>' in page


@given(st.text(st.sampled_from("ش 0123()+&<'ab-"), max_size=40))
def test_marking_numbers_changes_no_word(text):
    for written in (text, f"ش{text}"):
        marked = re.sub(r"</?bdi[^>]*>", "", jinja.phones_ltr(written))
        rich = re.sub(r"</?bdi[^>]*>", "", jinja.rich(f'<p title="a">{escape(written)}</p>'))
        assert rich == sanitise(f'<p title="a">{escape(written)}</p>')
        assert (unescape(marked) if "ش" in written else marked) == written


@pytest.mark.parametrize(
    ("tag", "said"),
    [
        ("en-GB", 'card to carry, in Polish (<span lang="pl" dir="ltr">polski</span>), PDF, 86 KB'),
        ("cy", 'cerdyn i’w gario, iaith: Pwyleg (<span lang="pl" dir="ltr">polski</span>), PDF, 86 KB'),
        (
            "ar",
            'بطاقة تحملها معك، اللغة: البولنديّة (<span lang="pl" dir="ltr">polski</span>)، PDF، 86 كيلوبايت',
        ),
    ],
)
def test_a_patient_is_told_what_a_link_leads_to_before_following_it(tag, said):
    file = {"sha256": "0" * 64, "type": "application/pdf", "bytes": 86_000}
    link = {
        "text": "CES",
        "url": "",
        "kind": "card",
        "languages": ["pl"],
        "format": "PDF",
        "landing_page": "",
    }
    document = {**whole(), "language": tag, "links": {"heading": "", "items": [{**link, "file": file}]}}
    page = shown_page("leaflet", document)
    assert f"({said})</span>" in page
    assert 'hreflang="pl">CES</a>' in page


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("video", "video, in Scottish Gaelic"),
        ("easy-read", "Easy Read, in Scottish Gaelic"),
        ("audio", "audio, in Scottish Gaelic"),
    ],
)
def test_each_kind_of_link_is_named(kind, said):
    link = {"text": "CES", "url": "https://example.org/a", "kind": kind, "languages": ["gd"], "format": ""}
    links = {"heading": "", "items": [{**link, "landing_page": "", "file": None}]}
    assert f'({said} (<span lang="gd" dir="ltr">Gàidhlig</span>))' in shown_page(
        "leaflet", {**whole(), "links": links}
    )


def test_a_link_to_sign_language_says_so_once():
    link = {"text": "CES", "url": "https://example.org/a", "kind": "bsl", "languages": ["bfi"], "format": ""}
    links = {"heading": "", "items": [{**link, "landing_page": "", "file": None}]}
    page = shown_page("leaflet", {**whole(), "links": links})
    assert "(British Sign Language)</span>" in page
    assert "in British Sign Language" not in page.split("Sources")[0].split("CES</a>")[-1]
