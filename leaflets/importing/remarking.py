"""What the editor should see to in each part of a text that is brought in."""

from leaflets.importing.blocks import HEADING
from leaflets.importing.proposals import CONTACT, ROLES, has, propose, worded
from leaflets.importing.words import SAFE

POINTING, BELOW = worded(r"\b(click|see|tap|press|watch|links?|videos?)\b"), worded(r"\bbelow\b")


def remarks(blocks):
    """Return for each of `blocks` a list of sentences: what the editor should see to, and nothing here has mended."""
    roles = propose(blocks)
    return [
        _remarks(block, after) + _joins(roles, number)
        for number, (block, after) in enumerate(zip(blocks, [*blocks[1:], None], strict=True))
    ]


def _joins(roles, number):
    """A text between two lists of signs may say another urgency than the first: it is never passed over."""
    until = roles[number + 1 : number + 2]
    if roles[number] not in ("after", "note") or until != ["signs"]:
        return []
    return [
        "Look: the red flags below this join those above it, in one group of one urgency. If it says whom to call or "
        f"how soon, choose “{ROLES['group']}” for it."
    ]


def _remarks(block, after):
    found = []
    named = list(dict.fromkeys(CONTACT.findall(block.text)))
    if named:
        found.append(
            f"Names who to contact ({', '.join(named)}): it stays in the words. "
            "Add the contact to the red-flag group yourself."
        )
    if has(block, POINTING, BELOW) and (after is None or after.form == HEADING):
        found.append("It says “below”, and nothing stands below it.")
    if block.is_emphatic:
        found.append(
            "Has words in bold or italics, raised or lowered: only the text of a section and the introduction to the "
            "exercises keep them so."
        )
    for words, url in block.links:
        if not url.startswith(SAFE):
            found.append(
                f"The link “{words[:60]}” leads to “{url[:80]}”, which is no https:// address: mend it."
            )
    return found
