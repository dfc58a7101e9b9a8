"""Puts load on servers by wrk, in turn, so that whatever else the machine does is the same for all."""

import os
import re
import subprocess
from pathlib import Path
from statistics import median
from typing import NamedTuple

PATHS = Path(__file__).with_name("paths.lua")
UNITS = {"us": 0.001, "ms": 1, "s": 1000, "m": 60_000}


class Load(NamedTuple):
    """Answers a second, and within how many milliseconds half, and 99 of 100, of them came."""

    rate: float
    p50: float
    p99: float


class Asked(NamedTuple):
    """What is asked of a server: a path, headers; with `leaflets`, another of so many each time instead.

    `ports` are those of equal processes, asked in turn: of two that do the same, one may be a fifth faster, by where
    its memory happens to be.
    """

    ports: tuple
    path: str
    headers: dict
    leaflets: int = 0


def side_by_side(asked, connections, rounds, seconds):
    """Ask each of `asked`, Asked by name, so often and so long, in turn; return all Loads of each by name."""
    found = {name: [] for name in asked}
    for turn in range(rounds):
        for name, each in asked.items():
            found[name].append(_wrk(each, each.ports[turn % len(each.ports)], connections, seconds))
    return found


def middle(loads):
    """Return the median Load."""
    return Load(*map(median, zip(*loads, strict=True)))


def ratio(own, other, field):
    """Return the median ratio of `field` of Loads to that of others which were measured beside them."""
    return median(
        getattr(mine, field) / getattr(theirs, field) for mine, theirs in zip(own, other, strict=True)
    )


def _wrk(asked, port, connections, seconds):
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--latency", "--timeout", "10s"]
    for name, value in asked.headers.items():
        command += ["-H", f"{name}: {value}"]
    command += ["-s", PATHS] if asked.leaflets else []
    command.append(f"http://127.0.0.1:{port}{asked.path}")
    environment = {**os.environ, "LEAFLETS": str(asked.leaflets)}
    said = subprocess.run(command, check=True, capture_output=True, text=True, env=environment).stdout
    if re.search(r"Non-2xx|Socket errors", said):
        raise SystemExit(f"wrk was not answered rightly:\n{said}")
    return Load(
        float(re.search(r"Requests/sec:\s+([\d.]+)", said)[1]), _latency(said, "50%"), _latency(said, "99%")
    )


def _latency(said, part):
    number, unit = re.search(rf"{part}\s+([\d.]+)(us|ms|s|m)\b", said).groups()
    return float(number) * UNITS[unit]
