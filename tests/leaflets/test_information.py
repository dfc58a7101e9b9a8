"""Sections, links and sources have no keys: each is found again by its words, and what happened to it is said."""

import copy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leaflets.differences import MOST_PAIRS, paired
from leaflets.safety import compare
from tests.leaflets.test_loading import whole

DONT = '<p>Warmth helps.</p><ul class="dont"><li>use ice</li><li>lie<ol><li>all day</li></ol></li></ul>'


def before():
    document = whole()
    document["sections"].append({"heading": "Ice", "placement": "before-exercises", "body": DONT})
    return document


def changed(change):
    after = before()
    change(after)
    return [(each.risk, each.what, each.before, each.after) for each in compare(before(), after)]


def section(number, **changes):
    return lambda document: document["sections"][number].update(changes)


def further(change):
    return lambda document: change(document["red_flag_groups"][0]["links"])


@pytest.mark.parametrize(
    ("change", "risk", "what"),
    [
        (lambda d: d["sections"].pop(0), 3, "Section “Heat” removed"),
        (lambda d: d["sections"].append({**d["sections"][0], "heading": "New"}), 3, "Section “New” added"),
        (lambda d: d["sections"].reverse(), 3, "Order of sections changed"),
        (section(0, heading="Warmth"), 3, "Heading of section “Heat” changed"),
        (section(0, body="<p>Other words.</p>"), 3, "Text of section “Heat” changed"),
        (section(0, placement="before-exercises"), 3, "Place of section “Heat” changed"),
        (section(1, placement="general-advice"), 3, "Place of section “Work” changed"),
        (lambda d: d["links"]["items"].pop(), 3, "Link “CES card” removed"),
        (lambda d: d["links"]["items"][0].update(text="Card"), 3, "Words of link “CES card” changed"),
        (
            lambda d: d["links"]["items"][0].update(url="https://x.example/"),
            3,
            "Web address of link “CES card” changed",
        ),
        (
            lambda d: d["links"]["items"][0].update(languages=["gd"]),
            3,
            "Languages of link “CES card” changed",
        ),
        (lambda d: d["evidence"].pop(0), 3, "Source of evidence “NG59” removed"),
        (lambda d: d["evidence"].reverse(), 3, "Order of sources of evidence changed"),
        (
            lambda d: d["evidence"][1].update(url="https://x.example/"),
            3,
            "Web address of source of evidence “X” added",
        ),
        (
            lambda d: d["exercises"].update(introduction="<p>Rest.</p>"),
            3,
            "Introduction to the exercises changed",
        ),
    ],
)
def test_information_that_changes_is_named_and_is_an_other_change(change, risk, what):
    assert [(r, w) for r, w, *_ in changed(change)] == [(risk, what)]


@pytest.mark.parametrize(
    ("change", "risk", "what"),
    [
        (lambda d: d["sections"].pop(), 1, "Section “Ice” removed"),
        (section(2, body=DONT.replace("use ice", "use much ice")), 1, "Text of section “Ice” changed"),
        (section(2, body=DONT.replace("all day", "a day")), 1, "Text of section “Ice” changed"),
        (section(2, body=DONT.replace('"dont"', '"do"')), 1, "Text of section “Ice” changed"),
        (section(2, placement="general-advice"), 1, "Place of section “Ice” changed"),
        (section(2, body=DONT.replace("helps", "soothes")), 3, "Text of section “Ice” changed"),
        (section(2, body=DONT.replace("</ul>", "<li>smoke</li></ul>")), 3, "Text of section “Ice” changed"),
    ],
)
def test_what_a_dont_list_forbids_is_not_lost_as_mere_information(change, risk, what):
    assert [(r, w) for r, w, *_ in changed(change)] == [(risk, what)]


@pytest.mark.parametrize(
    ("change", "risk", "what"),
    [
        (
            lambda links: links.pop(0),
            1,
            "Further information “CES card” of “Cauda Equina Syndrome (CES)” removed",
        ),
        (lambda links: links[0].update(url=""), 1, "Web address of further information “CES card” removed"),
        (lambda links: links[0].update(kind="leaflet"), 3, "Kind of further information “CES card” changed"),
        (
            lambda links: links.append({**links[0], "text": "Easy Read"}),
            3,
            "Further information “Easy Read” of “Cauda Equina Syndrome (CES)” added",
        ),
        (
            lambda links: links.reverse(),
            3,
            "Order of further information of “Cauda Equina Syndrome (CES)” changed",
        ),
    ],
)
def test_further_information_on_red_flags_is_not_lost_unseen(change, risk, what):
    assert [(r, w) for r, w, *_ in changed(further(change))] == [(risk, what)]


def test_the_words_stand_beside_the_change():
    [(_, _, was, now)] = changed(section(0, body="<p>rest well</p>"))
    assert (was, now) == ("[Do:] rest", "rest well")
    [(_, _, was, now)] = changed(section(0, placement="before-exercises"))
    assert (was, now) == ("General advice, after the exercises", "Before the exercises")
    [(_, _, was, now)] = changed(lambda document: document["sections"].reverse())
    assert (was, now) == ("Heat\nWork\nIce", "Ice\nWork\nHeat")


def test_a_section_with_another_heading_is_known_by_its_text():
    def change(document):
        document["sections"].insert(
            0, {"heading": "First", "placement": "general-advice", "body": "<p>Quite new.</p>"}
        )
        document["sections"][3].update(heading="Cold", body=DONT.replace("Warmth", "Heat"))

    assert [what for _, what, *_ in changed(change)] == [
        "Heading of section “Ice” changed",
        "Text of section “Ice” changed",
        "Section “First” added",
    ]


def test_a_long_name_is_cut():
    [(_, what, *_)] = changed(lambda d: d["evidence"].append({"citation": "word " * 100, "url": ""}))
    assert what.startswith("Source of evidence “word word")
    assert what.endswith("…” added")
    assert len(what) < 120


PARTS = st.lists(
    st.fixed_dictionaries(
        {"text": st.text("ab ", max_size=4), "url": st.sampled_from(["", "https://a", "https://b"])}
    ),
    max_size=6,
)


@given(PARTS, PARTS)
def test_each_part_is_paired_once_removed_or_added(before, after):
    pairs, removed, added = paired(before, after, ["text", "url"])
    assert len({i for i, _ in pairs}) == len({j for _, j in pairs}) == len(pairs)
    together = [before[i] for i, _ in pairs] + removed, [after[j] for _, j in pairs] + added
    assert [sorted(map(str, parts)) for parts in together] == [sorted(map(str, p)) for p in (before, after)]


@given(PARTS, st.randoms())
def test_what_only_moved_is_paired_with_itself(before, random):
    after = copy.deepcopy(before)
    random.shuffle(after)
    pairs, removed, added = paired(before, after, ["text", "url"])
    assert removed == added == []
    assert all(before[i] == after[j] for i, j in pairs)


def test_of_more_texts_than_can_be_judged_in_time_none_is_called_reworded():
    many = round(MOST_PAIRS**0.5)
    old = [f"Sign number {n} of the list" for n in range(many + 1)]
    new = [f"{text}, reworded" for text in old]
    assert len(paired(old[:many], new[:many])[0]) == many
    assert paired(old, new) == ([], old, new)
