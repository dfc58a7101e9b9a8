import copy
import json

import pytest

from leaflets import readiness
from tests.universe import LOWER_BACK

pytestmark = pytest.mark.django_db


@pytest.fixture
def document(draft):
    return copy.deepcopy(json.loads(LOWER_BACK.read_text()))


def test_the_first_leaflet_lacks_nothing(document):
    assert readiness.errors(document) == []


def test_an_urgency_is_never_assumed(document):
    document["red_flag_groups"][1]["urgency"] = None
    expected = "Red-flag group “Symptoms That Are Present After Trauma”: choose an urgency."
    assert readiness.errors(document) == [expected]


@pytest.mark.parametrize("urgency", ["emergency", "urgent"])
def test_urgent_red_flags_say_who_to_contact(document, urgency):
    document["red_flag_groups"][0] |= {"urgency": urgency, "contacts": []}
    [problem] = readiness.errors(document)
    assert "add who to contact, and when" in problem


def test_a_leaflet_without_red_flags_records_why(document):
    document["red_flag_groups"] = []
    [problem] = readiness.errors(document)
    assert "record the clinical decision why there are none" in problem
    document["no_red_flags_because"] = "Agreed by the hip pathway group, May 2026."
    assert readiness.errors(document) == []


def test_a_group_says_something(document):
    document["red_flag_groups"][2] |= {"signs": [], "lead": ""}
    [problem] = readiness.errors(document)
    assert "add a red flag, or what to do" in problem


def test_a_section_has_text(document):
    document["sections"] = [{"heading": "Heat", "placement": "general-advice", "body": " "}]
    assert readiness.errors(document) == ["Section “Heat”: write its text, or remove the section."]


@pytest.mark.parametrize(
    ("missing", "sentence"),
    [
        ({"file": None}, "add a video file, or its address at a provider"),
        ({"captions": None}, "add captions"),
        ({"transcript": ""}, "add a transcript"),
    ],
)
def test_a_video_can_be_seen_heard_and_read(document, missing, sentence):
    document["exercises"]["programmes"][0]["videos"][0] |= missing
    [problem] = readiness.errors(document)
    assert problem == f"Exercise video “Single knee to chest”: {sentence}."


def test_a_file_that_is_lost_from_the_media_folder_is_noticed(draft, settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)
    said = " ".join(readiness.errors(draft.snapshot()))
    for words in ("video file", "caption file", "still picture"):
        assert said.count(f"the {words} is missing from the media folder. Upload it again.") == 3


def test_rich_text_changed_behind_our_back_is_noticed(document):
    document["exercises"]["introduction"] = '<a href="javascript:alert(1)">x</a>'
    [problem] = readiness.errors(document)
    assert problem.startswith(
        "The introduction to the exercises: The link “javascript:alert(1)” is not allowed"
    )


def test_a_document_that_does_not_fit_its_schema_is_not_ready(document):
    document["title"] = ""
    assert readiness.errors(document) == ["title: it is empty; write something."]
