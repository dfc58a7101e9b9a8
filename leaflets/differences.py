"""Differences between two contents, as sentences with the text before and after, and how each bears on safety."""

import html
import re
from collections import defaultdict
from enum import IntEnum
from operator import itemgetter
from typing import NamedTuple

from history.canonical import canonical, digest

ALIKE = 0.5
# Two texts are alike if their beginnings are. With this bound a pair is judged in some microseconds, so a hundred texts
# that all differ from a hundred others, the most that a form can hold, take some hundredths of a second.
COMPARED = 150
# Of more pairs than these none is judged: the texts are said to be removed and added.
MOST_PAIRS = 10_000
NAME_LENGTH = 80


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
    """One difference: its risk, what it is as a sentence, and the text before and after, either may be empty.

    Of a changed order, the texts are lists: what stands on one line is marked as a whole.
    """

    risk: Risk
    what: str
    before: str = ""
    after: str = ""
    by_line: bool = False

    @property
    def id(self):
        """A short name for this change, the same each time it is computed."""
        return digest(canonical([self.what, self.before, self.after]))


def plain(old, new, fields, name, risk=Risk.OTHER):
    """Yield a Change for each of `fields`, {field: its name in words}, that differs."""
    for field, words in fields.items():
        if old[field] != new[field]:
            was, now = in_words(old[field]), in_words(new[field])
            verb = "added" if not was else "removed" if not now else _changed(old[field], new[field])
            gentler = risk == Risk.LOWERS and verb == "added"
            yield Change(Risk.RAISES if gentler else risk, f"{words}{name} {verb}", was, now)


def _changed(old, new):
    files = isinstance(old, dict) and isinstance(new, dict) and "sha256" in old and "sha256" in new
    return "replaced" if files and old["sha256"] != new["sha256"] else "changed"


def in_words(value):
    """Return a value of a content as lines of text; "" if it is empty. An item's key is not among them."""
    if isinstance(value, dict) and "sha256" in value:
        return f"{value['type']}, {value['bytes']} bytes, SHA-256 {value['sha256']}"
    if isinstance(value, dict):
        value = [inner for field, inner in value.items() if field != "key"]
    if isinstance(value, list):
        return "\n".join(filter(None, map(in_words, value)))
    if value is None or isinstance(value, bool):
        return {None: "", True: "yes", False: "no"}[value]
    return _without_tags(value) if isinstance(value, str) and value.startswith("<") else str(value)


def _without_tags(text):
    with_addresses = re.sub(r'<a\b[^<>]*?href="([^"]*)"[^<>]*>', r" [\1] ", text)
    for name, label in (("do", "Do"), ("dont", "Don’t")):
        with_addresses = with_addresses.replace(f'<ul class="{name}">', f" [{label}:] ")
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", with_addresses)).split())


def named(text):
    """Return `text` as a name inside a sentence: in quotes, and cut where it is long."""
    text = " ".join(text.split())
    return f"“{text if len(text) <= NAME_LENGTH else text[: NAME_LENGTH - 1] + '…'}”"


def matched(before, after, words, within, removed, added, inside, title="title"):
    """Yield Changes between two lists of items with keys: removed, added, reordered, and those `inside` each."""
    old, new = _by_key(before), _by_key(after)
    for key in [key for key in old if key not in new]:
        yield Change(removed, f"{words} “{old[key][title]}”{within} removed", in_words(old[key]))
    for key in [key for key in new if key not in old]:
        yield Change(added, f"{words} “{new[key][title]}”{within} added", "", in_words(new[key]))
    both = [key for key in old if key in new]
    for key in both:
        if old[key] != new[key]:
            yield from inside(old[key], new[key])
    if both != [key for key in new if key in old]:
        titles = ([item[title] for item in items.values()] for items in (old, new))
        yield moved(f"{words.lower()}s{within}", *titles)


def moved(what, before, after):
    """Return the Change that the order of `what` changed; `before` and `after` are lists of names or texts."""
    return Change(Risk.OTHER, f"Order of {what} changed", "\n".join(before), "\n".join(after), by_line=True)


def _by_key(items):
    """Items by key, and by how often the key came before: a document may hold a video twice."""
    found, times = {}, defaultdict(int)
    for item in items:
        found[item["key"], times[item["key"]]] = item
        times[item["key"]] += 1
    return found


def texts(before, after, word, words, name):
    """Yield Changes between two lists of red flags or notes. None of them is ever mere wording."""
    pairs, removed, added = paired(before, after)
    for i, j in pairs:
        if before[i] != after[j]:
            yield Change(Risk.LOWERS, f"{word}{name} reworded", before[i], after[j])
    yield from (Change(Risk.LOWERS, f"{word}{name} removed", old) for old in removed)
    yield from (Change(Risk.RAISES, f"{word}{name} added", "", new) for new in added)
    if pairs != sorted(pairs, key=itemgetter(1)):
        yield moved(f"{words}{name}", before, after)


def paired(before, after, names=()):
    """Find which items of two lists without keys stand for the same thing.

    Items do if they are equal; of those left, if one of the fields `names`, in this order, is the same and not empty;
    of those left, if what they say is alike, each with the likest there is. Returns the pairs (place before, place
    after) in the order of `before`, and the items that are in `before` only and in `after` only.
    """
    old, new, pairs = dict(enumerate(before)), dict(enumerate(after)), []
    for name in (canonical, *map(itemgetter, names)):
        places = defaultdict(list)
        for place, item in new.items():
            places[name(item)].append(place)
        for place, item in list(old.items()):
            if name(item) and places[name(item)]:
                pairs.append((place, places[name(item)].pop(0)))
                del old[place], new[pairs[-1][1]]
    for pair in _alike(old, new):
        pairs.append(pair)
        del old[pair[0]], new[pair[1]]
    return sorted(pairs), list(old.values()), list(new.values())


def _alike(old, new):
    """Return pairs of places whose items, {place: item}, are alike."""
    if len(old) * len(new) > MOST_PAIRS:
        return []
    left, pairs = {place: _pieces(in_words(item)) for place, item in new.items()}, []
    for place, item in old.items():
        pieces = _pieces(in_words(item))
        likeness, best = max(((_likeness(pieces, left[other]), -other) for other in left), default=(0, 0))
        if likeness >= ALIKE:
            pairs.append((place, -best))
            del left[-best]
    return pairs


def _pieces(text):
    text = f" {text[:COMPARED].lower()} "
    return {text[place : place + 3] for place in range(len(text) - 2)} or {text}


def _likeness(one, other):
    """The coefficient of Dice and Sørensen over pieces of three letters: 0 for nothing in common, 1 for the same."""
    return 2 * len(one & other) / (len(one) + len(other))
