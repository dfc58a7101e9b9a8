"""What is overdue for review or due soon: mailed without repeating it every day, and on the desk."""

from datetime import timedelta

import pytest
from django.core.mail.backends.locmem import EmailBackend
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from leaflets import actions, reminders, roles
from leaflets.models import Leaflet, Reminder
from leaflets.review_intervals import DEFAULT_MONTHS, ReviewInterval
from leaflets.reviews import reviews
from tests.leaflets.test_admin import words_of
from tests.universe import person

pytestmark = pytest.mark.django_db
# These stories begin two years ago: the database refuses what is said to happen in the future.
AGO = timedelta(days=730)
NOW = timezone.now
DUE = timezone.localdate(NOW() - AGO) + timedelta(days=100)
BEGAN = timezone.localdate(NOW() - AGO)
A_YEAR = ReviewInterval(DEFAULT_MONTHS, "").after(BEGAN) - BEGAN


@pytest.fixture(autouse=True)
def _begin(go_to):
    go_to(0)


@pytest.fixture
def go_to(monkeypatch):
    """Let it be some days after the story began; the clock goes on from there."""
    return lambda days: monkeypatch.setattr(timezone, "now", lambda: NOW() - AGO + timedelta(days=days))


@pytest.fixture
def reviewed(live, reviewer):
    """Due in 100 days."""
    return actions.review(edition=live, by=reviewer, reason="All checked.", next_review=DUE)


@pytest.fixture
def remind(editor, mailoutbox, capsys):
    """Run the command; return what it said, and how many mails that was."""
    editor.email = "editor@example.org"
    editor.save()

    def remind():
        before = len(mailoutbox)
        call_command("review_reminders")
        return capsys.readouterr().out.strip(), len(mailoutbox) - before

    return remind


def test_what_is_due_within_a_month_is_mailed_and_nothing_before(reviewed, remind, go_to, mailoutbox):
    go_to(69)
    assert remind() == ("Nobody needs reminding today.", 0)
    go_to(70)
    assert remind() == ("Due for review: 1. Mailed: 1 of 1 people.", 1)
    [mail] = mailoutbox
    assert mail.subject == "Reviews: 1 due within a month"
    assert f"edition 1: due on {DUE:%-d %B %Y}" in mail.body
    assert f"http://127.0.0.1:8000/admin/leaflets/leaflet/{reviewed.leaflet_id}/workspace/" in mail.body


def test_it_is_repeated_weekly_and_at_once_when_it_becomes_overdue(reviewed, remind, go_to, mailoutbox):
    mailed = []
    for day in range(60, 120):
        go_to(day)
        if remind()[1]:
            mailed.append(day)
    assert mailed == [70, 77, 84, 91, 98, 101, 108, 115]
    assert "overdue by 1 day, since" in mailoutbox[5].body


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30, deadline=None)
@given(st.sets(st.integers(70, 140), min_size=1))
def test_days_on_which_it_did_not_run_are_caught_up(reviewed, remind, go_to, days):
    Reminder.objects.all().delete()
    told = {}
    for day in sorted(days):
        go_to(day)
        kind = "overdue" if day > 100 else "soon"
        expected = day - told.get(kind, -7) >= 7
        assert remind()[1] == expected
        if expected:
            told[kind] = day


def test_a_recorded_review_ends_it(reviewed, remind, go_to, reviewer):
    go_to(101)
    assert remind()[1] == 1
    later = DUE + timedelta(days=300)
    actions.review(edition=reviewed, by=reviewer, reason="Checked.", next_review=later)
    go_to(110)
    assert remind()[1] == 0


def test_what_was_never_reviewed_is_due_a_year_after_it_was_first_published(
    live, change, editor, reviewer, remind, go_to, mailoutbox
):
    go_to(200)
    newer = actions.submit(leaflet=change("A new title"), by=editor, reason="A typing error.")
    actions.publish(edition=newer, by=reviewer, reason="Checked.")
    go_to(A_YEAR.days + 2)
    [review] = reviews()
    assert (review.edition, review.last, review.days_overdue) == (newer, None, 2)
    assert remind()[1] == 1
    assert "overdue by 2 days" in mailoutbox[0].body
    assert "never reviewed" in mailoutbox[0].body


