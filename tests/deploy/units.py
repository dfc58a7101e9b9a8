"""What the units of deploy/systemd say."""

import os
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]
UNITS = PROJECT / "deploy" / "systemd"


def lines_of(unit, key):
    """Return every value of a key in a unit, in order."""
    lines = (UNITS / unit).read_text().splitlines()
    return [line.partition("=")[2] for line in lines if line.startswith(f"{key}=")]


def need(program, package):
    """Skip the test where a program is missing; where all must be tested, fail."""
    if not Path(program).exists():
        missing = f"Not tested: there is no {program} (apt-get install {package})."
        (pytest.fail if os.environ.get("CI") else pytest.skip)(missing)
