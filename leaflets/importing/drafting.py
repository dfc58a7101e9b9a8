"""Puts one part of a text after another into an Edition document, and says where that is not where it stood."""

import re

from django.utils.text import slugify

from leaflets.importing import pieces
from leaflets.importing.blocks import ANSWERS, NUMBERS, squeeze
from leaflets.importing.proposals import ROLES
from leaflets.richtext import LIMIT, MOST_TAGS, sanitise

NO_HEADING = "(No heading in the source)"
ADDRESS = re.compile(r"https://\S*\w/?")
PAGE = [
    *("title", "introduction-heading", "introduction", "group", "section", "links-heading", "link"),
    *("exercises-heading", "reminder", "exercises", "videos-heading", "programme", "later"),
]
IN_GROUP = ["group", "warning", "todo", "signs", "after", "note", "link"]
HEADINGS = {
    "introduction-heading": ("introduction", "heading"),
    "links-heading": ("links", "heading"),
    "exercises-heading": ("exercises", "heading"),
    "videos-heading": ("exercises", "videos_heading"),
}
TEXTS = {
    "introduction": ("introduction", "text"),
    "reminder": ("exercises", "reminder"),
    "warning": "warning",
    "todo": "lead",
    "after": "after",
}


class Misplaced(Exception):
    """A part cannot have the role it was given; `str()` says which part and why."""


