"""The auditor's other pages: one event, one account event, people and roles, reviews due, and the filters' form."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.utils import timezone

from history.accounts import AccountEvent, record_account, record_sign_in
from history.standings import standings
from leaflets import actions, roles, rules
from leaflets.models import Event
from leaflets.reviews import reviews
from tests.leaflets.test_admin import words_of
from triage.models import RedFlag

pytestmark = pytest.mark.django_db


@pytest.fixture
def look(auditor, client):
    client.force_login(auditor)
    return lambda path, **question: client.get(f"/admin/history/{path}", question)


def test_an_event_says_who_did_what_why_and_what_the_public_saw(live, change, editor, reviewer, look):
    RedFlag.objects.filter(text="Night sweats").delete()
    newer = actions.submit(leaflet=change("A new title"), by=editor, reason="Shorter.")
    reasons = [(each.id, "A duplicate.") for each in rules.to_acknowledge(newer)]
    actions.publish(edition=newer, by=reviewer, reason="Checked again.", acknowledged=reasons)
    published = Event.objects.last()
    page = words_of(look(f"events/{published.sequence}/"))
    for said in (
        "Edition 2 of A new title published",
        "Reviewer, user name reviewer, Reviewer then",
        "Checked again.",
        "A duplicate.",
        "What differs from the edition approved before",
        "Title changed",
        "May lower safety",
        f"Edition 2 {timezone.localtime(published.at):%-d %B %Y, %H:%M:%S} to this day",
        published.digest,
        published.previous,
        newer.digest,
        "see it as the public did",
    ):
        assert said in page


def test_an_event_is_compared_with_what_was_approved_when_it_happened(live, change, editor, reviewer, look):
    actions.submit(leaflet=change("A new title"), by=editor, reason="Shorter.")
    submitted = Event.objects.last()
    actions.withdraw(edition=live, by=reviewer, reason="Wrong number.")
    assert "Title changed" in words_of(look(f"events/{submitted.sequence}/"))


def test_a_withdrawal_says_what_the_public_was_told_and_where_to_turn(live, reviewer, look):
    actions.withdraw(
        edition=live, by=reviewer, reason="Wrong.", told="Call before you come.", turn_to=["nhs-24"]
    )
    page = words_of(look(f"events/{Event.objects.last().sequence}/"))
    assert "What the public was told Call before you come." in page
    assert "Where to turn NHS 24 111" in page
    assert "That it was withdrawn" in page


def test_what_was_never_public_says_so(submitted, look):
    assert "Nothing: it was never public." in words_of(look("events/1/"))


@pytest.mark.parametrize("path", ["events/999/", "accounts/999/", f"events/{'9' * 40}/"])
def test_a_record_that_is_not_there_is_not_found(submitted, look, path):
    assert look(path).status_code == 404


def test_an_account_event_says_what_the_account_was_and_became(reviewer, administrator, look):
    record_account(reviewer, by=administrator, reason="New.")
    reviewer.groups.add(Group.objects.get(name=roles.EDITOR))
    record_account(reviewer, by=administrator, reason="Covers for Erin.")
    page = words_of(look(f"accounts/{AccountEvent.objects.get(content__contains='Erin').sequence}/"))
    assert "Roles Reviewer Editor and Reviewer (changed)" in page
    assert "Administrator, user name administrator, Administrator then" in page
    assert "Covers for Erin." in page


def test_roles_have_a_beginning_and_an_end(reviewer, administrator, look):
    record_account(reviewer, by=administrator, reason="New.")
    reviewer.groups.set(Group.objects.filter(name=roles.EDITOR))
    record_account(reviewer, by=administrator, reason="Moved.")
    reviewer.is_active = False
    reviewer.save()
    record_account(reviewer, by=administrator, reason="Left.")
    [new, moved, left] = AccountEvent.objects.filter(account=reviewer)
    found = {each.account.username: each for each in standings()}["reviewer"]
    assert found.now == [("Editor", moved.at, None)]
    assert found.before == [("Reviewer", new.at, moved.at)]
    assert found.deactivated == left.at
    assert found.differs is None
    assert "user name reviewer Deactivated since" in words_of(look("people/"))


def test_a_last_sign_in_and_what_nobody_recorded_are_named(editor, look):
    record_sign_in(None, editor)
    editor.groups.add(Group.objects.get(name=roles.REVIEWER))
    page = words_of(look("people/"))
    assert "Changed without a record: now Editor, user name editor, with Editor and Reviewer." in page
    last = AccountEvent.objects.filter(account=editor).last().at
    assert f"{timezone.localtime(last):%-d %B %Y, %H:%M:%S}" in page


def test_a_leaflet_never_reviewed_is_said_to_be_so(live, look):
    page = words_of(look("reviews/"))
    assert "Never reviewed: counted from when it was first published" in page
    [review] = reviews()
    assert review.last is None
    assert review.due == timezone.localdate() + timedelta(days=365)


def test_an_overdue_review_stands_out_in_words_and_only_after_its_day(live, change, editor, reviewer):
    due = timezone.localdate() + timedelta(days=30)
    actions.review(edition=live, by=reviewer, reason="All checked.", next_review=due)
    change("A save moves no date")
    assert [each.days_overdue for each in reviews(due)] == [0]
    [late] = reviews(due + timedelta(days=2))
    assert late.days_overdue == 2
    assert late.last.next_review == due
    assert late.owner == live.document["owner"]


def test_what_is_withdrawn_is_not_due(withdrawn, look):
    assert "No leaflet is live." in words_of(look("reviews/"))


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("leaflet", "nothing", "There is no leaflet with this address now."),
        ("leaflet", "\0", "There is no leaflet with this address now."),
        ("item", "triage.redflaggroup:999999", "No item of this kind and number has a history."),
        ("item", "foo", "No item of this kind and number has a history."),
        ("person", "9" * 30, "Nobody of this number stands in the history."),
        ("risk", "9", "There is no such risk."),
        ("kind", "foo", "There is no kind called foo."),
        ("since", "Tuesday", "Give a day as it stands in a calendar"),
        ("until", "2026-99-01", "Give a day as it stands in a calendar"),
        ("since", "0001-01-01", "Give a day after the year 2000"),
        ("q", "x" * 201, "Search for fewer words"),
        ("before", "x", "This page of the timeline is not known"),
    ],
)
def test_a_filter_that_cannot_be_is_told_in_a_sentence_and_the_others_stay(live, look, name, value, sentence):
    question = {"q": "zebra", "leaflet": "lower-back", "kind": "version", name: value}
    response = look("", **question)
    assert response.status_code == 400
    assert sentence in words_of(response)
    page = response.content.decode()
    kept = {key: each for key, each in question.items() if key != "before" and "\0" not in each}
    assert all(f'value="{each}"' in page for each in kept.values())
    if name != "before":
        assert (
            look("timeline.csv", **question).status_code
            == look("timeline.xlsx", **question).status_code
            == 400
        )


def test_a_period_that_ends_before_it_begins_is_refused(live, look):
    response = look("", since="2026-02-02", until="2026-02-01")
    assert "This day is before the day that the period begins with." in words_of(response)


def test_a_period_is_of_whole_days_in_london(live, look):
    today = timezone.localdate().isoformat()
    assert "published" in words_of(look("", since=today, until=today, kind="published")).split("Risk", 2)[2]
    assert "Nothing matches these filters." in words_of(look("", until="2020-01-01"))


def test_an_account_that_did_nothing_is_named_only_to_those_who_may_see_accounts(
    live, editor, auditor, client
):
    client.force_login(editor)
    assert "Auditor (auditor)" not in words_of(client.get("/admin/history/"))
    assert client.get("/admin/history/", {"person": auditor.pk}).status_code == 400
    client.force_login(auditor)
    assert "Auditor (auditor)" in words_of(client.get("/admin/history/"))
