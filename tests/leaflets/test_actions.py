from datetime import timedelta
from itertools import pairwise
from threading import Barrier, Thread

import pytest
from django.db import connections
from django.utils import timezone

from history.canonical import canonical, digest
from leaflets import actions, rules
from leaflets.models import Edition, Event, Kind
from leaflets.models.edition import State
from triage.models import RedFlag, RedFlagGroup


def later(days=365):
    return timezone.localdate() + timedelta(days=days)


ACT = {
    Kind.RETURNED: actions.return_to_editor,
    Kind.PUBLISHED: actions.publish,
    Kind.REVIEWED: lambda **given: actions.review(next_review=later(), **given),
    Kind.WITHDRAWN: actions.withdraw,
}


def test_submitting_freezes_the_whole_draft(draft, editor):
    edition = actions.submit(leaflet=draft, by=editor, reason="First edition.")

    assert edition.document == draft.snapshot()
    assert edition.content == canonical(draft.snapshot())
    assert edition.digest == digest(edition.content)
    assert edition.number == 1
    assert edition.state() == State.SUBMITTED


def test_a_later_change_of_a_shared_group_leaves_the_edition_as_it_was(submitted):
    before = submitted.content
    RedFlag.objects.all().delete()
    RedFlagGroup.objects.update(title="Something else", urgency="non-urgent")
    submitted.refresh_from_db()
    assert submitted.content == before


def test_an_event_says_who_did_what_when_and_why_as_it_was_then(live, reviewer):
    reviewer.first_name, reviewer.username = "Renamed", "renamed"
    reviewer.save()
    reviewer.groups.clear()

    said = live.events.last().said

    assert said["by"] == {
        "id": reviewer.pk,
        "username": "reviewer",
        "name": "Reviewer",
        "roles": ["Reviewer"],
    }
    assert (said["kind"], said["reason"]) == ("published", "Checked.")
    assert said["edition"] == live.identity()


def test_events_form_one_chain(live, reviewer):
    first, second = Event.objects.all()
    assert first.previous == "0" * 64
    assert second.previous == first.digest
    assert second.digest == digest(second.previous + second.content)


def test_a_reason_may_have_lines_as_a_browser_sends_them(submitted, reviewer):
    actions.publish(edition=submitted, by=reviewer, reason="One.\r\nTwo.")
    assert submitted.events.last().reason == "One.\nTwo."


def test_of_two_editions_one_is_scheduled_at_a_time(scheduled, change, editor, reviewer):
    newer = actions.submit(leaflet=change("Changed"), by=editor, reason="Changed.")
    later = timezone.now() + timedelta(hours=2)
    with pytest.raises(actions.Refused, match=r"is scheduled already. Return it first"):
        actions.publish(edition=newer, by=reviewer, reason="Checked.", live_from=later)
    actions.publish(edition=newer, by=reviewer, reason="Checked.")
    assert (newer.state(), scheduled.state()) == (State.LIVE, State.SUPERSEDED)


def test_a_clock_that_was_set_back_puts_nothing_before_what_has_happened(live, reviewer, monkeypatch):
    before = live.events.last().at
    monkeypatch.setattr(actions.timezone, "now", lambda: before - timedelta(hours=1))
    actions.withdraw(edition=live, by=reviewer, reason="Wrong.")
    assert live.events.last().at == before + timedelta(microseconds=1)


def test_a_withdrawal_counts_at_once_where_a_clock_is_behind(live, reviewer, monkeypatch):
    actions.withdraw(edition=live, by=reviewer, reason="Wrong.")
    withdrawn = live.events.last().at
    monkeypatch.setattr("leaflets.clock.timezone.now", lambda: withdrawn - timedelta(minutes=3))
    assert Event.objects.public().last().kind == Kind.WITHDRAWN
    assert live.state() == State.WITHDRAWN


def test_the_submitter_cannot_publish(draft, both):
    edition = actions.submit(leaflet=draft, by=both, reason="Mine.")
    with pytest.raises(actions.Refused, match="somebody else must publish"):
        actions.publish(edition=edition, by=both, reason="Mine too.")
    assert edition.state() == State.SUBMITTED


def test_not_even_a_superuser_publishes_their_own_work(draft, superuser):
    edition = actions.submit(leaflet=draft, by=superuser, reason="Mine.")
    with pytest.raises(actions.Refused, match="somebody else must publish"):
        actions.publish(edition=edition, by=superuser, reason="I may do anything.")


