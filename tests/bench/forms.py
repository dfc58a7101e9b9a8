"""Reads the forms of a page as a browser does: what would be sent of them if nothing was typed."""

from html.parser import HTMLParser
from typing import NamedTuple


class Form(NamedTuple):
    """Where a form is sent to, "" for its own page, and the value of each field by name."""

    action: str
    fields: dict


def form_of(page, field):
    """Return the Form on `page` that has a field named `field`. Raises LookupError where there is none."""
    reading = _Reading()
    reading.feed(page)
    for form in reading.forms:
        if field in form.fields:
            return form
    raise LookupError(f"No form with a field {field}: {page[:300]}")


class _Reading(HTMLParser):
    def __init__(self):
        super().__init__()
        self.forms, self.area, self.selected = [], None, None

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if tag == "form":
            self.forms.append(Form(given.get("action") or "", {}))
        if not self.forms:
            return
        fields, name, value = self.forms[-1].fields, given.get("name"), given.get("value") or ""
        match tag, given.get("type"):
            case "input", "submit" | "button" | "file" | "image":
                pass
            case "input", "checkbox" | "radio":
                if "checked" in given:
                    fields[name] = value or "on"
            case "input", _ if name:
                fields[name] = value
            case "textarea", _:
                self.area, fields[name] = name, ""
            case "select", _:
                self.selected = name
            case "option", _ if self.selected and "selected" in given:
                fields[self.selected] = value

    def handle_endtag(self, tag):
        if tag == "textarea" and self.area:
            fields = self.forms[-1].fields
            fields[self.area] = fields[self.area].removeprefix("\n")
            self.area = None
        if tag == "select":
            self.selected = None

    def handle_data(self, data):
        if self.area:
            self.forms[-1].fields[self.area] += data
