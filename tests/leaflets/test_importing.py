"""A text that is brought in: what is recognised, and that no word of it is lost, moved or made up."""

import html
import json
import re
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leaflets import document as documents
from leaflets import importing
from leaflets.importing.proposals import CHOICES
from tests.universe import LOWER_BACK

HERE = Path(__file__).parent
SEED = (HERE / "seed-lower-back.txt").read_text()
ABOUT = {"slug": "neck", "language": "en-GB", "title": "Neck pain", "body_part": "Neck"}
ROLES = [role for _, roles in CHOICES for role, _ in roles]
MARKERS = re.compile(r"[•*\-–·▪◦‣●○]|\(?\d{1,3}[.)]")


def page(name):
    return (HERE / "pages" / name).read_text()


def recognised(source):
    blocks, _, _ = importing.read(source)
    return list(zip(importing.propose(blocks), (block.text for block in blocks), strict=True))


def brought_in(source, **about):
    blocks, _, _ = importing.read(source)
    return importing.compose(blocks, importing.propose(blocks), **{**ABOUT, **about})


def words(text):
    """The words of a text, without the marks of lists."""
    return [word for word in text.split() if not MARKERS.fullmatch(word)]


def without(document, *names):
    """The document without what stands under these names, wherever they are."""
    if isinstance(document, dict):
        return {name: without(value, *names) for name, value in document.items() if name not in names}
    return [without(each, *names) for each in document] if isinstance(document, list) else document


def test_the_first_leaflet_becomes_the_hand_made_document_but_for_urgency_contacts_media_and_keys():
    about = {
        "slug": "lower-back",
        "title": "Self-help and information – Lower Back",
        "body_part": "Lower Back",
    }
    document, said = brought_in(SEED, **about)
    hand_made = json.loads(LOWER_BACK.read_text())
    differing = ("urgency", "contacts", "videos", "key")
    assert without(document, *differing) == without(hand_made, *differing)

    groups, programmes = document["red_flag_groups"], document["exercises"]["programmes"]
    assert [group["urgency"] for group in groups] == [None, None, None]
    assert [group["contacts"] for group in groups] == [[], [], []]
    assert [programme["videos"] for programme in programmes] == [[], [], []]
    assert [item["key"] for item in (*groups, *programmes)] == [
        "lower-back-cauda-equina-syndrome-ces",
        "lower-back-symptoms-that-are-present-after-trauma",
        "lower-back-symptoms-where-no-trauma-was-involved",
        "lower-back-beginner-lower-back-exercises",
        "lower-back-progressive-lower-back-exercises",
        "lower-back-general-lower-back-exercises",
    ]
    assert said == [
        "Part 1, “Skip to content”, is left out.",
        "Part 2, “Home > Hospitals And Services > Services A to Z > Musculo…”, is left out.",
    ]


def test_a_page_is_recognised():
    assert recognised(page("neck-pain.html")) == [
        ("out", "Neck pain | Northshore Health Board"),
        ("out", "Skip to main content"),
        ("out", "Home\nOur services"),
        ("title", "Neck pain"),
        ("introduction", "Most neck pain settles within a few weeks."),
        ("group", "When to get help"),
        ("warning", "Warning: call 999 if you cannot move an arm after a fall."),
        ("todo", "Contact your GP, or NHS 24 on 111 when it is closed, if you have:"),
        (
            "signs",
            "pins and needles in both hands\na change in how you walk, such as:\ntripping\nfeeling unsteady\n"
            "fever & night sweats",
        ),
        ("note", "Please note: osteoporosis makes a small injury matter more."),
        ("after", "For the emergency card click below."),
        ("section", "What you can do"),
        ("text", "Heat and cold\nWhat How long\nWarm towel 15 minutes, with a towel"),
        ("text", "Read about pillows."),
        ("exercises-heading", "Exercises"),
        ("reminder", "Read the advice above before you begin."),
        ("exercises", "Chin tuck"),
        ("exercises", "Sit tall.\nDraw your chin in."),
        ("videos-heading", "Videos"),
        ("programme", "Neck turns\nShoulder rolls"),
        ("section", "Staying at work"),
        ("text", "Move often."),
        ("out", "© Northshore Health Board"),
    ]


