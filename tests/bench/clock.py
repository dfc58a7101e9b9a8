"""Measures time, queries, bytes and memory."""

import re
import time
from pathlib import Path
from statistics import median, quantiles
from typing import NamedTuple

from django.db import connection
from django.test.utils import CaptureQueriesContext

from history.models import Version
from leaflets.models import Edition, Event, Pin, Rendering
from leaflets.verify import verify
from tests.bench.measures import MEASURES, change_and_record, one_more_edition

EDITIONS = 100


class Taken(NamedTuple):
    """The median and the 95th percentile in milliseconds, and the number of queries."""

    median: float
    late: float
    queries: int


def all_measures(world, times):
    """Return what each of MEASURES takes, each done so many times."""
    world.look_again()
    return {measure.name: _timed(measure, world, times) for measure in MEASURES}


def _timed(measure, world, times):
    taken = []
    with CaptureQueriesContext(connection) as queries:
        given = measure.before(world)
        before = len(queries)
        measure.act(world, given)
        asked = len(queries) - before
    for _ in range(times):
        given = measure.before(world)
        start = time.perf_counter()
        measure.act(world, given)
        taken.append((time.perf_counter() - start) * 1000)
    return Taken(median(taken), quantiles(taken, n=20)[-1], asked)


def bytes_of_an_edition(world):
    """Return by how many bytes the database grows for an edition with pins, events and rendering, without versions."""
    both = _growth(lambda: one_more_edition(world))
    return both - _growth(lambda: change_and_record(world))


def _growth(act):
    before = _size()
    for _ in range(EDITIONS):
        act()
    return (_size() - before) / EDITIONS


def _size():
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            cursor.execute("SELECT page_count * page_size FROM pragma_page_count, pragma_page_size")
        else:
            of_each = "pg_total_relation_size(oid)"
            cursor.execute(
                f"SELECT SUM({of_each}) FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
            )
        return int(cursor.fetchone()[0])


def verification():
    """Verify the history; return (records, records a second, megabytes by which memory grew at most)."""
    # Linux then counts the peak anew from what is in use now.
    Path("/proc/self/clear_refs").write_text("5")
    before, start = _kilobytes("VmRSS"), time.perf_counter()
    verify()
    seconds = time.perf_counter() - start
    records = sum(model.objects.count() for model in (Version, Event, Edition, Rendering))
    return records, records / seconds, (_kilobytes("VmHWM") - before) / 1024


def _kilobytes(name):
    return int(re.search(rf"{name}:\s+(\d+)", Path("/proc/self/status").read_text())[1])


def settle():
    """Let the database do what it does by itself some time after much was written."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        else:
            cursor.execute("VACUUM ANALYZE")
            cursor.execute("CHECKPOINT")


def held():
    """Say how much history there is."""
    counts = {
        model._meta.verbose_name_plural: model.objects.count()
        for model in (Version, Edition, Pin, Event, Rendering)
    }
    return ", ".join(f"{count:,} {name}" for name, count in counts.items())
