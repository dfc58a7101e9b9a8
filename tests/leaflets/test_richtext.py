import html
import time

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from leaflets import importing
from leaflets.models import Leaflet
from leaflets.richtext import LIMIT, allowed, lines_of, sanitise, validate_rich
from leaflets.richtext.allowed import ATTRIBUTES, CLASSES, ELEMENTS, TOOLBAR, TYPED
from leaflets.richtext.editor import CONFIG

ATTACKS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '<a href="javascript:alert(1)">x</a>',
    '<a href="java\nscript:alert(1)">x</a>',
    '<a href="//evil.example/">x</a>',
    '<a href="data:text/html,<script>alert(1)</script>">x</a>',
    "<svg onload=alert(1)>",
    "<svg><style><img src=x onerror=alert(1)></style></svg>",
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=alert(1)&gt;'>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<p style='background:url(javascript:alert(1))'>x</p>",
    "<p onclick='alert(1)' class='x' id='y'>x</p>",
    "<form action='https://evil.example'><input name=q></form>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<base href='https://evil.example/'><meta http-equiv=refresh content=0>",
]
FORBIDDEN = [
    "<script",
    "<img",
    "<svg",
    "<iframe",
    "<form",
    "<input",
    "<base",
    "<meta",
    "<style",
    'onerror="',
    "onclick",
]


@pytest.mark.parametrize("attack", ATTACKS)
def test_nothing_that_runs_or_reaches_out_is_left(attack):
    safe = sanitise(f"<p>before</p>{attack}<p>after</p>")
    assert not any(bad in safe.lower() for bad in FORBIDDEN)
    assert "javascript:" not in safe.lower().replace("\n", "") or "href" not in safe


@pytest.mark.parametrize("attack", ATTACKS)
def test_what_is_safe_stays_as_it_is_when_cleaned_again(attack):
    assert sanitise(sanitise(attack)) == sanitise(attack)


def made(name, *inside):
    return st.lists(st.one_of(*inside), min_size=1, max_size=3).map(
        lambda parts: f"<{name}>{''.join(parts)}</{name.split()[0]}>"
    )


# Whatever the toolbar makes, one in another as the editor allows it.
WORDS = st.text(alphabet="aé –’5?.", min_size=1, max_size=8).map(str.strip).filter(bool)
MARKED = [
    made(name, WORDS)
    for name in ("strong", "em", "sup", "sub", 'a href="https://www.nhs.uk/"', 'a href="tel:111"')
]
INLINE = st.one_of(WORDS, *MARKED)
BREAK = st.just("<br>")
LISTS = st.one_of(
    *(made(name, made("li", INLINE)) for name in ("ul", "ol", 'ul class="do"', 'ul class="dont"')),
    made("ul", made("li", made("ol", made("li", INLINE)))),
)
ROW, HEADED = made("tr", made("td", INLINE)), made("tr", made('th scope="row"', WORDS), made("td", INLINE))
TABLES = st.builds(
    lambda caption, head, body: f"<table>{caption}<thead><tr>{head}</tr></thead>{body}</table>",
    made("caption", WORDS),
    made('th scope="col"', WORDS),
    made("tbody", ROW, HEADED),
)
PAIR = st.builds(lambda question, answer: f"<dt>{question}</dt><dd>{answer}</dd>", WORDS, INLINE)
BLOCKS = st.one_of(
    made("p", INLINE, BREAK), made("h3", INLINE), made("h4", INLINE), LISTS, made("dl", PAIR), TABLES
)


@given(st.lists(BLOCKS, max_size=5).map("".join))
def test_whatever_the_toolbar_makes_is_kept_byte_for_byte(text):
    validate_rich(text)
    assert sanitise(text) == text


TAGS = st.sampled_from([*sorted(ELEMENTS), "div", "span", "script", "svg", "style", "template"])
ODD = st.sampled_from(
    ["", ' class="do x"', ' style="color:red"', ' href="javascript:x"', ' onclick="x"', ' scope="col"']
)


@given(
    st.lists(st.one_of(WORDS, st.builds("<{}{}>".format, TAGS, ODD), TAGS.map("</{}>".format)), max_size=12)
)
def test_sanitising_any_tags_in_any_order_is_stable(parts):
    clean = sanitise("".join(parts))
    assert sanitise(clean) == clean


class TestOneList:
    MADE = [part.split(".")[0] for group in TOOLBAR for button in group for part in button.makes.split()]

    def test_every_element_that_is_allowed_is_made_by_a_button_or_by_typing(self):
        assert {*self.MADE, *TYPED.split()} == ELEMENTS
        assert set(ATTRIBUTES) | set(CLASSES) <= ELEMENTS

    def test_the_editors_own_filter_lets_in_the_same(self):
        elements, *rules = CONFIG["allowedContent"].split("; ")
        assert set(elements.split()) == ELEMENTS
        assert set(rules) == {
            "ul(do,dont)",
            "a[!href]",
            "th[colspan,rowspan,scope]",
            "td[colspan,rowspan]",
        }

    @pytest.mark.django_db
    def test_the_toolbar_has_the_buttons_of_the_list_and_no_others(self, editor, client):
        client.force_login(editor)
        page = client.get("/admin/leaflets/leaflet/add/")
        widget = page.context["adminform"].form.fields["exercises_introduction"].widget
        assert widget.config["toolbar"] == [[button.name for button in group] for group in TOOLBAR]
        assert widget.config["versionCheck"] is False


