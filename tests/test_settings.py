"""Production refuses to start on a missing or unsafe value, and says which."""

import os
import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.mail import mail_settings

ROOT = Path(__file__).parent.parent
GOOD = {
    "SECRET_KEY": "k9!fQz3vR7@mW2xT6&bN8^pL4#sD1*gH5(jC0)yE-uA+iO_wVt",
    "ALLOWED_HOSTS": "leaflets.example.org",
    "MEDIA_ROOT": "/tmp/media",
    "MIRROR_ROOT": "/tmp/mirror",
    "DATABASE_URL": "sqlite:////tmp/none.sqlite3",
    "ANCHOR_FILE": "/tmp/anchors.jsonl",
    "SITE_URL": "https://leaflets.example.org",
    "MAIL_FROM": "Leaflets <leaflets@example.org>",
    "EMAIL_URL": "smtp://leaflets:secret@mail.example.org",
}


def start(program="import django; django.setup()", **changes):
    values = {name: value for name, value in {**GOOD, **changes}.items() if value is not None}
    environment = {"PATH": os.environ["PATH"], "DJANGO_SETTINGS_MODULE": "config.settings", **values}
    return subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
    )


def test_production_starts_with_good_values():
    assert start().returncode == 0


@pytest.mark.parametrize("name", list(GOOD))
def test_production_refuses_to_start_without_a_value(name):
    assert f"Set {name} in the environment" in start(**{name: None}).stderr


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"SECRET_KEY": "short"}, "SECRET_KEY is too short or too simple"),
        ({"SECRET_KEY": "a" * 60}, "SECRET_KEY is too short or too simple"),
        ({"ANCHOR_KEY": "k" * 31}, "ANCHOR_KEY is too short"),
        ({"ALLOWED_HOSTS": "*"}, "ALLOWED_HOSTS may not be *"),
        ({"ALLOWED_HOSTS": "a.example.org,*"}, "ALLOWED_HOSTS may not be *"),
        ({"SITE_URL": "http://leaflets.example.org"}, "SITE_URL: write https:// and the host"),
        ({"SITE_URL": "https://leaflets.example.org/admin"}, "SITE_URL: write https:// and the host"),
        ({"SITE_URL": "https://user@leaflets.example.org"}, "SITE_URL: write https:// and the host"),
        ({"SITE_CONTACT": "leaflets"}, "SITE_CONTACT: write an address"),
        ({"SITE_CONTACT": "a@example.org?cc=b@example.org"}, "SITE_CONTACT: write an address"),
        ({"SITE_COLOUR": "blue"}, "SITE_COLOUR: write # and six digits"),
        ({"SITE_COLOUR": "#ffcc00"}, "SITE_COLOUR: the name of the site stands on it in white"),
        ({"SITE_LOGO": "/nowhere/logo.svg"}, "SITE_LOGO: /nowhere/logo.svg cannot be read"),
        ({"SITE_FOOTER": "/nowhere/footer.txt"}, "SITE_FOOTER: /nowhere/footer.txt cannot be read"),
        ({"SITE_LANGUAGES": "cy, xx"}, "SITE_LANGUAGES: name languages that there is a catalogue for"),
        ({"SITE_LANGUAGES": "../locale"}, "SITE_LANGUAGES: name languages that there is a catalogue for"),
        ({"PROXY_COUNT": "-1"}, "PROXY_COUNT: write how many proxies"),
        ({"PROXY_COUNT": "nginx"}, "PROXY_COUNT: write how many proxies"),
        ({"SECOND_FACTOR": "0"}, "SECOND_FACTOR is 1"),
        ({"SESSION_IDLE": "0"}, "SESSION_IDLE: write a whole number, 1 to 720"),
        ({"SESSION_HOURS": "48"}, "SESSION_HOURS: write a whole number, 1 to 24"),
        ({"PROOF_MINUTES": "often"}, "PROOF_MINUTES: write a whole number, 1 to 60"),
        ({"ADMIN_HOST": "staff.example.org"}, "ADMIN_HOST: write one of the ALLOWED_HOSTS"),
        ({"OIDC_ISSUER": "https://id.example.org"}, "Set OIDC_CLIENT_ID and OIDC_CLIENT_SECRET"),
        ({"METRICS_TOKEN": "short"}, "METRICS_TOKEN: use 32 random letters"),
        ({"METRICS_TOKEN": "a b" * 20}, "METRICS_TOKEN: use 32 random letters"),
        ({"SENTRY_DSN": "https://errors.example.org/1"}, "SENTRY_DSN: write it as"),
        ({"SENTRY_DSN": "http://key@errors.example.org/1"}, "SENTRY_DSN: reports leave this machine"),
        ({"MAIL_FROM": "leaflets"}, "MAIL_FROM: write an address"),
        ({"MAIL_FROM": "a@example.org\nBcc: b@example.org"}, "MAIL_FROM: write an address"),
        ({"EMAIL_URL": "mail.example.org"}, "EMAIL_URL: write smtp://"),
        ({"EMAIL_URL": "smtp://"}, "EMAIL_URL: write smtp://"),
        ({"EMAIL_URL": "console://host"}, "EMAIL_URL: write smtp://"),
        ({"EMAIL_URL": "smtp://mail.example.org:99999"}, "EMAIL_URL: write smtp://"),
        ({"EMAIL_URL": "smtp://mail.example.org/?tls=no"}, "EMAIL_URL: write smtp://"),
    ],
)
def test_production_refuses_to_start_on_an_unsafe_value(changes, sentence):
    assert sentence in start(**changes).stderr


