"""A rich text that would lose something when it is made safe is refused, with what it would lose and what to do."""

import os
import re

from django.core.exceptions import ValidationError

from history.fields import validate_recordable
from leaflets.richtext.allowed import ATTRIBUTES, CLASSES, ELEMENTS, LIMIT, is_too_long, sanitise
from leaflets.richtext.reading import Reading

PLAIN = "Paste it as plain text (Ctrl+Shift+V)."
USER = re.compile(r"https://[^/?#]*@", re.IGNORECASE)


def validate_rich(text):
    """Raise ValidationError if `text` is too large for rich text, or if making it safe would lose anything in it."""
    validate_recordable(text)
    _refuse_length(text)
    clean = sanitise(text)
    _refuse_length(clean)
    before, after = Reading(text), Reading(clean)
    _refuse_elements(before)
    _refuse_links(before, after)
    _refuse_attributes(before)
    if before.letters != after.letters:
        kept = len(os.path.commonprefix([before.letters, after.letters]))
        raise ValidationError(
            f"Part of this text would be lost, from “{before.letters[kept : kept + 40]}”. {PLAIN}",
            code="lost",
        )


def _refuse_length(text):
    if is_too_long(text):
        raise ValidationError(
            f"This text is too long: {len(text):,} characters with its formatting, and {LIMIT:,} is the most. "
            "Split it into sections, or paste it as plain text.",
            code="long",
        )


def _refuse_elements(reading):
    for tag in reading.tags:
        if tag not in ELEMENTS:
            raise ValidationError(f"“<{tag}>” has no place here. {PLAIN}", code="tag")


def _refuse_links(before, after):
    for link in before.links:
        if link not in after.links or USER.match(link):
            raise ValidationError(
                f"The link “{link[:80]}” is not allowed. Use an address that begins with https://, tel: or mailto:",
                code="link",
            )


def _refuse_attributes(reading):
    for tag, name, value in reading.attributes:
        if name in ("start", "value", "reversed"):
            raise ValidationError(
                "A list that begins with another number than 1 has no place here. "
                "Write the numbers into the text, or let the list begin with 1.",
                code="start",
            )
        if name == "class" and set(value.split()) <= CLASSES.get(tag, set()):
            continue
        if name not in ATTRIBUTES.get(tag, ()):
            raise ValidationError(f"The “{name}” of “<{tag}>” has no place here. {PLAIN}", code="attribute")