def test_what_a_page_would_run_or_fetch_is_left_out_and_said():
    _, kind, said = importing.read(page("neck-pain.html"))
    assert kind == "an HTML page"
    assert "Not brought in: the words inside <script>." in said
    assert "Not brought in: “onclick”, which runs a script." in said
    assert "Not brought in: “onload”, which runs a script." in said
    document, _ = brought_in(page("neck-pain.html"))
    assert "tracker" not in json.dumps(document)
    assert "onclick" not in json.dumps(document)
    _, _, said = importing.read(page("ankle-sprain.html"))
    assert "Not brought in: <img> “An ankle wrapped in a bandage”." in said
    assert "Not brought in: <iframe> “https://videos.example.org/embed/ankle”." in said


def test_lists_in_lists_tables_and_links_keep_their_form():
    document, said = brought_in(page("ankle-sprain.html"), title="Ankle sprain")
    (group,) = document["red_flag_groups"]
    assert group["signs"] == [
        {"text": "your foot is cold or looks blue", "parts": []},
        {"text": "you cannot take four steps", "parts": ["at the time", "an hour later"]},
        {"text": "even with help", "parts": []},
    ]
    assert (group["numbered"], group["urgency"], group["contacts"]) == (True, None, [])
    assert [link["url"] for link in group["links"]] == ["https://example.org/ottawa"]
    assert '<td colspan="2">gently</td>' in document["sections"][0]["body"]
    assert [(link["text"], link["url"]) for link in document["links"]["items"]] == [
        ("How to use crutches", "https://example.org/crutches.pdf"),
        ("Foot clinic [/foot-clinic]", ""),
    ]
    assert any("has a numbered list inside a red flag" in sentence for sentence in said)


def test_no_address_is_lost_without_a_word():
    source = (
        '<h1>Neck pain</h1><p>Text <a href="https://example.org/a">a</a></p><p>b<a href="https://example.org/b">'
        '<img src="b.png"></a></p><h2>Urgent help</h2><p>Call <a href="tel:111">111</a> straight away.</p>'
    )
    _, _, left_out = importing.read(source)
    assert "Not brought in: a link without words, to “https://example.org/b”." in left_out
    document, said = brought_in(source)
    assert [(link["text"], link["url"]) for link in document["links"]["items"]] == [
        ("a", "https://example.org/a")
    ]
    assert said == [
        "Part 2, “Text a”, holds a link, which now stands among the links: “a”.",
        "Part 5, “Call 111 straight away.”, leads to “tel:111” in the source; the draft has the words alone.",
    ]


def test_what_moves_is_said():
    _, said = brought_in(page("neck-pain.html"))
    (moved,) = [sentence for sentence in said if "further up" in sentence]
    assert "For the emergency card click below." in moved


def test_a_text_without_a_heading_becomes_a_section_that_says_so():
    document, said = brought_in("Knee\n\n• Bend it.\n• Stretch it.")
    assert document["sections"] == [
        {
            "heading": "(No heading in the source)",
            "placement": "before-exercises",
            "body": "<ul><li>Bend it.</li><li>Stretch it.</li></ul>",
        }
    ]
    assert any("has no heading in the source" in sentence for sentence in said)


@pytest.mark.parametrize(
    ("text", "remark"),
    [
        ("Ring 999 or your GP.", "Names who to contact (999, GP)"),
        ("Call 0141 496 0123 today.", "Names who to contact (0141 496 0123)"),
        ("For our video click below.", "It says “below”, and nothing stands below it."),
        ('<p>See <a href="#more">more</a>.</p>', "leads to “#more”, which is no https:// address"),
    ],
)
def test_what_the_editor_must_see_to_is_remarked(text, remark):
    blocks, _, _ = importing.read(text)
    assert remark in importing.remarks(blocks)[0][0]


def test_a_numbered_line_that_continues_nothing_is_text_as_it_stands():
    assert recognised("Steps\n\n3. Third\n\n1. First\n2. Second") == [
        ("title", "Steps"),
        ("introduction", "3. Third"),
        ("text", "First\nSecond"),
    ]


def test_lines_that_a_program_broke_are_one_paragraph_again():
    source = (
        "Knee\n\nBend and stretch your knee as far as is comfortable, ten\ntimes each hour, and rest it.\n"
    )
    assert len(recognised(source)) == 2


