"""The first leaflet, word for word. The words below are clinical content: they change only when a clinician says so."""

import html
import json
import re

import pytest

from tests.universe import LOWER_BACK

INTRODUCTION = (
    "Here is a list of the main problems and concerns we would recommend you get checked out by a health professional "
    "before commencing self-management exercises. These are called Red Flags and may indicate a more serious problem "
    "that requires medical assessment."
)
CAUDA_EQUINA = [
    "Cauda Equina Syndrome (CES)",
    "Warning: CES is a rare but extremely serious spinal condition that requires immediate assessment.",
    "If you are experiencing the symptoms described in (1) or (2) below, then please have these checked out urgently – "
    "usually your GP if within normal hours (8:30-6pm) or call NHS 24 on 111 at other times.",
    "Significant changes in your bowel or bladder habits and/or sexual function. This includes difficulty passing or "
    "controlling your urine flow/ signs of recent bowel incontinence",
    "Changes to sensation in between your legs e.g. difficulty feeling the toilet paper when you are wiping your "
    "bottom.",
    "Further information on CES",
]
TRAUMA = [
    "Symptoms That Are Present After Trauma",
    "If symptoms are caused by a traumatic incident to your back (e.g. a fall, car accident), please have this checked "
    "out by a health professional before commencing with an exercise program.",
    "NOTE: If you have underlying low bone density (e.g. osteoporosis) or long-term steroid use then smaller amounts "
    "of force may cause problems that require medical assessment.",
]
SIGNS_WITHOUT_TRAUMA = [
    "Severe restriction in the movement of your lower back and legs.",
    "Sudden or newly worsening leg pain which extends below the knee",
    "Changes in your balance and the way you are walking e.g. tripping, falling",
    "Weakness and/ or altered sensation into both arms and/ or legs at the same time",
    "If one or both feet are feeling very floppy or feel very weak on walking",
    "Problems with coordination of upper and/or lower limbs e.g. writing, getting dressed, walking.",
    "Pain or altered sensation around your trunk e.g. can be described as a band of pain/ numbness around the chest",
    "Pain and/or stiffness in other joints at same time as low back pain developed",
    "Fever and generally feeling unwell at same time as low back pain developed",
    "Unexplained lumps and bumps that appear or are changing/ growing",
    "Constant pain that does not change with rest or activity",
    "Significant worsening night pain, unable to lie flat",
    "Night sweats",
    "Unexplained weight loss and/or previous history of cancer",
    "Increasing number of joints that are painful and/or stiff.",
]
NO_TRAUMA = [
    "Symptoms Where No Trauma Was Involved",
    "If you feel any of the following signs develop rapidly or over a longer period of time please have these checked "
    "out by a health professional.",
    *SIGNS_WITHOUT_TRAUMA,
    "NOTE: Special attention should be taken if you have a history of long-term steroid/ immunosuppressive drug use, "
    "recent joint replacement, dental surgery or steroid injection. Rheumatoid arthritis or other joint disease, "
    "recent infection, previous history of tuberculosis, intravenous drug use or alcoholism.",
]
LEAFLET = [
    "Self-help and information – Lower Back",
    "Important Facts About Your Back Pain",
    INTRODUCTION,
    *CAUDA_EQUINA,
    *TRAUMA,
    *NO_TRAUMA,
    "Information leaflets/links",
]
EXERCISES = [
    "Lower back exercises",
    "Please make sure you have read through the important information about lower back pain before proceeding.",
    "Here are some exercises to help you get your lower back moving better. You may need to build these exercises up "
    "gradually.",
    "You may be uncomfortable when you start doing these exercises – make sure the level of discomfort feels "
    "acceptable to you and that it doesn’t take too long to settle once you are finished.",
    "The exercises should get easier the more consistently you manage to practice them and this may allow you to "
    "progress to more difficult exercises.",
    "These are self help exercises:",
    "Try to enjoy the exercises and work at a pace and level that feels safe.",
    "Please use a common sense approach when deciding which ones to try.",
    "The exercises listed are not designed as an alternative to professional advice.",
    "Exercise videos",
    "Beginner lower back exercises",
    "Progressive lower back exercises",
    "General lower back exercises",
]


def text_of(response):
    page = response.content.decode()
    body = page[page.index("<main") : page.index("</main>")]
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", body)).split())


def in_this_order(wording, text):
    place = 0
    for words in wording:
        place = text.index(words, place) + len(words)
    return True


def test_the_document_holds_the_leaflet_whole():
    document = json.loads(LOWER_BACK.read_text())
    groups = document["red_flag_groups"]

    assert [(group["title"], group["urgency"]) for group in groups] == [
        ("Cauda Equina Syndrome (CES)", "urgent"),
        ("Symptoms That Are Present After Trauma", "non-urgent"),
        ("Symptoms Where No Trauma Was Involved", "non-urgent"),
    ]
    assert groups[0]["numbered"]
    assert [sign["text"] for sign in groups[0]["signs"]] == CAUDA_EQUINA[3:5]
    assert [(c["name"], c["phone"], c["when"]) for c in groups[0]["contacts"]] == [
        ("Your GP", "", "within normal hours (8:30-6pm)"),
        ("NHS 24", "111", "at other times"),
    ]
    assert groups[1]["notes"] == TRAUMA[2:]
    assert [sign["text"] for sign in groups[2]["signs"]] == SIGNS_WITHOUT_TRAUMA
    assert groups[2]["notes"] == NO_TRAUMA[-1:]


def test_the_file_is_in_canonical_form():
    content = LOWER_BACK.read_text()
    assert (
        json.dumps(json.loads(content), sort_keys=True, separators=(",", ":"), ensure_ascii=False) == content
    )


@pytest.mark.django_db
def test_patients_read_every_word_of_it_in_its_order(live, client):
    assert in_this_order(LEAFLET, text_of(client.get("/lower-back/")))
    assert in_this_order(EXERCISES, text_of(client.get("/lower-back/exercises/")))


@pytest.mark.django_db
def test_the_public_document_is_the_file(live, client):
    assert client.get("/lower-back.json").content == LOWER_BACK.read_bytes()


@pytest.mark.parametrize("clip", ["beginner", "progressive", "general"])
def test_demonstration_clips_are_small_and_captioned(clip):
    media = LOWER_BACK.parent / "media"
    assert (media / f"{clip}.mp4").stat().st_size < 300_000
    assert (media / f"{clip}.vtt").read_text().startswith("WEBVTT")


def test_every_video_says_that_it_is_a_demonstration():
    programmes = json.loads(LOWER_BACK.read_text())["exercises"]["programmes"]
    videos = [video for programme in programmes for video in programme["videos"]]
    assert len(videos) == 3
    for video in videos:
        assert video["note"].startswith("Demonstration clip")
        assert video["transcript"].startswith("Demonstration clip.")
        assert video["captions"]
