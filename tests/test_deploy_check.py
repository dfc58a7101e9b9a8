"""The walk through an installation says what is right, what to look at and what is wrong, and what to do."""

import time
from datetime import timedelta
from email.utils import formatdate
from types import SimpleNamespace
from urllib.parse import urlsplit

import pytest
from axes.models import AccessAttempt
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.utils import timezone

from history import triggers
from history.accounts import record_account
from leaflets import guards, links, reminders, roles
from leaflets.installation import LOOK, RIGHT, WRONG, findings
from leaflets.installation import site as asked_site
from leaflets.installation.accounts import accounts
from leaflets.installation.asking import Answer
from leaflets.installation.configured import mail, settled
from leaflets.installation.database import database
from leaflets.installation.folders import folders
from leaflets.installation.routine import routine
from leaflets.models import CheckedAddress, Verification
from tests.door.conftest import Phone
from tests.installed import manage, production
from tests.stores import keep
from tests.universe import person

pytestmark = pytest.mark.django_db
PROXY, OWN = "198.51.100.1", "198.51.100.2"


def said(part, level):
    """All that a part says at a level, as one text."""
    return "\n".join(each.sentence for each in findings(part) if each.level == level)


@pytest.fixture
def served(settings, monkeypatch):
    """The site behind one proxy, at SITE_URL. What `served["answer"]` makes of an Answer is what the proxy spoils."""
    settings.SITE_URL, settings.ALLOWED_HOSTS, settings.PROXY_COUNT = (
        "https://here.example",
        ["here.example"],
        1,
    )
    settings.CSRF_COOKIE_NAME, settings.CSRF_COOKIE_SECURE = "__Host-csrf", True
    settings.SECURE_SSL_REDIRECT, settings.SECURE_HSTS_SECONDS = True, 63072000
    spoil = {"answer": lambda answer: answer}
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)

    def ask(url, method="GET", body=None, **headers):
        parts = urlsplit(url)
        if parts.path == "/readyz":
            return Answer(200, [], b'{"ready": true, "problems": []}', OWN, 90)
        forwarded = f"{headers.pop('x_forwarded_for', '')},{OWN}".lstrip(",")
        meta = {f"HTTP_{name.upper()}": value for name, value in headers.items()}
        meta = {"HTTP_HOST": parts.netloc, "HTTP_X_FORWARDED_FOR": forwarded, "REMOTE_ADDR": PROXY} | meta
        kind = meta.pop("HTTP_CONTENT_TYPE", "")
        answer = client.generic(method, parts.path, body or "", kind, secure=parts.scheme == "https", **meta)
        cookies = [("Set-Cookie", each.OutputString()) for each in answer.cookies.values()]
        pairs = [*answer.items(), *cookies, ("Date", formatdate(time.time(), usegmt=True))]
        return spoil["answer"](Answer(answer.status_code, pairs, answer.getvalue(), OWN, 90))

    monkeypatch.setattr(asked_site, "ask", ask)
    return spoil


def test_a_site_that_answers_as_it_should_is_said_to(served):
    assert said(asked_site.site, WRONG) == said(asked_site.site, LOOK) == ""
    right = said(asked_site.site, RIGHT)
    for what in (
        "headers that keep",
        "leads to https",
        "another name",
        "kept nowhere",
        "PROXY_COUNT=1 is right",
    ):
        assert what in right
    assert not AccessAttempt.objects.exists()


@pytest.mark.parametrize(
    ("count", "sentence"),
    [(2, "PROXY_COUNT=2 is too high"), (0, "PROXY_COUNT=0 does not lead to this machine's address")],
)
def test_a_wrong_number_of_proxies_is_found(served, settings, count, sentence):
    settings.PROXY_COUNT = count
    assert sentence in said(asked_site.site, WRONG)


def without(name):
    return lambda answer: answer._replace(headers=[pair for pair in answer.headers if pair[0] != name])


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (without("Content-Security-Policy"), "Headers are missing on their way: Content-Security-Policy"),
        (without("Strict-Transport-Security"), "Strict-Transport-Security is missing"),
        (without("Set-Cookie"), "sets no safe cookie"),
        (without("Location"), "does not lead to https"),
        (
            lambda answer: answer._replace(headers=[*answer.headers, ("Set-Cookie", "a=b")]),
            "sets a cookie, a",
        ),
        (lambda answer: answer._replace(status=200), "The site answers under any name"),
        (lambda answer: answer._replace(status=502), "/ answers 502, not 200"),
        (without("Date"), "The clock of the server that answers"),
    ],
)
def test_what_a_proxy_spoils_is_found(served, spoil, sentence):
    served["answer"] = spoil
    assert sentence in said(asked_site.site, WRONG)


def test_a_site_that_does_not_answer_is_wrong(settings):
    settings.SITE_URL = "https://127.0.0.1:9"
    assert "does not answer from here" in said(asked_site.site, WRONG)


def test_a_database_that_is_not_fit_is_wrong(db):
    lost = guards.all_triggers()[0]
    triggers.remove(connection, [lost])
    assert f"The trigger {lost.name} is missing" in said(database, WRONG)
    guards.install("default")
    assert "Every migration is applied" in said(database, RIGHT) or connection.vendor == "postgresql"
    if connection.vendor == "postgresql":
        assert "it is a superuser" in said(database, WRONG)
        assert "fsync" in said(database, WRONG)


