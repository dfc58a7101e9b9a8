"""What a change means is said in the words of the field; nothing changes without a line."""

import copy
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from history.canonical import leaves
from leaflets import actions, rules, safety
from leaflets.differences import NAME_LENGTH, Risk, in_words, named, paired
from leaflets.safety import compare
from leaflets.workspace import marked
from tests.leaflets.test_loading import whole
from tests.universe import LOWER_BACK
from triage.models import ContactRoute, RedFlag, RedFlagGroup

SEED = json.loads(LOWER_BACK.read_text())
CES = "“Cauda Equina Syndrome (CES)”"


def changed(change, document=SEED):
    after = copy.deepcopy(document)
    change(after["red_flag_groups"], after)
    return [(each.risk, each.what) for each in compare(document, after)]


def test_what_is_the_same_has_no_changes():
    assert compare(SEED, copy.deepcopy(SEED)) == []
    assert compare(whole(), whole()) == []


@pytest.mark.parametrize(
    ("change", "risk", "what"),
    [
        (lambda g, d: g.pop(0), 1, f"Red-flag group {CES} removed"),
        (
            lambda g, d: g[0].update(urgency="non-urgent"),
            1,
            f"Urgency of {CES} lowered from urgent to non-urgent",
        ),
        (lambda g, d: g[0].update(urgency=None), 1, f"Urgency of {CES} lowered from urgent to not chosen"),
        (
            lambda g, d: g[0].update(urgency="emergency"),
            2,
            f"Urgency of {CES} raised from urgent to emergency",
        ),
        (lambda g, d: g[0]["signs"].pop(), 1, f"Red flag of {CES} removed"),
        (lambda g, d: g[0]["signs"].append({"text": "New", "parts": []}), 2, f"Red flag of {CES} added"),
        (lambda g, d: g[0]["signs"].reverse(), 3, f"Order of red flags of {CES} changed"),
        (lambda g, d: g[0]["signs"][0]["parts"].append("x"), 1, f"Red flag of {CES} reworded"),
        (lambda g, d: g[1]["notes"].pop(), 1, "Note of “Symptoms That Are Present After Trauma” removed"),
        (lambda g, d: g[0]["contacts"][1].update(phone="112"), 1, "Telephone number of NHS 24 changed"),
        (lambda g, d: g[0]["contacts"][1].update(when="at night"), 1, "When to contact of NHS 24 changed"),
        (lambda g, d: g[0]["contacts"].pop(0), 1, f"Contact “Your GP” of {CES} removed"),
        (lambda g, d: g[0].update(lead=""), 1, f"What to do of {CES} removed"),
        (lambda g, d: g[0].update(after="More."), 3, f"Text after the red flags of {CES} added"),
        (lambda g, d: d.update(title="New title"), 3, "Title changed"),
        (lambda g, d: d["exercises"].update(reminder=""), 1, "Reminder to read the red flags removed"),
        (lambda g, d: d["exercises"]["programmes"].reverse(), 3, "Order of programmes changed"),
        (
            lambda g, d: d["exercises"]["programmes"][0]["videos"].pop(),
            3,
            "Video “Single knee to chest” of “Beginner lower back exercises” removed",
        ),
        (
            lambda g, d: d["exercises"]["programmes"][0]["videos"][0]["file"].update(sha256="0" * 64),
            3,
            "Video file of “Single knee to chest” replaced",
        ),
        (
            lambda g, d: d["exercises"]["programmes"][0].update(stop_if="It hurts."),
            2,
            "When to stop of “Beginner lower back exercises” added",
        ),
    ],
)
def test_a_change_is_said_in_the_words_of_the_field(change, risk, what):
    assert changed(change) == [(risk, what)]


def test_the_riskiest_stands_first():
    def several(groups, document):
        document["title"] = "New"
        groups[0]["signs"].append({"text": "New", "parts": []})
        groups[2]["signs"].pop(3)

    assert [risk for risk, _ in changed(several)] == [Risk.LOWERS, Risk.RAISES, Risk.OTHER]


def paths(value, way=()):
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from paths(inner, (*way, key))
    elif isinstance(value, list):
        yield way
        for index, inner in enumerate(value):
            yield from paths(inner, (*way, index))
    else:
        yield way


def at(document, way):
    for step in way:
        document = document[step]
    return document