@given(st.text(alphabet="<>/='\" abpsvgtylescrilk&;#!-", max_size=80))
def test_sanitising_any_text_is_stable(text):
    assert sanitise(sanitise(text)) == sanitise(text)


@pytest.mark.parametrize(
    "text",
    [
        "<p>One <strong>bold</strong>word and <em>another</em>.</p>",
        '<p><a href="https://www.nhs.uk/">NHS</a>, <a href="tel:111">111</a>, <a href="mailto:a@b.org">mail</a></p>',
        '<ul class="do"><li>rest</li></ul><ul class="dont"><li>lift</li></ul>',
        '<table><caption>c</caption><thead><tr><th scope="col">a</th></tr></thead>'
        '<tbody><tr><td colspan="2">b</td></tr></tbody></table>',
        "<dl><dt>Question?</dt><dd>Answer.</dd></dl><h3>a</h3><h4>b</h4><ol><li>c</li></ol>",
        "5 &lt; 6 &amp; 7 – ‘ok’",
    ],
)
def test_what_editors_may_write_is_kept_byte_for_byte(text):
    validate_rich(text)
    assert sanitise(text) == text


@pytest.mark.parametrize(
    "link", ["javascript:alert(1)", "http://example.org/", "//evil.example", "/relative", "data:x"]
)
def test_a_link_that_would_be_lost_is_refused_and_named(link):
    with pytest.raises(ValidationError) as error:
        validate_rich(f'<p><a href="{link}">words</a></p>')
    assert (
        f"The link “{link}” is not allowed. Use an address that begins with https://"
        in error.value.messages[0]
    )


@pytest.mark.parametrize("tag", ["svg", "math", "div", "del", "script", "style", "img", "span"])
def test_an_element_that_has_no_place_is_refused_and_named(tag):
    with pytest.raises(ValidationError, match=f"“<{tag}>” has no place here"):
        validate_rich(f"<p>kept</p><{tag}>lost</{tag}>")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('<p style="color:red">x</p>', "The “style” of “<p>” has no place here. Paste it as plain text"),
        ('<ul class="do red"><li>x</li></ul>', "The “class” of “<ul>” has no place here."),
        ('<p class="do">x</p>', "The “class” of “<p>” has no place here."),
        ('<ol start="3"><li>x</li></ol>', "Write the numbers into the text, or let the list begin with 1."),
    ],
)
def test_looks_that_would_be_lost_are_refused_and_named(text, sentence):
    with pytest.raises(ValidationError) as error:
        validate_rich(text)
    assert sentence in error.value.messages[0]


@pytest.mark.parametrize("text", ["x" * (LIMIT + 1), "<p></p>" * 1001])
def test_too_much_is_refused_with_the_sizes(text):
    with pytest.raises(ValidationError, match=r"This text is too long: .* and 65,536 is the most"):
        validate_rich(text)


def test_too_much_is_shown_as_plain_text_and_quickly():
    started = time.monotonic()
    assert sanitise("<div>" * 200_000).startswith("&lt;div&gt;")
    assert time.monotonic() - started < 5


@pytest.mark.parametrize("bad", ["a\x00b", "a\ud800b"])
def test_nul_and_surrogates_are_refused(bad):
    with pytest.raises(ValidationError, match=r"Remove the character U\+"):
        validate_rich(bad)


@pytest.mark.django_db
def test_what_reaches_the_row_by_another_way_is_sanitised_when_stored():
    leaflet = Leaflet(title="T", slug="t", body_part="B", exercises_introduction="<p onclick='x'>y</p>")
    leaflet.save()
    assert Leaflet.objects.get().exercises_introduction == "<p>y</p>"


@pytest.mark.django_db
def test_what_was_put_in_by_sql_is_sanitised_when_edited_and_when_shown(live, client, editor):
    Leaflet.objects.update(
        exercises_introduction="<p>x</p><script>alert(1)</script><img src=x onerror=alert(2)>"
    )
    client.force_login(editor)
    form = client.get(f"/admin/leaflets/leaflet/{live.leaflet_id}/change/").content.decode()
    preview = client.get(f"/admin/leaflets/leaflet/{live.leaflet_id}/preview/exercises/").content.decode()
    for page in (form, preview):
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert" not in page
        assert "onerror" not in page


def test_what_does_not_come_to_rest_is_shown_as_plain_text(monkeypatch):
    restless = '<a href="https://a.example/"><table><a href="https://b.example/">x'
    assert sanitise(restless).startswith("<a")
    monkeypatch.setattr(allowed, "PASSES", 1)
    assert html.unescape(sanitise(restless)).startswith("<a")
    assert "<" not in sanitise(restless)


@pytest.mark.parametrize("broken", ["<![<table if x]>", "<![<b>", "<![%>"])
def test_a_section_that_is_none_keeps_nobody_from_reading_the_rest(broken):
    assert lines_of(f"<p>a</p>{broken}<p>b</p>") == ["a", "b"]
    validate_rich(f"<p>a</p>{broken}")
    [block, other], _, _ = importing.read(f"<p>a</p>{broken}<p>b</p>")
    assert (block.text, other.text) == ("a", "b")
