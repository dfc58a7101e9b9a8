"""Finds headings, paragraphs, lists and tables in HTML. Nothing in it is run or fetched; what is left out is said."""

import re
from collections import Counter

from leaflets.importing.blocks import ANSWERS, BULLETS, HEADING, NUMBERS, PARAGRAPH, TABLE, Block, Line
from leaflets.importing.elements import ANSWER, CELLS, CODE, FLOWING, INLINE, LISTS, NAME, NOT_BROUGHT, STRUCK
from leaflets.importing.words import Run
from leaflets.richtext.reading import Markup

LOOKS_LIKE_HTML = re.compile(
    r"<(!doctype|html|body|head|div|p|h[1-6]|ul|ol|li|dl|table|br|main|section|article|a|span)\b[^<>]*>",
    re.IGNORECASE,
)
DEEPEST = 2
# The parser of the standard library looks through all the rest for the end of each of these.
UNCLOSED = re.compile(r"<[^<>]*(?=<|\Z)")
MOST_UNCLOSED, MOST_DECLARATIONS = 20, 200
TOO_RICH = (
    "A paragraph of this page has too much formatting or too many line breaks. "
    "Open the page in a browser, copy what you see, paste it here."
)


class Unreadable(Exception):
    """The source cannot be taken apart; `str()` says what to do instead."""


def blocks_of(source):
    """Return (Blocks of the HTML in `source`, sentences that say what was left out). Raises Unreadable."""
    unclosed = len(UNCLOSED.findall(source))
    if unclosed > MOST_UNCLOSED or source.count("<!") + source.count("<?") > MOST_DECLARATIONS:
        raise Unreadable(
            "The HTML of this page is broken or mostly code. "
            "Open the page in a browser, copy what you see, paste it here."
        )
    reader = _Reader()
    reader.feed(source)
    reader.close()
    reader.finish()
    return reader.blocks, reader.sentences()


