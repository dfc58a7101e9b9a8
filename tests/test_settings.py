"""Production refuses to start on a missing or unsafe value, and says which."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
GOOD = {
    "SECRET_KEY": "k9!fQz3vR7@mW2xT6&bN8^pL4#sD1*gH5(jC0)yE-uA+iO_wVt",
    "ALLOWED_HOSTS": "leaflets.example.org",
    "MEDIA_ROOT": "/tmp/media",
    "DATABASE_URL": "sqlite:////tmp/none.sqlite3",
    "ANCHOR_FILE": "/tmp/anchors.jsonl",
}


def start(**changes):
    values = {name: value for name, value in {**GOOD, **changes}.items() if value is not None}
    environment = {"PATH": os.environ["PATH"], "DJANGO_SETTINGS_MODULE": "config.settings", **values}
    return subprocess.run(
        [sys.executable, "-c", "import django; django.setup()"],
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
    ],
)
def test_production_refuses_to_start_on_an_unsafe_value(changes, sentence):
    assert sentence in start(**changes).stderr


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