@pytest.mark.parametrize(
    ("value", "used"),
    [(None, []), ("", []), ("cy", ["cy"]), (" cy, ar", ["cy", "ar"]), ("ar cy", ["ar", "cy"])],
)
def test_production_uses_no_catalogue_that_nobody_decided_on(value, used):
    program = "from django.conf import settings; print(settings.SITE_LANGUAGES)"
    assert start(program, SITE_LANGUAGES=value).stdout.strip() == str(used)


def test_a_password_for_mail_is_never_repeated():
    refused = start(EMAIL_URL="smtp://leaflets:se#cret@mail.example.org").stderr
    assert "EMAIL_URL: write smtp://" in refused
    assert not re.search("cret|'se'", refused)


def test_production_may_print_its_mails_if_told_so():
    assert start(EMAIL_URL="console:").returncode == 0


@pytest.mark.parametrize(
    ("url", "host", "port", "starttls", "tls"),
    [
        ("smtp://mail.example.org", "mail.example.org", 587, True, False),
        ("smtp://mail.example.org:2525", "mail.example.org", 2525, True, False),
        ("smtps://mail.example.org", "mail.example.org", 465, False, True),
        ("smtp://localhost", "localhost", 25, False, False),
        ("smtp://[::1]:1025", "::1", 1025, False, False),
    ],
)
def test_mail_that_leaves_this_machine_is_encrypted(url, host, port, starttls, tls):
    found = mail_settings(url)
    assert (found.host, found.port, found.starttls, found.tls) == (host, port, starttls, tls)


@given(st.text(min_size=1), st.text(min_size=1))
def test_any_user_and_password_can_be_written(user, password):
    url = f"smtp://{quote(user, safe='')}:{quote(password, safe='')}@mail.example.org"
    assert (mail_settings(url).user, mail_settings(url).password) == (user, password)


def test_the_demonstration_is_refused_in_production():
    result = subprocess.run(
        [sys.executable, "manage.py", "demo"],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], **GOOD},
        capture_output=True,
        text=True,
    )
    assert "These accounts are for trying the site on one machine" in result.stderr


def test_djangos_own_deployment_check_is_silent():
    result = subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], **GOOD},
        capture_output=True,
        text=True,
    )
    assert result.returncode == 0, result.stderr
