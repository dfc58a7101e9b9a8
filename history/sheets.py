"""Between the forms of the admin and Sheets: what forms hold, what was typed into them, and what would be posted."""

import json
import re

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.text import capfirst

from history.merging import Sheet

ORDER = "position"
# What each save asks anew: no part of the item.
ASKED = {"reason", "version", "opened"}
_MOST = 1_000_000


def held(form, formsets):
    """Return the Sheet of a form and its formsets that nothing was typed into."""
    rows = {each.prefix: {_id(row): texts(each, row) for row in each.initial_forms} for each in formsets}
    return Sheet({name: _text(form[name]) for name in form.fields if name not in ASKED}, rows)


def dumped(form, formsets):
    """Return, for the field `opened`, the Sheet of a form that is being opened and the places of its rows."""
    places = {
        each.prefix: {_id(row): row.initial.get(ORDER) for row in each.initial_forms} for each in formsets
    }
    return json.dumps([*held(form, formsets), places])


def read(text, form, formsets):
    """Return what `dumped` wrote as (Sheet, places); None if it is nothing that it wrote for such forms."""
    try:
        fields, rows, places = json.loads(text)
        sheet = Sheet({**fields}, {name: {**each} for name, each in rows.items()})
        numbers = [number for each in places.values() for number in each.values()]
        fits = _fits(sheet, form, formsets) and list(places) == list(rows)
    except (ValueError, TypeError, AttributeError, RecursionError):
        return None
    return (sheet, places) if fits and all(isinstance(number, int | None) for number in numbers) else None


def _fits(sheet, form, formsets):
    names = {each.prefix: fields_of(each, each.empty_form) for each in formsets}
    if list(sheet.rows) != list(names) or list(sheet.fields) != [
        name for name in form.fields if name not in ASKED
    ]:
        return False
    rows = [(names[name], row) for name, each in sheet.rows.items() for row in each.values()]
    held = [*sheet.fields.values(), *(text for _, row in rows for text in row.values())]
    return all(list(row) == fields for fields, row in rows) and all(isinstance(text, str) for text in held)


def typed(form, formsets, places):
    """Return the Sheet of what was posted. `places` are those of the rows when the form was opened."""
    fields = {name: _text(form[name]) for name in form.fields if name not in ASKED}
    return Sheet(fields, {each.prefix: _typed_rows(each, places.get(each.prefix, {})) for each in formsets})


def rows_of(formset):
    """Yield (id, form) of each row that was posted and neither left empty nor ticked for deletion."""
    for index, row in enumerate(formset.forms):
        there = index < formset.initial_form_count()
        if (there or row.has_changed()) and not ("DELETE" in row.fields and row["DELETE"].value()):
            yield (there and row[_key(formset)].value()) or f"new-{index}", row


def texts(formset, row):
    """Return what a row holds, {field: text}, without its keys and its place."""
    return {name: _text(row[name]) for name in fields_of(formset, row)}


def fields_of(formset, row):
    """Return the names of the fields of a row that say what it holds."""
    return [name for name in row.fields if name not in {_key(formset), formset.fk.name, "DELETE", ORDER}]


def _key(formset):
    return formset.model._meta.pk.name


def _id(row):
    return str(row.instance.pk)


def _typed_rows(formset, places):
    rows = [(_place(row, places.get(id)), id, texts(formset, row)) for id, row in rows_of(formset)]
    return {id: held for _, id, held in sorted(rows, key=lambda each: each[0])}


def _place(row, before):
    """Where a typed number puts a row: before (-1) or after (1) the one whose number it took; none is the end."""
    number = str(row[ORDER].value() or "") if ORDER in row.fields else ""
    now = int(number) if re.fullmatch("[0-9]{1,9}", number) else None
    if now is None:
        return _MOST, 0
    return now, 0 if now == before else 1 if before is not None and before < now else -1


def _text(bound):
    value = _file(bound) if isinstance(bound.field, forms.FileField) else bound.value()
    text = (
        {None: "", False: "", True: "on"}.get(value)
        if value is None or isinstance(value, bool)
        else str(value)
    )
    text = text.replace("\r\n", "\n").strip()
    # A field whose editor writes the same in other ways says what is the same.
    written = getattr(bound.field, "written", None)
    return written(text) if written else text


def _file(bound):
    """The name of a file that is stored, or of one that was chosen in its place."""
    chosen = bound.data if bound.form.is_bound else None
    if isinstance(chosen, UploadedFile):
        return f"{chosen.name} (chosen; choose it again if the form no longer shows it)"
    return None if chosen is False else bound.initial


class Words:
    """Names places and values of forms as the people who use them know them."""

    def __init__(self, form, formsets, *sheets):
        self.fields = form.fields
        self.sets = {each.prefix: each for each in formsets}
        self.rows = {name: {} for name in self.sets}
        for sheet in sheets:
            for name, rows in sheet.rows.items():
                self.rows[name].update(rows)

    def place(self, place):
        """Return what is at the `place` of a Difference."""
        name, row, field = place
        if not name:
            return _label(self.fields[field], field)
        meta = self.sets[name].model._meta
        if not row:
            return f"Order of the {meta.verbose_name_plural}"
        of_field = f": {_label(self._fields(name)[field], field)}" if field else ""
        return f"{capfirst(meta.verbose_name)} “{self._name(name, row)}”{of_field}"

    def value(self, place, value):
        """Return a value at `place`, a text, a row or a list of rows, as lines of text."""
        name, _, field = place
        if value is None:
            return ""
        if isinstance(value, str):
            return _value(self._fields(name)[field], value)
        if isinstance(value, list):
            return "\n".join(self._name(name, row) for row in value)
        fields = self._fields(name)
        said = [
            (_label(fields[each], each), _value(fields[each], text)) for each, text in value.items() if text
        ]
        return "\n".join(f"{label}: {text}" if len(said) > 1 else text for label, text in said)

    def _fields(self, name):
        return self.sets[name].empty_form.fields if name else self.fields

    def _name(self, name, row):
        field, text = next(iter(self.rows[name][row].items()))
        text = " ".join(_value(self._fields(name)[field], text).split())
        return text if len(text) <= 60 else text[:59] + "…"


def _label(field, name):
    return field.label or name.replace("_", " ").capitalize()


def _value(field, text):
    if isinstance(field, forms.BooleanField):
        return "yes" if text else "no"
    if isinstance(field, forms.ModelChoiceField):
        found = field.queryset.filter(pk=text).first() if text.isdecimal() and len(text) < 18 else None
        return str(found or text)
    if isinstance(field, forms.ChoiceField):
        return str(dict(field.choices).get(text, text))
    return text
