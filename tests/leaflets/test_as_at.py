"""What did the public see on the 14th at noon?"""

import hashlib
from datetime import timedelta

import pytest
from django.utils import timezone

from leaflets import actions, rules
from leaflets.models import Event, Leaflet
from tests.leaflets.test_admin import words_of
from triage.models import RedFlag

pytestmark = pytest.mark.django_db


@pytest.fixture
def ask(auditor, client):
    client.force_login(auditor)

    def ask(moment, **more):
        at = moment if isinstance(moment, str) else moment.isoformat()
        return client.get("/admin/history/as-at/lower-back/", {"at": at, **more})

    return ask


def decisions():
    return [event.takes_effect for event in Event.objects.decided()]


def test_an_earlier_edition_is_shown_as_it_was(live, change, editor, reviewer, ask):
    RedFlag.objects.filter(text="Night sweats").delete()
    newer = actions.submit(leaflet=change("A new title"), by=editor, reason="Shorter.")
    reasons = [(each.id, "A duplicate.") for each in rules.to_acknowledge(newer)]
    actions.publish(edition=newer, by=reviewer, reason="Checked again.", acknowledged=reasons)
    first, second = decisions()

    then = words_of(ask(second - timedelta(microseconds=1)))
    assert "Night sweats" in then
    assert "A new title" not in then
    assert "edition 1, published by Reviewer: “Checked.”" in then
    assert "Submitted by Editor: “First edition.”" in then

    now = words_of(ask(second))
    assert "Night sweats" not in now
    assert "edition 2, published by Reviewer: “Checked again.”" in now
    assert "Submitted by Editor: “Shorter.”" in now
    assert "to this day" in now
    assert "nothing had been published at this address." in words_of(ask(first - timedelta(seconds=1)))


def test_a_renamed_person_and_a_changed_draft_change_nothing_of_it(live, reviewer, ask):
    [published] = decisions()
    before = ask(published).content
    reviewer.first_name = "Renamed"
    reviewer.save()
    Leaflet.objects.update(title="Changed behind our back")
    assert ask(published).content == before


def test_a_withdrawn_leaflet_was_seen_as_withdrawn(withdrawn, ask):
    page = words_of(ask(decisions()[-1]))
    assert "withdrawn by Reviewer: “The number has changed.”" in page
    assert "this leaflet has been withdrawn" in page


def test_the_exercises_of_that_moment(live, ask):
    page = ask(decisions()[0], page="exercises")
    assert "Beginner lower back exercises" in words_of(page)
    assert 'href="/admin/history/as-at/lower-back/?at=' in page.content.decode()


@pytest.mark.parametrize(
    ("at", "sentence"),
    [
        ("", "This field is required."),
        ("last Tuesday", "Give a date and a time, such as 2026-11-14T12:00."),
        ("2099-01-01T12:00", "This moment has not come yet."),
    ],
)
def test_a_question_that_cannot_be_answered_is_asked_again(live, ask, at, sentence):
    response = ask(at)
    assert response.status_code == 400
    assert sentence in words_of(response)


def test_the_question_leads_to_the_answer(live, auditor, client):
    client.force_login(auditor)
    now = timezone.localtime().strftime("%Y-%m-%dT%H:%M:%S")
    response = client.get("/admin/history/as-at/", {"slug": "lower-back", "at": now}, follow=True)
    assert response.redirect_chain[0][0].startswith("/admin/history/as-at/lower-back/?at=")
    assert response.status_code == 200


def test_what_is_shown_can_be_checked_against_the_digest_that_history_names(live, ask, client):
    [published] = decisions()
    page = words_of(ask(published))
    raw = client.get("/admin/history/renderings/1/leaflet/")
    assert raw["Content-Type"] == "text/plain; charset=utf-8"
    assert f"rendering 1; its SHA-256 is {hashlib.sha256(raw.content).hexdigest()}." in page
    assert "Written by Editor, since the edition approved before." in page


@pytest.mark.parametrize("path", ["1/nothing/", "2/leaflet/", "99999999999999999999/leaflet/"])
def test_a_rendering_that_there_is_not_is_not_found(live, auditor, client, path):
    client.force_login(auditor)
    assert client.get(f"/admin/history/renderings/{path}").status_code == 404


@pytest.mark.parametrize("at", ["0001-01-01T00:00+14:00", "1999-12-31T23:59", "0001-01-01T00:00-14:00"])
def test_a_moment_before_there_was_any_history_is_asked_again(live, ask, at):
    response = ask(at)
    assert response.status_code == 400
    assert "there is no history before" in words_of(response)


def test_leaflets_are_listed_by_their_titles_with_their_addresses(live, auditor, client):
    client.force_login(auditor)
    page = client.get("/admin/history/as-at/").content.decode()
    assert '<option value="lower-back">Self-help and information – Lower Back (lower-back)</option>' in page
