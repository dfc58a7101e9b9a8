"""The leaflets of written.toml as Edition documents."""

import json
import tomllib
from pathlib import Path

from tests.universe import LOWER_BACK

SEED = json.loads(LOWER_BACK.read_text())
WRITTEN = tomllib.loads((Path(__file__).parent / "written.toml").read_text())
NAMES = ["knee", "neck", "shoulder"]
CONTACTS = {
    "gp": {"name": "Your GP", "phone": "", "when": "within normal hours"},
    "nhs-24": {"name": "NHS 24", "phone": "111", "when": "at other times"},
    "ambulance": {"name": "Ambulance", "phone": "999", "when": ""},
    "minor-injuries": {"name": "Minor injuries unit", "phone": "0131 496 0000", "when": ""},
}


def group(title="Signs", signs=(), *, key=None, **fields):
    """A red-flag group as it stands in an Edition document, not urgent unless said otherwise."""
    return {
        "key": key or title.lower().replace(" ", "-").replace(",", ""),
        "title": title,
        "urgency": "non-urgent",
        **dict.fromkeys(("warning", "lead", "after"), ""),
        "numbered": False,
        "notes": [],
        "links": [],
        **fields,
        "signs": [{"text": sign, "parts": []} for sign in signs],
        "contacts": [contact(key) for key in fields.get("contacts", [])],
    }


def contact(which, **fields):
    """A contact as it stands in a group."""
    return {"key": which, "hours": "", "text_relay": "", "bsl": "", **CONTACTS[which], **fields}


def written(name):
    """Return the leaflet called `name` in written.toml as an Edition document."""
    leaflet = WRITTEN[name]
    fields = {field: leaflet[field] for field in ("title", "body_part", "summary", "owner")}
    introduction = {"heading": f"Before you begin: your {name}", "text": "Read these signs first."}
    exercises = {"heading": "", "introduction": "", "reminder": "", "videos_heading": "", "programmes": []}
    return {
        **SEED,
        **fields,
        "slug": name,
        "introduction": introduction,
        "red_flag_groups": [group(**each) for each in leaflet["groups"]],
        "sections": [{"placement": "before-exercises", **section} for section in leaflet["sections"]],
        "exercises": exercises,
    }
