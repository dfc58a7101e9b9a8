"""Rich text: what it may hold, in one list. The toolbar, the editor's own filter and nh3 all follow from it.

The editor is CKEditor 4, which is old and no security control. Every rich text passes nh3 when it is saved, when it
is loaded into the editor and when it is shown.
"""

import html
from typing import NamedTuple

import nh3

LIMIT = 64 * 1024
MOST_TAGS = 2000
SCHEMES = {"https", "tel", "mailto"}


class Button(NamedTuple):
    """A button by the editor's name for it, and the elements that it makes: ul.do is a ul of the class do."""

    name: str
    makes: str = ""


TOOLBAR = [
    [Button("h3", "h3"), Button("h4", "h4")],
    [
        Button("Bold", "strong"),
        Button("Italic", "em"),
        Button("Superscript", "sup"),
        Button("Subscript", "sub"),
    ],
    [Button("NumberedList", "ol li"), Button("BulletedList", "ul li")],
    [Button("do", "ul.do li"), Button("dont", "ul.dont li"), Button("questions", "dl dt dd")],
    [Button("table", "table caption thead tbody tr th td")],
    [Button("row"), Button("column"), Button("norow"), Button("nocolumn")],
    [Button("Link", "a"), Button("Unlink")],
    [Button("PasteText"), Button("RemoveFormat"), Button("Undo"), Button("Redo")],
]
# Enter and Shift+Enter make these.
TYPED = "p br"
# What the elements may bear. Cells that span others can be pasted only.
ATTRIBUTES = {"a": {"href"}, "th": {"scope", "colspan", "rowspan"}, "td": {"colspan", "rowspan"}}

_MADE = [made for group in TOOLBAR for button in group for made in button.makes.split()]
ELEMENTS = {*TYPED.split(), *(made.partition(".")[0] for made in _MADE)}
# So often a text is put in order at most. None was found that takes more than four.
PASSES = 5
CLASSES = {"ul": {made.partition(".")[2] for made in _MADE if made.startswith("ul.")}}


def sanitise(text):
    """Return rich `text` with only the elements, attributes and addresses above, so that it would stay as it is."""
    if is_too_long(text):
        return html.escape(text)
    # A link around a table around a link is put in order once, and reads otherwise after that.
    for _ in range(PASSES):
        clean = _clean(text)
        if clean == text:
            return clean
        text = clean
    return html.escape(text)


def _clean(text):
    return nh3.clean(
        text,
        tags=ELEMENTS,
        clean_content_tags=set(),
        attributes=ATTRIBUTES,
        allowed_classes=CLASSES,
        url_schemes=SCHEMES,
        url_relative="deny",
        link_rel=None,
    )


def is_too_long(text):
    """Return whether `text` is more than is read at all: what is nested deeply takes long."""
    return len(text) > LIMIT or text.count("<") > MOST_TAGS