class _Reader(Markup):
    def __init__(self):
        super().__init__()
        self.blocks, self.left_out, self.handlers = [], Counter(), Counter()
        self._run, self._heading, self._navigation, self._code = Run(), 0, 0, None
        self._list, self._kinds, self._fresh, self._depth = None, [], True, 0
        self._rows, self._cell, self._tables = [], None, 0
        self._answers, self._answer = None, None

    def handle_starttag(self, tag, attrs):
        if not NAME.fullmatch(tag):
            self._run.add(self.get_starttag_text())
            return
        given = dict(attrs)
        self.handlers.update(name for name in given if name.startswith("on"))
        if tag in NOT_BROUGHT:
            named = given.get("alt") or given.get("title") or given.get("src") or ""
            self.left_out[f"<{tag}>{named and f' “{named[:80]}”'}"] += 1
            self._code = tag if tag in CODE else None
        if tag in STRUCK:
            self.left_out["the line through words that are struck out: the words are there"] += 1
        if tag in INLINE:
            self._run.rich.append(f"<{INLINE[tag]}>")
        elif tag == "a":
            # As a browser reads an address that is broken into lines.
            self._run.begin_link(re.sub("[\t\n\r]", "", given.get("href") or "").strip())
        elif tag == "br":
            self._run.break_line()
        elif tag not in FLOWING:
            self._begin(tag, given)

    def _begin(self, tag, given):
        self._run.break_line() if self._cell and tag not in (*CELLS, "tr", "table") else self._flush()
        self._navigation += tag in ("nav", "footer")
        if tag in ("table", "dl", *LISTS):
            self._answers = None
        if tag == "table":
            self._end_list()  # What stood before the table stays before it.
            self._tables += 1
        elif tag in CELLS and self._tables:
            self._cell = (tag, "".join(_span(given, name) for name in ("colspan", "rowspan")))
            self._rows = self._rows or [[]]
        elif tag == "tr" and self._tables:
            self._rows.append([])
        elif self._cell:
            return
        elif tag in LISTS:
            self._begin_list(tag, given)
        elif tag == "li":
            self._fresh = True
            self.left_out.update(["the number that an item of a list was given"] if "value" in given else [])
        elif tag in ANSWER:
            self._answer = tag
        elif tag == "title":
            self._heading = -1
        elif re.fullmatch("h[1-6]", tag):
            self._heading = int(tag[1])

    def _begin_list(self, tag, given):
        if given.get("start", "1") != "1" or "reversed" in given:
            self.left_out["the numbers of a list that did not begin with 1"] += 1
        self._kinds.append(NUMBERS if tag == "ol" else BULLETS)
        self._fresh = True

    def handle_endtag(self, tag):
        self._code = None
        if tag in INLINE:
            self._run.rich.append(f"</{INLINE[tag]}>")
        elif tag == "a":
            self._run.end_link()
        elif tag not in FLOWING and tag != "br":
            self._end(tag)

    def _end(self, tag):
        if self._cell and tag not in (*CELLS, "tr", "table"):
            self._run.break_line()
            return
        self._flush()
        self._navigation -= tag in ("nav", "footer") and self._navigation > 0
        if tag == "table" and self._tables:
            self._tables -= 1
            if not self._tables:
                self._end_table()
        elif tag in LISTS and self._kinds:
            self._kinds.pop()
            if not self._kinds:
                self._end_list()
        if tag in (*ANSWER, "dl"):
            self._answer = None
            self._answers = None if tag == "dl" else self._answers
        self._heading = 0

    def handle_data(self, data):
        if self._code:
            self.left_out[f"the words inside <{self._code}>"] = 1
        else:
            self._run.add(data)

    def handle_comment(self, data):
        self.left_out["comments in the code"] += 1

    unknown_decl = handle_pi = handle_comment

    def _flush(self):
        if self._run.is_too_rich():
            raise Unreadable(TOO_RICH)
        line = self._run.line()
        self.left_out.update(f"a link without words, to “{url[:80]}”" for url in self._run.wordless)
        self._run = Run()
        if self._cell:
            tag, spans = self._cell
            self._rows[-1].append((line, f"<{tag}{spans}>{line.rich if line else ''}</{tag}>"))
            self._cell = None
        elif line and self._tables:
            self._rows.append([(line, f"<td>{line.rich}</td>")])
        elif line and self._kinds:
            self._add_item(line)
        elif line and self._answer and (self._answers or self._answer == "dt"):
            self._add_answer(line)
        elif line:
            form = HEADING if self._heading else PARAGRAPH
            self._add(Block(form, [line], level=max(self._heading, 0)))

    def _add(self, block):
        block.navigation = self._navigation > 0
        self.blocks.append(block)

    def _add_item(self, line):
        """Add an item, or words to the item before: nothing of a list inside a list changes its place."""
        deep = min(len(self._kinds), DEEPEST)
        if self._list is None:
            self._list, deep = Block(self._kinds[0], []), 1
        lines = self._list.lines[-1].parts if deep > 1 else self._list.lines
        if lines and not self._fresh and self._depth == deep:
            lines[-1].text += f" {line.text}"
            lines[-1].rich += f"<br>{line.rich}"
            lines[-1].links += line.links
        else:
            lines.append(line)
        if deep > 1:
            self._list.lines[-1].numbered_parts = self._kinds[1] == NUMBERS
        if len(self._kinds) > DEEPEST:
            self.left_out["the third level of a list: its items stand on the second"] += 1
        self._fresh, self._depth = False, deep

    def _add_answer(self, line):
        if not self._answers:
            self._answers = Block(ANSWERS, [])
            self._add(self._answers)
        line.question = self._answer == "dt"
        self._answers.lines.append(line)

    def _end_list(self):
        if self._list:
            self._add(self._list)
        self._list = None

    def _end_table(self):
        rows = [row for row in self._rows if any(line for line, _ in row)]
        lines = [[line for line, _ in row if line] for row in rows]
        whole = [
            Line(" ".join(x.text for x in row), "", [link for x in row for link in x.links]) for row in lines
        ]
        if whole:
            self._add(Block(TABLE, whole, rows=[[cell for _, cell in row] for row in rows]))
        self._rows = []

    def finish(self):
        """Take in what the source left open."""
        self._flush()
        self._end_list()
        self._end_table()

    def sentences(self):
        """Return what was left out, as sentences."""
        counted = [
            *self.left_out.items(),
            *((f"“{name}”, which runs a script", n) for name, n in self.handlers.items()),
        ]
        return [
            f"Not brought in: {what}{f', {count} times' if count > 1 else ''}." for what, count in counted
        ]


def _span(given, name):
    value = given.get(name) or ""
    return f' {name}="{value}"' if re.fullmatch("[0-9]{1,2}", value) else ""