@pytest.mark.parametrize("kind", list(ACT))
@pytest.mark.parametrize("role", ["editor", "auditor", "administrator"])
def test_only_a_reviewer_decides(request, submitted, role, kind):
    with pytest.raises(actions.Refused, match="Your role does not let you do this"):
        ACT[kind](edition=submitted, by=request.getfixturevalue(role), reason="Because.")


@pytest.mark.parametrize("role", ["reviewer", "auditor", "administrator"])
def test_only_an_editor_submits(request, draft, role):
    with pytest.raises(actions.Refused, match="Your role does not let you do this"):
        actions.submit(leaflet=draft, by=request.getfixturevalue(role), reason="Because.")


def test_a_deactivated_account_does_nothing(submitted, reviewer):
    reviewer.is_active = False
    reviewer.save()
    with pytest.raises(actions.Refused):
        actions.publish(edition=submitted, by=reviewer, reason="Checked.")


@pytest.mark.parametrize("kind", list(ACT))
@pytest.mark.parametrize("state", list(State))
def test_what_may_follow_what_is_one_table(request, reviewer, change, editor, kind, state):
    edition = request.getfixturevalue("live" if state == State.SUPERSEDED else state.value)
    if state == State.SUPERSEDED:
        newer = actions.submit(leaflet=change("Changed"), by=editor, reason="Changed.")
        actions.publish(edition=newer, by=reviewer, reason="Checked.")
    assert edition.state() == state

    if kind in rules.FOLLOWS[state]:
        ACT[kind](edition=edition, by=reviewer, reason="Because.")
        assert edition.events.last().kind == kind
    else:
        with pytest.raises(actions.Refused, match=f"is {state.label.lower()}, so it cannot be"):
            ACT[kind](edition=edition, by=reviewer, reason="Because.")


def test_a_newer_submission_takes_the_place_of_one_that_waits(submitted, change, editor, reviewer):
    newer = actions.submit(leaflet=change("Changed"), by=editor, reason="A mistake.")
    assert (submitted.state(), newer.state()) == (State.SUPERSEDED, State.SUBMITTED)
    with pytest.raises(actions.Refused, match="superseded"):
        actions.publish(edition=submitted, by=reviewer, reason="Too late.")


def test_a_live_edition_stays_live_while_a_newer_one_waits(live, change, editor):
    newer = actions.submit(leaflet=change("Changed"), by=editor, reason="Changed.")
    assert (live.state(), newer.state()) == (State.LIVE, State.SUBMITTED)


@pytest.mark.parametrize("state", ["submitted", "live", "scheduled"])
def test_an_unchanged_draft_is_not_submitted_again(request, state, draft, editor):
    request.getfixturevalue(state)
    with pytest.raises(actions.Refused, match="Nothing has changed since"):
        actions.submit(leaflet=draft, by=editor, reason="Again.")
    assert Edition.objects.count() == 1


@pytest.mark.parametrize("state", ["returned", "withdrawn"])
def test_after_a_return_or_a_withdrawal_the_same_content_may_be_submitted(request, state, draft, editor):
    request.getfixturevalue(state)
    assert actions.submit(leaflet=draft, by=editor, reason="As it was.").number == 2


def test_a_draft_with_something_missing_is_not_submitted(draft, editor):
    group = RedFlagGroup.objects.get(key="cauda-equina-syndrome")
    group.urgency = ""
    group.save()
    with pytest.raises(actions.Refused, match="“Cauda Equina Syndrome \\(CES\\)”: choose an urgency"):
        actions.submit(leaflet=draft, by=editor, reason="First edition.")
    assert not Edition.objects.exists()


@pytest.mark.parametrize(
    ("reason", "sentence"),
    [
        ("", "say in a sentence why"),
        ("  \n ", "say in a sentence why"),
        ("x" * 2001, "under 2000"),
        ("a\x00b", "U\\+0000"),
    ],
)
def test_every_decision_has_a_reason(submitted, reviewer, reason, sentence):
    with pytest.raises(actions.Refused, match=f"^Reason: .*{sentence}"):
        actions.publish(edition=submitted, by=reviewer, reason=reason)
    assert submitted.state() == State.SUBMITTED


