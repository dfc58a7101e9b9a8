"""Patients are told what changed, and whether the paper in their hand still holds."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from leaflets import actions, change_notes
from leaflets.models import Edition
from tests.leaflets.test_golden import text_of
from triage.models import RedFlag, RedFlagGroup

pytestmark = pytest.mark.django_db
NEW_SIGN = "Numbness between the legs"


@pytest.fixture
def replaced(live, editor, reviewer):
    """The first edition, which a second one with one sign more has replaced."""
    group = RedFlagGroup.objects.get(key="cauda-equina-syndrome")
    RedFlag.objects.create(group=group, text=NEW_SIGN)
    group.record(by=editor, reason="As agreed.")
    newer = actions.submit(leaflet=live.leaflet, by=editor, reason="One more sign.")
    actions.publish(edition=newer, by=reviewer, reason="Checked by two.")
    return live


def read(client, path, status=200):
    response = client.get(path)
    assert response.status_code == status
    return text_of(response.content.decode())


def test_a_current_copy_is_said_to_be_current(live, client):
    assert "This is the current edition." in read(client, f"/e/{live.code}/")


def test_an_old_copy_is_said_to_be_old_and_what_has_changed(replaced, client):
    page = read(client, f"/e/{replaced.code}/")
    newer = Edition.objects.exclude(pk=replaced.pk).get()
    assert "this copy is out of date" in page
    assert f"The current edition is 2, code {newer.code}." in page
    assert "Red flag of “Cauda Equina Syndrome (CES)” added" in page
    assert "/lower-back/" in page


@pytest.mark.parametrize("state", ["live", "replaced", "withdrawn"])
def test_the_old_advice_itself_is_never_on_the_page_of_a_copy(request, client, state):
    edition = request.getfixturevalue(state)
    edition = edition if isinstance(edition, Edition) else edition.edition
    page = read(client, f"/e/{edition.code}/")
    signs = [sign["text"] for group in edition.document["red_flag_groups"] for sign in group["signs"]]
    assert [sign for sign in signs if sign in page] == []


def test_a_copy_of_what_was_withdrawn_says_so_and_whom_to_contact(withdrawn, client):
    edition = Edition.objects.get()
    page = read(client, f"/e/{edition.code}/")
    assert "this leaflet has been withdrawn" in page
    assert "tel:111" in page


@pytest.mark.parametrize("state", ["submitted", "returned", "scheduled"])
def test_a_code_that_the_public_never_saw_says_nothing(request, client, state):
    request.getfixturevalue(state)
    page = read(client, f"/e/{Edition.objects.get().code}/", status=404)
    assert "Lower Back" not in page


@pytest.mark.parametrize("typed", [str.lower, lambda code: code.replace("-", ""), lambda code: f"{code}-"])
def test_a_code_may_be_typed_in_any_way(live, client, typed):
    response = client.get(f"/e/{typed(live.code)}/")
    assert (response.status_code, response["Location"]) == (301, f"/e/{live.code}/")


@given(st.text(max_size=40))
def test_whatever_is_typed_becomes_a_code_once(text):
    code = change_notes.canonical_code(text)
    assert change_notes.canonical_code(code) == code


def test_an_unknown_code_is_not_found_and_asked_for_again(live, client):
    page = read(client, "/e/BBB-BBB/", status=404)
    assert "No leaflet has the code BBB-BBB." in page
    assert "Code of the edition" in page


@pytest.mark.parametrize("typed", ["{}", " {} ", "{}.", "({})"])
def test_the_code_on_a_copy_is_typed_into_a_field(live, client, typed):
    response = client.get("/e/", {"code": typed.format(live.code.lower().replace("-", " "))})
    assert (response.status_code, response["Location"]) == (302, f"/e/{live.code}/")
    assert "Code of the edition" in read(client, "/e/")


def test_the_history_of_a_leaflet_says_what_changed_and_when(replaced, client, reviewer):
    newer = Edition.objects.exclude(pk=replaced.pk).get()
    actions.withdraw(edition=newer, by=reviewer, reason="The number is wrong.")
    page = read(client, "/lower-back/history/")
    order = [
        "withdrawn",
        "edition 2",
        "Red flag of “Cauda Equina Syndrome (CES)” added",
        "edition 1",
        "First",
    ]
    places = [page.index(words) for words in order]
    assert places == sorted(places)
    assert "to this day" in page


def test_nothing_that_staff_said_to_each_other_is_told(replaced, client):
    for path in ("/lower-back/history/", f"/e/{replaced.code}/"):
        page = read(client, path)
        assert not re.search("As agreed|One more sign|Checked|Editor|Reviewer", page)
        assert NEW_SIGN not in page


def test_what_never_took_effect_is_not_in_the_history(live, change, editor, reviewer, client):
    newer = actions.submit(leaflet=change("Another title"), by=editor, reason="Changed.")
    tomorrow = timezone.now() + timedelta(days=1)
    actions.publish(edition=newer, by=reviewer, reason="Checked.", live_from=tomorrow)
    assert "Another title" not in read(client, "/lower-back/history/")
    assert "edition 2" not in read(client, "/lower-back/history/")


def test_a_long_history_is_told_from_its_newest_end(live, change, editor, reviewer, client):
    for number in range(2, change_notes.MOST_NOTES + 3):
        newer = actions.submit(leaflet=change(f"Title {number}"), by=editor, reason="Changed.")
        actions.publish(edition=newer, by=reviewer, reason="Checked.")
    page = read(client, "/lower-back/history/")
    assert page.count("Title changed") == change_notes.MOST_NOTES
    assert "First published." not in page


@pytest.mark.parametrize("path", ["/nothing/history/", "/e/nothing/"])
def test_where_nothing_was_published_there_is_no_history(client, path):
    assert client.get(path, follow=True).status_code == 404
