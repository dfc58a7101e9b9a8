import copy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leaflets import hints, readability
from leaflets.passages import GROUP, LEAFLET, VIDEO, Place
from tests.leaflets.written import NAMES, SEED, group, written


@pytest.fixture
def document():
    """A leaflet that there is nothing to warn of."""
    document = written("neck")
    assert hints.warnings(document) == []
    return document


def warned(document):
    return [(warning.sentence, warning.place) for warning in hints.warnings(document)]


def sentences(document):
    return [warning.sentence for warning in hints.warnings(document)]


def test_written_leaflets_are_warned_of_once_in_all():
    said = [(name, sentence) for name in NAMES for sentence in sentences(written(name))]
    [(name, sentence)] = said
    assert name == "shoulder"
    assert "is urgent, but says “emergency”" in sentence


@pytest.mark.parametrize(("field", "words"), [("summary", "no summary"), ("owner", "no owner team")])
def test_what_is_left_unsaid_is_named(document, field, words):
    document[field] = ""
    [(sentence, place)] = warned(document)
    assert words in sentence
    assert place == Place(LEAFLET, "neck", f"id_{field}")


def test_what_patients_should_see_before_a_video_is_loaded_is_missed(document):
    document["exercises"]["programmes"] = copy.deepcopy(SEED["exercises"]["programmes"])
    video = document["exercises"]["programmes"][0]["videos"][0]
    assert warned(document) == []
    video |= {"file": None, "captions": None, "provider_url": "https://vimeo.com/76979871", "seconds": None}
    [(sentence, place)] = warned(document)
    assert sentence == "Exercise video “Single knee to chest”: say how long it is, in seconds."
    assert place == Place(VIDEO, video["key"], "id_seconds")
    video |= {"seconds": 90, "poster": None}
    [(sentence, place)] = warned(document)
    assert "add a still picture" in sentence
    assert place == Place(VIDEO, video["key"], "id_poster")


@pytest.mark.parametrize(
    ("heading", "services"),
    [
        ("Phone 999, go to A&E, or contact your GP or NHS 24", 4),
        ("Call NHS 24 on 111, your GP or a pharmacist", 3),
        ("Call NHS 24 on 111 or your GP", 0),
        ("Call 999 for an ambulance", 0),
        ("Signs of a problem at any age: GPS and A and E", 0),
    ],
)
def test_more_than_two_services_in_a_heading_are_too_many(document, heading, services):
    document["red_flag_groups"][0]["title"] = heading
    found = [sentence for sentence in sentences(document) if "services" in sentence]
    assert [f"names {services} services" in sentence for sentence in found] == ([True] if services else [])


@pytest.mark.parametrize("urgency", ["urgent", "non-urgent"])
@pytest.mark.parametrize(
    "sign", ["Call 999 if your lips turn blue.", "Go to A&E", "In an emergency wait", "Ring for an ambulance"]
)
def test_an_emergency_in_a_lesser_group_is_named(document, urgency, sign):
    document["red_flag_groups"].append(group("Others", ["Stiffness", sign], urgency=urgency))
    [(sentence, place)] = warned(document)
    assert "An emergency belongs in a group of its own." in sentence
    assert place == Place(GROUP, "others", "signs-1")


@pytest.mark.parametrize("sign", ["This is not an emergency.", "Use the non-emergency number.", "Area&Eye"])
def test_what_is_no_emergency_is_left_alone(document, sign):
    document["red_flag_groups"].append(group("Others", [sign]))
    assert warned(document) == []


def test_an_emergency_group_may_say_so(document):
    document["red_flag_groups"][0]["lead"] = "This is an emergency: call 999 for an ambulance."
    assert warned(document) == []


def test_two_videos_of_one_name_cannot_be_told_apart(document):
    document["exercises"] = copy.deepcopy(SEED["exercises"])
    first, second, _ = (programme["videos"][0] for programme in document["exercises"]["programmes"])
    second["title"] = first["title"].upper()
    said = [(sentence, place) for sentence, place in warned(document) if "same name" in sentence]
    assert [place for _, place in said] == [Place(VIDEO, second["key"], "id_title")]