@pytest.mark.parametrize(
    ("roles", "sentence"),
    [
        (["title", "signs"], "Part 2: “Red flags” belongs to a red-flag group."),
        (["title", "title"], "Part 2: “Title of the leaflet” is chosen twice."),
        (["title", "group"], "Part 2: it is 350 characters long; 200 is the most."),
    ],
)
def test_a_choice_that_cannot_be_is_refused_by_the_number_of_its_part(roles, sentence):
    blocks, _, _ = importing.read("Knee\n\n" + "Bend it. " * 39)
    with pytest.raises(importing.Misplaced) as refused:
        importing.compose(blocks, roles, **ABOUT)
    assert str(refused.value).startswith(sentence)


def test_a_second_heading_of_the_links_begins_a_section():
    source = (
        "Knee\n\nBend it.\n\nUseful links\n\nRead more at https://example.org/a\n\nFurther reading\n\nBooks."
    )
    assert recognised(source)[2:] == [
        ("links-heading", "Useful links"),
        ("link", "Read more at https://example.org/a"),
        ("section", "Further reading"),
        ("text", "Books."),
    ]


def test_what_a_browser_copies_has_its_headings_and_lists_again():
    source = (
        "Neck pain\nMost neck pain settles within a few weeks.\n\nWhen to get help\n"
        "Warning: call 999 if you cannot move an arm after a fall.\n\nContact your GP if you have:\n\n"
        "pins and needles in both hands\ntripping\nfever & night sweats\nPlease note: osteoporosis matters.\n"
    )
    assert recognised(source) == [
        ("title", "Neck pain"),
        ("introduction", "Most neck pain settles within a few weeks."),
        ("group", "When to get help"),
        ("warning", "Warning: call 999 if you cannot move an arm after a fall."),
        ("todo", "Contact your GP if you have:"),
        ("signs", "pins and needles in both hands\ntripping\nfever & night sweats"),
        ("note", "Please note: osteoporosis matters."),
    ]


TWO_URGENCIES = "Knee\n\nGet help\n\nCall 999 or go to A&E if you have:\n• a\n• b\n• c\n\n{}\n• d\n• e\n• f\n"


@pytest.mark.parametrize(
    "line",
    [
        "Call NHS 24 on 111 if:",
        "Contact your pharmacist if you have:",
        "Phone within two days if:",
        "NB: ring your GP if:",
        "Speak to somebody today if:",
    ],
)
def test_a_second_line_that_says_whom_to_call_or_how_soon_begins_a_group_of_its_own(line):
    document, _ = brought_in(TWO_URGENCIES.format(line))
    first, second = document["red_flag_groups"]
    assert (first["title"], first["lead"]) == ("Get help", "Call 999 or go to A&E if you have:")
    assert second["title"] == line
    assert [[sign["text"] for sign in group["signs"]] for group in (first, second)] == [
        ["a", "b", "c"],
        ["d", "e", "f"],
    ]
    assert (second["urgency"], second["contacts"], first["after"]) == (None, [], "")


def test_a_page_with_two_urgencies_below_one_heading_becomes_two_groups():
    document, _ = brought_in(
        "<h1>Knee</h1><h2>Get help</h2><p><b>Call 999 if:</b></p><ul><li>a</ul><p>Call 111 if:</p><ul><li>b</ul>"
    )
    assert [group["title"] for group in document["red_flag_groups"]] == ["Get help", "Call 111 if:"]


@pytest.mark.parametrize("line", ["You may also have:", "Call 111 if " + "you feel this way and " * 9])
def test_a_text_between_signs_that_does_not_begin_a_group_is_remarked_loudly(line):
    blocks, _, _ = importing.read(TWO_URGENCIES.format(line))
    place = [block.text for block in blocks].index(line.strip())
    assert importing.propose(blocks)[place : place + 2] == ["after", "signs"]
    assert importing.remarks(blocks)[place][-1].startswith("Look: the red flags below this join those above")


