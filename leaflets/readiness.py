"""What a draft still lacks before it can be submitted, as sentences for the editor.

A leaflet must say how urgent each group of red flags is and whom to contact; without red flags it must say why. The
words and the order of the sentences follow the page.
"""

from django.core.exceptions import ValidationError

from exercises import media
from leaflets import document as documents
from leaflets.richtext import letters_of, validate_rich


def errors(document):
    """Return the sentences that stop `document`, an Edition document, from being submitted."""
    return [
        *documents.problems(document),
        *_twice("Red-flag group", document["red_flag_groups"]),
        *_twice("Programme", document["exercises"]["programmes"]),
        *_red_flags(document),
        *(problem for group in document["red_flag_groups"] for problem in _group(group)),
        *(problem for section in document["sections"] for problem in _section(section)),
        *_rich("The introduction to the exercises", document["exercises"]["introduction"]),
        *(
            problem
            for programme in document["exercises"]["programmes"]
            for video in programme["videos"]
            for problem in _video(video)
        ),
    ]


def _red_flags(document):
    if not document["red_flag_groups"] and not document["no_red_flags_because"]:
        yield "It has no red flags: add a group, or record the clinical decision why there are none."

    if document["red_flag_groups"] and document["no_red_flags_because"]:
        yield "It has red flags and a reason why there are none: remove one of them."


def _twice(name, items):
    titles = [item["title"] for item in items]
    keys = [item["key"] for item in items]
    for title in dict.fromkeys(t for t, key in zip(titles, keys, strict=True) if keys.count(key) > 1):
        yield f"{name} “{title}” stands there twice: remove one."


def _group(group):
    name = f"Red-flag group “{group['title']}”"
    if not group["urgency"]:
        yield f"{name}: choose an urgency."
    if group["urgency"] in ("emergency", "urgent") and not group["contacts"]:
        yield f"{name}: add who to contact, and when."
    if not group["signs"] and not group["lead"]:
        yield f"{name}: add a red flag, or what to do."


def _section(section):
    if not letters_of(section["body"]):
        yield f"Section “{section['heading']}”: write its text, or remove the section."
    yield from _rich(f"Section “{section['heading']}”", section["body"])


def _rich(name, text):
    try:
        validate_rich(text)
    except ValidationError as error:
        yield f"{name}: {error.messages[0]}"


def _video(video):
    name = f"Exercise video “{video['title']}”"
    if not video["file"] and not video["provider_url"]:
        yield f"{name}: add a video file, or its address at a provider."
    if video["file"] and not video["captions"]:
        yield f"{name}: add captions."
    if not video["transcript"]:
        yield f"{name}: add a transcript."
    for part, words in {"file": "video file", "captions": "caption file", "poster": "still picture"}.items():
        if video[part] and not media.DigestStorage().exists(media.name(video[part])):
            yield f"{name}: the {words} is missing from the media folder. Upload it again."
