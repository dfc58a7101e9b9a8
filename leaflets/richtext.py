"""Rich text: what it may hold, how it is edited and how it is made safe.

The editor is CKEditor 4, which is old and no security control. Every rich text passes nh3 when it is saved, when it
is loaded into the editor and when it is shown. A save that would lose words or links is refused with a sentence
instead of losing them. All that knows of the editor is in this file, so that it can be replaced.
"""

import html
import os
import re
from html.parser import HTMLParser

import nh3
from ckeditor.fields import RichTextField as EditorField
from ckeditor.fields import RichTextFormField as EditorFormField
from ckeditor.widgets import CKEditorWidget
from django.core.exceptions import ValidationError
from django.forms import Media

from history.fields import validate_recordable

LIMIT = 64 * 1024
MOST_TAGS = 2000
ELEMENTS = {
    *("p", "br", "strong", "em", "sup", "sub", "a", "ul", "ol", "li", "h3", "h4", "dl", "dt", "dd"),
    *("table", "caption", "thead", "tbody", "tr", "th", "td"),
}
ATTRIBUTES = {"a": {"href"}, "th": {"scope", "colspan", "rowspan"}, "td": {"colspan", "rowspan"}}
CLASSES = {"ul": {"do", "dont"}}
SCHEMES = {"https", "tel", "mailto"}


def sanitise(text):
    """Return rich `text` with only the elements, attributes and addresses above."""
    if len(text) > LIMIT or text.count("<") > MOST_TAGS:
        return html.escape(text)
    return nh3.clean(
        text,
        tags=ELEMENTS,
        clean_content_tags=set(),
        attributes=ATTRIBUTES,
        allowed_classes=CLASSES,
        url_schemes=SCHEMES,
        url_relative="deny",
        link_rel=None,
    )


def validate_rich(text):
    """Raise ValidationError if `text` is too large for rich text, or if making it safe would lose words or links."""
    validate_recordable(text)
    if len(text) > LIMIT or text.count("<") > MOST_TAGS:
        raise ValidationError(
            f"This text is too long: {len(text):,} characters with its formatting, and {LIMIT:,} is the most. "
            "Split it into sections, or paste it as plain text.",
            code="long",
        )
    clean = sanitise(text)
    if len(clean) > LIMIT or clean.count("<") > MOST_TAGS:
        raise ValidationError("This text is too long. Split it into sections.", code="long")
    before, after = _Reading(text), _Reading(clean)
    for tag in before.tags:
        if tag not in ELEMENTS:
            raise ValidationError(
                f"“<{tag}>” has no place here. Paste it as plain text (Ctrl+Shift+V).", code="tag"
            )
    if before.counted:
        raise ValidationError(
            "A list that begins with another number than 1 has no place here.", code="start"
        )
    for link in before.links:
        if link not in after.links or _USER.match(link):
            raise ValidationError(
                f"The link “{link[:80]}” is not allowed. Use an address that begins with https://, tel: or mailto:",
                code="link",
            )
    if before.letters != after.letters:
        kept = len(os.path.commonprefix([before.letters, after.letters]))
        raise ValidationError(
            f"Part of this text would be lost, from “{before.letters[kept : kept + 40]}”. "
            "Paste it as plain text (Ctrl+Shift+V).",
            code="lost",
        )


def letters_of(text):
    """Return what there is to read in rich `text`, white space left out."""
    return _Reading(text).letters


def lines_of(text):
    """Return what there is to read in rich `text` line by line, empty lines left out."""
    reading = _Lines(text)
    return [line for line in (" ".join(line.split()) for line in reading.text.split("\n")) if line]


def addresses_of(text):
    """Return the addresses that links in rich `text` lead to, each once."""
    return list(dict.fromkeys(_Reading(text).links))


def forbidden(text):
    """Return what the Don't lists in rich `text` forbid: the letters of each line, white space left out."""
    reading = _Forbidding()
    if "dont" in text:
        reading.feed(sanitise(text))
        reading.close()
    return ["".join(line.split()) for line in reading.lines]


class _Forbidding(HTMLParser):
    """The lines of Don't lists; a list inside a line is part of it."""

    def __init__(self):
        super().__init__()
        self.lines, self._lists = [], 0

    def handle_starttag(self, tag, attrs):
        if tag in ("ul", "ol") and (self._lists or ("class", "dont") in attrs):
            self._lists += 1
        if tag == "li" and self._lists == 1:
            self.lines.append("")

    def handle_endtag(self, tag):
        if tag in ("ul", "ol") and self._lists:
            self._lists -= 1

    def handle_data(self, data):
        if self._lists and self.lines:
            self.lines[-1] += data


class _Reading(HTMLParser):
    """The letters and the links of a text, scripts and styles included; white space and tags left out."""

    CDATA_CONTENT_ELEMENTS = ()

    def __init__(self, text):
        super().__init__()
        self.links, self.tags, self._text, self.counted = [], [], [], False
        self.feed(text)
        self.close()
        self.letters = "".join("".join(self._text).split())

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.counted |= any(name in ("start", "value", "reversed") for name, _ in attrs)
        self.links += [value or "" for name, value in attrs if name in ("href", "src")]

    def handle_data(self, data):
        self._text.append(data)


class _Lines(HTMLParser):
    """The words of a text, a line for each paragraph, heading, list item and cell."""

    INSIDE_A_LINE = frozenset({"strong", "em", "sup", "sub", "a"})

    def __init__(self, text):
        super().__init__()
        self.text = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.text += "" if tag in self.INSIDE_A_LINE else "\n"

    def handle_endtag(self, tag):
        self.handle_starttag(tag, [])

    def handle_data(self, data):
        # A line break in the source is no more than a space.
        self.text += " ".join(data.split("\n"))


class Editor(CKEditorWidget):
    """The editor, with what makes it work under the site's content security policy."""

    @property
    def media(self):
        # Naming the one before keeps the order when Django merges the lists.
        return super().media + Media(js=["ckeditor/fixups.js", "leaflets/editor.js"])


class RichTextFormField(EditorFormField):
    """Loads into the editor only what is safe. An address that is not allowed stays there as words, to be mended."""

    widget = Editor

    def prepare_value(self, value):
        if isinstance(value, str):
            value = sanitise(_LINK.sub(_keep_address, value) if len(value) <= LIMIT else value)
        return value


_USER = re.compile(r"https://[^/?#]*@", re.IGNORECASE)
_LINK = re.compile(r'<a\b[^<>]*?\bhref="([^"<>]*)"[^<>]*>([^<]*)</a>', re.IGNORECASE)


def _keep_address(link):
    allowed = link[1].startswith(tuple(f"{scheme}:" for scheme in SCHEMES))
    return link[0] if allowed else f"{link[2]} [{link[1]}]"


class RichTextField(EditorField):
    """Rich text on a model: checked when cleaned, sanitised when stored."""

    def formfield(self, **kwargs):
        return super().formfield(**{"form_class": RichTextFormField, **kwargs})

    def to_python(self, value):
        value = super().to_python(value)
        return value.replace("\r\n", "\n") if isinstance(value, str) else value

    def clean(self, value, model_instance):
        value = super().clean(value, model_instance)
        validate_rich(value)
        return sanitise(value)

    def pre_save(self, model_instance, add):
        value = sanitise(super().pre_save(model_instance, add))
        setattr(model_instance, self.attname, value)
        return value