def test_folders_that_are_not_there_or_full_are_told(settings, tmp_path, monkeypatch):
    settings.MEDIA_ROOT, settings.MIRROR_ROOT = str(tmp_path), str(tmp_path / "none")
    settings.ANCHOR_FILE, settings.STATIC_ROOT = str(tmp_path / "no" / "anchors"), str(tmp_path)
    wrong = said(folders, WRONG)
    for name in ("MIRROR_ROOT", "STATIC_ROOT", "ANCHOR_FILE"):
        assert f"{name}: " in wrong
    assert f"MEDIA_ROOT: {tmp_path} can be written to" in said(folders, RIGHT)
    monkeypatch.setattr("shutil.disk_usage", lambda folder: SimpleNamespace(free=1 << 20))
    assert "MEDIA_ROOT: 0.0 GB are free on its disk, too little" in said(folders, WRONG)


@pytest.mark.looks
def test_a_bucket_that_is_open_or_away_is_wrong(s3):
    closed = "The place where media are kept answers."
    assert closed in said(folders, RIGHT)
    name = keep(b"\x89PNG\r\n\x1a\n")
    assert closed in said(folders, RIGHT)
    s3.client.put_object_acl(Bucket=s3.name, Key=f"media/{name}", ACL="public-read")
    assert "The bucket of media is open to everybody: block all public access" in said(folders, WRONG)
    s3.lose()
    assert "The bucket of media does not answer." in said(folders, WRONG)


def test_a_mail_server_that_is_not_there_is_wrong(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    assert "The mail server 127.0.0.1:9 cannot be used" in said(mail, WRONG)
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    assert "reach nobody" in said(mail, LOOK)


def test_debug_and_the_owners_address_are_told(settings):
    settings.DEBUG, settings.OWNER_DATABASE = True, {"USER": "owner"}
    assert "DEBUG=1 is for one person" in said(settled, WRONG)
    assert "OWNER_DATABASE_URL is set here" in said(settled, LOOK)


def test_who_is_missing_or_gets_in_by_a_password_alone_is_told(settings):
    settings.SECOND_FACTOR = True
    assert "Nobody can make accounts" in said(accounts, WRONG)
    person("amir", roles.ADMINISTRATOR)
    people = [person(name, roles.REVIEWER, email=f"{name}@example.org") for name in ("robin", "rowan")]
    assert said(accounts, WRONG) == ""
    assert "Reviewers: 2" in said(accounts, RIGHT)
    assert "Without a second factor yet: amir, robin, rowan" in said(accounts, LOOK)
    for each in people:
        Phone(each)
    assert "Without a second factor yet: amir." in said(accounts, LOOK)
    record_account(person("erin", roles.EDITOR), by=None, reason="Made for the demonstration.")
    assert "Accounts of the demonstration are active: erin" in said(accounts, WRONG)


def test_what_did_not_run_lately_is_told(live, reviewer):
    told = said(routine, LOOK)
    for command in ("verify_history", "anchor", "print_leaflets"):
        assert f"manage.py {command}" in told
    assert "Nobody waits for a reminder" in said(routine, RIGHT)
    Verification.objects.create(records=1, anchors=0, findings="An event is not what it was.")
    assert "found history broken: An event is not what it was." in said(routine, WRONG)


def test_links_that_nobody_asked_lately_are_told(live, monkeypatch):
    monkeypatch.setattr(links, "in_use", lambda: {"https://example.org/"})
    assert "manage.py check_links" in said(routine, LOOK)
    asked = CheckedAddress.objects.create(address="https://example.org/", checked_at=timezone.now())
    assert "Links in leaflets were last asked on" in said(routine, RIGHT)
    CheckedAddress.objects.filter(pk=asked.pk).update(checked_at=timezone.now() - timedelta(days=3))
    assert "manage.py check_links" in said(routine, LOOK)


def test_reminders_that_nobody_sends_are_missed_after_days(live, reviewer, monkeypatch):
    reviewer.email = "robin@example.org"
    reviewer.save()
    late = timezone.now() + timedelta(days=366)
    monkeypatch.setattr(timezone, "now", lambda: late)
    assert "Reviews of which nobody was reminded for days: 1" in said(routine, LOOK)
    reminders.remind(reminders.to_remind())
    assert "Nobody waits for a reminder" in said(routine, RIGHT)


def test_the_command_tells_all_of_it_and_exits_by_what_is_wrong(served, capsys):
    with pytest.raises(CommandError, match="Mend what is wrong"):
        call_command("deploy_check")
    told = capsys.readouterr().out
    for title in ("Settings", "Database", "Folders", "Mail", "The running site", "Accounts", "Every day"):
        assert f"\n{title}\n" in told
    assert "Nobody can make accounts" in told


def test_a_new_installation_is_told_what_to_do_in_sentences(tmp_path):
    done = manage(production(tmp_path, DATABASE_URL="postgres://nobody@127.0.0.1:9/none"), "deploy_check")
    assert done.returncode == 1
    assert "WRONG  The database does not answer: connection failed" in done.stdout
    assert done.stderr == "CommandError: Mend what is wrong, and look again.\n"
