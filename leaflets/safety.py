"""What a change between two Edition documents means for patients, in the words of the field, riskiest first.

Every difference gives at least one line. A red flag that is removed or reworded, an urgency that is lowered, a change
of who to contact or of when to stop is never mere wording: the reviewer must acknowledge it. Red-flag groups, contact
routes, programmes and videos are matched by their keys, red flags by their words, then by likeness.
"""

from leaflets.differences import Change, Risk, matched, plain, texts
from leaflets.models.draft import urgency_rank


def compare(before, after):
    """Return the Changes from one Edition document to another, riskiest first, else in the order of the page."""
    changes = [
        *_groups(before["red_flag_groups"], after["red_flag_groups"]),
        *plain(before, after, LEAFLET, ""),
        *plain(before["introduction"], after["introduction"], INTRODUCTION, ""),
        *plain(before["links"], after["links"], {"heading": "Heading of the links", "items": "Links"}, ""),
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
    yield from matched(before, after, "Red-flag group", "", Risk.LOWERS, Risk.RAISES, _group)


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
    yield from plain(old, new, GROUP, name)


def _signs(group):
    return ["\n• ".join([sign["text"], *sign["parts"]]) for sign in group["signs"]]


def _contact(old, new):
    yield from plain(old, new, ROUTE, f" of {old['name']}", Risk.LOWERS)


def _exercises(before, after):
    yield from plain(before, after, {"reminder": "Reminder to read the red flags"}, "", Risk.LOWERS)
    yield from matched(
        before["programmes"], after["programmes"], "Programme", "", Risk.OTHER, Risk.OTHER, _programme
    )
    yield from plain(before, after, EXERCISES, "")


def _programme(old, new):
    name = f" of “{old['title']}”"
    yield from plain(old, new, {"stop_if": "When to stop"}, name, Risk.LOWERS)
    yield from matched(old["videos"], new["videos"], "Video", name, Risk.OTHER, Risk.OTHER, _video)
    yield from plain(old, new, PROGRAMME, name)


def _video(old, new):
    name = f" of “{old['title']}”"
    yield from plain(old, new, {"stop_if": "When to stop"}, name, Risk.LOWERS)
    yield from plain(old, new, VIDEO, name)
