"""Who signed in, and who had which role since when."""

import re

import pytest
from django.contrib.auth.models import Group, Permission, User

from history.accounts import NOTICED, AccountEvent, record_account
from leaflets.entries import account_changes

pytestmark = pytest.mark.django_db
EDITOR = {"username": "editor", "first_name": "Editor", "email": "editor@example.org"}


def recorded(account):
    return [(event.kind, event.by, event.said["account"]["roles"]) for event in account.account_events.all()]


def test_signing_in_is_recorded_and_what_nobody_told_of_the_account_before(editor, client):
    client.post("/admin/login/", {"username": "editor", "password": "demo-password"})
    assert recorded(editor) == [("changed", None, ["Editor"]), ("signed-in", editor, ["Editor"])]
    assert editor.account_events.first().said["reason"] == NOTICED


def test_a_wrong_password_is_no_sign_in_and_is_logged_without_a_name(editor, client, caplog):
    client.post("/admin/login/", {"username": "editor", "password": "wrong-secret"})
    assert not AccountEvent.objects.exists()
    assert caplog.messages == ["A sign-in failed."]


def test_who_is_deactivated_is_told_no_more_than_somebody_with_a_wrong_password(editor, client):
    sent = {"username": "editor", "password": "wrong"}
    wrong = said_at_sign_in(client.post("/admin/login/", sent))
    User.objects.filter(pk=editor.pk).update(is_active=False)
    assert said_at_sign_in(client.post("/admin/login/", {**sent, "password": "demo-password"})) == wrong
    assert "correct username and password" in wrong


def said_at_sign_in(page):
    return re.search(r'<p class="errornote">(.*?)</p>', page.content.decode(), re.DOTALL)[1]


def test_somebody_who_is_deactivated_while_signed_in_is_out(editor, client):
    client.force_login(editor)
    assert client.get("/admin/").status_code == 200
    User.objects.filter(pk=editor.pk).update(is_active=False)
    assert client.get("/admin/").status_code == 302


def test_a_changed_role_is_recorded_with_who_changed_it(editor, administrator, client):
    client.force_login(administrator)
    both = [Group.objects.get(name=name).pk for name in ("Editor", "Reviewer")]
    path = f"/admin/auth/user/{editor.pk}/change/"
    client.post(path, {**EDITOR, "groups": both, "is_active": "on", "reason": "Trained for it."})
    event = editor.account_events.last()
    assert (event.kind, event.by, event.said["reason"]) == ("changed", administrator, "Trained for it.")
    assert event.said["account"]["roles"] == ["Editor", "Reviewer"]


def test_a_deactivated_account_is_recorded(editor, administrator, client):
    client.force_login(administrator)
    role = Group.objects.get(name="Editor").pk
    client.post(f"/admin/auth/user/{editor.pk}/change/", {**EDITOR, "groups": [role], "reason": "Left."})
    assert editor.account_events.last().said["account"]["active"] is False


def test_a_new_account_is_recorded(administrator, client):
    client.force_login(administrator)
    client.post(
        "/admin/auth/user/add/",
        {
            "username": "new",
            "first_name": "Nora",
            "email": "new@example.org",
            "groups": [Group.objects.get(name="Editor").pk],
            "password1": "a long enough phrase",
            "password2": "a long enough phrase",
        },
    )
    event = User.objects.get(username="new").account_events.get()
    assert (event.said["reason"], event.by, event.said["account"]["roles"]) == (
        "New account.",
        administrator,
        ["Editor"],
    )


def test_a_password_that_somebody_else_set_is_recorded(editor, administrator, client):
    client.force_login(administrator)
    sent = {
        "password1": "another long phrase",
        "password2": "another long phrase",
        "usable_password": "true",
    }
    client.post(f"/admin/auth/user/{editor.pk}/password/", sent)
    assert (editor.account_events.last().kind, editor.account_events.last().by) == ("password", administrator)


def test_an_account_that_stays_as_it_is_is_recorded_once(editor):
    record_account(editor, by=None, reason="New.")
    record_account(editor, by=None, reason="New.")
    assert editor.account_events.count() == 1


def test_history_keeps_the_name_that_an_account_had(editor):
    record_account(editor, by=None, reason="New.")
    editor.first_name = "Renamed"
    editor.save()
    record_account(editor, by=editor, reason="Married.")
    assert [event.said["account"]["name"] for event in editor.account_events.all()] == ["Editor", "Renamed"]


def test_a_permission_that_was_given_past_the_roles_is_noticed(editor, client):
    record_account(editor, by=None, reason="New.")
    editor.user_permissions.add(Permission.objects.get(codename="publish_edition"))
    client.post("/admin/login/", {"username": "editor", "password": "demo-password"})
    noticed = editor.account_events.filter(kind="changed").last()
    assert noticed.said["account"]["granted"] == ["leaflets.publish_edition"]
    assert (noticed.by, noticed.said["reason"]) == (None, NOTICED)
    before, now = (event.said["account"] for event in editor.account_events.filter(kind="changed"))
    assert list(account_changes(before, now)) == [
        "permissions given directly changed from none to leaflets.publish_edition"
    ]
