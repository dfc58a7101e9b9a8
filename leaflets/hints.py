"""What may be wrong with a draft, as sentences for the editor. Warnings: they stop nothing, and none is proof.

They look for what pages of health services have carried to patients: a heading with three services in it, an emergency
in a bullet of a calmer list, “click below” with nothing below.
"""

import re
from collections import defaultdict

from leaflets import readability
from leaflets.passages import (
    GROUP,
    LEAFLET,
    PROGRAMME,
    VIDEO,
    Place,
    group_name,
    passages,
    passages_of,
    video_name,
)
from leaflets.readiness import Problem, videos
from triage.models import Urgency

MOST_SERVICES = 2
# Each service by what patients know it as; one that has two names is one service.
SERVICES = {
    "999": r"999|ambulance",
    "A&E": r"A ?& ?E|accident and emergency|emergency department|casualty",
    "111": r"111|NHS ?24|NHS inform",
    "GP": r"GPs?|doctors?|surgery",
    "pharmacy": r"pharmac(?:y|ist)",
    "minor injuries": r"minor injur(?:y|ies)|MIU|walk-in centre|urgent (?:care|treatment) centre",
    "out of hours": r"out[- ]of[- ]hours",
    "physiotherapy": r"physiotherap(?:y|ist)",
    "dentist": r"dentist",
    "optician": r"optician|optometrist",
}
_SERVICES = {
    name: re.compile(rf"(?<!\w)(?:{words})(?!\w)", re.IGNORECASE) for name, words in SERVICES.items()
}
_EMERGENCY = re.compile(
    r"(?<!\w)(?<!non-)(?<!not an )(999|ambulance|A ?& ?E|casualty|emergenc(?:y|ies))(?!\w)", re.IGNORECASE
)


# A number in a text that refers to a red flag: (1).
_NUMBER = re.compile(r"\((\d{1,2})\)")


def warnings(document):
    """Return the Problems of `document`, an Edition document, that do not stop it from being submitted."""
    return [
        *_unsaid(document),
        *_crowded_headings(document),
        *(problem for group in document["red_flag_groups"] for problem in _nested_emergency(group)),
        *(problem for group in document["red_flag_groups"] for problem in _counted(group)),
        *_same_titles(document),
        *_leading_nowhere(document),
        *(problem for video in videos(document) for problem in _before_it_plays(video)),
        *_hard_to_read(document),
    ]


def _counted(group):
    """A text that says “(1) or (2)” leaves a third red flag out, and a new first one moves what each number means."""
    text = " ".join([group["warning"], group["lead"], group["after"], *group["notes"]])
    named = [int(number) for number in _NUMBER.findall(text)] if group["numbered"] else []
    if named and sorted(set(named)) != list(range(1, len(group["signs"]) + 1)):
        said = " and ".join(f"({number})" for number in sorted(set(named)))
        yield Problem(
            f"{group_name(group)}: its text speaks of {said}, and there are {len(group['signs'])} red flags. Check "
            "which one each number means.",
            Place(GROUP, group["key"], "id_lead"),
        )


def _unsaid(document):
    """Lists and search engines show the summary; a leaflet that nobody answers for is never put right."""
    leaflet = Place(LEAFLET, document["slug"])
    if not document["summary"]:
        yield Problem(
            "It has no summary: say in one sentence what it is for.", leaflet._replace(fragment="id_summary")
        )
    if not document["owner"]:
        yield Problem(
            "It names no owner team: say who answers for it.", leaflet._replace(fragment="id_owner")
        )
    for programme in document["exercises"]["programmes"]:
        if not programme["videos"]:
            yield Problem(
                f"Programme “{programme['title']}” has no videos: add one, or remove the programme.",
                Place(PROGRAMME, programme["key"], "places-group"),
            )


def _crowded_headings(document):
    """Who reads a heading with three services in it has to choose between them, in a hurry."""
    for place, heading in _headings(document):
        found = [name for name, words in _SERVICES.items() if words.search(heading)]
        if len(found) > MOST_SERVICES:
            yield Problem(
                f"The heading “{heading}” names {len(found)} services: name the first, and the others below it.",
                place,
            )


