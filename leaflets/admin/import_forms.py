"""The forms of bringing in a leaflet. What was typed, pasted or chosen stays in them when something is wrong."""

from codecs import BOM_UTF16_BE, BOM_UTF16_LE

from django import forms
from django.core.exceptions import ValidationError

from history.fields import validate_key, validate_language, validate_one_line, validate_recordable
from history.loading import Unloadable
from leaflets import importing, loading
from leaflets.models.draft import validate_slug_is_free

LIMIT = 256 * 1024
MOST_PARTS = 500
LONGEST_NAME = 100
PASTED = "pasted text"
OTHER_FILES = {
    b"PK\x03\x04": "a Word document or another packed file",
    b"\xd0\xcf\x11\xe0": "a Word document",
    b"%PDF": "a PDF",
    b"{\\rtf": "a rich-text document",
}


class SourceForm(forms.Form):
    """Asks for the source: plain text, an HTML page or an Edition document, pasted or in a file."""

    text = forms.CharField(
        label="Paste it here",
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 16, "cols": 80}),
        help_text="The words of a page, its HTML, or a leaflet’s file in JSON. 256 KB is the most.",
    )
    file = forms.FileField(
        label="Or choose a file",
        required=False,
        allow_empty_file=True,
        help_text="Plain text (.txt), a saved web page (.html) or a leaflet’s file (.json).",
    )

    def clean(self):
        given = super().clean()
        text, file, said = given.get("text", ""), given.get("file"), []
        if file and text.strip():
            raise ValidationError("Paste a text or choose a file, not both: which one is it?")
        name = file.name[:LONGEST_NAME] if file else PASTED
        if file:
            text, said = _decoded(file)
        elif len(text.encode(errors="replace")) > LIMIT:
            raise ValidationError(f"This text is too large: {LIMIT // 1024} KB is the most. Bring in a part.")
        text = text.replace("\r\n", "\n").replace("\r", "\n")
        if not text.strip():
            raise ValidationError("There is no text in it. Paste a text, or choose a file that has one.")
        validate_recordable(name)
        return {"name": name, "text": text, **_taken_apart(text, said)}


def _decoded(file):
    """Return the text in an uploaded file, and a sentence if its encoding had to be guessed."""
    if file.size > LIMIT:
        raise ValidationError(
            f"This file is too large: {file.size:,} bytes, and {LIMIT:,} is the most. Bring in a part."
        )
    content = file.read()
    for beginning, kind in OTHER_FILES.items():
        if content.startswith(beginning):
            raise ValidationError(f"This file is {kind}. Open it, copy its text and paste it here.")
    encoding = "utf-16" if content.startswith((BOM_UTF16_LE, BOM_UTF16_BE)) else "utf-8-sig"
    try:
        return content.decode(encoding), []
    except UnicodeDecodeError:
        pass
    try:
        said = "The file is not UTF-8. It was read as Windows-1252: look at its dashes, quotes and accents."
        return content.decode("cp1252"), [said]
    except UnicodeDecodeError as error:
        raise ValidationError(
            f"This file is no text: byte {error.start} is of no encoding known here. Copy its text and paste it."
        ) from error


def _taken_apart(text, said):
    try:
        if text.lstrip().startswith("{"):
            return {"document": loading.read(text.encode()), "blocks": [], "said": said}
        validate_recordable(text)
        blocks, kind, left_out = importing.read(text)
    except (Unloadable, importing.Unreadable) as error:
        raise ValidationError(str(error)) from error
    if not blocks:
        raise ValidationError("There are no words to read in it. Paste the text of the page.")
    if len(blocks) > MOST_PARTS:
        raise ValidationError(
            f"It has {len(blocks):,} parts, and {MOST_PARTS} is the most that can be looked at. Bring in a part."
        )
    return {"document": None, "blocks": blocks, "said": [f"It was read as {kind}.", *said, *left_out]}


class _Line(forms.CharField):
    """One line, as wide as the others in the admin."""

    widget = forms.TextInput(attrs={"class": "vTextField"})


class PartsForm(forms.Form):
    """Asks what each part is. Nothing is chosen for the editor that the page does not show."""

    title = _Line(max_length=200, help_text="Title of the page, as patients see it.")
    slug = _Line(
        label="Address",
        max_length=80,
        validators=[validate_key, validate_slug_is_free],
        help_text="The last part of the page’s web address: small letters and hyphens, such as lower-back.",
    )
    body_part = _Line(
        max_length=100, help_text="Leaflets on one body part stand together in the list: Lower Back."
    )
    language = _Line(
        max_length=20,
        initial="en-GB",
        validators=[validate_language],
        help_text="Language tag: en-GB, gd (Gaelic), cy (Welsh), pl (Polish), ar (Arabic).",
    )
    text = forms.CharField(widget=forms.HiddenInput, strip=False)
    name = forms.CharField(
        widget=forms.HiddenInput, max_length=LONGEST_NAME, validators=[validate_recordable, validate_one_line]
    )

    def __init__(self, data=None, *, source):
        super().__init__(data, initial={"text": source["text"], "name": source["name"]})
        self._blocks = source["blocks"]
        self._roles = importing.propose(self._blocks)
        for number, (block, role) in enumerate(zip(self._blocks, self._roles, strict=True), 1):
            self.fields[f"part_{number}"] = forms.ChoiceField(
                choices=importing.CHOICES, initial=role, label=f"Part {number} is"
            )
            if role == "title":
                self.initial["title"] = block.text

    def parts(self):
        """Return (block, what it is asked as, remarks) for each part, in the source's order."""
        fields = [self[f"part_{number}"] for number in range(1, len(self._blocks) + 1)]
        return list(zip(self._blocks, fields, importing.remarks(self._blocks), strict=True))

    def asked(self):
        """Return the fields about the whole leaflet."""
        return [self[name] for name in ("title", "slug", "body_part", "language")]

    def proposed_out(self):
        """Return the numbers of the parts that are proposed to be left out."""
        return [number for number, role in enumerate(self._roles, 1) if role == "out"]

    def compose(self, taken):
        """Return (the Edition document, what it has otherwise than the source). Raises Misplaced."""
        given = self.cleaned_data
        roles = [given[f"part_{number}"] for number in range(1, len(self._blocks) + 1)]
        about = {name: given[name] for name in ("title", "slug", "body_part", "language")}
        return importing.compose(self._blocks, roles, taken=taken, **about)
