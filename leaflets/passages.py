"""The passages of an Edition document: every text that patients read, and where in the admin it is mended."""

from typing import NamedTuple

from leaflets.richtext import lines_of


class Place(NamedTuple):
    """The form that holds something: an item, by the label of its model and its key, and a fragment of its page.

    The key of a leaflet is its address. The fragment is the id of a field or of a row, and empty if it is the whole.
    """

    kind: str
    key: str
    fragment: str = ""


class Passage(NamedTuple):
    """A text in a document: where it stands, what it is part of as people call it, and its lines."""

    place: Place
    name: str
    lines: list


LEAFLET, GROUP, ROUTE = "leaflets.leaflet", "triage.redflaggroup", "triage.contactroute"
PROGRAMME, VIDEO = "exercises.programme", "exercises.exercisevideo"
VIDEO_TEXTS = ["title", "dose", "steps", "stop_if", "after_exercise", "note", "transcript"]


def passages(document):
    """Return the Passages of `document` that are not empty, each once, in the order of the document's parts."""
    found = [
        *_own(document),
        *_sections(document),
        *(passage for group in document["red_flag_groups"] for passage in passages_of(group)),
        *(passage for group in document["red_flag_groups"] for passage in _routes(group)),
        *(passage for each in document["exercises"]["programmes"] for passage in _programme(each)),
    ]
    return list({passage.place: passage for passage in found if passage.lines}.values())


def group_name(group):
    """Return a red-flag group as people call it."""
    return f"Red-flag group “{group['title']}”"


def video_name(video):
    """Return an exercise video as people call it."""
    return f"Exercise video “{video['title']}”"


def _own(document):
    exercises = document["exercises"]
    fields = ["title", "body_part", "condition", "summary", "owner", "reference", "no_red_flags_because"]
    texts = {
        **{f"id_{field}": document[field] for field in fields},
        "id_introduction_heading": document["introduction"]["heading"],
        "id_introduction": document["introduction"]["text"],
        "id_links_heading": document["links"]["heading"],
        "id_exercises_heading": exercises["heading"],
        "id_exercises_reminder": exercises["reminder"],
        "id_videos_heading": exercises["videos_heading"],
        **_rows("links", document["links"]["items"], "text", "format"),
        **_rows("evidence", document["evidence"], "citation"),
    }
    yield from _of(LEAFLET, document["slug"], "The leaflet itself", texts)
    place = Place(LEAFLET, document["slug"], "id_exercises_introduction")
    yield Passage(place, "The introduction to the exercises", lines_of(exercises["introduction"]))


def _sections(document):
    for number, section in enumerate(document["sections"]):
        place = Place(LEAFLET, document["slug"], f"sections-{number}")
        yield Passage(
            place, f"Section “{section['heading']}”", [section["heading"], *lines_of(section["body"])]
        )


def passages_of(group):
    """Yield the Passages of a red-flag group."""
    signs = [{"text": "\n".join([sign["text"], *sign["parts"]])} for sign in group["signs"]]
    texts = {
        **{f"id_{field}": group[field] for field in ("title", "warning", "lead", "after")},
        **_rows("signs", signs, "text"),
        **_rows("notes", [{"text": note} for note in group["notes"]], "text"),
        **_rows("contacts", group["contacts"], "when"),
        **_rows("links", group["links"], "text", "format"),
    }
    yield from _of(GROUP, group["key"], group_name(group), texts)


def _routes(group):
    for contact in group["contacts"]:
        texts = {"id_name": contact["name"], "id_hours": contact["hours"]}
        yield from _of(ROUTE, contact["key"], f"Contact “{contact['name']}”", texts)


def _programme(programme):
    fields = ["title", "introduction", "stop_if", "after_exercise"]
    texts = {f"id_{field}": programme[field] for field in fields}
    yield from _of(PROGRAMME, programme["key"], f"Programme “{programme['title']}”", texts)
    for video in programme["videos"]:
        texts = {f"id_{field}": _text(video[field]) for field in VIDEO_TEXTS}
        yield from _of(VIDEO, video["key"], video_name(video), texts)


def _rows(prefix, rows, *fields):
    return {
        f"{prefix}-{number}": "\n".join(row[field] for field in fields) for number, row in enumerate(rows)
    }


def _text(value):
    return "\n".join(value) if isinstance(value, list) else value


def _of(kind, key, name, texts):
    for fragment, text in texts.items():
        yield Passage(Place(kind, key, fragment), name, [line for line in text.split("\n") if line.strip()])
