import copy
import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from leaflets import readiness
from leaflets.passages import GROUP, Place
from tests.leaflets.test_loading import whole
from tests.leaflets.test_safety import at, paths
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


@pytest.mark.parametrize(
    ("said", "lacks"),
    [({}, 1), ({"phone": "111"}, 0), ({"when": "at any time"}, 0), ({"hours": "24 hours a day"}, 0)],
)
def test_an_urgent_contact_has_a_number_or_a_time(document, said, lacks):
    contact = document["red_flag_groups"][0]["contacts"][0]
    contact |= {"phone": "", "when": "", "hours": "", **said}
    problems = readiness.problems(document)
    assert [problem.place for problem in problems] == lacks * [
        Place(GROUP, "cauda-equina-syndrome", "contacts-0")
    ]


def test_a_group_that_is_not_urgent_may_leave_the_time_to_the_patient(document):
    group = document["red_flag_groups"][0]
    group |= {"urgency": "non-urgent", "contacts": [{**group["contacts"][0], "phone": "", "when": ""}]}
    assert readiness.errors(document) == []


@pytest.mark.parametrize(
    ("urgency", "url", "lacks"),
    [("emergency", "https://example.org/", 1), ("emergency", "", 0), ("urgent", "https://example.org/", 0)],
)
def test_an_emergency_card_leads_nowhere_but_to_help(document, urgency, url, lacks):
    group = document["red_flag_groups"][0]
    group["urgency"] = urgency
    group["links"][0]["url"] = url
    said = readiness.errors(document)
    assert len(said) == lacks
    assert all("an emergency card has no links" in sentence for sentence in said)


def test_an_emergency_card_may_lead_to_the_same_in_sign_language(document):
    group = document["red_flag_groups"][0]
    group["urgency"] = "emergency"
    group["links"][0] |= {"url": "https://example.org/", "kind": "bsl"}
    assert readiness.errors(document) == []


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


@pytest.mark.parametrize(
    "words", ["TBC", "tel. TBD", "Lorem ipsum", "Click here", "click below for more", "see xxx", "XXXX"]
)
def test_words_that_stand_for_others_are_not_submitted(document, words):
    document["red_flag_groups"][0]["signs"][1]["text"] = words
    [problem] = readiness.problems(document)
    assert "write what is meant in place of" in problem.sentence
    assert problem.place == Place(GROUP, "cauda-equina-syndrome", "signs-1")


@pytest.mark.parametrize(
    "words", ["Stubborn outbcome", "tbc", "Your knee clicks here and there", "Colorem", "Texxxas"]
)
def test_words_that_only_look_like_it_are(document, words):
    document["red_flag_groups"][0]["signs"][1]["text"] = words
    assert readiness.errors(document) == []


def test_a_placeholder_is_found_through_the_formatting(document):
    document["exercises"]["introduction"] = "<p>To see them <strong>click <em>here</em></strong>.</p>"
    [problem] = readiness.errors(document)
    assert problem == "The introduction to the exercises: write what is meant in place of “click here”."


def test_a_shared_video_is_complained_of_once(document):
    first, second, _ = document["exercises"]["programmes"]
    first["videos"][0]["transcript"] = ""
    second["videos"] = first["videos"]
    assert len(readiness.errors(document)) == 1


# Names for machines, and what is chosen from a list.
NO_TEXT = {
    "key",
    "slug",
    "language",
    "languages",
    "url",
    "landing_page",
    "bsl",
    "provider_url",
    "sha256",
    "type",
}
NO_TEXT |= {"level", "placement", "kind", "urgency", "phone", "text_relay"}
TEXTS = [
    way
    for way in paths(whole())
    if isinstance(at(whole(), way), str) and not NO_TEXT & set(map(str, way)) and way[0] != "translated_from"
]


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(way=st.sampled_from(TEXTS), before=st.text("ab ", max_size=9), after=st.text("ab ", max_size=9))
def test_a_placeholder_is_found_wherever_patients_read(way, before, after):
    document = whole()
    *outer, last = way
    at(document, outer)[last] = f"{before} lorem {after}"
    assert any("“lorem”" in sentence for sentence in readiness.errors(document))


def test_what_stands_there_twice_is_removed_once(document):
    document["red_flag_groups"].append(document["red_flag_groups"][0])
    assert [each for each in readiness.errors(document) if "stands there twice" in each] == [
        "Red-flag group “Cauda Equina Syndrome (CES)” stands there twice: remove one."
    ]
