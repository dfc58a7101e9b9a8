"""Texts that are brought in to hold the site up, to be told otherwise than they are, or to get around a rule."""

import html
import json
import re
import time

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from history.models import Version
from leaflets import importing
from leaflets.admin import import_forms
from leaflets.models import Leaflet
from tests.leaflets.test_import_pages import ABOUT, ADDRESS, at_work, chosen, said, upload  # noqa: F401
from tests.leaflets.test_importing import MARKERS, recognised
from tests.universe import LOWER_BACK, person
from triage.models import RedFlagGroup

# Seconds of the processor. Each took much longer when the time grew with the square of the length.
SLOW = 4
HEADINGS = "Knee\n\n{}\n\n"


def as_large_as_can_be(piece, before="", after=""):
    room = import_forms.LIMIT - len((before + after).encode())
    return before + piece * (room // len(piece.encode())) + after


@pytest.mark.parametrize(
    "source",
    [
        as_large_as_can_be("videos "),
        as_large_as_can_be("read ", HEADINGS.format("Exercises")),
        as_large_as_can_be("before ", HEADINGS.format("Exercises")),
        as_large_as_can_be("https://", HEADINGS.format("Useful links"), " x"),
        as_large_as_can_be("    b\n", "- a\n  - b\n"),
        as_large_as_can_be("a<br>", "<p>"),
        as_large_as_can_be("<br>", "<p>"),
        as_large_as_can_be("<p>a</p>", "<table><tr><td>x"),
        as_large_as_can_be("<ul><li>"),
        as_large_as_can_be("<td>a", "<table>"),
        as_large_as_can_be("<", "<p>"),
        as_large_as_can_be("("),
        as_large_as_can_be(" >", "x"),
        as_large_as_can_be("- "),
        as_large_as_can_be("</a>"),
        "{" + ",".join(f'"{number}":1' for number in range(20_000)) + "}",
        as_large_as_can_be("[", '{"schema":'),
    ],
    ids=lambda source: f"{source[:12]}…{source[-12:]}",
)
def test_no_text_holds_the_site_up(source):
    begun = time.thread_time()
    form = import_forms.SourceForm({"text": source})
    if form.is_valid():
        import_forms.PartsForm(source=form.cleaned_data).parts()
    assert time.thread_time() - begun < SLOW


@pytest.mark.parametrize(
    "source", ["<p>{}</p>".format("a<br>" * 2001), "<div><b>{}</b>".format("<i>a</i>" * 1000)]
)
def test_a_paragraph_with_too_much_formatting_is_refused_and_never_stands_there_as_code(source):
    with pytest.raises(importing.Unreadable, match="too much formatting or too many line breaks"):
        importing.read(source)


def test_a_list_that_is_too_long_is_refused_and_never_stands_there_as_code():
    blocks, _, _ = importing.read("Knee\n\n" + "• a\n" * 1000)
    with pytest.raises(importing.Misplaced, match="Part 2: with it, this text grows too long"):
        importing.compose(blocks, ["title", "text"], **ABOUT)


INSIDE_A_LINE = ["b", "i", "s", "del", "ins", "wbr", "q", "kbd", "var", "bdi", "span", "mark", "big", "ruby"]
WORDS = st.lists(st.text("ab<&", min_size=1, max_size=4), min_size=1, max_size=4).map(" ".join)


@given(st.lists(st.tuples(WORDS, st.sampled_from(INSIDE_A_LINE), st.booleans()), min_size=1, max_size=12))
def test_what_stands_inside_a_line_breaks_no_word_apart(pieces):
    inner = "".join(f"<{tag}>" + html.escape(words) + f"</{tag}>" * closed for words, tag, closed in pieces)
    [block], _, _ = importing.read(f"<p>{inner}</p>")
    assert block.text.split() == "".join(words for words, _, _ in pieces).split()


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("Write to <clinic@example.org> first.", "Write to <clinic@example.org> first."),
        ("Lift <5kg or less> only.", "Lift <5kg or less> only."),
        ('See <a href="https://example.org/\nlong/page">here</a>.', "See here."),
    ],
)
def test_what_is_no_element_is_words(line, text):
    [block], _, _ = importing.read(f"<p>{line}</p>")
    assert block.text == text
    assert [url for _, url in block.links if " " in url or "\n" in url] == []


