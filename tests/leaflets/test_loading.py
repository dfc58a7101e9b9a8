import copy
import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from exercises.models import ExerciseVideo
from history.canonical import canonical
from history.loading import Unloadable
from history.models import BEHIND_OUR_BACK, Version
from leaflets import loading
from leaflets.models import Leaflet
from tests.universe import CONTENT, LOWER_BACK
from triage.models import RedFlag, RedFlagGroup

pytestmark = pytest.mark.django_db
MEDIA = CONTENT / "media"


def seed():
    return json.loads(LOWER_BACK.read_text())


def export(slug, **options):
    out = StringIO()
    call_command("export_leaflet", slug, stdout=out, **options)
    return out.getvalue()


def whole():
    """A document that uses all that the form can hold."""
    document = seed()
    link = {
        "text": "CES card",
        "url": "https://example.org/card.pdf",
        "kind": "card",
        "languages": ["en-GB", "pl"],
        "format": "PDF, 2 pages",
        "landing_page": "https://example.org/card",
    }
    group = document["red_flag_groups"][0]
    group["urgency"] = "emergency"
    group["after"] = "After the list.\n\nAnd more."
    group["signs"][0]["parts"] = ["a part", "another part"]
    group["contacts"][1] |= {"hours": "24 hours", "text_relay": "18001 111", "bsl": "https://example.org/bsl"}
    group["links"] = [link, {**link, "kind": "easy-read", "languages": []}]
    video = document["exercises"]["programmes"][0]["videos"][0]
    video |= {"dose": "10 times", "stop_if": "It hurts.", "after_exercise": "Rest."}
    other = {**video, "key": "other", "file": None, "captions": None, "provider_url": "https://example.org/v"}
    programme = document["exercises"]["programmes"][0]
    programme["videos"] = [other, video]
    programme |= {"introduction": "Intro.", "stop_if": "Stop.", "after_exercise": "After."}
    document |= {
        "condition": "Sciatica",
        "summary": "One sentence.",
        "owner": "MSK team",
        "reference": "MSK-1",
    }
    document["sections"] = [
        {"heading": "Heat", "placement": "general-advice", "body": '<ul class="do"><li>rest</li></ul>'},
        {
            "heading": "Work",
            "placement": "before-exercises",
            "body": "<table><tbody><tr><td>a</td></tr></tbody></table>",
        },
    ]
    document["links"]["items"] = [{**link, "file": None}]
    document["evidence"] = [
        {"citation": "NG59", "url": "https://example.org/ng59"},
        {"citation": "X", "url": ""},
    ]
    return document


def test_a_file_is_loaded_and_written_back_byte_for_byte(draft):
    assert export("lower-back").encode() == LOWER_BACK.read_bytes()


def test_all_that_the_form_can_hold_is_loaded_and_written_back(tmp_path):
    (tmp_path / "media").symlink_to(MEDIA)
    file = tmp_path / "leaflet.json"
    file.write_text(canonical(whole()))
    call_command("load_leaflet", str(file), stdout=StringIO())
    assert export("lower-back") == file.read_text()


def test_loading_again_changes_nothing(draft):
    before = [
        (model, list(model.objects.values())) for model in (Leaflet, RedFlagGroup, RedFlag, ExerciseVideo)
    ]
    out = StringIO()
    call_command("load_leaflet", str(LOWER_BACK), stdout=out)
    assert "changed" not in out.getvalue()
    assert [(model, list(model.objects.values())) for model, _ in before] == before


def test_loading_makes_the_draft_what_the_file_says(draft, tmp_path):
    RedFlag.objects.filter(text="Night sweats").delete()
    out = StringIO()
    call_command("load_leaflet", str(LOWER_BACK), stdout=out)
    assert "Draft changed: Symptoms Where No Trauma Was Involved" in out.getvalue()
    assert "Cauda" not in out.getvalue()
    assert export("lower-back").encode() == LOWER_BACK.read_bytes()


def test_an_edition_is_exported_as_it_was_frozen(live, draft):
    Leaflet.objects.update(title="Changed")
    assert export("lower-back", edition=1) == live.content
    with pytest.raises(CommandError, match="has no edition 2"):
        export("lower-back", edition=2)
    with pytest.raises(CommandError, match="no leaflet at the address knee"):
        export("knee")


def test_the_person_who_loads_is_remembered(editor):
    call_command("load_leaflet", str(LOWER_BACK), by="editor", stdout=StringIO())
    version = Leaflet.objects.get().versions().get()
    assert version.by == editor
    assert version.said["reason"] == "Loaded from lower-back.json."
    with pytest.raises(CommandError, match="no account with the user name nobody"):
        call_command("load_leaflet", str(LOWER_BACK), by="nobody")


def put(document, place, value):
    *way, last = place
    inner = document
    for step in way:
        inner = inner[step]
    if value is None and last != "urgency":
        del inner[last]
    else:
        inner[last] = value
    return document


