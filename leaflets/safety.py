"""What a change means for patients, in the words of the field, riskiest first.

Two Edition documents are compared, or what two Versions of one item hold. Every difference gives at least one line. A
red flag that is removed or reworded, an urgency that is lowered, a change of who to contact or of when to stop is never
mere wording: the reviewer must acknowledge it. Red-flag groups, contact routes, programmes and videos are matched by
their keys, red flags by their words, then by likeness. What sections, links and sources mean stands in
`leaflets/information.py`.
"""

from typing import NamedTuple

from history.models import STAFF
from leaflets import information
from leaflets.differences import Change, Risk, in_words, matched, named, plain, texts
from leaflets.models.draft import urgency_rank


def compare(before, after):
    """Return the Changes from one Edition document to another, riskiest first, else in the order of the page."""
    return sorted(_leaflet(before, after), key=lambda change: change.risk)


def compare_versions(kind, before, after):
    """Return the Changes from one content of an item to another, riskiest first.

    `kind` is the name of its model, such as "redflaggroup". A content is what a Version says, with other items by their
    keys; it is None before the first Version and after a deletion.
    """
    item = ITEMS[kind]
    if before == after:
        return []
    if before is None:
        name = named(after[item.title])
        return [Change(item.added, f"{item.words} {name} created", "", in_words(after))]
    if after is None:
        name = named(before[item.title])
        return [Change(item.removed, f"{item.words} {name} deleted", in_words(before))]
    changes = [
        *item.inside(item.whole(before), item.whole(after)),
        *_for_staff(before.get(STAFF, {}), after.get(STAFF, {}), f" of {named(before[item.title])}"),
    ]
    return sorted(changes, key=lambda change: change.risk)


def red_flags(before, after):
    """Return the Changes to red flags, and to what they tell people to do, that bear on safety, riskiest first."""
    changes = [change for change in _groups(before, after) if change.risk != Risk.OTHER]
    return sorted(changes, key=lambda change: change.risk)


