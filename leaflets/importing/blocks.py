"""The parts of a text that is brought in: what kind of thing each is, with every word of it, in the source's order."""

import re
from dataclasses import dataclass, field
from html import escape

HEADING, PARAGRAPH, LINES, TABLE = "heading", "paragraph", "run of lines", "table"
BULLETS, NUMBERS = "list", "numbered list"
ANSWERS = "list of questions and answers"
EMPHASIS = re.compile("<(strong|em|sup|sub)>")


@dataclass
class Line:
    """A paragraph, a heading, one item of a list, a question, an answer, or one row of a table."""

    text: str
    rich: str  # The same words as rich text.
    links: list = field(default_factory=list)  # Pairs of words and address, as they stand in the source.
    parts: list = field(default_factory=list)  # The items of its own list.
    numbered_parts: bool = False
    question: bool = False  # Of a list of questions and answers, or terms and what they mean.

    def html(self):
        """Return this item of a list as rich text, its own list included."""
        kind = "ol" if self.numbered_parts else "ul"
        inner = "".join(f"<li>{part.rich}</li>" for part in self.parts)
        return f"<li>{self.rich}{inner and f'<{kind}>{inner}</{kind}>'}</li>"


@dataclass
class Block:
    """One part of the source."""

    form: str
    lines: list
    level: int = 0  # Of a heading, 1 being the page's title; 0 where the source does not say.
    rows: list = field(default_factory=list)  # Of a table: lists of rich cells.
    navigation: bool = False

    @property
    def all_lines(self):
        """The lines, each followed by those of its own list."""
        return [each for line in self.lines for each in (line, *line.parts)]

    @property
    def text(self):
        """All words, a line for each item or row."""
        return "\n".join(line.text for line in self.all_lines)

    @property
    def links(self):
        """Pairs of words and address of all links in it."""
        return [link for line in self.all_lines for link in line.links]

    @property
    def is_list(self):
        """Whether it is a list of either kind."""
        return self.form in (BULLETS, NUMBERS)

    @property
    def is_several(self):
        """Whether it is a list, or lines that a browser makes of one when it is copied."""
        return self.is_list or self.form == LINES

    @property
    def is_emphatic(self):
        """Whether it has words in bold or italics, raised or lowered, which plain text does not keep."""
        return self.form != HEADING and any(EMPHASIS.search(line.rich) for line in self.all_lines)

    @property
    def is_links(self):
        """Whether it holds links and no word beside them."""
        return self.form != TABLE and all(
            len(line.links) == 1 and line.links[0][0] == line.text for line in self.all_lines
        )

    def html(self):
        """Return the block as rich text."""
        if self.form == TABLE:
            rows = "".join(f"<tr>{''.join(row)}</tr>" for row in self.rows)
            return f"<table>{rows}</table>"
        if self.form == ANSWERS:
            tags = (("dt" if line.question else "dd", line.rich) for line in self.lines)
            return f"<dl>{''.join(f'<{tag}>{rich}</{tag}>' for tag, rich in tags)}</dl>"
        if self.is_list:
            return f"<{self.element}>{''.join(line.html() for line in self.lines)}</{self.element}>"
        return "".join(f"<{self.element}>{line.rich}</{self.element}>" for line in self.lines)

    @property
    def element(self):
        """The HTML element that it is, within a page of its own."""
        return {HEADING: "h3", BULLETS: "ul", NUMBERS: "ol", TABLE: "table"}.get(self.form, "p")


def plain_line(text):
    """Return a Line of plain `text`."""
    text = squeeze(text)
    return Line(text, escape(text, quote=False))


def squeeze(text):
    """Return `text` on one line. A space that does not break stays one: it is the writer's."""
    return re.sub(r"[ \t\r\n\f\v]+", " ", text).strip()
