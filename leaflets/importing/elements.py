"""The elements of HTML, as far as bringing in a page tells them apart. Whatever is not here begins a paragraph."""

import re

# What is no name of an element is words: “<5 kg>” or an address of a person between angle brackets.
NAME = re.compile("[a-z][a-z0-9:-]*")
INLINE = {"strong": "strong", "b": "strong", "em": "em", "i": "em", "sub": "sub", "sup": "sup"}
NOT_BROUGHT = {
    *("script", "style", "iframe", "object", "embed", "img", "picture", "svg", "video", "audio", "canvas"),
    *("form", "input", "select", "textarea", "button", "meta", "link", "base", "noscript", "template"),
}
STRUCK = {"del", "s", "strike"}
# These stand inside a line, and break neither it nor a word.
FLOWING = {
    *"a abbr acronym bdi bdo big cite code data dfn font ins kbd label mark nobr output q".split(),
    *"rb rp rt ruby samp small span time tt u var wbr".split(),
    *STRUCK,
    *INLINE,
    *(NOT_BROUGHT - {"form", "noscript", "template"}),
}
CODE = {"script", "style"}
LISTS = {"ul", "ol", "menu", "dir"}
ANSWER = ("dt", "dd")
CELLS = {"td", "th"}