LEAFLET = {
    "no_red_flags_because": "Decision why there are no red flags",
    "title": "Title",
    "body_part": "Body part",
    "condition": "Condition",
    "summary": "Summary",
    "owner": "Owner team",
    "reference": "Reference code",
    "language": "Language",
    "translated_from": "Edition it was translated from",
    "slug": "Address",
    "schema": "Form of the document",
}
FOR_STAFF = {"owner": "Owner team", "review_months": "Review interval"}
KEY = {"key": "Key"}
INTRODUCTION = {"heading": "Heading before the red flags", "text": "Introduction"}
EXERCISES = {
    "heading": "Heading of the exercises",
    "videos_heading": "Heading of the programmes",
}
GROUP = {
    "title": "Heading",
    "numbered": "Numbering of red flags",
    "after": "Text after the red flags",
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


def _leaflet(before, after):
    yield from _groups(before, after)
    yield from plain(before, after, LEAFLET, "")
    yield from plain(before["introduction"], after["introduction"], INTRODUCTION, "")
    yield from information.sections(before["sections"], after["sections"])
    yield from plain(before["links"], after["links"], {"heading": "Heading of the links"}, "")
    yield from information.links(before["links"]["items"], after["links"]["items"])
    yield from _exercises(before["exercises"], after["exercises"])
    yield from information.evidence(before["evidence"], after["evidence"])


def _groups(before, after):
    old, new = before["red_flag_groups"], after["red_flag_groups"]
    yield from matched(old, new, "Red-flag group", "", Risk.LOWERS, Risk.RAISES, _group)


def _group(old, new):
    name = f" of “{old['title']}”"
    if old["urgency"] != new["urgency"]:
        lowered = urgency_rank(new["urgency"]) > urgency_rank(old["urgency"])
        was, now = old["urgency"] or "not chosen", new["urgency"] or "not chosen"
        verb = "lowered" if lowered else "raised"
        yield Change(
            Risk.LOWERS if lowered else Risk.RAISES, f"Urgency{name} {verb} from {was} to {now}", was, now
        )
    yield from texts(_signs(old), _signs(new), "Red flag", "red flags", name)
    if old["signs"] != new["signs"] and _signs(old) == _signs(new):
        yield Change(Risk.LOWERS, f"Lists within the red flags{name} changed")
    yield from texts(old["notes"], new["notes"], "Note", "notes", name)
    yield from plain(old, new, {"warning": "Warning", "lead": "What to do"}, name, Risk.LOWERS)
    yield from matched(
        old["contacts"], new["contacts"], "Contact", name, Risk.LOWERS, Risk.RAISES, _contact, title="name"
    )
    yield from plain(old, new, KEY | GROUP, name)
    yield from information.further(old["links"], new["links"], name)


def _signs(group):
    return ["\n• ".join([sign["text"], *sign["parts"]]) for sign in group["signs"]]


def _contact(old, new):
    yield from plain(old, new, KEY, f" of {old['name']}")
    yield from plain(old, new, ROUTE, f" of {old['name']}", Risk.LOWERS)


def _exercises(before, after):
    yield from plain(before, after, {"reminder": "Reminder to read the red flags"}, "", Risk.LOWERS)
    yield from matched(
        before["programmes"], after["programmes"], "Programme", "", Risk.OTHER, Risk.OTHER, _programme
    )
    yield from plain(before, after, EXERCISES, "")
    yield from information.rich(before, after, "introduction", "Introduction to the exercises", "")


def _programme(old, new):
    name = f" of “{old['title']}”"
    yield from plain(old, new, {"stop_if": "When to stop"}, name, Risk.LOWERS)
    yield from matched(old["videos"], new["videos"], "Video", name, Risk.OTHER, Risk.OTHER, _video)
    yield from plain(old, new, KEY | PROGRAMME, name)


def _video(old, new):
    name = f" of “{old['title']}”"
    yield from plain(old, new, {"stop_if": "When to stop"}, name, Risk.LOWERS)
    yield from plain(old, new, KEY | VIDEO, name)


class _Item(NamedTuple):
    """How the Versions of one kind of item are compared."""

    words: str
    title: str
    removed: Risk
    added: Risk
    inside: callable
    whole: callable


def _whole_leaflet(content):
    exercises = content["exercises"] | {"programmes": _known_by(content["exercises"]["programmes"])}
    return content | {"red_flag_groups": _known_by(content["red_flag_groups"]), "exercises": exercises}


def _whole_group(content):
    contacts = [dict.fromkeys(ROUTE, "") | {"name": each["key"]} | each for each in content["contacts"]]
    return content | {"contacts": contacts}


def _whole_route(content):
    return content | {"when": ""}


def _whole_programme(content):
    return content | {"videos": _known_by(content["videos"])}


def _known_by(keys):
    return [{"key": key, "title": key} for key in keys]


def _for_staff(old, new, name):
    was, now = ({**dict.fromkeys(FOR_STAFF, ""), **each} for each in (old, new))
    for each in (was, now):
        each["review_months"] = f"every {each['review_months']} months" if each["review_months"] else ""
    yield from plain(was, now, FOR_STAFF, name)


ITEMS = {
    "leaflet": _Item("Leaflet", "title", Risk.OTHER, Risk.OTHER, _leaflet, _whole_leaflet),
    "redflaggroup": _Item("Red-flag group", "title", Risk.LOWERS, Risk.RAISES, _group, _whole_group),
    "contactroute": _Item("Contact route", "name", Risk.LOWERS, Risk.RAISES, _contact, _whole_route),
    "programme": _Item("Programme", "title", Risk.OTHER, Risk.OTHER, _programme, _whole_programme),
    "exercisevideo": _Item("Exercise video", "title", Risk.OTHER, Risk.OTHER, _video, dict),
}
