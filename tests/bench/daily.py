"""The acts of daily work on an empty history and on a full one, side by side."""

import time

from django.db import connection

from tests.bench import clock
from tests.bench.fill import fill, more_leaflets
from tests.bench.measures import MEASURES


def measure(world, given):
    """Measure on the history of one leaflet, then on that of a hundred, and print both."""
    editor, reviewer, leaflet = world.editor, world.reviewer, world.leaflet
    fill(leaflet, [], 1, editor, reviewer)
    print(f"{described()}\nEmpty history: {clock.held()}.", flush=True)
    empty = everything(world, given.times)
    start = time.monotonic()
    fill(
        leaflet, more_leaflets(given.leaflets - 1, editor), given.editions // given.leaflets, editor, reviewer
    )
    clock.settle()
    print(f"Full history, made in {time.monotonic() - start:.0f} s: {clock.held()}.\n", flush=True)
    print_table(empty, everything(world, given.times))


def everything(world, times):
    return clock.all_measures(world, times), clock.bytes_of_an_edition(world), clock.verification()


def described():
    """Say which database this is, and whether what it says is written is on the disk."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT sqlite_version()")
            return f"SQLite {cursor.fetchone()[0]}, WAL, synchronous=FULL."
        cursor.execute("SELECT current_setting('server_version'), current_setting('fsync')")
        return "PostgreSQL {}, fsync {}.".format(*cursor.fetchone())


def print_table(empty, full):
    """Print what each act takes on the empty and on the full history, side by side."""
    print(
        f"{'milliseconds: median (95 %)':34} {'target':>7} {'empty':>16} {'full':>16} {'ratio':>6}  queries"
    )
    for name, _, target, _ in MEASURES:
        before, after = empty[0][name], full[0][name]
        print(
            f"{name:34} {target or '':>7} {spoken(before)} {spoken(after)} {after.median / before.median:6.2f}  "
            f"{before.queries} {after.queries}"
        )
    target = {"sqlite": 12, "postgresql": 8}[connection.vendor] * 1024
    before, after = empty[1], full[1]
    print(
        f"{'bytes of database for an edition':34} {target:7} {before:16,.0f} {after:16,.0f} {after / before:6.2f}"
    )
    for words, index, target in (
        ("records", 0, ""),
        ("records a second", 1, 10_000),
        ("MB more memory", 2, ""),
    ):
        before, after = empty[2][index], full[2][index]
        print(f"{f'verification: {words}':34} {target:>7} {before:16,.1f} {after:16,.1f}")
    print()


def spoken(taken):
    return f"{taken.median:8.1f} {f'({taken.late:.1f})':>7}"