def test_a_title_that_is_a_link_loses_no_address():
    blocks, _, _ = importing.read('<h1><a href="https://example.org/knee">Knee</a></h1>')
    document, told = importing.compose(blocks, ["title"], **ABOUT | {"title": "Knee"})
    assert [link["url"] for link in document["links"]["items"]] == ["https://example.org/knee"]
    assert "holds a link, which now stands among the links" in told[0]


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        ("<p>Take <del>two</del> three.", "the line through words that are struck out: the words are there"),
        ("<ol><li>a<li value=7>b</ol>", "the number that an item of a list was given"),
    ],
)
def test_what_a_page_shows_and_a_draft_cannot_is_said(source, sentence):
    assert f"Not brought in: {sentence}." in importing.read(source)[2]


ITEMS = st.tuples(st.sampled_from(["", "  ", "    "]), st.sampled_from(["•", "1.", "2.", "3.", "7)"]))


def as_shown(block):
    """The words of a block and the numbers that its lists show."""
    for number, line in enumerate(block.lines, 1):
        yield from [f"{number}."] if block.form == "numbered list" else []
        yield line.text
        for inner, part in enumerate(line.parts, 1):
            yield from [f"{inner}."] if line.numbered_parts else []
            yield part.text


@given(st.lists(ITEMS, min_size=1, max_size=12))
def test_every_number_of_a_list_is_shown_as_it_was_written(items):
    source = "\n".join(f"{indent}{mark} word" for indent, mark in items)
    shown = " ".join(text for block in importing.plain.blocks_of(source) for text in as_shown(block))
    written = [word for word in source.split() if word != "•"]
    assert shown.replace(")", ".").split() == [word.replace(")", ".") for word in written]


def test_numbers_that_a_list_inside_an_item_cannot_have_stay_in_its_words():
    assert (
        recognised("Knee\n\n• Bend\n  3. times\n  4. days\n• Rest")[1][1] == "Bend\n3. times\n4. days\nRest"
    )
    assert MARKERS.fullmatch("3.")


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.django_db
def test_a_file_in_utf_16_is_read_as_what_it_is(at_work, encoding):  # noqa: F811
    mark = "" if encoding == "utf-16" else "\ufeff"
    response = upload(at_work, f"{mark}Knee – “bend”".encode(encoding))
    assert "Knee – “bend”" in said(response)
    assert "Windows-1252" not in said(response)


@pytest.mark.parametrize(
    "content",
    [
        b"\xff\xfe\x00\xd8K\x00",  # Half of a surrogate pair.
        b"\xff\xfe\x00\x00K\x00\x00\x00",  # UTF-32.
        "Kn\u2066ee".encode(),
        "Kn\x85ee".encode(),
        "Kn\ufffdee".encode(),
        b"+ADw-script+AD4-alert(1)+ADw-/script+AD4-\x1b",
    ],
)
@pytest.mark.django_db
def test_what_cannot_be_recorded_exactly_is_refused(at_work, content):  # noqa: F811
    assert upload(at_work, content).status_code == 400
    assert not Leaflet.objects.exists()


@pytest.mark.parametrize("name", ["x" * 101, "a\u202etxt.exe", "a\nSigned off by the board", ""])
@pytest.mark.django_db
def test_what_history_keeps_of_the_source_is_the_name_of_a_file_and_no_more(at_work, name):  # noqa: F811
    post = chosen(at_work.post(ADDRESS, {"text": "Knee\n\nBend it."}), **ABOUT, name=name)
    assert at_work.post(ADDRESS, post).status_code == 400
    assert not Version.objects.exists()


@pytest.mark.django_db
def test_what_is_posted_beside_the_form_changes_nothing(at_work, draft):  # noqa: F811
    before = draft.snapshot()
    post = chosen(at_work.post(ADDRESS, {"text": "Knee\n\nGet help straight away\n\n• a"}), **ABOUT)
    more = {
        "urgency": "non-urgent",
        "part_9": "title",
        "pk": draft.pk,
        "id": draft.pk,
        "contacts": "gp",
        "document": "{}",
    }
    assert at_work.post(ADDRESS, post | more).status_code == 302
    assert RedFlagGroup.objects.get(key__startswith="neck-pain").urgency == ""
    draft.refresh_from_db()
    assert draft.snapshot() == before