class Draft:
    """The document as far as it is made, and the group and section that the next part may belong to."""

    def __init__(self, fields, taken):
        self.document, self.said = pieces.document(fields), []
        self._taken, self._group, self._section = taken, None, None
        self._later, self._furthest, self._used = False, (), set()

    def take(self, number, block, role):
        """Put `block` where `role` says, and say so where that is not where it stood."""
        self._number = number
        if role == "out":
            self._say(block, "is left out")
            return
        plain = role not in ("text", "exercises")
        if role in (*TEXTS, *HEADINGS, "group", "section", "note") and (block.is_list or block.rows):
            self._say(block, f"is a {block.form} in the source; the draft has its words as plain text")
        if plain and block.form == ANSWERS:
            self._say(block, "has questions and answers in the source; the draft has their words alone")
        if plain and block.is_emphatic:
            self._say(block, "has words in bold or italics, raised or lowered; the draft has them plain")
        self._put(block, role)
        place = self._place(role)
        if place < self._furthest:
            self._say(block, "stands further up on the page than in the source")
        self._furthest = max(self._furthest, place)

    def _put(self, block, role):
        if role in HEADINGS or role == "title":
            self._head(block, role)
        elif role in TEXTS:
            self._prose(block, role)
        elif role == "exercises":
            self._rich(self.document["exercises"], "introduction", block)
        else:
            getattr(self, f"_put_{role}")(block)

    def _place(self, role):
        if role in IN_GROUP[1:-1] or (self._group and role in ("group", "link")):
            return PAGE.index("group"), len(self.document["red_flag_groups"]), IN_GROUP.index(role)
        if role in ("section", "text"):
            return (PAGE.index("later" if self._later else "section"),)
        return (PAGE.index(role),)

    def _say(self, block, what):
        self.said.append(f"Part {self._number}, “{_short(block.text)}”, {what}.")

    def _refuse(self, sentence):
        raise Misplaced(f"Part {self._number}: {sentence}")

    def _head(self, block, role):
        if role in self._used:
            self._refuse(f"“{ROLES[role]}” is chosen twice. Choose it once.")
        self._used.add(role)
        if role == "title":
            if _line(block) != self.document["title"]:
                self._say(block, "was the title in the source; the draft has the one you wrote")
            self._keep_links(block)
            return
        self._leave()
        self._later |= role == "exercises-heading"
        part, name = HEADINGS[role]
        self.document[part][name] = _line(block)
        self._keep_links(block)

    def _leave(self):
        self._group = self._section = None

    def _prose(self, block, role):
        name = TEXTS[role]
        holder = self.document[name[0]] if isinstance(name, tuple) else self._in_group(role)
        name = name[1] if isinstance(name, tuple) else name
        holder[name] = "\n\n".join(filter(None, [holder[name], block.text]))
        self._keep_links(block)

    def _in_group(self, role):
        if self._group is None:
            self._refuse(
                f"“{ROLES[role]}” belongs to a red-flag group. Choose “{ROLES['group']}” for the part above it."
            )
        return self._group

    def _put_group(self, block):
        self._leave()
        self._group = pieces.group(self._key(_line(block)), _line(block))
        self.document["red_flag_groups"].append(self._group)
        self._keep_links(block)

    def _put_signs(self, block):
        group = self._in_group("signs")
        numbered = block.form == NUMBERS
        if group["signs"] and group["numbered"] != numbered:
            self._say(
                block, f"is {'numbered' if numbered else 'not numbered'}, unlike the red flags above it"
            )
        group["numbered"] |= numbered
        for line in block.lines:
            group["signs"].append({"text": line.text, "parts": [part.text for part in line.parts]})
            if line.numbered_parts:
                self._say(block, "has a numbered list inside a red flag; the draft has it without numbers")
        self._keep_links(block)

    def _put_note(self, block):
        self._in_group("note")["notes"].append(block.text)
        self._keep_links(block)

    def _put_section(self, block):
        self._leave()
        self._begin_section(_line(block))
        self._keep_links(block)

    def _begin_section(self, heading):
        placement = "general-advice" if self._later else "before-exercises"
        self._section = {"heading": heading, "placement": placement, "body": ""}
        self.document["sections"].append(self._section)

    def _put_text(self, block):
        if self._section is None:
            self._begin_section(NO_HEADING)
            self._say(block, "begins a section that has no heading in the source: give it one")
        self._rich(self._section, "body", block)

    def _rich(self, holder, name, block):
        text = holder[name] + block.html()
        # Before it is made safe: what is too long is then shown as code.
        if len(text) > LIMIT or text.count("<") > MOST_TAGS:
            self._refuse("with it, this text grows too long. Begin a new section before it.")
        holder[name] = sanitise(text)

    def _put_link(self, block):
        for line in block.all_lines:
            found = ADDRESS.search(line.text)
            links = [url for _, url in line.links] or ([found[0]] if found else [""])
            self._add_link(line.text, links[0])
            for words, url in line.links[1:]:
                self._add_link(words, url)

    def _keep_links(self, block):
        """Where a text is plain, the addresses in it are kept as links below."""
        for words, url in block.links:
            if url.startswith(("tel:", "mailto:")):
                self._say(block, f"leads to “{url[:80]}” in the source; the draft has the words alone")
                continue
            self._add_link(words, url)
            self._say(block, f"holds a link, which now stands among the links: “{_short(words)}”")

    def _add_link(self, words, url):
        usable = not url or url.startswith("https://")
        items = self.document["links"]["items"] if self._group is None else self._group["links"]
        text = words if usable else f"{words} [{url}]"
        link = pieces.link(text, url if usable else "", self.document["language"])
        items.append(link if self._group is not None else {**link, "file": None})

    def _put_programme(self, block):
        for line in block.lines:
            programme = pieces.programme(self._key(line.text), line.text)
            programme["introduction"] = "\n".join(part.text for part in line.parts)
            self.document["exercises"]["programmes"].append(programme)
        self._keep_links(block)

    def _key(self, title):
        slug = self.document["slug"]
        stem = f"{slug[:40]}-{slugify(title)}"[:74].strip("-")
        key = next(k for n in range(1, 10_000) if (k := stem if n == 1 else f"{stem}-{n}") not in self._taken)
        self._taken.add(key)
        return key


def _line(block):
    return squeeze(block.text)


def _short(text):
    text = squeeze(text)
    return text if len(text) <= 60 else f"{text[:57]}…"
