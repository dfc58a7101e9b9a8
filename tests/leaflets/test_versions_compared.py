"""Two versions of one item are compared in the same words, other items in them standing by their keys."""

import copy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from history.models import Version
from leaflets.admin.readable import readable
from leaflets.differences import Risk
from leaflets.safety import ITEMS, compare_versions
from tests.leaflets.test_loading import whole
from tests.leaflets.test_safety import at, paths


def contents():
    """What a Version of each kind holds, of the whole document."""
    document = whole()
    group, exercises = document["red_flag_groups"][0], document["exercises"]
    programme = exercises["programmes"][0]
    route = {field: value for field, value in group["contacts"][1].items() if field != "when"}
    contacts = [{"key": contact["key"], "when": contact["when"]} for contact in group["contacts"]]
    keys = {"programmes": [each["key"] for each in exercises["programmes"]]}
    return {
        "redflaggroup": group | {"contacts": contacts},
        "contactroute": route,
        "programme": programme | {"videos": [video["key"] for video in programme["videos"]]},
        "exercisevideo": programme["videos"][1],
        "leaflet": document
        | {
            "red_flag_groups": [each["key"] for each in document["red_flag_groups"]],
            "exercises": exercises | keys,
        },
    }


def changed(kind, change):
    after = copy.deepcopy(contents()[kind])
    change(after)
    return [(each.risk, each.what) for each in compare_versions(kind, contents()[kind], after)]


@pytest.mark.django_db
def test_contents_are_those_that_versions_hold(draft):
    held = {version.kind.partition(".")[2]: version.said["content"] for version in Version.objects.all()}
    assert {kind: set(content) for kind, content in contents().items()} == {
        k: set(c) for k, c in held.items()
    }


@pytest.mark.parametrize(
    ("kind", "change", "risk", "what"),
    [
        (
            "leaflet",
            lambda c: c["red_flag_groups"].pop(0),
            1,
            "Red-flag group “cauda-equina-syndrome” removed",
        ),
        ("leaflet", lambda c: c["red_flag_groups"].append("new"), 2, "Red-flag group “new” added"),
        ("leaflet", lambda c: c["red_flag_groups"].reverse(), 3, "Order of red-flag groups changed"),
        (
            "leaflet",
            lambda c: c["exercises"]["programmes"].pop(),
            3,
            "Programme “lower-back-general” removed",
        ),
        ("leaflet", lambda c: c["sections"].pop(0), 3, "Section “Heat” removed"),
        ("redflaggroup", lambda c: c["signs"].pop(), 1, "Red flag of “Cauda Equina Syndrome (CES)” removed"),
        (
            "redflaggroup",
            lambda c: c["contacts"].pop(),
            1,
            "Contact “nhs-24” of “Cauda Equina Syndrome (CES)” removed",
        ),
        (
            "redflaggroup",
            lambda c: c["contacts"][1].update(when="at night"),
            1,
            "When to contact of nhs-24 changed",
        ),
        ("redflaggroup", lambda c: c.update(key="ces"), 3, "Key of “Cauda Equina Syndrome (CES)” changed"),
        ("contactroute", lambda c: c.update(phone="112"), 1, "Telephone number of NHS 24 changed"),
        ("contactroute", lambda c: c.update(key="nhs"), 3, "Key of NHS 24 changed"),
        (
            "programme",
            lambda c: c["videos"].reverse(),
            3,
            "Order of videos of “Beginner lower back exercises” changed",
        ),
        (
            "programme",
            lambda c: c.update(stop_if=""),
            1,
            "When to stop of “Beginner lower back exercises” removed",
        ),
        (
            "exercisevideo",
            lambda c: c["file"].update(sha256="0" * 64),
            3,
            "Video file of “Single knee to chest” replaced",
        ),
        ("exercisevideo", lambda c: c.update(captions=None), 3, "Captions of “Single knee to chest” removed"),
    ],
)
def test_a_change_of_an_item_is_said_in_the_words_of_the_field(kind, change, risk, what):
    assert changed(kind, change) == [(risk, what)]


