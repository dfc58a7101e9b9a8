import time

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from leaflets.models import Leaflet
from leaflets.richtext import LIMIT, sanitise, validate_rich

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
