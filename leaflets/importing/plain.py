"""Finds headings, paragraphs and lists in plain text."""

import re
from itertools import groupby

from leaflets.importing.blocks import BULLETS, HEADING, LINES, NUMBERS, PARAGRAPH, Block, Line, plain_line

BULLET = re.compile(r"(\s*)[•*\-–·▪◦‣●○]\s+(\S.*)")
NUMBER = re.compile(r"(\s*)(?:\((\d{1,3})\)|(\d{1,3})[.)])\s+(\S.*)")
LONGEST_HEADING = 80
WRAPPED = range(50, 101)  # Characters of a line that a program broke, not a person.
LEADS_ON = re.compile(
    r"(further|more) information|find out more|read more|see also|download|visit |click |.*https?://",
    re.IGNORECASE,
)


def blocks_of(text):
    """Return the Blocks of plain `text`. An empty line, an item of a list or a short line ends a paragraph."""
    blocks = []
    for group in _groups(text):
        if isinstance(group, Block):
            _add_list(blocks, group)
        else:
            blocks += _paragraphs(group)
    return blocks


def _groups(text):
    """Yield lists of lines that stand together, and a Block for each item of a list with its own list."""
    group, item = [], None
    for line in text.splitlines():
        found = _item(line)
        if group and (found or not line.strip()):
            yield group
            group = []
        if found and item and found.indent > item.indent:
            _add_part(item.lines[0], found)
            continue
        if item and not found and line.strip() and _indent(line) > item.indent:
            _continue(item.lines[0], line)
            continue
        if item and (found or line.strip()):
            yield item
            item = None
        if found:
            item = found
        elif line.strip():
            group.append(line)
    if item:
        yield item
    if group:
        yield group


def _item(line):
    """Return the item of a list in `line` as a Block that knows its indent and number, or None."""
    bullet, number = BULLET.fullmatch(line.expandtabs(4)), NUMBER.fullmatch(line.expandtabs(4))
    if not bullet and not number:
        return None
    block = Block(BULLETS if bullet else NUMBERS, [plain_line((bullet or number).groups()[-1])])
    block.indent = len((bullet or number)[1])
    block.number = None if bullet else int(number[2] or number[3])
    block.written = line
    return block


def _add_part(line, found):
    """Add an item of a list inside an item. A number that does not fit is text as it stands."""
    [part] = found.lines
    place = len(line.parts) + 1
    if found.number == place and line.numbered_parts == (place > 1):
        line.numbered_parts = True
    else:
        _write_numbers(line)
        if found.number is not None:
            _write_before(part, found.written.split()[0])
    line.parts.append(part)


def _write_numbers(line):
    """Make the numbers of the list inside an item part of its words, as the list will not have them."""
    for number, part in enumerate(line.parts, 1) if line.numbered_parts else ():
        _write_before(part, f"{number}.")
    line.numbered_parts = False


def _write_before(line, marker):
    line.text, line.rich = f"{marker} {line.text}", f"{marker} {line.rich}"


def _indent(line):
    line = line.expandtabs(4)
    return len(line) - len(line.lstrip())


def _continue(line, more):
    last = line.parts[-1] if line.parts else line
    more = plain_line(more)
    last.text, last.rich = f"{last.text} {more.text}", f"{last.rich} {more.rich}"


def _add_list(blocks, item):
    """Add an item to the list before it if it goes on there. A number that does not fit is text as it stands."""
    last = blocks[-1] if blocks else None
    if last and last.form == item.form and (item.number is None or item.number == last.number + 1):
        last.lines += item.lines
        last.number = item.number
    elif item.number in (None, 1):
        blocks.append(item)
    else:
        [line] = item.lines
        _write_before(line, item.written.split()[0])
        _write_numbers(line)
        blocks += [Block(PARAGRAPH, [each]) for each in (Line(line.text, line.rich), *line.parts)]


def _paragraphs(group):
    if len(group) > 1 and all(len(line) in WRAPPED for line in group[:-1]):
        return [Block(PARAGRAPH, [plain_line(" ".join(group))])]
    lines, blocks = [plain_line(line) for line in group], []
    headings = [_is_heading(line.text) for line in lines]
    # A browser that copies a heading puts no empty line below it, and no marks before the items of a list.
    if headings[0] and (len(lines) == 1 or not all(headings)):
        blocks.append(Block(HEADING, [lines.pop(0)]))
    for alike, run in groupby(lines, key=_may_be_item):
        run = list(run)
        together = alike and len(run) > 1
        blocks += [Block(LINES, run)] if together else [Block(PARAGRAPH, [line]) for line in run]
    return blocks


def _may_be_item(line):
    return line.text[-1] not in ".:!?" and not LEADS_ON.match(line.text)


def _is_heading(text):
    starts = text[0].isupper() or text[0].isdigit()
    return starts and len(text) <= LONGEST_HEADING and text[-1] not in ".:;,!" and not LEADS_ON.match(text)
