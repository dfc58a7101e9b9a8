"""Differences between two contents, as sentences with the text before and after, and how each bears on safety."""

import html
import re
from difflib import SequenceMatcher
from enum import IntEnum
from typing import NamedTuple

from history.canonical import canonical, digest

ALIKE = 0.5
# Two texts are alike if their beginnings are: comparing takes time that grows with the square of the length.
COMPARED = 150


class Risk(IntEnum):
    """How a change bears on safety, the riskiest first."""

    LOWERS = 1
    RAISES = 2
    OTHER = 3

    @property
    def label(self):
        """The risk in words for the reviewer."""
        return {1: "May lower safety", 2: "Adds caution", 3: "Other change"}[self]


class Change(NamedTuple):
    """One difference: its risk, what it is as a sentence, and the text before and after, either may be empty."""

    risk: Risk
    what: str
    before: str = ""
    after: str = ""

    @property
    def id(self):
        """A short name for this change, the same each time it is computed."""
        return digest(canonical([self.what, self.before, self.after]))[:12]


def plain(old, new, fields, name, risk=Risk.OTHER):
    """Yield a Change for each of `fields`, {field: its name in words}, that differs."""
    for field, words in fields.items():
        if old[field] != new[field]:
            was, now = _in_words(old[field]), _in_words(new[field])
            verb = "added" if not was else "removed" if not now else "changed"
            gentler = risk == Risk.LOWERS and verb == "added"
            yield Change(Risk.RAISES if gentler else risk, f"{words}{name} {verb}", was, now)


def _in_words(value):
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        return "\n".join(filter(None, map(_in_words, value)))
    if value is None or isinstance(value, bool):
        return {None: "", True: "yes", False: "no"}[value]
    return _without_tags(value) if isinstance(value, str) and value.startswith("<") else str(value)


def _without_tags(text):
    with_addresses = re.sub(r'<a\b[^<>]*?href="([^"]*)"[^<>]*>', r" [\1] ", text)
    with_addresses = re.sub(r'<ul class="([^"]*)">', r" [\1:] ", with_addresses)
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", with_addresses)).split())


def matched(before, after, words, within, removed, added, inside, title="title"):
    """Yield Changes between two lists of items with keys: removed, added, reordered, and those `inside` each."""
    old, new = _by_key(before), _by_key(after)
    for key in [key for key in old if key not in new]:
        yield Change(removed, f"{words} “{old[key][title]}”{within} removed", _in_words(old[key]))
    for key in [key for key in new if key not in old]:
        yield Change(added, f"{words} “{new[key][title]}”{within} added", "", _in_words(new[key]))
    both = [key for key in old if key in new]
    for key in both:
        yield from inside(old[key], new[key])
    if both != [key for key in new if key in old]:
        yield Change(Risk.OTHER, f"Order of {words.lower()}s{within} changed", ", ".join(old), ", ".join(new))


def _by_key(items):
    """Items by key, and by how often the key came before: a document may hold a video twice."""
    found = {}
    for item in items:
        times = sum(key[0] == item["key"] for key in found)
        found[item["key"], times] = item
    return {f"{key} ({times + 1})" if times else key: item for (key, times), item in found.items()}


def texts(before, after, word, words, name):
    """Yield Changes between two lists of red flags or notes. None of them is ever mere wording."""
    removed, added = _less(before, after), _less(after, before)
    for old in list(removed):
        new = max(added, key=lambda text: _likeness(old, text), default=None)
        if new is not None and _likeness(old, new) >= ALIKE:
            removed.remove(old)
            added.remove(new)
            yield Change(Risk.LOWERS, f"{word}{name} reworded", old, new)
    yield from (Change(Risk.LOWERS, f"{word}{name} removed", old) for old in removed)
    yield from (Change(Risk.RAISES, f"{word}{name} added", "", new) for new in added)
    if [text for text in before if text in after] != [text for text in after if text in before]:
        yield Change(Risk.OTHER, f"Order of {words}{name} changed", "\n".join(before), "\n".join(after))


def _less(texts, others):
    left, rest = list(others), []
    for text in texts:
        if text in left:
            left.remove(text)
        else:
            rest.append(text)
    return rest


def _likeness(one, other):
    one, other = one[:COMPARED].lower(), other[:COMPARED].lower()
    return SequenceMatcher(None, one, other, autojunk=False).ratio()
