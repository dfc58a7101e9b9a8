"""Makes an Edition document of what Versions hold: what was submitted can be told from them again."""

from history.models import STAFF
from leaflets.models.draft import urgency_rank


def compose(contents):
    """Return the document that the Versions of one edition make.

    `contents` are pairs (kind of item, content of its Version). Raises KeyError or ValueError if one is missing.
    """
    items = {}
    for kind, content in contents:
        public = {field: value for field, value in content.items() if field != STAFF}
        items.setdefault(kind.rpartition(".")[2], {})[content.get("key")] = public
    [leaflet] = items["leaflet"].values()
    groups = [_group(items["redflaggroup"][key], items) for key in leaflet["red_flag_groups"]]
    exercises = leaflet["exercises"]
    programmes = [_programme(items["programme"][key], items) for key in exercises["programmes"]]
    return {
        **leaflet,
        "red_flag_groups": sorted(groups, key=lambda group: urgency_rank(group["urgency"])),
        "exercises": {**exercises, "programmes": programmes},
    }


def _group(content, items):
    contacts = [{**items["contactroute"][each["key"]], **each} for each in content["contacts"]]
    return {**content, "contacts": contacts}


def _programme(content, items):
    return {**content, "videos": [items["exercisevideo"][key] for key in content["videos"]]}
