"""The Edition document: is it of the form that leaflets/content/edition.schema.json gives?"""

import json
from functools import cache
from pathlib import Path

from jsonschema import Draft202012Validator

SCHEMA_FILE = Path(__file__).parent / "content" / "edition.schema.json"


def problems(document):
    """Return a sentence for each way in which `document` is not an Edition document, each with its place."""
    errors = sorted(_validator().iter_errors(document), key=lambda error: list(map(str, error.absolute_path)))
    # One error comes for each missing field, and each yields them all: once is enough.
    return list(dict.fromkeys(sentence for error in errors for sentence in _sentences(error)))


@cache
def _validator():
    return Draft202012Validator(json.loads(SCHEMA_FILE.read_text(encoding="utf-8")))


def _sentences(error):
    place = _place(error.absolute_path)
    wanted, found = error.validator_value, error.instance
    if error.validator == "required":
        for name in wanted:
            if name not in found:
                yield f"{place or 'The document'}: “{name}” is missing."
    elif error.validator == "additionalProperties":
        for name in sorted(set(found) - set(error.schema["properties"])):
            yield f"{place or 'The document'}: “{name}” is not a field that belongs here."
    else:
        yield f"{place or 'The document'}: {_complaint(error.validator, wanted, found)}"


def _complaint(rule, wanted, found):
    short = json.dumps(found, ensure_ascii=False)[:80]
    match rule:
        case "enum":
            choices = ", ".join("null" if choice is None else f"“{choice}”" for choice in wanted)
            return f"{short} is not one of {choices}."
        case "maxLength":
            return f"it is {len(found):,} characters long; {wanted:,} is the most."
        case "minLength":
            return "it is empty; write something."
        case "type":
            return f"{short} should be of type {wanted}."
        case "const":
            return f"{short} should be {wanted}."
        case "pattern" if "https" in wanted:
            return f"{short} is not a web address that begins with https://"
        case "anyOf":
            return f"{short} is not of the form that belongs here."
        case _:
            return f"{short} does not fit {rule} {wanted}."


def _place(path):
    place = ""
    for step in path:
        place += f"[{step}]" if isinstance(step, int) else f".{step}" if place else step
    return place
