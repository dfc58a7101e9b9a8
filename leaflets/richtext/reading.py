"""Reading rich text: its letters, its lines, and what it forbids."""

import html
import re
from html.parser import HTMLParser

from leaflets.richtext.allowed import sanitise

# All but those that stand for what would be markup.
ENTITY = re.compile(r"&(?!(?:lt|gt|amp|quot);)(?:\w+|#\d+);")
# Around what begins a line, spaces are not seen.
BETWEEN = re.compile(
    r" ?(</?(?:p|br|ul|ol|li|h3|h4|dl|dt|dd|table|caption|thead|tbody|tr|th|td)\b[^<>]*>) ?", re.IGNORECASE
)


def letters_of(text):
    """Return what there is to read in rich `text`, white space left out."""
    return Reading(text).letters


def lines_of(text):
    """Return what there is to read in rich `text` line by line, empty lines left out."""
    reading = _Lines(text)
    return [line for line in (" ".join(line.split()) for line in reading.text.split("\n")) if line]


def written(text):
    """Return rich `text` the same for all that looks the same, however an editor writes its spaces and letters."""
    text = ENTITY.sub(lambda found: html.unescape(found[0]), text)
    return BETWEEN.sub(r"\1", " ".join(text.split())).strip()


def addresses_of(text):
    """Return the addresses that links in rich `text` lead to, each once."""
    return list(dict.fromkeys(Reading(text).links))


def forbidden(text):
    """Return what the Don't lists in rich `text` forbid: the letters of each line, white space left out."""
    reading = _Forbidding()
    if "dont" in text:
        reading.feed(sanitise(text))
        reading.close()
    return ["".join(line.split()) for line in reading.lines]


class Markup(HTMLParser):
    """Reads on where Python's own parser gives up: what begins like a marked section and is none is a comment."""

    def parse_marked_section(self, i, report=1):
        try:
            return super().parse_marked_section(i, report)
        except AssertionError:
            return self.parse_bogus_comment(i, report)


class _Forbidding(Markup):
    """The lines of Don't lists; a list inside a line is part of it."""

    def __init__(self):
        super().__init__()
        self.lines, self._lists = [], 0

    def handle_starttag(self, tag, attrs):
        if tag in ("ul", "ol") and (self._lists or ("class", "dont") in attrs):
            self._lists += 1
        if tag == "li" and self._lists == 1:
            self.lines.append("")

    def handle_endtag(self, tag):
        if tag in ("ul", "ol") and self._lists:
            self._lists -= 1

    def handle_data(self, data):
        if self._lists and self.lines:
            self.lines[-1] += data


class Reading(Markup):
    """The letters, links, tags and attributes of a text, scripts and styles included; white space left out."""

    CDATA_CONTENT_ELEMENTS = ()

    def __init__(self, text):
        super().__init__()
        self.links, self.tags, self.attributes, self._text = [], [], [], []
        self.feed(text)
        self.close()
        self.letters = "".join("".join(self._text).split())

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        self.links += [value or "" for name, value in attrs if name in ("href", "src")]

    def handle_data(self, data):
        self._text.append(data)


class _Lines(Markup):
    """The words of a text, a line for each paragraph, heading, list item and cell."""

    INSIDE_A_LINE = frozenset({"strong", "em", "sup", "sub", "a"})

    def __init__(self, text):
        super().__init__()
        self.text = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.text += "" if tag in self.INSIDE_A_LINE else "\n"

    def handle_endtag(self, tag):
        self.handle_starttag(tag, [])

    def handle_data(self, data):
        # A line break in the source is no more than a space.
        self.text += " ".join(data.split("\n"))
