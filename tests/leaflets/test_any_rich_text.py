"""Whatever is written as rich text: what is left holds only what is allowed, to every reader, and stays as it is."""

from html.parser import HTMLParser

import pytest
import tinyhtml5
from hypothesis import given
from hypothesis import strategies as st

from leaflets.richtext import SCHEMES, sanitise
from leaflets.richtext.allowed import ATTRIBUTES, CLASSES, ELEMENTS

pytestmark = pytest.mark.looks
NAMES = [
    *sorted(ELEMENTS),
    *"script style svg math mglyph mtext annotation-xml foreignObject desc title template noscript select".split(),
    *"option textarea iframe object embed form input img body head html frameset plaintext xmp noembed b".split(),
]
VALUES = [
    "javascript:alert(1)",
    "https://a.example/",
    "//evil",
    "data:text/html,x",
    " java\tscript:x",
    "do",
    "x\x00",
]
NAMED = [
    "href",
    "class",
    "style",
    "onclick",
    "src",
    "srcdoc",
    "xlink:href",
    "id",
    "scope",
    "colspan",
    "formaction",
]
ATTRIBUTE = st.builds(
    " {}{}{}{}".format,
    st.sampled_from(NAMED),
    st.sampled_from(["=", "", " = ", "=="]),
    st.sampled_from(["'", '"', "", "`"]),
    st.sampled_from(VALUES) | st.text(max_size=6),
)
TAG = st.builds(
    "<{}{}{}{}".format,
    st.sampled_from(["", "/", "!", "?"]),
    st.sampled_from(NAMES),
    st.lists(ATTRIBUTE, max_size=3).map("".join),
    st.sampled_from([">", "/>", "", " "]),
)
LOOSE = [
    "<!--",
    "-->",
    "--!>",
    "<![CDATA[",
    "]]>",
    "&lt;",
    "&#60;",
    "&#x3c",
    "&NewLine;",
    "\x00",
    "<",
    ">",
    '"',
    "'",
]
RICH = st.lists(TAG | st.sampled_from(LOOSE) | st.text(max_size=5), max_size=14).map("".join)


class _Simple(HTMLParser):
    """What a program reads that knows nothing of how browsers mend a page."""

    def __init__(self):
        super().__init__()
        self.found = []

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))

    def handle_comment(self, data):
        self.found.append(("comment", {}))

    unknown_decl = handle_decl = handle_pi = handle_comment


def read_simply(text):
    reading = _Simple()
    reading.feed(text)
    reading.close()
    return reading.found


def read_as_browsers_do(text, before="<div>"):
    """The elements and attributes of `text` in a page, after `before`, and comments as elements of that name."""
    tree = tinyhtml5.parse(
        f"<!doctype html><title>x</title><body>{before}<hr>{text}", namespace_html_elements=False
    )
    found = [
        (each.tag if isinstance(each.tag, str) else "comment", dict(each.attrib)) for each in tree.iter()
    ]
    place = next(index for index, (tag, _) in enumerate(found) if tag == "hr")
    return found[place + 1 :]


def check(text):
    """Hold what is left of `text` to the list of what is allowed."""
    clean = sanitise(text)
    assert sanitise(clean) == clean
    for found in (read_simply(clean), read_as_browsers_do(clean)):
        for tag, attributes in found:
            assert tag in ELEMENTS, (tag, clean)
            for name, value in attributes.items():
                assert name in ATTRIBUTES.get(tag, ()) or set(value.split()) <= CLASSES.get(tag, set()), (
                    name,
                    clean,
                )
            if "href" in attributes:
                assert attributes["href"].split(":")[0].lower() in SCHEMES, clean


@given(RICH)
def test_what_is_left_of_any_text_holds_only_what_is_allowed(text):
    check(text)