def test_a_list_that_becomes_plain_text_is_said():
    blocks, _, _ = importing.read("Knee\n\n• Bend it.\n• Rest it.")
    document, said = importing.compose(blocks, ["title", "introduction"], **{**ABOUT, "title": "Knee"})
    assert document["introduction"]["text"] == "Bend it.\nRest it."
    assert said == [
        "Part 2, “Bend it. Rest it.”, is a list in the source; the draft has its words as plain text."
    ]


def test_two_groups_of_one_name_have_keys_of_their_own():
    source = "Knee\n\nSee your GP\n\n• a\n\nSee your GP\n\n• b"
    blocks, _, _ = importing.read(source)
    document, _ = importing.compose(blocks, importing.propose(blocks), taken=["neck-see-your-gp"], **ABOUT)
    assert [group["key"] for group in document["red_flag_groups"]] == [
        "neck-see-your-gp-2",
        "neck-see-your-gp-3",
    ]


LINES = st.sampled_from(
    [
        *("", "", "Knee pain", "Warning: go to A&E now.", "NOTE: if you have diabetes", "Exercise videos"),
        *(
            "• a sign",
            "  • part of it",
            "  more of it",
            "1. first",
            "2. second",
            "7) seventh",
            "- dash <b & c",
        ),
        *(
            "Useful links",
            "Exercises",
            "See your GP straight away if:",
            "Exercises",
            "Read this before you start.",
            "Useful links",
        ),
        *("More information https://example.org/a", "Home > Services > Knee", "a" * 60, "b " * 40, "–", "•"),
    ]
)
SOURCES = st.one_of(st.lists(LINES, max_size=25).map("\n".join), st.text(max_size=200))


@given(SOURCES)
def test_every_word_of_a_plain_text_stands_in_its_parts_in_order(source):
    blocks = importing.plain.blocks_of(source)
    assert words(" ".join(block.text for block in blocks)) == words(source)


TAGS = st.sampled_from(
    "p div h1 h2 h3 ul ol li table tr td th caption b a span nav br section dl dt dd button noscript title".split()
)
PIECES = st.one_of(
    st.text("abc &;é", min_size=1, max_size=8).map(lambda words: ("words", words)),
    TAGS.map(lambda tag: ("begin", tag)),
    TAGS.map(lambda tag: ("end", tag)),
)


@given(st.lists(PIECES, max_size=40))
def test_every_letter_of_a_page_stands_in_its_parts_in_order_however_broken_it_is(pieces):
    written = {"words": html.escape, "begin": "<{}>".format, "end": "</{}>".format}
    source = "".join(written[kind](value) for kind, value in pieces)
    blocks, _ = importing.hypertext.blocks_of(source)
    letters = "".join(value for kind, value in pieces if kind == "words")
    assert "".join("".join(block.text for block in blocks).split()) == "".join(letters.split())


def all_words(document):
    """Count every word that a document says, its rich texts read."""
    if isinstance(document, dict):
        return sum((all_words(value) for value in document.values()), Counter())
    if isinstance(document, list):
        return sum(map(all_words, document), Counter())
    text = re.sub("</?(p|li|ul|ol|td|th|tr|h3|br|table|tbody)[^<>]*>", " ", str(document))
    return Counter(html.unescape(text).split())


@given(st.lists(LINES, max_size=25).map("\n".join), st.data())
def test_every_word_that_is_not_left_out_stands_in_the_draft_whatever_the_editor_chooses(source, data):
    blocks = importing.plain.blocks_of(source)
    proposed = importing.propose(blocks)
    roles = [data.draw(st.sampled_from([role, *ROLES])) for role in proposed]
    try:
        document, said = importing.compose(blocks, roles, **ABOUT)
    except importing.Misplaced:
        return  # The editor is told, and chooses again.
    kept = [block for block, role in zip(blocks, roles, strict=True) if role not in ("out", "title")]
    assert Counter(" ".join(block.text for block in kept).split()) - all_words(document) == Counter()
    assert len([sentence for sentence in said if "is left out" in sentence]) == roles.count("out")
    assert all(not group["urgency"] and not group["contacts"] for group in document["red_flag_groups"])


@given(st.lists(LINES, max_size=25).map("\n".join))
def test_what_is_proposed_can_always_be_made(source):
    blocks = importing.plain.blocks_of(source)
    document, _ = importing.compose(blocks, importing.propose(blocks), **ABOUT)
    assert documents.problems(document) == []