def test_what_is_withdrawn_is_not_mailed(reviewed, reviewer, remind, go_to):
    actions.withdraw(edition=reviewed, by=reviewer, reason="The number has changed.")
    go_to(120)
    assert remind()[1] == 0


def test_each_editor_and_reviewer_gets_one_mail_that_lists_all(
    reviewed, editor, reviewer, remind, go_to, mailoutbox
):
    person("both", roles.EDITOR, roles.REVIEWER, email="both@example.org")
    person("left", roles.REVIEWER, email="left@example.org", is_active=False)
    person("auditor", roles.AUDITOR, email="auditor@example.org")
    knee(editor, reviewer, 1)
    go_to(400)
    assert remind()[1] == 2
    assert sorted(mail.to for mail in mailoutbox) == [["both@example.org"], ["editor@example.org"]]
    assert mailoutbox[0].subject == "Reviews: 2 overdue"
    assert mailoutbox[0].body.index("Lower Back") < mailoutbox[0].body.index("Knee 1")


def test_what_reached_nobody_is_sent_again(reviewed, remind, go_to, monkeypatch):
    go_to(90)
    with monkeypatch.context() as down:
        down.setattr(EmailBackend, "send_messages", lambda *args: 1 / 0)
        with pytest.raises(CommandError, match="nobody was mailed: see the log"):
            remind()
    assert remind()[1] == 1


def test_one_mail_that_is_refused_is_told_and_the_rest_remembered(
    reviewed, remind, go_to, mailoutbox, monkeypatch
):
    person("gone", roles.EDITOR, email="gone@example.org")
    send = EmailBackend.send_messages

    def refuse(backend, letters):
        if letters[0].to == ["gone@example.org"]:
            raise OSError("550 no such mailbox")
        return send(backend, letters)

    monkeypatch.setattr(EmailBackend, "send_messages", refuse)
    go_to(90)
    with pytest.raises(CommandError, match=r"Mails that were not sent: 1\."):
        remind()
    assert [mail.to for mail in mailoutbox] == [["editor@example.org"]]
    assert remind()[1] == 0


def test_without_an_address_the_command_says_so(reviewed, go_to):
    go_to(90)
    with pytest.raises(CommandError, match="no Editor or Reviewer has an address"):
        call_command("review_reminders")


def test_the_desk_shows_what_is_overdue_or_due_soon(reviewed, editor, client, go_to, monkeypatch):
    client.force_login(editor)
    assert "Reviews overdue" not in words_of(client.get("/admin/"))
    monkeypatch.setattr("leaflets.reviews.SOON", timedelta(days=100))
    assert f"due on {DUE:%-d %B %Y}" in words_of(client.get("/admin/"))
    go_to(103)
    client.force_login(editor)
    assert f"overdue by 3 days , since {DUE:%-d %B %Y}" in words_of(client.get("/admin/"))


def test_the_desk_takes_as_many_queries_however_many_reviews_are_due(
    live, editor, reviewer, client, monkeypatch
):
    client.force_login(editor)
    monkeypatch.setattr("leaflets.reviews.SOON", A_YEAR)

    def queries():
        with CaptureQueriesContext(connection) as taken:
            assert "never reviewed" in words_of(client.get("/admin/"))
        return len(taken)

    queries()
    few = queries()
    for number in range(5):
        knee(editor, reviewer, number)
    assert queries() == few


def knee(editor, reviewer, number):
    leaflet = Leaflet.objects.create(
        title=f"Knee {number}", slug=f"knee-{number}", body_part="Knee", no_red_flags_because="Decided."
    )
    leaflet.record(by=editor, reason="New.")
    edition = actions.submit(leaflet=leaflet, by=editor, reason="New.")
    return actions.publish(edition=edition, by=reviewer, reason="Checked.")


def test_a_reminder_says_what_it_was(reviewed, remind, go_to):
    go_to(101)
    remind()
    assert str(Reminder.objects.get()).endswith(f": overdue, {DUE}")
    assert reminders.to_remind() == []