@pytest.mark.parametrize(
    ("kind", "made", "gone"),
    [
        ("redflaggroup", (2, "Red-flag group “Cauda Equina Syndrome (CES)” created"), 1),
        ("contactroute", (2, "Contact route “NHS 24” created"), 1),
        ("programme", (3, "Programme “Beginner lower back exercises” created"), 3),
        ("exercisevideo", (3, "Exercise video “Single knee to chest” created"), 3),
        ("leaflet", (3, "Leaflet “Self-help and information – Lower Back” created"), 3),
    ],
)
def test_the_first_version_creates_and_a_deletion_deletes(kind, made, gone):
    content = contents()[kind]
    [first], [last] = compare_versions(kind, None, content), compare_versions(kind, content, None)
    assert (first.risk, first.what) == made
    assert (last.risk, last.what) == (gone, made[1].replace("created", "deleted"))
    assert first.after == last.before != ""
    assert compare_versions(kind, None, None) == []


@given(st.data())
def test_no_two_different_versions_are_called_the_same(data):
    kind = data.draw(st.sampled_from(sorted(ITEMS)))
    before = contents()[kind]
    after = copy.deepcopy(before)
    for way in data.draw(st.lists(st.sampled_from(list(paths(before))), min_size=1, max_size=4)):
        try:
            *outer, last = way
            holder, value = at(after, outer), at(after, way)
        except (KeyError, IndexError):
            continue  # An earlier change took it away.
        if isinstance(value, list):
            value[:] = data.draw(st.permutations(value))[: data.draw(st.integers(0, len(value)))]
        elif last == "urgency":
            holder[last] = data.draw(st.sampled_from(["emergency", "urgent", None]))
        else:
            holder[last] = not value if isinstance(value, bool) else data.draw(st.text(max_size=5))
    assert bool(compare_versions(kind, before, after)) == (before != after)


@given(st.data())
def test_a_red_flag_that_goes_or_changes_in_a_version_is_never_mere_wording(data):
    before = contents()["redflaggroup"]
    after = copy.deepcopy(before)
    signs = after["signs"]
    place = data.draw(st.integers(0, len(signs) - 1))
    if data.draw(st.booleans()):
        signs.pop(place)
    else:
        signs[place]["text"] = data.draw(st.text().filter(lambda text: text != signs[place]["text"]))
    after["signs"] = data.draw(st.permutations(signs))
    after["title"] = data.draw(st.text())
    assert any(change.risk == Risk.LOWERS for change in compare_versions("redflaggroup", before, after))


@pytest.mark.parametrize("kind", sorted(ITEMS))
def test_all_that_a_version_holds_can_be_read(kind):
    html = readable(contents()[kind])
    assert "{" not in html
    for way in paths(contents()[kind]):
        value = at(contents()[kind], way)
        if (
            isinstance(value, str)
            and value
            and "<" not in value
            and way[-1] not in ("urgency", "level", "kind", "placement")
        ):
            assert value.split("\n")[0].replace("&", "&amp;").replace('"', "&quot;") in html, way


def test_what_was_typed_as_plain_text_is_shown_as_it_was_typed():
    html = readable(
        contents()["redflaggroup"] | {"lead": "<b>Call</b> 999", "notes": ["<script>alert(1)</script>"]}
    )
    assert "&lt;b&gt;Call&lt;/b&gt; 999" in html
    assert "<script>" not in html


def test_rich_text_is_made_safe_again():
    section = {
        "heading": "Heat",
        "placement": "x",
        "body": '<p>Warm</p><a href="javascript:x()">y</a><img src=x>',
    }
    html = readable(contents()["leaflet"] | {"sections": [section]})
    assert "<p>Warm</p>" in html
    assert "javascript" not in html
    assert "<img" not in html
