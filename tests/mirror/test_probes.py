"""What whoever runs the site is told, and nobody else."""

import io
import re
from datetime import date, timedelta
from pathlib import Path

import pytest
import yaml
from django.core.management import call_command
from django.test import override_settings
from prometheus_client.parser import text_string_to_metric_families

from leaflets import actions, mails, metrics
from leaflets.models import Verification

TOKEN = "a-token-of-32-letters-or-more-to-read-numbers"
ALERTS = Path(__file__).parents[2] / "deploy" / "alerts.yml"
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _token(settings):
    settings.METRICS_TOKEN = TOKEN


@pytest.fixture
def numbers(site, monkeypatch):
    """A function that gives the value of each number, labels included."""
    monkeypatch.setattr(metrics, "EVERY", 0)
    # The connection is the test's own.
    monkeypatch.setattr(metrics, "close_old_connections", lambda: None)

    def read():
        answered = site.ask("/metrics", authorization=f"Bearer {TOKEN}", host="10.0.0.1:8000")
        assert answered.status == 200
        assert answered.headers["Content-Type"].startswith("text/plain; version=")
        families = text_string_to_metric_families(answered.text)
        return {(s.name, *s.labels.values()): s.value for family in families for s in family.samples}

    return read


@pytest.mark.parametrize(
    "given", [None, "", "Bearer", f"Bearer {TOKEN}x", f"Bearer {TOKEN[:-1]}", f"Basic {TOKEN}", "Bearer é"]
)
def test_to_everybody_else_there_is_no_such_page(given, live, site):
    site.look()
    headers = {} if given is None else {"authorization": given}
    nothing, refused = site.ask("/nothing/"), site.ask("/metrics", **headers)
    assert refused == nothing
    assert refused.status == 404
    assert b"leaflets_" not in refused.body


def test_without_a_token_nothing_opens_it(live, site, settings):
    site.look()
    for settings.METRICS_TOKEN in ("", TOKEN):
        assert site.ask("/metrics", authorization="Bearer ").status == 404


def test_how_the_site_stands(live, knee, site, numbers, reviewer):
    assert numbers()["leaflets_pages_complete",] == 0
    call_command("anchor", stdout=io.StringIO())
    site.look()
    found = numbers()
    assert found["leaflets_live",] == 2
    assert found["leaflets_pages",] == len(site.front.answers) > 20
    assert found["leaflets_pages_complete",] == found["leaflets_database_answers",] == 1
    assert (
        found["leaflets_problems",] == found["leaflets_press_failed",] == found["leaflets_press_left",] == 0
    )
    assert found["leaflets_press_look_age_seconds",] < 5
    assert found["leaflets_mirror_state_timestamp_seconds",] == pytest.approx(
        site.watcher.seen_at.timestamp()
    )
    assert found["leaflets_anchor_timestamp_seconds",] > 0
    actions.withdraw(edition=live, by=reviewer, reason="Wrong.")
    site.look()
    assert numbers()["leaflets_live",] == 1


def test_what_is_overdue_for_review(live, knee, reviewer, site, numbers):
    site.look()
    assert (numbers()["leaflets_reviews_overdue",], numbers()["leaflets_reviews_due",]) == (0, 0)
    for edition, days in ((live, 1), (knee, 30)):
        actions.review(
            edition=edition, by=reviewer, reason="Read.", next_review=date.today() + timedelta(days)
        )
    assert numbers()["leaflets_reviews_due",] == 2
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(metrics.timezone, "localdate", lambda: date.today() + timedelta(2))
        found = numbers()
    assert (found["leaflets_reviews_overdue",], found["leaflets_reviews_due",]) == (1, 1)


def test_what_the_last_verification_found(live, site, numbers):
    site.look()
    assert ("leaflets_verification_findings",) not in numbers()
    call_command("verify_history", stdout=io.StringIO())
    assert numbers()["leaflets_verification_findings",] == 0
    made = Verification.objects.create(anchors=0, records=1, findings="One thing.\nAnother.")
    assert numbers()["leaflets_verification_findings",] == 2
    assert numbers()["leaflets_verification_timestamp_seconds",] == pytest.approx(made.at.timestamp())


def test_answers_are_counted_but_for_those_from_memory(live, site, numbers, client):
    site.look()
    before = numbers()
    for path in ("/lower-back/", "/nothing/", "/healthz", "/admin/", "/lower-back/check", "/media/none.mp4"):
        site.ask(path)
    site.ask("/lower-back/", "POST")
    after = numbers()
    counted = {
        key[1:]: after[key] - before.get(key, 0) for key in after if key[0] == "leaflets_answers_total"
    }
    assert {key: number for key, number in counted.items() if number} == {
        ("public", "404"): 1,
        ("public", "405"): 1,
        ("public", "301"): 1,
        ("staff", "302"): 1,
        ("media", "404"): 1,
    }


def test_a_mail_that_cannot_be_sent_is_counted(site, numbers, editor):
    editor.email = "editor@example.org"
    before = numbers()["leaflets_mails_not_sent_total",]
    with override_settings(EMAIL_BACKEND="django.core.mail.backends.smtp.EmailBackend", EMAIL_PORT=1):
        mails.send([mails.letter(editor, "Hello", "Hello.")] * 2)
    mails.send([mails.letter(editor, "Hello", "Hello.")])
    assert numbers()["leaflets_mails_not_sent_total",] == before + 2


def test_without_a_database_it_tells_what_it_can(live, site, numbers, database_down, monkeypatch):
    site.look()
    database_down()
    assert ("leaflets_live",) not in numbers()
    monkeypatch.setattr(site.watcher, "_heard", float("-inf"))
    found = numbers()
    assert found["leaflets_database_answers",] == 0
    assert found["leaflets_problems",] == 1
    assert found["leaflets_press_look_age_seconds",] == float("inf")
    assert found["leaflets_pages_complete",] == 1


def test_the_database_is_asked_no_more_often_than_it_must(live, site, numbers, monkeypatch, reviewer):
    site.look()
    monkeypatch.setattr(metrics, "EVERY", 60)
    assert numbers()["leaflets_live",] == 1
    actions.withdraw(edition=live, by=reviewer, reason="Wrong.")
    assert numbers()["leaflets_live",] == 1


def test_patients_can_be_answered_whatever_else_is_wrong(live, site, open_site, database_down):
    assert site.ask("/readyz/pages").status == 503
    site.look()
    database_down()
    later = open_site().load()
    assert (later.ask("/readyz/pages").status, later.ask("/readyz").status) == (200, 503)
    assert later.ask("/healthz").status == 200


def test_every_alert_asks_for_numbers_that_there_are(live, site, numbers):
    site.look()
    for command in ("verify_history", "anchor"):
        call_command(command, stdout=io.StringIO())
    there = {name for name, *_ in numbers()} | {"up"}
    rules = [rule for group in yaml.safe_load(ALERTS.read_text())["groups"] for rule in group["rules"]]
    assert len({rule["alert"] for rule in rules}) == len(rules) > 10
    for rule in rules:
        asked = set(re.findall(r"\b(?:leaflets|process)_\w+|\bup\b", rule["expr"]))
        assert asked
        assert asked <= there, rule["alert"]
        assert rule["labels"]["severity"] in ("page", "ticket")


def test_every_alert_is_explained():
    explained = (ALERTS.parents[1] / "docs" / "operations.md").read_text()
    rules = [rule for group in yaml.safe_load(ALERTS.read_text())["groups"] for rule in group["rules"]]
    assert [rule["alert"] for rule in rules if f"| {rule['alert']} |" not in explained] == []