@pytest.mark.parametrize(
    ("place", "value", "sentence"),
    [
        (
            ("red_flag_groups", 0, "urgency"),
            "soon",
            'red_flag_groups[0].urgency: "soon" is not one of “emergency”',
        ),
        (("red_flag_groups", 2, "signs", 3, "text"), "", "red_flag_groups[2].signs[3].text: it is empty"),
        (("red_flag_groups", 1, "lead"), None, "red_flag_groups[1]: “lead” is missing"),
        (("title",), None, "The document: “title” is missing"),
        (("colour",), "red", "“colour” is not a field"),
        (("schema",), 2, "schema: 2 should be 1"),
        (("body_part",), 7, "body_part: 7 should be of type string"),
        (
            ("red_flag_groups", 0, "links", 0, "url"),
            "javascript:alert(1)",
            'links[0].url: "javascript:alert(1)" is not',
        ),
        (
            ("red_flag_groups", 0, "links", 0, "url"),
            "https://a@b.org/",
            "red_flag_groups[0].links[0].url: Remove",
        ),
        (
            ("exercises", "introduction"),
            '<a href="javascript:x">y</a>',
            "exercises_introduction: The link “javascript:x”",
        ),
        (
            ("exercises", "introduction"),
            "<script>x</script>",
            "exercises_introduction: “<script>” has no place here",
        ),
        (
            ("exercises", "introduction"),
            "<math><mi>x",
            "exercises_introduction: “<math>” has no place here",
        ),
        (("red_flag_groups", 0, "title"), "a\x00b", "red_flag_groups[0].title: Remove the character U+0000"),
        (("introduction", "text"), "a" * 10_000_000, "introduction.text: it is 10,000,000 characters long"),
        (("slug",), "admin", "The leaflet.slug: “admin” is an address of the site itself"),
        (("translated_from",), {"slug": "knee", "edition": 1}, "there is no edition 1 of “knee”"),
        (("red_flag_groups", 2, "urgency"), "emergency", "red_flag_groups[2]: this group is more urgent"),
        (("red_flag_groups", 1, "urgency"), None, "red_flag_groups[2]: this group is more urgent"),
        (
            ("exercises", "programmes", 0, "videos", 0, "file", "sha256"),
            "0" * 64,
            "videos[0].file: no file with the SHA",
        ),
        (
            ("exercises", "programmes", 0, "videos", 0, "file", "bytes"),
            5,
            "file.bytes: this would be stored as 109911",
        ),
        (("introduction", "text"), "two\rlines", "introduction.text: Remove the character U+000D"),
    ],
)
def test_a_wrong_file_is_refused_naming_the_place_and_nothing_is_stored(tmp_path, place, value, sentence):
    file = tmp_path / "leaflet.json"
    file.write_text(json.dumps(put(seed(), place, value)))
    (tmp_path / "media").symlink_to(MEDIA)
    with pytest.raises(CommandError) as error:
        call_command("load_leaflet", str(file))
    assert sentence in str(error.value)
    assert not Leaflet.objects.exists()
    assert not RedFlagGroup.objects.exists()


def test_a_lone_surrogate_is_named(tmp_path):
    file = tmp_path / "leaflet.json"
    file.write_text(LOWER_BACK.read_text().replace("Night sweats", "Night \\ud800sweats"))
    with pytest.raises(
        CommandError, match=r"red_flag_groups\[2\].signs\[12\].text: Remove the character U\+D800"
    ):
        call_command("load_leaflet", str(file))


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"{", "line 1, column 2: this is not JSON"),
        (b"\xff\xfe", "byte 0: the file is not UTF-8 text"),
        (b"[]", "should be of type object"),
        (b'{"title":"a","title":"b"}', "title: this field is there twice"),
        (b"[" * 100_000, "it is nested too deeply"),
    ],
)
def test_what_is_no_document_at_all_is_refused(tmp_path, content, sentence):
    file = tmp_path / "leaflet.json"
    file.write_bytes(content)
    with pytest.raises(CommandError) as error:
        call_command("load_leaflet", str(file))
    assert sentence in str(error.value)


def test_a_file_that_is_not_there_is_refused():
    with pytest.raises(CommandError, match="cannot be read: No such file"):
        call_command("load_leaflet", "/nowhere.json")


def test_one_shared_item_said_in_two_ways_is_refused():
    document = seed()
    again = copy.deepcopy(document["red_flag_groups"][0]["contacts"][1])
    document["red_flag_groups"][1]["contacts"] = [{**again, "phone": "112"}]
    with pytest.raises(Unloadable, match="would be stored as '112'"):
        loading.load(document, MEDIA, by=None, reason="Loaded.")
    assert not Leaflet.objects.exists()


words = st.text(
    st.characters(categories=["L", "N", "P", "Zs"], exclude_characters="\x85\xa0"), min_size=1, max_size=40
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(title=words, signs=st.lists(words, max_size=4), notes=st.lists(words, max_size=3))
def test_whatever_is_loaded_is_written_back_the_same(draft, title, signs, notes):
    document = seed()
    group = document["red_flag_groups"][1]
    group |= {"title": title, "notes": notes, "signs": [{"text": sign, "parts": []} for sign in signs]}
    leaflet, _ = loading.load(document, MEDIA, by=None, reason="Loaded.")
    assert Leaflet.objects.get(pk=leaflet.pk).snapshot() == document


def test_what_was_changed_behind_our_back_is_not_taken_for_the_work_of_whoever_loads(draft, editor):
    RedFlag.objects.filter(text="Night sweats").update(text="Night sweating")
    Leaflet.objects.update(summary="Theirs.")
    document = {**Leaflet.objects.get().snapshot(), "title": "Mine"}
    loading.load(document, None, by=editor, reason="Loaded again.")
    group = RedFlagGroup.objects.get(key="lower-back-no-trauma")
    assert [(version.by, version.said["reason"]) for version in group.versions()][1:] == [
        (None, BEHIND_OUR_BACK)
    ]
    behind, mine = list(draft.versions())[1:]
    assert (behind.by, behind.said["content"]["summary"]) == (None, "Theirs.")
    assert (mine.by, mine.said["content"]["title"]) == (editor, "Mine")


def test_what_one_file_makes_and_names_twice_is_the_work_of_whoever_loads(editor):
    document = loading.read(LOWER_BACK.read_bytes())
    loading.load(document, MEDIA, by=editor, reason="Loaded.")
    assert {version.by for version in Version.objects.all()} == {editor}