class TestQuestionsAndAnswers:
    SOURCE = "<h1>Neck</h1><h2>About</h2><p>It aches.</p><h2>Questions</h2><p>Some.</p>{}<p>That is all.</p>"

    def body(self, source):
        document, _ = brought_in(self.SOURCE.format(source))
        return document["sections"][0]["body"]

    def test_they_stay_what_they_are(self):
        source = (
            "<dl><dt>May I <b>drive</b>?</dt><dd>Not yet.</dd><dd>Ask.</dd><dt>Work?</dt><dd>Yes.</dd></dl>"
        )
        kept = source.replace("b>", "strong>")
        assert self.body(source) == f"<p>Some.</p>{kept}<p>That is all.</p>"

    def test_two_lists_stay_two(self):
        source = "<dl><dt>A?</dt><dd>a</dd></dl><dl><dt>B?</dt><dd>b</dd></dl>"
        assert source in self.body(source)

    def test_a_list_in_an_answer_stands_below_it(self):
        source = "<dl><dt>A?</dt><dd>Do this:<ul><li>one</li></ul></dd><dt>B?</dt><dd>b</dd></dl>"
        expected = "<dl><dt>A?</dt><dd>Do this:</dd></dl><ul><li>one</li></ul><dl><dt>B?</dt><dd>b</dd></dl>"
        assert expected in self.body(source)

    def test_an_answer_without_a_question_and_words_that_are_neither_are_paragraphs(self):
        assert self.body("<dl><dd>Alone.</dd>Neither.</dl>") == (
            "<p>Some.</p><p>Alone.</p><p>Neither.</p><p>That is all.</p>"
        )

    def test_paragraphs_and_headings_inside_are_part_of_them(self):
        source = "<dl><dt><h3>A?</h3></dt><dd><p>one</p><p>two</p></dd></dl>"
        assert "<dl><dt>A?</dt><dd>one</dd><dd>two</dd></dl>" in self.body(source)

    def test_where_a_text_is_plain_it_is_said_that_they_are_no_more(self):
        blocks, _, _ = importing.read("<dl><dt>A?</dt><dd>a</dd></dl>")
        document, said = importing.compose(blocks, ["introduction"], **ABOUT)
        assert document["introduction"]["text"] == "A?\na"
        [sentence] = said
        assert "has questions and answers in the source; the draft has their words alone" in sentence


class TestEmphasis:
    SOURCE = "<p>Call <b>at once</b>.</p>"

    @pytest.mark.parametrize("role", ["introduction", "link", "section"])
    def test_words_in_bold_that_become_plain_are_named(self, role):
        blocks, _, _ = importing.read(self.SOURCE)
        _, said = importing.compose(blocks, [role], **ABOUT)
        assert any(
            "has words in bold or italics, raised or lowered; the draft has them plain" in s for s in said
        )

    @pytest.mark.parametrize("role", ["text", "exercises"])
    def test_where_they_stay_bold_nothing_is_said_of_it(self, role):
        blocks, _, _ = importing.read(self.SOURCE)
        document, said = importing.compose(blocks, [role], **ABOUT)
        assert "<strong>at once</strong>" in json.dumps(document)
        assert not any("in bold" in sentence for sentence in said)

    @pytest.mark.parametrize(
        ("source", "remarked"),
        [
            (SOURCE, True),
            ("<p>10 m<sup>2</sup></p>", True),
            ("<ul><li>one<ul><li><i>two</i></li></ul></li></ul>", True),
            ("<p>Plain.</p>", False),
            ("<h2><b>A heading</b></h2>", False),
        ],
    )
    def test_the_page_says_before_what_plain_text_does_not_keep(self, source, remarked):
        blocks, _, _ = importing.read(source)
        found = [remark for remarks in importing.remarks(blocks) for remark in remarks]
        assert any("only the text of a section" in remark for remark in found) == remarked


@pytest.mark.parametrize("code", ["<a " * 87_000, "<p>" + "<!-- " * 50_000, "<p><b" * 40_000])
def test_broken_code_is_refused_at_once_with_what_to_do_instead(code):
    with pytest.raises(importing.Unreadable, match="copy what you see, paste it here"):
        importing.hypertext.blocks_of(code)
