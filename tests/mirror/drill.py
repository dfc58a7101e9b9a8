"""Every drill, and the counts as a table: python -m tests.mirror.drill [sqlite|postgresql] [DRILL...]"""

import sys
import tempfile
import time
from functools import partial
from pathlib import Path

from tests.mirror import drills, more_drills
from tests.mirror.world import World, begin

COLUMNS = (
    "drill, database, asked, right, wrong, refused, slowest ms, staff slowest s, known s, mended s, shown s"
)


def of(database):
    """Return the drills of a database, by name."""
    gone = (database.stop, database.start)
    found = {
        "stopped": partial(drills.database_lost, lose=gone[0], find=gone[1], away=8),
        "cold start": partial(drills.cold_start, lose=gone[0], find=gone[1]),
        "disk full": partial(drills.disk_full, lose=gone[0], find=gone[1]),
        "killed": partial(drills.killed, rounds=10),
        "backup restored": drills.backup_restored,
        "template raises": more_drills.template_raises,
        "pressed by many": partial(more_drills.pressed_by_many, rounds=10),
        "300 at once": more_drills.hundreds_at_once,
        "locked": partial(more_drills.locked, seconds=30),
    }
    if hasattr(database, "freeze"):
        frozen = {"lose": database.freeze, "find": database.thaw}
        found |= {
            "frozen": partial(drills.database_lost, **frozen, away=8),
            "cold start, frozen": partial(drills.cold_start, **frozen),
            "restarted": drills.database_restarted,
            "two machines": more_drills.two_machines,
        }
    return found


def run(vendor, wanted):
    """Do the drills, and print a line of each."""
    with tempfile.TemporaryDirectory() as name:
        base = begin(vendor, Path(name))
        try:
            for drill in wanted or of(base):
                print(_line(vendor, drill, _drilled(base, drill, Path(name))), flush=True)
        finally:
            base.close()


def _drilled(base, drill, folder):
    folder = folder / f"site-{time.monotonic_ns()}"
    world = World(folder, base.copy(folder))
    try:
        return of(world.database)[drill](world)
    finally:
        world.close()


def _line(vendor, drill, drilled):
    asked, right, wrong, refused, slowest, examples = drilled.patients
    times = (drilled.staff_slowest, drilled.known, drilled.mended, drilled.shown)
    cells = [
        drill,
        vendor,
        asked,
        right,
        wrong,
        refused,
        round(slowest * 1000),
        *(f"{each:.1f}" for each in times),
    ]
    return "".join([f"| {' | '.join(map(str, cells))} |", *(f"\n  {each}" for each in examples)])


if __name__ == "__main__":
    print(f"| {COLUMNS.replace(', ', ' | ')} |", f"|{'---|' * 11}", sep="\n", flush=True)
    for vendor in [each for each in sys.argv[1:2] if each] or ["sqlite", "postgresql"]:
        run(vendor, sys.argv[2:])
