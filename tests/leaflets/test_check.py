"""The check: whatever a leaflet holds, no answer leads past a group, and a yes leads to that group's own advice."""

import copy
import json
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leaflets import pages, paths
from leaflets.admin.ways import rows
from tests.leaflets.test_golden import SEED, shown_page, text_of, words_in
from tests.leaflets.test_loading import whole
from triage.models import Urgency


def with_groups(count, **more):
    """The first leaflet with so many groups, each with a sign, a number and a text of its own."""
    document = json.loads(json.dumps(SEED))
    group, document["red_flag_groups"] = document["red_flag_groups"][0], []
    for number in range(1, count + 1):
        own = copy.deepcopy(group) | {
            "key": f"group-{number}",
            "title": f"Cause {number}",
            "lead": f"Do this about cause {number}.",
            "signs": [{"text": f"Sign of cause {number}", "parts": []}],
            **more,
        }
        document["red_flag_groups"].append(own)
    return document


def sections(body):
    """Each section of a check as text, by its id."""
    return {
        found[1]: text_of(found[2])
        for found in re.finditer(r'<section class="step" id="([\w-]+)"(.*?)</section>', body, re.DOTALL)
    }


@settings(deadline=None, max_examples=20)
@given(st.integers(1, 12), st.sampled_from([*Urgency.values, None]))
def test_a_yes_ends_at_the_advice_of_its_group_and_none_passes_every_group(count, urgency):
    document = with_groups(count, urgency=urgency)
    body = pages.bodies(document, None)["check"]
    *yes, none = paths.ways(body)
    steps = [f"step-{number}" for number in range(1, count + 1)]
    for number in range(count):
        way = next(way for way in yes if way.sections[-1] == f"advice-{number + 1}")
        assert way.sections[:-1] == tuple(steps[: number + 1])
        assert f"Do this about cause {number + 1}." in sections(body)[way.sections[-1]]
        assert "/lower-back/exercises/" not in way.leads_to
    assert len(yes) == count
    assert none.sections == (*steps, "none")
    assert "/lower-back/exercises/" in none.leads_to


def test_the_exercises_are_reached_from_the_end_alone():
    body = pages.bodies(with_groups(3), None)["check"]
    assert body.count('href="/lower-back/exercises/"') == 1
    assert "exercises" in sections(body)["none"]


def test_the_end_of_the_check_gives_no_all_clear():
    end = sections(pages.bodies(with_groups(3), None)["check"])["none"]
    assert "None of these apply to you today" in end
    assert "If one of them begins, come back to this page, or do what the leaflet says about it." in end
    assert not re.search(r"\b(safe|fine|well|good|clear|score|result|low risk|healthy)\b", end, re.IGNORECASE)


def test_a_way_past_a_group_would_be_noticed():
    body = pages.bodies(with_groups(3), None)["check"].replace('href="#step-2"', 'href="#none"')
    assert paths.Way(("step-1", "none"), ("/lower-back/exercises/", "/lower-back/")) in paths.ways(body)


def test_a_step_holds_all_that_the_group_asks_about():
    body = pages.bodies(SEED, None)["check"]
    for number, group in enumerate(SEED["red_flag_groups"], 1):
        asked = sections(body)[f"step-{number}"]
        for words in words_in([group["warning"], group["signs"], group["after"], group["notes"]]):
            assert text_of(words) in asked


@pytest.mark.parametrize("document", [SEED, whole()], ids=["first leaflet", "all that the form holds"])
def test_every_word_of_a_group_is_on_the_check(document):
    text = text_of(shown_page("check", document))
    for words in words_in(document["red_flag_groups"]):
        assert text_of(words) in text


def test_there_is_nothing_on_the_page_that_could_send_an_answer():
    page = shown_page("check", SEED)
    page = page.replace('<script src="/static/leaflets/offline.js" defer></script>', "")
    assert not re.search(r"<(form|input|button|script|img|iframe|object)\b|\son\w+=|ping=", page)


def test_the_only_script_there_reads_no_answer():
    script = (Path(paths.__file__).parent / "static/leaflets/offline.js").read_text()
    assert not re.search(r"hash|href\b(?!\))|addEventListener\(\"(?!load)", script)


def test_a_leaflet_without_red_flags_says_why_and_asks_nothing():
    document = with_groups(0) | {"no_red_flags_because": "Decided by the spinal team."}
    body = pages.bodies(document, None)["check"]
    assert "Decided by the spinal team." in body
    assert paths.ways(body) == []
    assert 'href="/lower-back/exercises/"' in body


def test_editors_read_every_way_in_words(client, draft, editor):
    client.force_login(editor)
    page = text_of(client.get(f"/admin/leaflets/leaflet/{draft.pk}/ways/").content.decode())
    assert "What the leaflet says about Cauda Equina Syndrome (CES), with Your GP, NHS 24 (111)" in page
    titles = [group["title"] for group in SEED["red_flag_groups"]]
    denied = [row.denied for row in rows(draft.snapshot())]
    assert denied == [[], titles[:1], titles[:2], titles]


def test_editors_are_told_when_a_check_asks_nothing(client, draft, editor):
    draft.group_places.all().delete()
    client.force_login(editor)
    page = client.get(f"/admin/leaflets/leaflet/{draft.pk}/ways/").content.decode()
    assert "its check asks nothing" in page