def test_a_scheduled_edition_goes_live_without_anybody_doing_anything(scheduled):
    goes_live = scheduled.events.last().takes_effect
    assert scheduled.state() == State.SCHEDULED
    assert scheduled.state(goes_live - timedelta(seconds=1)) == State.SCHEDULED
    assert scheduled.state(goes_live) == State.LIVE


def test_a_scheduled_edition_can_be_returned_before_its_time(scheduled, reviewer):
    goes_live = scheduled.events.last().takes_effect
    actions.return_to_editor(edition=scheduled, by=reviewer, reason="Wait.")
    assert scheduled.state(goes_live) == State.RETURNED
    assert not Event.objects.public(goes_live).exists()


def test_a_withdrawal_also_stops_what_was_scheduled(live, change, editor, reviewer):
    newer = actions.submit(leaflet=change("Changed"), by=editor, reason="Changed.")
    tomorrow = timezone.now() + timedelta(days=1)
    actions.publish(edition=newer, by=reviewer, reason="Checked.", live_from=tomorrow)
    actions.withdraw(edition=live, by=reviewer, reason="Wrong number.")

    assert newer.state() == State.SUPERSEDED
    assert live.state(tomorrow) == State.WITHDRAWN


def test_a_moment_that_has_passed_is_refused(submitted, reviewer):
    yesterday = timezone.now() - timedelta(days=1)
    with pytest.raises(actions.Refused, match="Live from: this moment has passed"):
        actions.publish(edition=submitted, by=reviewer, reason="Checked.", live_from=yesterday)


def test_a_moment_ago_is_now(submitted, reviewer):
    a_moment_ago = timezone.now() - timedelta(seconds=5)
    actions.publish(edition=submitted, by=reviewer, reason="Checked.", live_from=a_moment_ago)
    event = submitted.events.last()
    assert event.takes_effect == event.at


@pytest.mark.parametrize("days", [-1, 0, 5 * 366 + 1])
def test_a_review_is_due_after_today_and_within_five_years(live, reviewer, days):
    with pytest.raises(actions.Refused, match="Next review: choose a date"):
        actions.review(edition=live, by=reviewer, reason="Checked.", next_review=later(days))


def test_a_code_can_be_read_out_over_the_phone(submitted):
    first, _, second = submitted.code.partition("-")
    assert len(first) == len(second) == 3
    assert set(first + second) <= set(actions.CODE_LETTERS)
    assert not set(actions.CODE_LETTERS) & set("0O1IL2Z5S8BUVAE")


def test_two_editions_never_share_a_code(submitted, change, editor, monkeypatch):
    letters = iter(submitted.code.replace("-", "") + "HHHHHH")
    monkeypatch.setattr(actions.secrets, "choice", lambda _: next(letters))
    newer = actions.submit(leaflet=change("Changed"), by=editor, reason="Changed.")
    assert newer.code == "HHH-HHH"


@pytest.mark.django_db(transaction=True)
def test_of_two_who_publish_at_once_one_is_refused_with_a_sentence(submitted, reviewer, superuser):
    outcomes, together = [], Barrier(2)

    def publish(by):
        together.wait()
        try:
            actions.publish(edition=submitted, by=by, reason="Checked.")
            outcomes.append("published")
        except actions.Refused as refused:
            outcomes.append(str(refused))
        finally:
            connections.close_all()

    threads = [Thread(target=publish, args=[by]) for by in (reviewer, superuser)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == sorted(["published", f"{submitted} is live, so it cannot be published."])
    assert submitted.events.filter(kind=Kind.PUBLISHED).count() == 1


@pytest.mark.django_db(transaction=True)
def test_many_who_submit_at_once_give_one_chain_without_gaps(draft, editor):
    from leaflets.models import Leaflet

    leaflets = [
        Leaflet.objects.create(title=f"T{n}", slug=f"t{n}", body_part="Knee", no_red_flags_because="Decided.")
        for n in range(6)
    ]
    failures = []

    def submit(leaflet):
        try:
            actions.submit(leaflet=leaflet, by=editor, reason="First edition.")
        except Exception as error:
            failures.append(error)
        finally:
            connections.close_all()

    threads = [Thread(target=submit, args=[leaflet]) for leaflet in leaflets]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    events = list(Event.objects.all())
    assert [event.sequence for event in events] == [1, 2, 3, 4, 5, 6]
    assert all(b.previous == a.digest for a, b in pairwise(events))
