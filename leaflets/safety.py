"""What a change between two Edition documents means for patients, in the words of the field, riskiest first.

Every difference gives at least one line. A red flag that is removed or reworded, an urgency that is lowered, a change
of who to contact or of when to stop is never mere wording: the reviewer must acknowledge it. Red-flag groups, contact
routes, programmes and videos are matched by their keys, red flags by their words, then by likeness.
"""

import html
import re
from difflib import SequenceMatcher
from enum import IntEnum
from typing import NamedTuple

from history.canonical import canonical, digest
from leaflets.models.draft import urgency_rank

ALIKE = 0.5


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


def compare(before, after):
    """Return the Changes from one Edition document to another, riskiest first, else in the order of the page."""
    changes = [
        *_groups(before["red_flag_groups"], after["red_flag_groups"]),
        *_plain(before, after, LEAFLET, ""),
        *_plain(before["introduction"], after["introduction"], INTRODUCTION, ""),
        *_plain(before["links"], after["links"], {"heading": "Heading of the links", "items": "Links"}, ""),
        *_exercises(before["exercises"], after["exercises"]),
    ]
    return sorted(changes, key=lambda change: change.risk)


def to_acknowledge(before, after):
    """Return the Changes that a reviewer must acknowledge one by one before publishing."""
    return [change for change in compare(before, after) if change.risk == Risk.LOWERS]


LEAFLET = {
    "no_red_flags_because": "Decision why there are no red flags",
    "title": "Title",
    "body_part": "Body part",
    "condition": "Condition",
    "summary": "Summary",
    "sections": "Sections",
    "evidence": "Sources of evidence",
    "owner": "Owner team",
    "reference": "Reference code",
    "language": "Language",
    "translated_from": "Edition it was translated from",
    "slug": "Address",
    "schema": "Form of the document",
}
INTRODUCTION = {"heading": "Heading before the red flags", "text": "Introduction"}
EXERCISES = {
    "heading": "Heading of the exercises",
    "introduction": "Introduction to the exercises",
    "videos_heading": "Heading of the programmes",
}
GROUP = {
    "title": "Heading",
    "numbered": "Numbering of red flags",
    "after": "Text after the red flags",
    "links": "Further information",
}
ROUTE = {
    "name": "Name",
    "phone": "Telephone number",
    "when": "When to contact",
    "hours": "Hours",
    "text_relay": "Text relay number",
    "bsl": "Sign language service",
}
PROGRAMME = {"title": "Name", "introduction": "Introduction", "after_exercise": "Advice after the exercises"}
VIDEO = {
    "title": "Name",
    "level": "Level",
    "dose": "Dose",
    "steps": "Steps",
    "after_exercise": "Advice after the exercise",
    "note": "Note",
    "file": "Video file",
    "seconds": "Length",
    "provider_url": "Video at a provider",
    "captions": "Captions",
    "poster": "Still picture",
    "transcript": "Transcript",
}


def _groups(before, after):
    yield from _matched(before, after, "Red-flag group", "", Risk.LOWERS, Risk.RAISES, _group)


def _group(old, new):
    name = f" of “{old['title']}”"
    if old["urgency"] != new["urgency"]:
        lowered = urgency_rank(new["urgency"]) > urgency_rank(old["urgency"])
        was, now = old["urgency"] or "not chosen", new["urgency"] or "not chosen"
        verb = "lowered" if lowered else "raised"
        yield Change(
            Risk.LOWERS if lowered else Risk.RAISES, f"Urgency{name} {verb} from {was} to {now}", was, now
        )
    yield from _texts(_signs(old), _signs(new), "Red flag", "red flags", name)
    if old["signs"] != new["signs"] and _signs(old) == _signs(new):
        yield Change(Risk.LOWERS, f"Lists within the red flags{name} changed")
    yield from _texts(old["notes"], new["notes"], "Note", "notes", name)
    yield from _plain(old, new, {"warning": "Warning", "lead": "What to do"}, name, Risk.LOWERS)
    yield from _matched(
        old["contacts"], new["contacts"], "Contact", name, Risk.LOWERS, Risk.RAISES, _contact, title="name"
    )
    yield from _plain(old, new, GROUP, name)


def _signs(group):
    return ["\n• ".join([sign["text"], *sign["parts"]]) for sign in group["signs"]]


def _contact(old, new):
    yield from _plain(old, new, ROUTE, f" of {old['name']}", Risk.LOWERS)


def _exercises(before, after):
    yield from _plain(before, after, {"reminder": "Reminder to read the red flags"}, "", Risk.LOWERS)
    yield from _matched(
        before["programmes"], after["programmes"], "Programme", "", Risk.OTHER, Risk.OTHER, _programme
    )
    yield from _plain(before, after, EXERCISES, "")


def _programme(old, new):
    name = f" of “{old['title']}”"
    yield from _plain(old, new, {"stop_if": "When to stop"}, name, Risk.LOWERS)
    yield from _matched(old["videos"], new["videos"], "Video", name, Risk.OTHER, Risk.OTHER, _video)
    yield from _plain(old, new, PROGRAMME, name)


def _video(old, new):
    name = f" of “{old['title']}”"
    yield from _plain(old, new, {"stop_if": "When to stop"}, name, Risk.LOWERS)
    yield from _plain(old, new, VIDEO, name)


def _plain(old, new, fields, name, risk=Risk.OTHER):
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
    with_addresses = re.sub(r'<a href="([^"]*)">', r" [\1] ", text)
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", with_addresses)).split())


def _matched(before, after, words, within, removed, added, inside, title="title"):
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


def _texts(before, after, word, words, name):
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
    return SequenceMatcher(None, one.lower(), other.lower(), autojunk=False).ratio()
