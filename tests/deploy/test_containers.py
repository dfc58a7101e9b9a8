"""The container image and compose.yml are well formed and closed. No container engine runs in the tests."""

import os
import re
import shlex
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.deploy.units import PROJECT, lines_of
from tests.mirror.running import wait_for

pytestmark = pytest.mark.looks
CONTAINERS = PROJECT / "deploy" / "containers"
TOOLS = Path(sys.executable).parent
SERVICES = yaml.safe_load((CONTAINERS / "compose.yml").read_text())["services"]
OF_THE_SITE = ["migrate", "app", "paper", "timers"]


def run(*command, **options):
    return subprocess.run(command, capture_output=True, text=True, **options)


def test_the_image_is_built_as_it_should_be():
    said = run(TOOLS / "hadolint", "--no-color", CONTAINERS / "Containerfile")
    assert (said.returncode, said.stdout) == (0, "")


def test_compose_is_of_its_form():
    schema = ("--builtin-schema", "vendor.compose-spec")
    said = run(TOOLS / "check-jsonschema", *schema, CONTAINERS / "compose.yml")
    assert said.returncode == 0, said.stdout


@pytest.mark.parametrize("name", [*OF_THE_SITE, "nginx"])
def test_a_container_writes_nothing_but_data_and_may_do_nothing_else(name):
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert "privileged" not in service
    assert not [volume for volume in service["volumes"] if "docker.sock" in volume]


def test_the_outside_reaches_nginx_only():
    assert [name for name, service in SERVICES.items() if "ports" in service] == ["nginx"]


def test_the_site_in_the_image_is_nobody_in_particular_and_starts_as_its_unit_does():
    said = (CONTAINERS / "Containerfile").read_text()
    assert re.findall(r"^USER (.*)$", said, re.M) == ["10001"]
    command = re.search(r"^CMD (\[\"granian.*?\])", said, re.M | re.S)[1].replace("\\\n", "")
    (unit,) = lines_of("leaflets.service", "ExecStart")
    everywhere = unit.replace("127.0.0.1", "0.0.0.0")  # noqa: S104
    assert yaml.safe_load(command)[1:] == shlex.split(everywhere)[1:]


def test_static_files_are_collected_with_settings_that_production_takes():
    said = (CONTAINERS / "build.env").read_text().split()
    environment = {"PATH": os.environ["PATH"], **dict(line.split("=", 1) for line in said)}
    command = ("manage.py", "collectstatic", "--no-input", "--dry-run", "--verbosity", "0")
    done = run(sys.executable, *command, cwd=PROJECT, env=environment)
    assert done.returncode == 0, done.stderr


def test_every_file_that_is_mounted_is_there_or_is_made_by_whoever_installs_it():
    made = {"./certificate.pem", "./key.pem"}
    files = {volume.split(":")[0] for volume in SERVICES["nginx"]["volumes"] if volume.startswith(".")}
    assert {file for file in files if not (CONTAINERS / file).exists()} == made


def test_each_job_is_run_and_one_that_fails_stops_no_other(tmp_path):
    python, log = tmp_path / "python", tmp_path / "log"
    python.write_text(f'#!/bin/sh\necho "$2" >> {log}\ntest "$2" != verify_history\n')
    python.chmod(0o755)
    # It is six o'clock.
    (tmp_path / "date").write_text('#!/bin/sh\ntest "$1" = +%H && echo 06 || echo 2026-11-24\n')
    (tmp_path / "date").chmod(0o755)
    environment = {"PATH": f"{tmp_path}:{os.environ['PATH']}", "PAUSE": "0.2"}
    command = ["sh", CONTAINERS / "timers.sh"]
    process = subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True)
    wait_for(lambda: log.exists() and log.read_text().split().count("anchor") == 3)
    process.send_signal(signal.SIGTERM)
    assert "The job verify_history failed" in process.communicate()[1]
    ran = log.read_text().split()
    assert ran[:6] == "anchor backup verify_history review_reminders check_links clearsessions".split()
    assert set(ran[6:]) == {"anchor"}
