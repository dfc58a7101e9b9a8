"""The units are understood by systemd, give away little, and start what there is. It does not run in the tests."""

import re
import subprocess

import pytest
from django.core.management import get_commands

from tests.deploy.filtered import allowed
from tests.deploy.units import PROJECT, UNITS, lines_of, need

pytestmark = pytest.mark.looks
# From 0, shut in altogether, to 10. What needs a database and a network cannot get below 1.
MOST_EXPOSED = 2.0
OF_THE_SITE = ["leaflets.service", "leaflets-paper.service", "leaflets-job@.service"]


@pytest.fixture(autouse=True)
def _systemd():
    need("/usr/bin/systemd-analyze", "systemd")


@pytest.fixture
def here(tmp_path):
    """The units, with this folder in the place of the installation's."""
    for unit in UNITS.iterdir():
        said = unit.read_text().replace("/srv/leaflets", str(PROJECT))
        (tmp_path / unit.name).write_text(said)
    return tmp_path


def analyze(folder, *arguments):
    return subprocess.run(["systemd-analyze", *arguments], cwd=folder, capture_output=True, text=True)


def test_systemd_understands_every_unit(here):
    said = analyze(here, "verify", "--man=no", *(f"./{unit.name}" for unit in here.iterdir()))
    assert (said.returncode, said.stderr) == (0, "")


@pytest.mark.parametrize("unit", OF_THE_SITE)
def test_a_unit_gives_away_little(here, unit):
    said = analyze(
        here, "security", "--offline=true", "--no-pager", f"--threshold={MOST_EXPOSED * 10:.0f}", f"./{unit}"
    )
    assert said.returncode == 0, said.stdout


@pytest.mark.parametrize("unit", OF_THE_SITE)
def test_a_unit_may_write_in_its_own_folder_only(unit):
    assert lines_of(unit, "ProtectSystem") == ["strict"]
    assert lines_of(unit, "NoNewPrivileges") == ["yes"]
    assert lines_of(unit, "User") == ["leaflets"]
    written = {"/var/lib/leaflets"} | ({"-/var/backups/leaflets"} if "job" in unit else set())
    assert set(lines_of(unit, "ReadWritePaths")) == written
    # What copies the mirror keeps the owner of each folder; nobody is made somebody else.
    assert {"chown", "fchownat"} <= allowed(unit)
    assert not {"setuid", "mount", "ptrace", "bpf", "reboot"} & allowed(unit)


def test_every_command_of_a_timer_is_there():
    named = set(
        re.findall(
            r"leaflets-(?:daily|hourly)@(\w+)\.timer", "".join(unit.read_text() for unit in UNITS.iterdir())
        )
    )
    assert named == {"anchor", "backup", "verify_history", "review_reminders", "check_links", "clearsessions"}
    assert named - set(get_commands()) <= {"backup"}
