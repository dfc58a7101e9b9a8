"""What patients are answered while somebody misuses the site: each of tests/bench/attacks.py beside good requests."""

import hashlib
import http.client
import subprocess
import sys
import time
from pathlib import Path
from statistics import median, quantiles
from typing import NamedTuple

from django.conf import settings

from tests.bench.attacks import ATTACKS
from tests.bench.measures import SLUG
from tests.bench.servers import ROOT, get, memory, site, until
from tests.bench.targets import Target, print_targets

SECONDS = 15
MEGABYTE = 1024 * 1024
PAGE = f"/{SLUG}/"


class Beside(NamedTuple):
    """Good requests beside an attack: how many, how many answered rightly, the ms of half, of 99 %, of the worst."""

    asked: int
    right: int
    middle: float
    late: float
    worst: float


def measure(world, given):
    """Measure and print what each attack does to good requests, and to memory."""
    print(
        f"{'beside':12} {'of it':>9} {'good requests':>14} {'right':>9} {'p99 ms':>8} {'worst':>8}   MB before, after"
    )
    targets, file = [], large_file()
    with site(given.folder) as (port, process):
        until(lambda: get(port, "/readyz").status == 200)
        for name in ATTACKS:
            before = memory(process)
            [much], beside = under([name], port, SECONDS, file)
            until(lambda: get(port, PAGE).status == 200)
            time.sleep(1)
            after = memory(process)
            print(
                f"{name:12} {much:>9} {beside.asked:14,} {beside.right:9,} {beside.late:8.1f} {beside.worst:8.1f}"
                f"   {before:.0f} {after:.0f}",
                flush=True,
            )
            targets += [
                Target(
                    f"{name}: good requests that were not answered rightly", beside.asked - beside.right, 0
                ),
                Target(f"{name}: ms within which 99 of 100 good requests were answered", beside.late, 50),
            ]
        targets.append(Target("MB of memory after all of it", memory(process), 120))
    print_targets(targets)


def large_file():
    """Put a video of some megabytes among the media and return its name."""
    content = b"\0\0\0\x18ftypisom" + bytes(20 * MEGABYTE)
    name = f"{hashlib.sha256(content).hexdigest()}.mp4"
    folder = Path(settings.MEDIA_ROOT)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(content)
    return name


def under(names, port, seconds, file):
    """Attack the server at `port` in these ways at once, for so long; return how much there was, and the Beside."""
    good, taken, right = get(port, PAGE).body, [], 0
    attacks = [_attack(name, port, seconds, file) for name in names]
    time.sleep(0.5)
    while any(attack.poll() is None for attack in attacks):
        start = time.perf_counter()
        right += _answers(port, good)
        taken.append((time.perf_counter() - start) * 1000)
        time.sleep(0.01)
    much = [attack.communicate()[0].strip() for attack in attacks]
    return much, Beside(len(taken), right, median(taken), quantiles(taken, n=100)[-1], max(taken))


def _attack(name, port, seconds, file):
    command = [sys.executable, "-m", "tests.bench.attacks", name, str(port), str(seconds), file]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)


def _answers(port, good):
    try:
        answer = get(port, PAGE, timeout=5)
    except (OSError, http.client.HTTPException):
        return False
    return (answer.status, answer.body) == (200, good)
