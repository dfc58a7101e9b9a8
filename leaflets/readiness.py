"""What a draft still lacks, as sentences for the editor: errors stop its submission, warnings (`hints.py`) do not.

A leaflet must say how urgent each group of red flags is and whom to contact; without red flags it must say why. The
words and the order of the sentences follow the page.
"""

import re
from typing import NamedTuple

from django.core.exceptions import ValidationError

from exercises import media
from leaflets import document as documents
from leaflets.passages import GROUP, LEAFLET, VIDEO, Place, group_name, passages, video_name
from leaflets.richtext import letters_of, validate_rich
from triage.models import Urgency

# What writers put where something is still to come. “TBC” and “TBD” only as such: they are part of other words.
PLACEHOLDER = re.compile(r"\b(TBC|TBD|(?i:lorem|click (?:here|below)|x{3,}))\b")
# Kinds of links to the same in another form.
OTHER_FORMS = ("bsl", "easy-read", "other-languages")


class Problem(NamedTuple):
    """A sentence for the editor, and the Place that mends what it says."""

    sentence: str
    place: Place


def errors(document):
    """Return the sentences that stop `document`, an Edition document, from being submitted."""
    return [problem.sentence for problem in problems(document)]


def problems(document):
    """Return the Problems that stop `document`, an Edition document, from being submitted, each once."""
    leaflet = Place(LEAFLET, document["slug"])
    found = [
        *(Problem(sentence, leaflet) for sentence in documents.problems(document)),
        *_twice("Red-flag group", document["red_flag_groups"], leaflet, "group_places-group"),
        *_twice("Programme", document["exercises"]["programmes"], leaflet, "programme_places-group"),
        *_red_flags(document, leaflet),
        *(problem for group in document["red_flag_groups"] for problem in _group(group)),
        *(problem for row in enumerate(document["sections"]) for problem in _section(leaflet, *row)),
        *_rich(
            "The introduction to the exercises",
            document["exercises"]["introduction"],
            leaflet._replace(fragment="id_exercises_introduction"),
        ),
        *(problem for video in videos(document) for problem in _video(video)),
        *_placeholders(document),
    ]
    return list(dict.fromkeys(found))


def videos(document):
    """Return the videos of `document` in order; one in two programmes comes twice."""
    return [video for programme in document["exercises"]["programmes"] for video in programme["videos"]]


def _red_flags(document, leaflet):
    place = leaflet._replace(fragment="id_no_red_flags_because")
    if not document["red_flag_groups"] and not document["no_red_flags_because"]:
        yield Problem(
            "It has no red flags: add a group, or record the clinical decision why there are none.", place
        )

    if document["red_flag_groups"] and document["no_red_flags_because"]:
        yield Problem("It has red flags and a reason why there are none: remove one of them.", place)


def _twice(name, items, leaflet, fragment):
    titles = [item["title"] for item in items]
    keys = [item["key"] for item in items]
    for title in dict.fromkeys(t for t, key in zip(titles, keys, strict=True) if keys.count(key) > 1):
        yield Problem(
            f"{name} “{title}” stands there twice: remove one.", leaflet._replace(fragment=fragment)
        )


def _group(group):
    name, place = group_name(group), Place(GROUP, group["key"])
    if not group["urgency"]:
        yield Problem(f"{name}: choose an urgency.", place._replace(fragment="id_urgency"))
    if group["urgency"] in (Urgency.EMERGENCY, Urgency.URGENT):
        yield from _who_and_when(name, group["contacts"], place)
    if group["urgency"] == Urgency.EMERGENCY:
        yield from _leading_away(name, group["links"], place)
    if not group["signs"] and not group["lead"]:
        yield Problem(f"{name}: add a red flag, or what to do.", place._replace(fragment="signs-group"))


def _who_and_when(name, contacts, place):
    """Somebody with an urgent sign must not have to find out the number or the hours."""
    if not contacts:
        yield Problem(f"{name}: add who to contact, and when.", place._replace(fragment="contacts-group"))
    for number, contact in enumerate(contacts):
        if not (contact["phone"] or contact["when"] or contact["hours"]):
            yield Problem(
                f"{name}: “{contact['name']}” has neither a telephone number nor a time. Say when to contact them.",
                place._replace(fragment=f"contacts-{number}"),
            )


def _leading_away(name, links, place):
    """Nobody should read on elsewhere before they call. Words that lead nowhere yet are no link.

    What says the same in a form that some patients can only read it in, such as sign language, may stand there.
    """
    for number, link in enumerate(links):
        if link["url"] and link["kind"] not in OTHER_FORMS:
            yield Problem(
                f"{name}: an emergency card has no links, so that patients call first. Move “{link['text']}” to the "
                "leaflet’s links.",
                place._replace(fragment=f"links-{number}"),
            )


def _section(leaflet, number, section):
    name, place = f"Section “{section['heading']}”", leaflet._replace(fragment=f"sections-{number}")
    if not letters_of(section["body"]):
        yield Problem(f"{name}: write its text, or remove the section.", place)
    yield from _rich(name, section["body"], place)


def _rich(name, text, place):
    try:
        validate_rich(text)
    except ValidationError as error:
        yield Problem(f"{name}: {error.messages[0]}", place)


def _video(video):
    name, place = video_name(video), Place(VIDEO, video["key"])
    if not video["file"] and not video["provider_url"]:
        yield Problem(
            f"{name}: add a video file, or its address at a provider.", place._replace(fragment="id_file")
        )
    if video["file"] and not video["captions"]:
        yield Problem(f"{name}: add captions.", place._replace(fragment="id_captions"))
    if not video["transcript"]:
        yield Problem(f"{name}: add a transcript.", place._replace(fragment="id_transcript"))
    for part, words in {"file": "video file", "captions": "caption file", "poster": "still picture"}.items():
        if video[part] and not media.DigestStorage().exists(media.name(video[part])):
            yield Problem(
                f"{name}: the {words} is missing from the media folder. Upload it again.",
                place._replace(fragment=f"id_{part}"),
            )


def _placeholders(document):
    """Words that stand for others must not reach patients, and “click here” says nothing read out or on paper."""
    for passage in passages(document):
        for word in dict.fromkeys(PLACEHOLDER.findall(" ".join(passage.lines))):
            yield Problem(f"{passage.name}: write what is meant in place of “{word}”.", passage.place)
