"""Accounts: made on one page in plain words, changed with a reason, ended by deactivation only."""

import pytest
from django.contrib.auth.models import Group, User

from history.models import AccountEvent
from leaflets import roles
from leaflets.entries import entry
from tests.journeys.steps import sign_in
from tests.leaflets.test_admin import fields_of, words_of

pytestmark = pytest.mark.django_db
ADD = "/admin/auth/user/add/"
PASSWORD = "long-enough-to-be-good"


@pytest.fixture
def add(administrator, client):
    """Make an account as the Administrator: add(roles.EDITOR, email="...")."""
    client.force_login(administrator)

    def add(*role_names, **fields):
        groups = [Group.objects.get(name=name).pk for name in role_names]
        sent = {"username": "new", "first_name": "Nora", "last_name": "New", "email": "nora@example.org"}
        passwords = {"password1": PASSWORD, "password2": PASSWORD}
        return client.post(ADD, {**sent, **passwords, "groups": groups, **fields})

    return add


@pytest.fixture
def change(administrator, editor, client):
    """Change the Editor's account as the Administrator: change(last_name="...")."""
    User.objects.filter(pk=editor.pk).update(email="editor@example.org")
    client.force_login(administrator)
    path = f"/admin/auth/user/{editor.pk}/change/"
    sent = fields_of(client.get(path))
    return lambda **fields: client.post(path, {**sent, **fields})


def test_the_page_says_what_each_role_may_do_and_how_an_account_ends(administrator, editor, client):
    client.force_login(administrator)
    page = words_of(client.get(ADD))
    for role, meaning in roles.MEANING.items():
        assert f"{role}: {meaning}" in page
    assert "That is the only way to end an account." in words_of(
        client.get(f"/admin/auth/user/{editor.pk}/change/")
    )
    assert roles.MEANING[roles.EDITOR] in words_of(client.get("/admin/auth/group/"))


def test_every_role_has_a_meaning():
    assert set(roles.MEANING) == set(roles.PERMISSIONS)


@pytest.mark.parametrize("role", [roles.EDITOR, roles.REVIEWER])
def test_who_is_mailed_needs_an_address(add, role):
    assert "Give an address: Editors and Reviewers get mails" in words_of(add(role, email=""))
    assert not User.objects.filter(username="new").exists()


@pytest.mark.parametrize("role", [roles.AUDITOR, roles.ADMINISTRATOR])
def test_others_may_have_none(add, role):
    add(role, email="")
    assert User.objects.get(username="new").email == ""


def test_an_address_belongs_to_one_person_whatever_its_capitals(add, editor):
    User.objects.filter(pk=editor.pk).update(email="Nora@Example.org")
    assert "Editor has this address already." in words_of(add(roles.EDITOR))
    assert not User.objects.filter(username="new").exists()


def test_so_does_a_user_name(add, change):
    assert "differs in capitals only" in words_of(add(roles.EDITOR, username="Editor"))
    assert "differs in capitals only" in words_of(change(username="ADMINISTRATOR"))


@pytest.mark.parametrize("field", ["first_name", "last_name"])
@pytest.mark.parametrize(
    "letter", ["\u202e", "\u200b", "\u2066", "\u00ad", "\ufeff", "\u2028", "\x07", "\u061c"]
)
def test_no_name_holds_what_nobody_sees(add, field, letter):
    page = words_of(add(roles.EDITOR, **{field: f"No{letter}ra"}))
    assert f"U+{ord(letter):04X} after “No”" in page
    assert not User.objects.filter(username="new").exists()


@pytest.mark.parametrize("name", ["Siân", "Zoë-Łucja", "O’Brien", "محمد", "李小龍"])
def test_names_of_all_languages_are_taken(add, name):
    add(roles.EDITOR, first_name=name)
    assert User.objects.get(username="new").first_name == name


def test_an_account_without_a_name_is_not_made(add):
    assert "Give the person’s name" in words_of(add(roles.EDITOR, first_name="", last_name=" "))


def test_the_reason_that_is_given_stands_in_the_history(add, change, editor):
    add(roles.EDITOR, reason="Joined the team.")
    assert User.objects.get(username="new").account_events.get().said["reason"] == "Joined the team."
    change(last_name="Married", reason="Married.")
    assert editor.account_events.last().said["reason"] == "Married."


def test_a_change_of_roles_needs_a_reason_and_a_corrected_name_does_not(change, editor):
    both = [Group.objects.get(name=name).pk for name in (roles.EDITOR, roles.AUDITOR)]
    assert "Say in a sentence why: roles changed." in words_of(change(groups=both))
    assert [group.name for group in editor.groups.all()] == [roles.EDITOR]
    change(last_name="Corrected")
    assert editor.account_events.last().said["reason"] == "Changed in the admin."


def test_a_new_address_is_recorded_but_not_what_it_is(change, editor):
    assert "Say in a sentence why: the e-mail address changed." in words_of(change(email="other@example.org"))
    change(email="other@example.org", reason="A new mailbox.")
    event = AccountEvent.objects.get(account=editor)
    assert "other@example.org" not in event.content
    assert entry(None, AccountEvent.objects.with_before().get(account=editor)).what.endswith(
        "e-mail address changed"
    )
    assert event.said["reason"] == "A new mailbox."


def test_somebody_without_an_address_can_be_deactivated(change, editor):
    User.objects.filter(pk=editor.pk).update(email="")
    change(email="", is_active="", reason="Left.")
    editor.refresh_from_db()
    assert not editor.is_active


def test_the_list_shows_role_last_sign_in_and_activity(change, administrator, editor, client):
    page = words_of(client.get("/admin/auth/user/"))
    for column in ("Roles", "Last sign-in", "Active"):
        assert column in page
    assert "never" in page


def test_an_auditor_sees_an_account_and_no_reason_to_give(auditor, editor, client):
    client.force_login(auditor)
    page = client.get(f"/admin/auth/user/{editor.pk}/change/")
    assert page.status_code == 200
    assert 'name="reason"' not in page.content.decode()


@pytest.mark.looks
def test_the_pages_of_accounts_are_usable_by_ear_and_on_a_phone(
    live_server, administrator, editor, new_page, axe
):
    for width in (390, 1280):
        page = new_page(viewport={"width": width, "height": 900})
        sign_in(page, "administrator")
        for path in (ADD, f"/admin/auth/user/{editor.pk}/change/"):
            page.goto(path)
            assert axe(page) == [], (width, path)