def _headings(document):
    leaflet, exercises = Place(LEAFLET, document["slug"]), document["exercises"]
    yield leaflet._replace(fragment="id_title"), document["title"]
    yield leaflet._replace(fragment="id_introduction_heading"), document["introduction"]["heading"]
    for group in document["red_flag_groups"]:
        yield Place(GROUP, group["key"], "id_title"), group["title"]
    for number, section in enumerate(document["sections"]):
        yield leaflet._replace(fragment=f"sections-{number}"), section["heading"]
    yield leaflet._replace(fragment="id_links_heading"), document["links"]["heading"]
    yield leaflet._replace(fragment="id_exercises_heading"), exercises["heading"]
    for programme in exercises["programmes"]:
        yield Place(PROGRAMME, programme["key"], "id_title"), programme["title"]


def _nested_emergency(group):
    """An emergency in a list that says “see somebody this week” is read as if it could wait."""
    if group["urgency"] not in (Urgency.URGENT, Urgency.NON_URGENT):
        return
    for passage in passages_of(group):
        word = _EMERGENCY.search(" ".join(passage.lines))
        if word:
            yield Problem(
                f"{passage.name} is {group['urgency']}, but says “{word[1]}” in “{_short(passage.lines[0])}”. "
                "An emergency belongs in a group of its own.",
                passage.place,
            )


def _same_titles(document):
    """Two things of one name cannot be told apart by somebody who is told to read or do one of them."""
    leaflet = Place(LEAFLET, document["slug"])
    titles = [
        *((group_name(g), Place(GROUP, g["key"], "id_title")) for g in document["red_flag_groups"]),
        *(
            (f"Section “{section['heading']}”", leaflet._replace(fragment=f"sections-{number}"))
            for number, section in enumerate(document["sections"])
        ),
        *((video_name(video), Place(VIDEO, video["key"], "id_title")) for video in videos(document)),
    ]
    places = defaultdict(dict)
    for name, place in titles:
        places[" ".join(readability.words_of(name.casefold()))].setdefault(place, name)
    for same in places.values():
        for place, name in list(same.items())[1:]:
            yield Problem(f"{name} has the same name as another one: say in the name what differs.", place)


def _leading_nowhere(document):
    """Patients are told that there is more to read, and find nothing."""
    for number, link in enumerate(document["links"]["items"]):
        if not link["url"] and not link["file"]:
            yield _nowhere(link, Place(LEAFLET, document["slug"], f"links-{number}"))
    for group in document["red_flag_groups"]:
        for number, link in enumerate(group["links"]):
            if not link["url"]:
                yield _nowhere(link, Place(GROUP, group["key"], f"links-{number}"))


def _nowhere(link, place):
    return Problem(f"The link “{link['text']}” leads nowhere: add its address, or remove it.", place)


def _before_it_plays(video):
    """Whoever is short of data or time decides by what stands there before anything is loaded."""
    name, place = video_name(video), Place(VIDEO, video["key"])
    if video["provider_url"] and not video["seconds"]:
        yield Problem(f"{name}: say how long it is, in seconds.", place._replace(fragment="id_seconds"))
    if not video["poster"]:
        yield Problem(
            f"{name}: add a still picture. Without one, patients see a black box until it plays.",
            place._replace(fragment="id_poster"),
        )


def _hard_to_read(document):
    """Half of all adults find health information hard to understand, more of them in pain or in fear."""
    if not document["language"].startswith("en"):
        return
    found = passages(document)
    for passage in found:
        for sentence in readability.long_sentences(passage.lines):
            yield Problem(
                f"{passage.name}: a sentence has {len(readability.words_of(sentence))} words, and "
                f"{readability.MOST_WORDS} are enough: “{_short(sentence)}”",
                passage.place,
            )
    # The short sentences of exercises and transcripts would hide how hard the red flags are.
    read_first = [passage for passage in found if passage.place.kind in (LEAFLET, GROUP)]
    age = readability.reading_age([line for passage in read_first for line in passage.lines])
    if age and age > readability.OLDEST:
        yield Problem(
            f"As a hint: what stands before the exercises reads as for the age of {age} (Automated Readability Index); "
            f"the NHS aims at 9 to {readability.OLDEST}. Shorter words and sentences help.",
            Place(LEAFLET, document["slug"]),
        )


def _short(text):
    return text if len(text) <= 60 else f"{text[:60].rsplit(' ', 1)[0]} …"
