"""What each part of a text that is brought in may become, and a first proposal, which the editor may change.

Only the form and a few plain words are looked at. Nothing here says how urgent a sign is or whom to contact.
"""

import re
from itertools import takewhile

from leaflets.importing.blocks import ANSWERS, HEADING, TABLE

CHOICES = [
    ("The leaflet", [("title", "Title of the leaflet"), ("out", "Leave out of the draft")]),
    (
        "Before the red flags",
        [
            ("introduction-heading", "Heading before the red flags"),
            ("introduction", "Text before the red flags"),
        ],
    ),
    (
        "Red flags",
        [
            ("group", "Heading of a red-flag group"),
            ("warning", "Warning"),
            ("todo", "What to do"),
            ("signs", "Red flags"),
            ("after", "Text after the red flags"),
            ("note", "Note"),
        ],
    ),
    ("Sections", [("section", "Heading of a section"), ("text", "Text of a section")]),
    ("Links", [("links-heading", "Heading of the links"), ("link", "Link")]),
    (
        "Exercises",
        [
            ("exercises-heading", "Heading of the exercises page"),
            ("reminder", "Reminder to read the red flags first"),
            ("exercises", "Introduction to the exercises"),
            ("videos-heading", "Heading of the videos"),
            ("programme", "Exercise programme"),
        ],
    ),
]
ROLES = {role: name for _, roles in CHOICES for role, name in roles}
ONCE = {"title", "introduction-heading", "links-heading", "exercises-heading", "videos-heading"}
OWN = {
    "introduction-heading": "introduction",
    "group": "group",
    "section": "section",
    "links-heading": "links",
}
OWN |= {"exercises-heading": "exercises", "videos-heading": "videos", "title": "title"}


def worded(pattern):
    """Return `pattern`, compiled to be found in small and capital letters alike."""
    return re.compile(pattern, re.IGNORECASE)


WAYFINDING = worded(
    r"skip to |(home|you are here:?) *[>›»/]|.* [>›»] .* [>›»] |back to top|cookies?$|share this"
)
RED_FLAGS = worded(
    r"red flag|urgent|emergenc|immediate|syndrome|checked out|straight away|seek (medical|help|advice)|"
    r"health professional|(see|contact|call|phone|ring|ask) (your|a) (gp|doctor)|\b(999|111|112)\b|a&e\b"
)
PRESSING = worded(r"urgent|emergenc|immediate|straight away|\b(999|112)\b|a&e\b")
EXERCISES, VIDEOS = worded(r"\bexercis|\bstretch"), worded(r"\bvideos?\b")
LINKS = worded(r".*\b(leaflets|links|resources)\b|(further|more|useful) (information|reading)|find out more")
LINK = worded(r"(further|more) information|find out more|read more|see also|download")
ADDRESS = worded(r"\S*https?://\S")
WARNING, NOTE = worded(r"warning\b"), worded(r"(note|please note|nb|n\.b\.)\b")
READ, BEFORE, FIRST = worded(r"\bread\b"), worded(r"\bbefore\b"), worded(r"\b(before|first)\b")
CONTACT = worded(
    r"\b(999|111|112|GP|A&E|NHS ?24|NHS 111|pharmacist|minor injur\w+|0[0-9][0-9 ]{7,12}[0-9]|\+44[0-9 ]{8,13})\b"
)
SOON = worded(
    r"\b(today|tonight|now|same day|at once|as soon as|(within|in the next) \w+ (hour|day|week)s?)\b"
)
LONGEST_HEADING = 200  # Of a red-flag group.


def propose(blocks):
    """Return a role for each of `blocks`, in their order."""
    roles, place, title = [], "start", _title(blocks)
    for index in range(len(blocks)):
        role = _role(blocks, index, place, roles, title)
        place = OWN.get(role, place)
        roles.append(role)
    return roles


def _title(blocks):
    """Return the index of the first heading of the first level, else of the first heading, else -1."""
    headings = [i for i, b in enumerate(blocks) if b.form == HEADING and not _leads_elsewhere(b)]
    return next((i for i in headings if blocks[i].level == 1), headings[0] if headings else -1)


