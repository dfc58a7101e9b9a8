"""What the units of deploy/systemd say."""

from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
UNITS = PROJECT / "deploy" / "systemd"


def lines_of(unit, key):
    """Return every value of a key in a unit, in order."""
    lines = (UNITS / unit).read_text().splitlines()
    return [line.partition("=")[2] for line in lines if line.startswith(f"{key}=")]
