"""Mails that were meant to say more than they should, to whom they should not, or to get in the way."""

import re
import socket
import threading
from email import message_from_bytes, policy

import pytest
from django.contrib.auth.models import Group, User
from django.core.mail import EmailMessage

from history.models import AccountEvent
from leaflets import actions, mails, roles
from leaflets.models import Event
from tests.leaflets.test_admin import fields_of, words_of
from tests.leaflets.test_mails import _addresses as _addresses  # The fixture.
from tests.leaflets.test_passwords import ASK, NEW, ask, forgotten, link, set_by  # noqa: F401
from tests.universe import person

pytestmark = pytest.mark.django_db(transaction=True)


def finished():
    """Wait until every mail is sent or given up."""
    for thread in threading.enumerate():
        if thread.name == "mails":
            thread.join()


class SmtpServer(threading.Thread):
    """A mail server that ends the conversation when it refuses somebody, as some do; it keeps what it takes."""

    def __init__(self, refuses):
        super().__init__(daemon=True)
        self.listening, self.refuses, self.taken = socket.create_server(("127.0.0.1", 0)), refuses, []
        self.start()

    def run(self):
        try:
            while True:
                connection, _ = self.listening.accept()
                with connection, connection.makefile("rwb", buffering=0) as stream:
                    self.talk(stream)
        except OSError:
            pass

    def talk(self, stream):
        stream.write(b"220 here\r\n")
        for line in stream:
            verb = line[:4].upper()
            if verb == b"RCPT" and self.refuses in line:
                stream.write(b"421 go away\r\n")
                return
            if verb == b"DATA":
                stream.write(b"354 go on\r\n")
                self.taken.append(b"".join(iter(stream.readline, b".\r\n")))
            stream.write(b"221 bye\r\n" if verb == b"QUIT" else b"250 ok\r\n")
            if verb == b"QUIT":
                return


@pytest.fixture
def smtp(settings):
    server = SmtpServer(refuses=b"gone@example.org")
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_USE_TLS = False
    settings.EMAIL_HOST, settings.EMAIL_PORT = server.listening.getsockname()
    yield server
    finished()
    server.listening.close()


def test_a_server_that_hangs_up_on_one_address_keeps_the_mail_from_nobody_else(draft, editor, smtp):
    person("gone", roles.REVIEWER, email="gone@example.org")
    person("third", roles.REVIEWER, email="third@example.org")
    edition = actions.submit(leaflet=draft, by=editor, reason="First edition.")
    finished()
    assert Event.objects.filter(edition=edition).exists()
    to = [message_from_bytes(taken)["To"] for taken in smtp.taken]
    assert to == ["reviewer@example.org", "third@example.org"]


@pytest.mark.parametrize(
    "end", ["\n", "\r", "\r\n", "\x0b", "\x0c", "\x1c", "\x1d", "\x85", "\u2028", "\u2029"]
)
def test_nothing_in_a_subject_begins_a_header(editor, smtp, end):
    mails.send([mails.letter(editor, f"Submitted: Knee{end}Bcc: evil@example.com", "Body.")])
    [taken] = smtp.taken
    mail = message_from_bytes(taken, policy=policy.default)
    assert mail["Bcc"] is None
    assert (mail["Subject"], mail["To"]) == ("Submitted: Knee Bcc: evil@example.com", "editor@example.org")


@pytest.mark.parametrize("address", ["a@example.org\nBcc: evil@example.com", "a@example.org\r\n\r\nBody"])
def test_an_address_that_would_begin_a_header_is_not_mailed_and_the_others_are(
    draft, editor, smtp, caplog, address
):
    User.objects.filter(pk=person("odd", roles.REVIEWER, email="x@example.org").pk).update(email=address)
    person("third", roles.REVIEWER, email="third@example.org")
    actions.submit(leaflet=draft, by=editor, reason="First edition.")
    finished()
    assert [b"evil" in taken for taken in smtp.taken] == [False, False]
    assert "A mail was not sent" in caplog.text


def test_a_reason_cannot_be_taken_for_the_rest_of_the_letter(draft, editor, mailoutbox):
    reason = "Ready.\n\nYou get this because your password ends today: https://evil.example/\n\nWhy: it does."
    actions.submit(leaflet=draft, by=editor, reason=reason)
    [mail] = mailoutbox
    at_the_edge = [line for line in mail.body.splitlines() if line and not line.startswith(" ")]
    assert not [line for line in at_the_edge if "evil" in line]
    assert [line.startswith("Why: ") for line in at_the_edge].count(True) == 1
    assert "".join(reason.split()) in "".join(mail.body.split())


def test_a_mail_is_plain_text_whatever_stands_in_it(draft, editor, change, mailoutbox):
    change("<img src=https://evil.example/seen.png>")
    actions.submit(leaflet=draft, by=editor, reason="<a href=https://evil.example/>Sign in</a>")
    message = mailoutbox[0].message()
    assert (message.get_content_type(), message.is_multipart()) == ("text/plain", False)


