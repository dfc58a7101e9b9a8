"""What a board makes its own: a colour, a logo and lines at the foot, without touching code."""

import io
import re
from base64 import b64decode

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.template import engines
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from config import appearance
from config.settings import BASE_DIR
from leaflets import jinja, look

SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 120 60"><path d="M0 0h9v9z"/></svg>'
colours = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


@pytest.fixture
def file(tmp_path):
    def file(content):
        path = tmp_path / "file"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return file


def png(width, height):
    made = io.BytesIO()
    Image.new("RGB", (width, height), "white").save(made, "PNG")
    return made.getvalue()


def page():
    """A public page as a site that starts with the settings of now shows it."""
    loader = engines["public"].env.loader.loaders[0]
    return jinja.environment(loader=loader, autoescape=True).get_template("not_found.html").render()


@given(colours)
def test_a_colour_is_taken_only_where_white_words_on_it_can_be_read(colour):
    readable = appearance.contrast_with_white(colour) >= 4.5
    try:
        assert appearance.colour(colour) == colour
    except ImproperlyConfigured:
        assert not readable
    else:
        assert readable


@pytest.mark.parametrize(
    ("colour", "contrast"),
    [("#000000", 21), ("#ffffff", 1), ("#767676", 4.54), ("#ff0000", 4.00), ("#0000ff", 8.59)],
)
def test_contrast_is_measured_as_the_guidelines_do(colour, contrast):
    assert appearance.contrast_with_white(colour) == pytest.approx(contrast, abs=0.01)


def test_a_colour_stands_in_the_one_sheet_and_its_address_says_which(client, settings):
    assert look.address() == "/static/leaflets/site.css"
    plain = look.digest()
    settings.SITE_COLOUR = "#5b2a86"
    assert re.findall('rel="stylesheet" href="([^"]+)"', page()) == [look.address()]
    response = client.get(look.address())
    assert response.content.endswith(b":root{--brand:#5b2a86}")
    assert response["Content-Type"] == "text/css; charset=utf-8"
    assert "immutable" in response["Cache-Control"]
    # What is kept with each rendering is the digest of the sheet that patients had.
    assert look.digest() in look.address()
    assert look.digest() != plain
    assert client.get(f"/styles/{plain}.css").status_code == 404


@pytest.mark.parametrize(
    ("content", "size"),
    [(SVG, (80, 40)), (png(300, 100), (120, 40)), (f"<!DOCTYPE svg>{SVG}", (80, 40))],
    ids=["svg", "png", "svg with a document type"],
)
def test_a_logo_stands_for_the_name(file, settings, content, size):
    path = file(content)
    settings.SITE_NAME, settings.SITE_LOGO = "Example & Health", appearance.logo(path)
    [picture] = re.findall('<a href="/">(<img[^>]+>)</a>', page())
    assert 'alt="Example &amp; Health"' in picture
    assert 'width="{}" height="{}"'.format(*size) in picture
    assert b64decode(re.search('base64,([^"]+)', picture)[1]) == path.read_bytes()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"GIF89a", "is no PNG picture, and no SVG"),
        (b"\x89PNG\r\n\x1a\n", "is no PNG picture, and no SVG"),
        ("<svg/>", "is no PNG picture, and no SVG"),
        (SVG.replace("viewBox", "box"), "is no PNG picture, and no SVG"),
        (SVG.replace("120 60", "120 0"), "is no PNG picture, and no SVG"),
        (SVG.replace("120 60", "nan nan"), "is no PNG picture, and no SVG"),
        (SVG.replace("120 60", "inf 60"), "is no PNG picture, and no SVG"),
        (f'<!DOCTYPE s [<!ENTITY a "b">]>{SVG}', "is no PNG picture, and no SVG"),
        (SVG.replace("svg", "html"), "is no PNG picture, and no SVG"),
        (SVG[:-6], "is no PNG picture, and no SVG"),
        (SVG + "<!--" + "x" * 10_000 + "-->", "Every page carries it: make it 10000 or fewer"),
        (SVG.replace("120 60", "800 100"), "is more than 7 times as wide as it is high"),
    ],
)
def test_what_is_no_logo_is_refused_with_a_sentence(file, content, sentence):
    with pytest.raises(ImproperlyConfigured, match=sentence):
        appearance.logo(file(content))


@given(st.binary(max_size=200))
def test_no_file_breaks_the_judging_of_a_logo(tmp_path_factory, content):
    path = tmp_path_factory.getbasetemp() / "logo"
    path.write_bytes(content)
    with pytest.raises(ImproperlyConfigured):
        appearance.logo(path)


def test_lines_at_the_foot_lead_where_they_say(file, settings):
    settings.SITE_FOOTER = appearance.footer(
        file(
            "Example & Board\n\nComplaints | https://www.example.org/c?a=1&b=2\n0131 000 0000 | tel:+441310000000\n"
        )
    )
    foot = page().partition("<footer")[2]
    assert '<p lang="en-GB">Example &amp; Board</p>' in foot
    assert (
        '<p lang="en-GB"><a href="https://www.example.org/c?a=1&amp;b=2">Complaints</a> (www.example.org)</p>'
        in foot
    )
    assert '<p lang="en-GB"><a href="tel:+441310000000">0131 000 0000</a></p>' in foot


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("Words\nComplaints | http://example.org/", "SITE_FOOTER, line 2: write"),
        ("Complaints | javascript:alert(1)", "SITE_FOOTER, line 1: write"),
        ("Complaints | //example.org", "SITE_FOOTER, line 1: write"),
        ("| https://example.org/", "SITE_FOOTER, line 1: write"),
        ("a|b|https://example.org/", "SITE_FOOTER, line 1: write"),
        ("x" * 201, "SITE_FOOTER, line 1: write"),
        ("x\n" * 11, "has more than 10 lines"),
        (b"\xff", "is not written in UTF-8"),
    ],
)
def test_what_is_no_foot_is_refused_with_a_sentence(file, content, sentence):
    with pytest.raises(ImproperlyConfigured, match=sentence):
        appearance.footer(file(content))


def test_nothing_is_set_and_nothing_is_shown(settings):
    assert (appearance.colour(""), appearance.logo(""), appearance.footer("")) == ("", None, ())
    assert re.search(r'<a href="/">Self-help leaflets</a>', page())


def test_what_the_document_for_boards_says_can_be_set(file):
    text = (BASE_DIR / "docs" / "settings.md").read_text()
    assert appearance.colour(re.search('SITE_COLOUR="(.+)"', text)[1])
    lines = appearance.footer(file(re.search("```text\n(.+?)```", text, re.DOTALL)[1]))
    assert [line.address.partition(":")[0] for line in lines] == ["", "tel", "https"]
    names = re.findall('"(SITE_[A-Z]+)"', (BASE_DIR / "config" / "settings.py").read_text())
    assert [name for name in names if f"| `{name}` |" not in text] == []