@given(st.data())
def test_nothing_in_a_document_changes_without_a_line(data):
    before = data.draw(st.sampled_from([SEED, whole()]))
    after = copy.deepcopy(before)
    for way in data.draw(st.lists(st.sampled_from(list(paths(before))), min_size=1, max_size=4)):
        try:
            *outer, last = way
            holder, value = at(after, outer), at(after, way)
        except (KeyError, IndexError):
            continue  # An earlier change took it away.
        if isinstance(value, list):
            if value:
                value.pop(data.draw(st.integers(0, len(value) - 1)))
        else:
            new = st.text(max_size=5) if last != "urgency" else st.sampled_from(["emergency", "urgent", None])
            holder[last] = data.draw(new) if not isinstance(value, bool) else not value
    assert bool(compare(before, after)) == (before != after)


@given(st.data())
def test_nothing_in_a_list_moves_is_doubled_or_goes_without_a_line(data):
    before = data.draw(st.sampled_from([SEED, whole()]))
    after = copy.deepcopy(before)
    for _ in range(data.draw(st.integers(1, 3))):
        lists = [at(after, way) for way in paths(after)]
        rows = data.draw(st.sampled_from([each for each in lists if isinstance(each, list) and each]))
        place, other = (data.draw(st.integers(0, len(rows) - 1)) for _ in range(2))
        match data.draw(st.sampled_from(["move", "double", "drop"])):
            case "move":
                rows.insert(other, rows.pop(place))
            case "double":
                rows.insert(other, copy.deepcopy(rows[place]))
            case "drop":
                rows.pop(place)
    assert bool(compare(before, after)) == (before != after)


@given(st.data())
def test_a_red_flag_that_goes_or_changes_is_never_mere_wording(data):
    after = copy.deepcopy(SEED)
    groups = [group for group in after["red_flag_groups"] if group["signs"]]
    signs = data.draw(st.sampled_from(groups))["signs"]
    place = data.draw(st.integers(0, len(signs) - 1))
    if data.draw(st.booleans()):
        signs.pop(place)
    else:
        signs[place]["text"] = data.draw(
            st.text(min_size=1).filter(lambda text: text != signs[place]["text"])
        )
    data.draw(st.permutations(signs))
    after["title"] = data.draw(st.text())
    assert any(change.risk == Risk.LOWERS for change in compare(SEED, after))


@given(st.text(alphabet="ab cd", max_size=20), st.text(alphabet="ab cd", max_size=20))
def test_marked_words_read_back_as_both_texts(before, after):
    parts = marked(before, after)
    assert " ".join(w for kind, w in parts if kind != "added").split() == before.split()
    assert " ".join(w for kind, w in parts if kind != "removed").split() == after.split()


class TestAcknowledgement:
    pytestmark = pytest.mark.django_db

    @pytest.fixture
    def weaker(self, live, editor):
        RedFlag.objects.filter(text="Night sweats").delete()
        RedFlagGroup.objects.get(key="lower-back-no-trauma").record(by=editor, reason="Removed.")
        return actions.submit(leaflet=live.leaflet, by=editor, reason="One sign fewer.")

    def test_a_change_that_may_lower_safety_is_acknowledged_with_a_reason(self, weaker, reviewer):
        with pytest.raises(actions.Refused, match=r"^Say why this is right: Red flag of .* removed"):
            actions.publish(edition=weaker, by=reviewer, reason="Fine.")
        [change] = rules.to_acknowledge(weaker)
        with pytest.raises(actions.Refused, match="Say why this is right"):
            actions.publish(edition=weaker, by=reviewer, reason="Fine.", acknowledged=[(change.id, "  ")])

        actions.publish(
            edition=weaker, by=reviewer, reason="Fine.", acknowledged=[(change.id, "A duplicate.")]
        )
        said = weaker.events.last().said["acknowledged"]
        assert said == [
            {"what": "Red flag of “Symptoms Where No Trauma Was Involved” removed", "reason": "A duplicate."}
        ]

    def test_adding_a_red_flag_needs_no_more_than_the_two_people(self, live, editor, reviewer):
        group = RedFlagGroup.objects.get(key="lower-back-no-trauma")
        RedFlag.objects.create(group=group, text="A new sign.")
        group.record(by=editor, reason="One more.")
        edition = actions.submit(leaflet=live.leaflet, by=editor, reason="One more.")
        actions.publish(edition=edition, by=reviewer, reason="Right.")
        assert edition.events.last().said["acknowledged"] == []

    def test_a_first_edition_has_nothing_to_compare_with(self, submitted):
        assert rules.to_acknowledge(submitted) == []

    def test_the_reviewer_sees_each_change_and_is_asked_for_each_reason(self, weaker, reviewer, client):
        client.force_login(reviewer)
        page = client.get(f"/admin/leaflets/edition/{weaker.pk}/change/").content.decode()
        assert "May lower safety" in page
        assert "<del><span>[removed: </span>Night sweats<span>]</span></del>" in page
        path = f"/admin/leaflets/edition/{weaker.pk}/decide/published/"
        refused = client.post(path, {"reason": "Read with care."}).content.decode()
        assert "Say in a sentence why this is right." in refused
        assert "Read with care." in refused
        [change] = rules.to_acknowledge(weaker)
        client.post(path, {"reason": "Read.", change.id: "A duplicate.", "digests": weaker.digest})
        assert weaker.state() == "live"

    def test_a_changed_telephone_number_is_acknowledged(self, live, editor):
        ContactRoute.objects.filter(key="nhs-24").update(phone="112")
        edition = actions.submit(leaflet=live.leaflet, by=editor, reason="Number.")
        [change] = safety.compare(live.document, edition.document)
        assert change == (Risk.LOWERS, "Telephone number of NHS 24 changed", "111", "112", False)
        assert change in rules.to_acknowledge(edition)