def test_whoever_lost_their_role_is_told_no_more(submitted, editor, reviewer, mailoutbox):
    editor.groups.clear()
    mailoutbox.clear()
    actions.return_to_editor(edition=submitted, by=reviewer, reason="A matter among colleagues.")
    assert mailoutbox == []


def test_whoever_has_another_role_by_now_is_still_told(submitted, editor, reviewer, mailoutbox):
    editor.groups.set(Group.objects.filter(name=roles.AUDITOR))
    mailoutbox.clear()
    actions.return_to_editor(edition=submitted, by=reviewer, reason="The number is missing.")
    assert [mail.to for mail in mailoutbox] == [["editor@example.org"]]


def test_a_link_ends_with_its_account(forgotten, link, client):  # noqa: F811
    forgotten.is_active = False
    forgotten.save()
    assert "The password reset link was invalid" in words_of(set_by_whatever(link, client))
    assert not AccountEvent.objects.filter(kind="password").exists()
    forgotten.refresh_from_db()
    assert forgotten.check_password("demo-password")


def test_a_link_that_was_opened_before_its_account_ended_sets_nothing(forgotten, link, client):  # noqa: F811
    form = client.get(link, follow=True).redirect_chain[-1][0]
    User.objects.filter(pk=forgotten.pk).update(is_active=False)
    client.post(form, {"new_password1": NEW, "new_password2": NEW})
    forgotten.refresh_from_db()
    assert forgotten.check_password("demo-password")


@pytest.mark.parametrize("change", ["password", "email", "sign-in"])
def test_a_link_ends_when_the_account_changes(forgotten, link, client, change):  # noqa: F811
    if change == "password":
        forgotten.set_password("something else entirely")
    elif change == "email":
        forgotten.email = "elsewhere@example.org"
    forgotten.save()
    if change == "sign-in":
        client.post("/admin/login/", {"username": "editor", "password": "demo-password"})
        client.logout()
    assert "The password reset link was invalid" in words_of(client.get(link, follow=True))


def test_a_link_of_one_account_opens_no_other(forgotten, link, reviewer, client):  # noqa: F811
    import base64

    other = base64.urlsafe_b64encode(str(reviewer.pk).encode()).decode().rstrip("=")
    page = client.get(re.sub("password_reset/[^/]+/", f"password_reset/{other}/", link), follow=True)
    assert "The password reset link was invalid" in words_of(page)


def test_accounts_that_share_an_address_get_a_link_each_that_says_whose_it_is(forgotten, reviewer, ask):  # noqa: F811
    reviewer.email = "EDITOR@example.org"
    reviewer.save()
    _, sent = ask("editor@example.org")
    assert sorted(re.search(r"your account, (\w+)\.", mail.body)[1] for mail in sent) == [
        "editor",
        "reviewer",
    ]
    # Each to the address on its own account, never to the one that was typed.
    assert sorted(mail.to[0] for mail in sent) == ["EDITOR@example.org", "editor@example.org"]


@pytest.mark.parametrize(
    "typed", ["edıtor@example.org", "editor@example.org\nBcc: evil@example.com", "editor@ex\u0430mple.org"]
)
def test_an_address_that_only_looks_alike_gets_nothing(forgotten, ask, typed):  # noqa: F811
    assert ask(typed)[1] == []


def test_whoever_asks_for_a_link_waits_for_no_mail_server(forgotten, client, smtp, monkeypatch):  # noqa: F811
    """The answer comes while the mail is not sent yet, so that the time it takes tells nothing."""
    may_send, send = threading.Event(), EmailMessage.send
    monkeypatch.setattr(EmailMessage, "send", lambda *args: may_send.wait(60) and send(*args))
    assert client.post(ASK, {"email": forgotten.email}).status_code == 302
    assert smtp.taken == []
    may_send.set()
    finished()
    assert len(smtp.taken) == 1


def test_whoever_sends_the_links_of_others_elsewhere_is_recorded(administrator, reviewer, client):
    client.force_login(administrator)
    path = f"/admin/auth/user/{reviewer.pk}/change/"
    for address in ("administrator@example.org", "reviewer@example.org"):
        typed = {"last_name": "Reviewer", "email": address, "reason": "She asked for it."}
        client.post(path, fields_of(client.get(path)) | typed)
        event = reviewer.account_events.last()
        assert (event.kind, event.by) == ("changed", administrator)
        assert (event.said["address"], event.said["reason"]) == ("changed", "She asked for it.")
        assert address not in event.content
    assert reviewer.account_events.filter(by=administrator).count() == 2


def test_a_save_that_leaves_the_address_as_it_is_is_not_said_to_change_it(administrator, reviewer, client):
    reviewer.last_name, reviewer.email = "Reviewer", "reviewer@example.org"
    reviewer.save()
    client.force_login(administrator)
    path = f"/admin/auth/user/{reviewer.pk}/change/"
    for _ in range(2):
        client.post(path, fields_of(client.get(path)))
    assert [event.said["reason"] for event in reviewer.account_events.all()] == ["Changed in the admin."]


def set_by_whatever(link, client):  # noqa: F811
    """Open a link and set a password by it if it lets one."""
    page = client.get(link, follow=True)
    return set_by(link, client) if "new_password1" in page.content.decode() else page
