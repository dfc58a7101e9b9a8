"""Who is mailed about what, and that no mail server, however bad, gets in the way."""

import logging
import socket
import threading
import time
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from leaflets import actions, mails, roles
from leaflets.models import Event, Leaflet
from tests.universe import person

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _addresses(editor, reviewer):
    for somebody in (editor, reviewer):
        somebody.email = f"{somebody.username}@example.org"
        somebody.save()


def sent_to(mailoutbox):
    return sorted(address for mail in mailoutbox for address in mail.to)


def test_whoever_may_publish_it_is_mailed_a_submission(draft, editor, mailoutbox, settings):
    settings.SITE_URL = "https://leaflets.example.org"
    edition = actions.submit(leaflet=draft, by=editor, reason="First edition.")
    [mail] = mailoutbox
    assert mail.to == ["reviewer@example.org"]
    assert mail.subject == "Submitted: Self-help and information – Lower Back, edition 1"
    assert "Editor submitted this for review on" in mail.body
    assert f"https://leaflets.example.org/admin/leaflets/edition/{edition.pk}/change/" in mail.body
    assert "Why: First edition." in mail.body


def test_a_mail_says_nothing_clinical(submitted, mailoutbox):
    said = mailoutbox[0].body
    document = submitted.document
    signs = [sign["text"] for group in document["red_flag_groups"] for sign in group["signs"]]
    assert signs
    assert not [sign for sign in signs if sign in said]
    assert not [contact for contact in submitted.contacts() if contact["name"] in said]


def test_neither_who_worked_on_it_nor_who_left_nor_who_has_no_address_is_asked_to_publish(
    draft, editor, both, mailoutbox
):
    both.email = "both@example.org"
    both.save()
    person("left", roles.REVIEWER, email="left@example.org", is_active=False)
    person("silent", roles.REVIEWER)
    person("auditor", roles.AUDITOR, email="auditor@example.org")
    draft.title = "By both"
    with transaction.atomic():
        draft.save()
        draft.record(by=both, reason="Shorter.")
    actions.submit(leaflet=draft, by=editor, reason="Ready.")
    assert sent_to(mailoutbox) == ["reviewer@example.org"]


@pytest.mark.parametrize(
    ("act", "subject", "verb"),
    [
        (actions.return_to_editor, "Returned: ", "Reviewer returned this to the editor on"),
        (actions.publish, "Published: ", "Reviewer published this on"),
    ],
)
def test_the_submitter_is_mailed_what_became_of_it(submitted, reviewer, mailoutbox, act, subject, verb):
    mailoutbox.clear()
    act(edition=submitted, by=reviewer, reason="The number is missing.")
    [mail] = mailoutbox
    assert mail.to == ["editor@example.org"]
    assert mail.subject.startswith(subject)
    assert verb in mail.body
    assert "The number is missing." in mail.body


def test_everybody_who_worked_on_it_is_mailed_and_nobody_about_what_they_did_themselves(
    live, draft, editor, reviewer, mailoutbox
):
    second = person("second", roles.EDITOR, email="second@example.org")
    draft.title = "Another title"
    with transaction.atomic():
        draft.save()
        draft.record(by=second, reason="Clearer.")
    newer = actions.submit(leaflet=draft, by=editor, reason="Clearer.")
    actions.publish(edition=newer, by=reviewer, reason="Checked.")
    mailoutbox.clear()
    actions.withdraw(edition=newer, by=reviewer, reason="The number has changed.")
    assert sent_to(mailoutbox) == ["editor@example.org", "second@example.org"]
    assert mailoutbox[0].subject == "Withdrawn: Another title, edition 2"


def test_who_submits_and_returns_is_not_mailed(draft, both, mailoutbox):
    both.email = "both@example.org"
    both.save()
    edition = actions.submit(leaflet=draft, by=both, reason="Ready.")
    mailoutbox.clear()
    actions.return_to_editor(edition=edition, by=both, reason="Too early.")
    assert sent_to(mailoutbox) == ["editor@example.org"]


def test_what_is_scheduled_says_from_when(submitted, reviewer, mailoutbox):
    tomorrow = timezone.now() + timedelta(days=1)
    actions.publish(edition=submitted, by=reviewer, reason="Checked.", live_from=tomorrow)
    assert f", live from {timezone.localtime(tomorrow):%-d %B %Y, %H:%M}" in mailoutbox[-1].body


def test_editions_submitted_together_are_one_mail(draft, editor, reviewer, mailoutbox):
    with transaction.atomic():
        other = Leaflet.objects.create(
            title="Knee", slug="knee", body_part="Knee", no_red_flags_because="Decided by the team."
        )
        other.record(by=editor, reason="New.")
    editions = actions.submit_together(leaflets=[draft, other], by=editor, reason="One number changed.")
    [mail] = mailoutbox
    assert mail.subject == "Submitted: Self-help and information – Lower Back, edition 1, and 1 more"
    assert [f"/edition/{edition.pk}/change/" in mail.body for edition in editions] == [True, True]
    actions.publish_together(editions=editions, by=reviewer, reason="Checked.")
    assert [mail.to for mail in mailoutbox[1:]] == [["editor@example.org"]]


def test_what_was_refused_is_not_mailed(draft, editor, mailoutbox):
    with pytest.raises(actions.Refused):
        actions.submit(leaflet=draft, by=editor, reason=" ")
    assert mailoutbox == []


@pytest.fixture
def mail_server(settings):
    """A mail server of this machine that takes every connection and says nothing."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_USE_TLS = False
    with socket.create_server(("127.0.0.1", 0)) as server:
        settings.EMAIL_HOST, settings.EMAIL_PORT = server.getsockname()
        yield server
    # Whoever still waits for an answer is sent away now.
    for thread in threading.enumerate():
        if thread.name == "mails":
            thread.join()


def test_a_mail_server_that_is_down_undoes_nothing_and_is_logged(mail_server, draft, editor, caplog):
    mail_server.close()
    with caplog.at_level(logging.ERROR):
        edition = actions.submit(leaflet=draft, by=editor, reason="First edition.")
    assert Event.objects.filter(edition=edition).exists()
    assert "The mail server cannot be reached" in caplog.text


def test_a_mail_server_that_says_nothing_holds_nobody_up(mail_server, draft, editor, settings):
    before = time.monotonic()
    actions.submit(leaflet=draft, by=editor, reason="First edition.")
    assert mails.PATIENCE_SECONDS <= time.monotonic() - before < settings.EMAIL_TIMEOUT / 2


def test_one_address_that_is_refused_keeps_the_mail_from_nobody(
    draft, editor, mailoutbox, monkeypatch, caplog
):
    from django.core.mail import EmailMessage

    person("gone", roles.REVIEWER, email="gone@example.org")
    person("third", roles.REVIEWER, email="third@example.org")
    send = EmailMessage.send

    def refused(mail, *args):
        if mail.to == ["gone@example.org"]:
            raise OSError("550 no such mailbox")
        return send(mail, *args)

    monkeypatch.setattr(EmailMessage, "send", refused)
    actions.submit(leaflet=draft, by=editor, reason="First edition.")
    assert sent_to(mailoutbox) == ["reviewer@example.org", "third@example.org"]
    assert "A mail was not sent: Submitted" in caplog.text


def test_a_mistake_in_a_mail_hides_no_decision(submitted, reviewer, settings, caplog):
    settings.SITE_URL = None
    actions.publish(edition=submitted, by=reviewer, reason="Checked.")
    assert submitted.state() == "live"
    assert "Nobody was mailed about what stands: published" in caplog.text