@pytest.mark.django_db
def test_a_leaflets_file_that_claims_a_shared_item_of_others_changes_none_of_it(at_work, draft):  # noqa: F811
    document = json.loads(LOWER_BACK.read_text()) | {"slug": "back"}
    before, versions = draft.snapshot(), Version.objects.count()
    for name, value in {"urgency": None, "signs": [], "contacts": [], "title": "x"}.items():
        claimed = json.loads(json.dumps(document))
        claimed["red_flag_groups"][0][name] = value
        assert "is here already and says something else" in said(
            at_work.post(ADDRESS, {"text": json.dumps(claimed)})
        )
    claimed = json.loads(json.dumps(document))
    claimed["exercises"]["programmes"][0]["videos"][0]["stop_if"] = "Never."
    claimed["exercises"]["programmes"][0]["key"] = "another"
    assert at_work.post(ADDRESS, {"text": json.dumps(claimed)}).status_code == 400
    draft.refresh_from_db()
    assert (draft.snapshot(), Version.objects.count()) == (before, versions)


@pytest.mark.django_db
def test_a_forged_request_brings_in_nothing(editor):
    client = Client(enforce_csrf_checks=True)
    client.force_login(editor)
    assert client.post(ADDRESS, {"text": "Knee\n\nBend it."}).status_code == 403
    file = SimpleUploadedFile("x.json", LOWER_BACK.read_bytes())
    assert client.post(ADDRESS, {"file": file}).status_code == 403
    assert not Leaflet.objects.exists()


@pytest.mark.parametrize("roles", [[], ["Reviewer"], ["Auditor"], ["Administrator"], ["Reviewer", "Auditor"]])
@pytest.mark.django_db
def test_whoever_is_no_editor_brings_in_nothing(client, roles):
    client.force_login(person("other", *roles))
    posted = {
        "text": "Knee\n\nBend it.",
        "make": "1",
        "name": "x",
        "part_1": "title",
        "part_2": "introduction",
    }
    assert client.post(ADDRESS, posted | ABOUT).status_code == 403
    assert client.get(ADDRESS).status_code == 403
    assert not Leaflet.objects.exists()


def test_the_words_of_the_site_are_no_addresses():
    from django.urls import get_resolver

    from leaflets.models.draft import OWN_WORDS

    first = {re.match(r"[\w-]*", str(pattern.pattern))[0] for pattern in get_resolver().url_patterns}
    assert first - {""} <= OWN_WORDS


@pytest.mark.parametrize(
    ("source", "place"),
    [
        ("Knee\n\nSee your GP\n\n" + "• a\n" * 101, "red_flag_groups[0].signs"),
        ("Knee\n\n" + "See your GP\n\n• a\n\n" * 101, "red_flag_groups"),
        ("Knee\n\n" + "Rest\n\nA sentence.\n\n" * 102, "sections"),
    ],
)
@pytest.mark.django_db
def test_a_draft_that_no_form_could_show_is_refused(at_work, source, place):  # noqa: F811
    response = at_work.post(ADDRESS, chosen(at_work.post(ADDRESS, {"text": source}), **ABOUT))
    assert f"{place}: it holds 101 entries, and 100 is the most." in said(response)
    assert not Version.objects.exists()


@pytest.mark.parametrize("name", ["red_flag_groups", "sections", "evidence"])
@pytest.mark.django_db
def test_a_leaflets_file_that_no_form_could_show_is_refused_before_it_is_looked_at(at_work, name):  # noqa: F811
    begun = time.thread_time()
    document = json.loads(LOWER_BACK.read_text()) | {"slug": "back", name: [0] * 60_000}
    response = at_work.post(ADDRESS, {"text": json.dumps(document)})
    assert f"{name}: it holds 60,000 entries, and 100 is the most." in said(response)
    assert time.thread_time() - begun < SLOW
