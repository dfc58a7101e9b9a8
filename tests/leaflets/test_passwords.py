"""Passwords that people set for themselves: forgotten, sent a link, set, and recorded."""

import io
import logging
import re
import threading

import pytest
from django.contrib.auth.views import PasswordResetConfirmView

from history.accounts import NOTICED_LATER
from history.models import AccountEvent
from leaflets import verify
from tests.leaflets.test_admin import words_of

pytestmark = pytest.mark.django_db
ASK = "/admin/password_reset/"
NEW = "a long enough phrase"


@pytest.fixture
def forgotten(editor):
    editor.email = "editor@example.org"
    editor.save()
    return editor


@pytest.fixture
def ask(client, mailoutbox):
    """Ask for a link as somebody who is not signed in; return the page and the mails."""

    def ask(address):
        page = client.post(ASK, {"email": address}, follow=True)
        for thread in threading.enumerate():
            if thread.name == "mails":
                thread.join()
        return page, mailoutbox

    return ask


@pytest.fixture
def link(forgotten, ask):
    [mail] = ask(forgotten.email)[1]
    return re.search(r"http://127.0.0.1:8000(/admin/password_reset/\S+)", mail.body).group(1)


def set_by(link, client, new=NEW):
    form = client.get(link, follow=True).redirect_chain[-1][0]
    return client.post(form, {"new_password1": new, "new_password2": new}, follow=True)


def test_the_sign_in_page_leads_to_a_forgotten_password(client, db):
    assert f'href="{ASK}"' in client.get("/admin/login/").content.decode()


def test_a_forgotten_password_is_set_by_a_link_and_recorded(forgotten, link, client):
    assert "Password reset complete" in words_of(set_by(link, client))
    assert client.login(username="editor", password=NEW)
    event = forgotten.account_events.filter(kind="password").get()
    assert (event.by, event.said["reason"]) == (forgotten, "By a link sent to the account's address.")
    assert verify.verify().findings == []


def test_the_rules_for_a_password_are_said_before_it_is_typed(link, client):
    page = client.get(link, follow=True)
    assert "must contain at least 12 characters" in words_of(page)
    assert "Self-help leaflets" in words_of(page)


def test_a_link_works_once(forgotten, link, client):
    set_by(link, client)
    page = client.get(link, follow=True)
    assert "The password reset link was invalid" in words_of(page)


def test_a_link_works_for_an_hour(link, client, monkeypatch):
    from django.contrib.auth.tokens import default_token_generator as tokens

    now = tokens._num_seconds(tokens._now())
    monkeypatch.setattr(tokens, "_num_seconds", lambda moment: now + 3590)
    assert "new password" in words_of(client.get(link, follow=True))
    monkeypatch.setattr(tokens, "_num_seconds", lambda moment: now + 3620)
    assert "The password reset link was invalid" in words_of(client.get(link, follow=True))


def test_a_weak_password_is_refused_with_the_reason_and_nothing_is_recorded(forgotten, link, client):
    assert "This password is too short" in words_of(set_by(link, client, "short"))
    assert not AccountEvent.objects.exists()


def test_nobody_learns_whether_an_account_has_an_address(forgotten, ask):
    known, mails = ask("editor@example.org")
    assert len(mails) == 1
    unknown, mails = ask("nobody@example.org")
    assert len(mails) == 1
    assert known.content == unknown.content
    assert known.redirect_chain == unknown.redirect_chain


def test_an_account_that_was_deactivated_gets_nothing(forgotten, ask):
    forgotten.is_active = False
    forgotten.save()
    assert ask("editor@example.org")[1] == []


def test_the_link_names_this_site_whatever_host_was_asked(forgotten, client, mailoutbox, settings):
    settings.SITE_URL, settings.ALLOWED_HOSTS = "https://leaflets.example.org", ["*"]
    client.post(ASK, {"email": forgotten.email}, headers={"host": "evil.example.com"})
    for thread in threading.enumerate():
        if thread.name == "mails":
            thread.join()
    [mail] = mailoutbox
    assert "https://leaflets.example.org/admin/password_reset/" in mail.body
    assert "evil" not in mail.body + mail.subject


def test_a_link_is_not_printed_where_mails_are_printed_into_a_log(
    forgotten, client, settings, capsys, caplog
):
    settings.EMAIL_BACKEND, settings.DEBUG = "django.core.mail.backends.console.EmailBackend", False
    client.post(ASK, {"email": forgotten.email})
    assert "EMAIL_URL is console" in caplog.text
    assert "password_reset" not in capsys.readouterr().out + caplog.text


def test_a_link_that_fails_is_logged_without_its_token(link, client, monkeypatch, settings):
    [handler] = [each for each in logging.getLogger().handlers if type(each) is logging.StreamHandler]
    monkeypatch.setattr(handler, "stream", io.StringIO())
    monkeypatch.setattr(PasswordResetConfirmView, "get_user", lambda *args: 1 / 0)
    client.raise_request_exception = False
    assert client.get(link).status_code == 500
    logged = handler.stream.getvalue()
    assert "/admin/password_reset/..." in logged
    assert link.split("/")[-2] not in logged


def test_a_password_that_somebody_changed_for_themselves_is_recorded(editor, client):
    client.force_login(editor)
    sent = {"old_password": "demo-password", "new_password1": NEW, "new_password2": NEW}
    page = client.post("/admin/password_change/", sent, follow=True)
    assert "Your password was changed" in words_of(page)
    event = editor.account_events.last()
    assert (event.kind, event.by, event.said["reason"]) == ("password", editor, "Changed by the person.")


def test_a_wrong_old_password_changes_and_records_nothing(editor, client):
    client.force_login(editor)
    before = AccountEvent.objects.filter(kind="password").count()
    sent = {"old_password": "wrong", "new_password1": NEW, "new_password2": NEW}
    page = client.post("/admin/password_change/", sent)
    assert "old password was entered incorrectly" in words_of(page)
    assert AccountEvent.objects.filter(kind="password").count() == before
    assert client.login(username="editor", password="demo-password")


def test_a_role_that_nobody_recorded_is_noticed_before_a_new_password_hides_it(forgotten, link, client):
    set_by(link, client)
    changed = forgotten.account_events.filter(kind="changed").get()
    assert (changed.by, changed.said["reason"]) == (None, NOTICED_LATER)


def test_the_timeline_tells_who_set_a_password(forgotten, link, client, auditor):
    set_by(link, client)
    client.force_login(auditor)
    assert "Editor: password set by themselves" in words_of(client.get("/admin/history/"))