def _leads_elsewhere(block):
    return block.navigation or WAYFINDING.match(block.text)


def _role(blocks, index, place, roles, title):
    block = blocks[index]
    # A page's name in the browser's bar is no heading of its own where the page has one.
    in_bar = block.form == HEADING and not block.level and index < title
    if _leads_elsewhere(block) or in_bar:
        return "out"
    if index == title:
        return "title"
    if block.form != HEADING:
        return _of_text(block, blocks[index + 1 : index + 2], place, roles)
    role = _of_heading(blocks, index, place, roles)
    return "section" if role in ONCE and role in roles else role


def _of_heading(blocks, index, place, roles):
    heading = blocks[index]
    below = list(takewhile(lambda block: block.form != HEADING, blocks[index + 1 :]))
    if place in ("exercises", "videos"):
        return _of_heading_in_exercises(blocks, index, place, roles)
    if EXERCISES.search(heading.text) and not RED_FLAGS.search(heading.text):
        return "exercises-heading"
    said = "\n".join(block.text for block in (heading, *below))
    signs = any(block.is_several or NOTE.match(block.text) or WARNING.match(block.text) for block in below)
    if LINKS.match(heading.text) and not RED_FLAGS.search(said):
        return "links-heading"
    if place == "title" and below and not signs and not PRESSING.search(said):
        return "introduction-heading"
    return "group" if RED_FLAGS.search(said) and below else "section"


def _of_heading_in_exercises(blocks, index, place, roles):
    """A heading beneath that of the exercises is theirs; one of its own height begins something else."""
    heading = blocks[index]
    top = next(block.level for block, role in zip(blocks, roles, strict=False) if role == "exercises-heading")
    if VIDEOS.search(heading.text) and place == "exercises":
        return "videos-heading"
    if top and heading.level > top:
        return "programme" if place == "videos" else "exercises"
    return "programme" if EXERCISES.search(heading.text) else "section"


def _of_text(block, after, place, roles):
    if block.form in (TABLE, ANSWERS):
        return "exercises" if place == "exercises" else "text"
    if place in ("start", "title", "introduction"):
        return "text" if block.is_list or place == "start" else "introduction"
    if place == "group":
        return _of_text_in_group(block, after, roles)
    if place == "links":
        links = block.is_links or _is_link(block) or (block.is_several and not block.is_list)
        return "link" if links else "text"
    if place == "exercises":
        reminds = roles[-1] == "exercises-heading" and not block.is_list and _reminds(block)
        return "reminder" if reminds else "exercises"
    if place == "videos":
        return "programme" if block.is_links or max(len(line.text) for line in block.lines) <= 80 else "text"
    return "text"


def _of_text_in_group(block, after, roles):
    if block.is_links or (_is_link(block) and not block.is_list):
        return "link"
    if block.is_several:
        return "signs"
    current = roles[len(roles) - 1 - roles[::-1].index("group") :]
    if "signs" in current and after and _begins_group(block, after[0]):
        return "group"
    if NOTE.match(block.text):
        return "note"
    if WARNING.match(block.text) and "signs" not in current:
        return "warning"
    return "after" if "signs" in current else "todo"


def _begins_group(block, after):
    """Whether it says whom to call or how soon, and signs follow: never those of the urgency above it."""
    calls = any(pattern.search(block.text) for pattern in (RED_FLAGS, CONTACT, SOON))
    return calls and after.is_several and not after.is_links and len(block.text) <= LONGEST_HEADING


def _is_link(block):
    """Whether it says that it leads on, or is one line that ends in an address."""
    return LINK.match(block.text) or ("\n" not in block.text and ADDRESS.match(block.text.split()[-1]))


def _reminds(block):
    return has(block, READ, FIRST) or has(block, BEFORE, READ)


def has(block, one, other):
    """Return whether a line has `one` word and `other` after it. One pattern would seek them again and again."""
    found = [(line.text, one.search(line.text)) for line in block.all_lines]
    return any(first and other.search(text, first.end()) for text, first in found)