def test_every_leaf_of_the_document_can_be_changed_alone():
    before = whole()
    for way in paths(before):
        value = at(before, way)
        if isinstance(value, list) or way[-1] == "key":
            continue
        after = copy.deepcopy(before)
        at(after, way[:-1])[way[-1]] = "changed" if way[-1] != "urgency" else "urgent"
        assert compare(before, after), way
    assert len(list(leaves(before))) > 100


def test_a_list_within_a_red_flag_is_not_turned_into_words_unseen():
    before, after = copy.deepcopy(SEED), copy.deepcopy(SEED)
    before["red_flag_groups"][0]["signs"] = [{"text": "Numbness", "parts": ["in a foot"]}]
    after["red_flag_groups"][0]["signs"] = [{"text": "Numbness\n• in a foot", "parts": []}]
    assert [(each.risk, each.what) for each in compare(before, after)] == [
        (Risk.LOWERS, f"Lists within the red flags of {CES} changed")
    ]


def test_notes_in_another_order_are_named_as_notes():
    before = copy.deepcopy(SEED)
    before["red_flag_groups"][0]["notes"] = ["You take blood thinners.", "You had cancer."]
    assert changed(lambda g, d: g[0]["notes"].reverse(), before) == [(3, f"Order of notes of {CES} changed")]


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, ""),
        (True, "yes"),
        (False, "no"),
        (7, "7"),
        ('<p>Call <a href="tel:111">111</a> &amp; wait.</p>', "Call [tel:111] 111 & wait."),
        ('<ul class="do"><li>Rest</li></ul><ul class="dont"><li>Lift</li></ul>', "[Do:] Rest [Don’t:] Lift"),
        ({"key": "gp", "name": "Your GP", "phone": "", "hours": None}, "Your GP"),
        ([{"text": "One", "parts": ["a", "b"]}, "Two"], "One\na\nb\nTwo"),
        ({"sha256": "0f", "type": "video/mp4", "bytes": 9}, "video/mp4, 9 bytes, SHA-256 0f"),
    ],
)
def test_a_value_is_said_in_lines_of_text(value, words):
    assert in_words(value) == words


def test_an_urgency_that_was_not_chosen_is_said_so():
    before = copy.deepcopy(SEED)
    before["red_flag_groups"][0]["urgency"] = None
    assert changed(lambda g, d: g[0].update(urgency="urgent"), before) == [
        (2, f"Urgency of {CES} raised from not chosen to urgent")
    ]


def test_a_name_is_cut_where_it_is_long():
    assert named("Two\n words") == "“Two words”"
    assert named("x" * NAME_LENGTH) == f"“{'x' * NAME_LENGTH}”"
    assert named("x" * (NAME_LENGTH + 1)) == f"“{'x' * (NAME_LENGTH - 1)}…”"


def test_of_equal_items_each_stands_for_one():
    assert paired(["a", "b", "a"], ["a", "a", "b"]) == ([(0, 0), (1, 2), (2, 1)], [], [])
    unnamed = [{"id": "", "said": "Rest"}], [{"id": "", "said": "Move"}]
    assert paired(*unnamed, ["id"]) == ([], *unnamed)


def test_each_stands_for_the_likest_and_for_none_that_is_not_alike():
    old = ["Numbness in your foot", "Fever at night"]
    new = ["Loss of weight", "Fever every night", "Numbness in your left foot"]
    assert paired(old, new) == ([(0, 2), (1, 1)], [], ["Loss of weight"])
