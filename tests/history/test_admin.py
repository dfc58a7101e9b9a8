"""Saving in the admin: nobody's words are replaced unawares, and an order is what was typed."""

from threading import Barrier, Thread

import pytest
from django.db import connections
from django.test import Client

from history.models import Version
from leaflets import actions
from tests.leaflets.test_admin import fields_of, form_of, words_of
from triage.models import RedFlag, RedFlagGroup

pytestmark = pytest.mark.django_db


@pytest.fixture
def group(draft):
    return RedFlagGroup.objects.get(key="lower-back-no-trauma")


def path_of(group):
    return f"/admin/triage/redflaggroup/{group.pk}/change/"


def first_signs(group, count=5):
    return [sign.text.split()[0] for sign in group.signs.all()[:count]]


def test_a_page_opened_before_somebody_elses_save_is_refused_and_keeps_what_was_typed(
    group, editor, both, client
):
    slow = form_of(client, editor, path_of(group))
    form_of(Client(), both, path_of(group))(warning="Theirs.")

    response = slow(lead="Mine, typed for a long time.")
    page = words_of(response)
    assert "Both saved this on" in page
    assert "Your text is still here and is not saved." in page
    assert "Mine, typed for a long time." in response.content.decode()
    group.refresh_from_db()
    assert (group.warning, group.lead == "Mine, typed for a long time.") == ("Theirs.", False)


def test_after_the_warning_saving_again_is_a_decision(group, editor, both, client):
    slow = form_of(client, editor, path_of(group))
    form_of(Client(), both, path_of(group))(warning="Theirs.")
    refused = slow(warning="Mine.")
    number = refused.context["stale"].number
    again = client.post(path_of(group), {**fields_of(refused), "replace": number, "_continue": "Save"})
    assert again.status_code == 302
    group.refresh_from_db()
    assert group.warning == "Mine."
    assert [version.by for version in group.versions()] == [editor, both, editor]


@pytest.mark.django_db(transaction=True)
def test_of_ten_saves_at_once_one_is_stored_and_nine_are_refused(group, editor):
    clients, together, outcomes = [], Barrier(10), []
    for _ in range(10):
        client = Client()
        client.force_login(editor)
        clients.append((client, fields_of(client.get(path_of(group)))))

    def save(number, client, sent):
        together.wait()
        try:
            response = client.post(
                path_of(group), {**sent, "warning": f"From {number}.", "_continue": "Save"}
            )
            outcomes.append(response.status_code)
        finally:
            connections.close_all()

    threads = [Thread(target=save, args=[number, *pair]) for number, pair in enumerate(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == [200] * 9 + [302]
    assert group.versions().count() == 2


def test_a_sign_typed_into_third_place_is_third(group, editor, client):
    save = form_of(client, editor, path_of(group))
    save(**{"signs-TOTAL_FORMS": 16, "signs-15-text": "Brand new", "signs-15-position": 3})
    assert first_signs(group) == ["Severe", "Sudden", "Brand", "Changes", "Weakness"]
    assert [sign.position for sign in group.signs.all()] == list(range(1, 17))


@pytest.mark.parametrize(
    ("row", "place", "expected"),
    [
        (3, 1, ["Weakness", "Severe", "Sudden", "Changes", "If"]),
        (0, 3, ["Sudden", "Changes", "Severe", "Weakness", "If"]),
        (0, 99, ["Sudden", "Changes", "Weakness", "If", "Problems"]),
    ],
)
def test_a_sign_moves_to_the_place_that_was_typed(group, editor, client, row, place, expected):
    form_of(client, editor, path_of(group))(**{f"signs-{row}-position": place})
    assert first_signs(group) == expected
    assert group.versions().last().said["content"]["signs"][0]["text"].startswith(expected[0])


def test_a_reason_is_checked_like_any_text(group, editor, client):
    page = words_of(form_of(client, editor, path_of(group))(reason="x" * 2001))
    assert "Ensure this value has at most 2000 characters" in page
    assert Version.objects.filter(item=group.pk, kind="triage.redflaggroup").count() == 1
    assert RedFlag.objects.filter(group=group).count() == 15


def test_what_was_changed_behind_our_back_is_not_taken_for_the_editors_work(group, editor, client):
    RedFlag.objects.filter(text="Night sweats").update(text="Night sweating")
    form_of(client, editor, path_of(group))(warning="Mine.")
    behind, mine = list(group.versions())[-2:]
    assert (behind.by, behind.said["content"]["warning"]) == (None, "")
    assert "Night sweating" in str(behind.said["content"]["signs"])
    assert (mine.by, mine.said["content"]["warning"]) == (editor, "Mine.")


def test_what_was_submitted_before_is_changed_with_a_reason(group, submitted, editor, client):
    save = form_of(client, editor, path_of(group))
    refused = save(warning="Mine.", reason=" ")
    assert "Say in a sentence what you changed and why" in words_of(refused)
    assert "Mine." in refused.content.decode()
    assert save(warning="Mine.", reason="Clearer.").status_code == 302


def test_what_is_submitted_while_it_is_saved_is_changed_with_a_reason(
    group, draft, editor, client, monkeypatch
):
    save = form_of(client, editor, path_of(group))
    lock = Version.lock_chain

    def another_is_first():
        monkeypatch.setattr(Version, "lock_chain", lock)
        actions.submit(leaflet=draft, by=editor, reason="First edition.")

    monkeypatch.setattr(Version, "lock_chain", another_is_first)
    assert "Say in a sentence what you changed and why" in words_of(save(warning="Mine."))
    assert group.versions().count() == 1


def test_a_draft_that_nobody_submitted_yet_is_changed_without_a_reason(group, editor, client):
    assert form_of(client, editor, path_of(group))(warning="Mine.").status_code == 302
