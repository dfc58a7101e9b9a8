"""How long a sign-in lasts, and that what weighs most is proved anew."""

import time

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client

from leaflets.models.edition import State
from tests.door.conftest import Phone, is_in, later
from tests.leaflets.test_admin import words_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def inside(editor, client):
    client.force_login(editor)
    assert is_in(client)
    return client


def test_it_ends_with_the_account(inside, editor):
    User.objects.filter(pk=editor.pk).update(is_active=False)
    assert not is_in(inside)
    User.objects.filter(pk=editor.pk).update(is_active=True)
    assert "_auth_user_id" not in inside.session or is_in(inside)


def test_it_ends_with_the_password_wherever_that_is_changed(inside, editor):
    elsewhere = Client()
    elsewhere.force_login(editor)
    new = "a long enough phrase"
    sent = {"old_password": "demo-password", "new_password1": new, "new_password2": new}
    elsewhere.post("/admin/password_change/", sent)
    assert is_in(elsewhere)
    assert not is_in(inside)


@pytest.mark.parametrize("taken", ["Editor", "superuser", "staff"])
def test_it_ends_when_a_role_is_taken_away(editor, client, taken):
    User.objects.filter(pk=editor.pk).update(is_superuser=True)
    editor.groups.add(Group.objects.get(name="Auditor"))
    client.force_login(User.objects.get(pk=editor.pk))
    assert is_in(client)
    if taken == "Editor":
        editor.groups.remove(Group.objects.get(name=taken))
    else:
        User.objects.filter(pk=editor.pk).update(**{f"is_{taken}": False})
    assert not is_in(client)
    assert "door" not in client.session


def test_a_role_that_was_given_ends_it_only_where_it_asks_for_a_second_factor(inside, editor, settings):
    editor.groups.add(Group.objects.get(name="Auditor"))
    assert is_in(inside)
    editor.groups.add(Group.objects.get(name="Reviewer"))
    assert is_in(inside)
    settings.SECOND_FACTOR = True
    assert not is_in(inside)


@pytest.mark.parametrize(
    ("noted", "setting", "unit"), [("seen", "SESSION_IDLE", 60), ("began", "SESSION_HOURS", 3600)]
)
def test_it_ends_after_so_long_without_a_page_and_after_so_long_in_all(
    inside, settings, noted, setting, unit
):
    limit = getattr(settings, setting) * unit
    later(inside, **{noted: limit - 5})
    assert is_in(inside)
    later(inside, **{noted: limit + 5})
    assert not is_in(inside)


def test_somebody_at_work_stays_and_a_page_that_lies_open_is_nobody_at_work(inside, live):
    later(inside, seen=1800)
    inside.post(f"/admin/leaflets/leaflet/{live.leaflet_id}/open/")
    assert time.time() - inside.session["door"]["seen"] > 1790
    assert is_in(inside)
    assert time.time() - inside.session["door"]["seen"] < 60


def test_it_ends_when_a_second_factor_is_set_up_elsewhere(inside, editor):
    Phone(editor)
    assert not is_in(inside)


def test_a_public_page_asks_nobody_who_they_are(inside, live, django_assert_num_queries):
    response = inside.get("/lower-back/")
    assert not response.has_header("Vary") or "Cookie" not in response["Vary"]
    assert not response.cookies


@pytest.fixture
def decide(phone, submitted):
    """Decide on the submitted edition as the Reviewer, `decide.client`: decide("published", reason="...")."""
    client = phone.sign_in()

    def decide(kind, **typed):
        path = f"/admin/leaflets/edition/{submitted.pk}/decide/{kind}/"
        digests = {"digests": submitted.digest} if kind == "published" else {}
        return client.post(path, {"reason": "Checked with care.", **digests, **typed})

    decide.client = client
    return decide


def test_a_fresh_proof_is_enough_to_publish(decide, submitted):
    assert decide("published").status_code == 302
    assert submitted.state() == State.LIVE


def test_an_older_one_is_given_anew_before_publishing_and_nothing_typed_is_lost(decide, submitted, phone):
    later(decide.client, proved=15 * 60 + 5)
    page = decide("published", live_from="")
    assert "nothing that you typed is lost" in words_of(page)
    assert "Checked with care." in page.content.decode()
    assert submitted.state() == State.SUBMITTED
    wrong = decide("published", code="1")
    assert "This code is not right" in words_of(wrong)
    assert "Checked with care." in wrong.content.decode()
    assert decide("published", code=phone.code).status_code == 302
    assert submitted.state() == State.LIVE
    # And it counts for what comes next.
    assert decide("withdrawn", turn_to=[c["key"] for c in submitted.contacts()]).status_code == 302
    assert submitted.state() == State.WITHDRAWN


def test_so_it_is_before_withdrawing(decide, submitted, phone):
    decide("published")
    later(decide.client, proved=15 * 60 + 5)
    turn_to = [contact["key"] for contact in submitted.contacts()]
    assert "one-time-code" in decide("withdrawn", turn_to=turn_to).content.decode()
    assert submitted.state() == State.LIVE
    decide("withdrawn", turn_to=turn_to, code=phone.recovery[0])
    assert submitted.state() == State.WITHDRAWN


def test_several_are_not_published_together_without_it_either(decide, submitted):
    later(decide.client, proved=15 * 60 + 5)
    path = f"/admin/leaflets/edition/together/?edition={submitted.pk}"
    decide.client.post(path, {"reason": "Checked.", "digests": submitted.digest})
    assert submitted.state() == State.SUBMITTED


def test_a_return_needs_no_new_proof(decide, submitted):
    later(decide.client, proved=15 * 60 + 5)
    assert decide("returned").status_code == 302


def test_a_code_that_is_not_asked_for_yet_is_not_used_up_by_a_form_with_a_mistake(decide, phone):
    later(decide.client, proved=15 * 60 + 5)
    code = phone.code
    assert "why" in words_of(decide("published", reason="", code=code))
    assert decide("published", code=code).status_code == 302


def test_so_it_is_before_an_administrator_resets_anything(strict_boss, editor):
    client = strict_boss
    later(client, proved=15 * 60 + 5)
    page = client.post(f"/admin/auth/user/{editor.pk}/access/", {"act": "free", "reason": "Rang me."})
    assert "nothing that you typed is lost" in words_of(page)
    assert not editor.account_events.filter(kind="freed").exists()


@pytest.fixture
def strict_boss(strict, administrator):
    return Phone(administrator).sign_in()