def test_one_video_in_two_programmes_is_one_video(document):
    document["exercises"] = copy.deepcopy(SEED["exercises"])
    first, second, _ = document["exercises"]["programmes"]
    second["videos"] = first["videos"]
    assert not [sentence for sentence in sentences(document) if "same name" in sentence]


def test_two_groups_and_two_sections_of_one_name_cannot_be_told_apart(document):
    document["red_flag_groups"].append(group("Other signs to have checked.", ["Stiffness"], key="again"))
    document["sections"] *= 2
    places = [place for _, place in warned(document)]
    assert places == [Place(GROUP, "again", "id_title"), Place(LEAFLET, "neck", "sections-1")]


def test_a_link_without_an_address_leads_nowhere(document):
    link = {"text": "Your neck", "url": "", "file": None, "format": ""}
    document["links"] = {
        "heading": "",
        "items": [link, {**link, "file": {"bytes": 1}}, {**link, "url": "https://a.org"}],
    }
    [(sentence, place)] = warned(document)
    assert sentence == "The link “Your neck” leads nowhere: add its address, or remove it."
    assert place == Place(LEAFLET, "neck", "links-0")


def test_a_programme_without_videos_is_named(document):
    programme = {"key": "p", "title": "Stretches", "introduction": "", "stop_if": "", "after_exercise": ""}
    document["exercises"]["programmes"] = [{**programme, "videos": []}]
    assert sentences(document) == ["Programme “Stretches” has no videos: add one, or remove the programme."]


class TestReading:
    def test_a_sentence_of_more_than_25_words_is_shown_with_its_place(self, document):
        document["red_flag_groups"][0]["lead"] = "Call now. Then " + "word " * 24 + "end."
        [(sentence, place)] = warned(document)
        assert "a sentence has 26 words" in sentence
        assert place.fragment == "id_lead"

    def test_the_lines_of_a_list_are_sentences_of_their_own(self, document):
        items = "".join(f"<li>{'word ' * 9}</li>" for _ in range(9))
        document["sections"][0]["body"] = f"<ul>{items}</ul>"
        assert warned(document) == []

    def test_an_abbreviation_does_not_end_a_sentence(self):
        said = ["Tell us, e.g. Dr. Gray, at 8.30 a.m. or later. Then rest."]
        assert readability.sentences(said) == ["Tell us, e.g. Dr. Gray, at 8.30 a.m. or later", "Then rest."]

    def test_the_index_is_that_of_its_formula(self):
        # 120 words of 4 letters in 12 sentences: 4.71 × 4 + 0.5 × 10 - 21.43 = 2.41, grade 3, age 8.
        assert readability.reading_age(["word " * 10 + "."] * 12) == 8

    def test_a_few_words_say_nothing(self):
        assert readability.reading_age(["incomprehensibilities"] * 99) is None

    def test_hard_words_before_the_exercises_are_a_hint(self, document):
        document["sections"][0]["body"] = "<p>Immunosuppressive corticosteroid considerations.</p>" * 40
        [(sentence, _)] = warned(document)
        assert sentence.startswith("As a hint: what stands before the exercises reads as for the age of")

    def test_the_first_leaflet_reads_as_for_14(self):
        assert "for the age of 14" in " ".join(sentences(SEED))

    def test_other_languages_are_not_measured(self, document):
        document |= {"language": "gd"}
        document["red_flag_groups"][0]["lead"] = "word " * 99
        assert warned(document) == []

    @given(st.lists(st.text()))
    def test_no_word_is_lost_between_sentences(self, lines):
        whole = [word for line in lines for word in readability.words_of(line)]
        assert [w for s in readability.sentences(lines) for w in readability.words_of(s)] == whole
