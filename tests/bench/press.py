"""What patients are answered: side by side with nginx and a bare function, and on sites of one leaflet and of many."""

import shutil
import threading
import time
from contextlib import ExitStack, contextmanager, nullcontext
from functools import partial
from typing import NamedTuple

from django.db import connection

from tests.bench import sizes
from tests.bench.load import Asked, middle, ratio, side_by_side
from tests.bench.measures import SLUG, one_more_edition
from tests.bench.servers import bare, get, nginx, site, until
from tests.bench.targets import Target, print_targets

PAGE, GZIP = f"/{SLUG}/", {"Accept-Encoding": "gzip"}
RATE, OF_NGINX, LATE = 0.9, 0.4, 1.25


class Kind(NamedTuple):
    """What is asked for: a path, headers, over how many connections; `known` by its validator; while publishing."""

    name: str
    path: str = PAGE
    headers: dict = {}
    connections: int = 16
    known: bool = False
    publishing: bool = False


KINDS = [
    Kind("the leaflet's page"),
    Kind("the page by gzip", headers=GZIP),
    Kind("the page, not changed (304)", headers=GZIP, known=True),
    Kind("the list of leaflets", "/"),
    Kind("the page, 256 connections", connections=256),
    Kind("by gzip, 256 connections", headers=GZIP, connections=256),
    Kind("the page, 1 connection", connections=1),
    Kind("a publication every second", publishing=True),
]


def measure(world, given):
    """Measure and print all."""
    given.seconds = given.seconds or 1
    if shutil.which("wrk") is None or shutil.which("nginx", path="/usr/sbin:/usr/bin") is None:
        raise SystemExit("wrk and nginx are needed: apt-get install wrk nginx-light")
    print(f"{connection.vendor}: answers a second, and within how many ms half and 99 of 100 came")
    print(f"{'':30} {'this site':>22} {'a bare function':>22} {'nginx':>22}   ratios of rate, p99, nginx")
    targets = []
    with several(_mirrored, given) as ports, nginx(given.folder / "0") as other:
        for kind in KINDS:
            targets += _compare(kind, ports, other, world, given)
    print_targets([*targets, *sizes.measure(world, given)])


@contextmanager
def several(serve, given):
    """Serve by so many equal processes as are to be measured; `serve` is given a folder; yield their ports."""
    with ExitStack() as all_of_them:
        folders = [given.folder / str(number) for number in range(given.processes)]
        for folder in folders:
            folder.mkdir(mode=0o755, exist_ok=True)
        yield tuple(all_of_them.enter_context(serve(folder)) for folder in folders)


@contextmanager
def _mirrored(folder):
    with site(folder) as (port, _):
        until(lambda: get(port, "/readyz").status == 200 and (folder / "mirror" / "current").exists())
        yield port


def _compare(kind, ports, other, world, given):
    asked = {"site": _asked(kind, ports), "nginx": _asked(kind, (other,))}
    answered = get(ports[0], kind.path, **asked["site"].headers)
    alike, meanwhile = (
        partial(bare, answered=answered),
        publishing(world) if kind.publishing else nullcontext(),
    )
    with several(alike, given) as functions, meanwhile:
        # Asked in the same words, because the server reads those too.
        asked = {
            "site": asked["site"],
            "bare": asked["site"]._replace(ports=functions),
            "nginx": asked["nginx"],
        }
        loads = side_by_side(asked, kind.connections, given.rounds, given.seconds)
    own, function, static = loads.values()
    rate, late, of_nginx = (
        ratio(own, function, "rate"),
        ratio(own, function, "p99"),
        ratio(own, static, "rate"),
    )
    said = " ".join(
        f"{each.rate:8,.0f} {each.p50:6.2f} {each.p99:6.2f}" for each in map(middle, loads.values())
    )
    print(f"{kind.name:30} {said}   {rate:.2f} {late:.2f} {of_nginx:.2f}", flush=True)
    return [
        Target(f"{kind.name}: rate beside the bare function's", rate, RATE, least=True),
        Target(f"{kind.name}: p99 beside the bare function's", late, LATE),
        Target(f"{kind.name}: rate beside nginx's", of_nginx, OF_NGINX, least=True),
    ]


def _asked(kind, ports):
    headers = kind.headers
    if kind.known:
        answered = get(ports[0], kind.path, **headers)
        [etag] = [value for name, value in answered.headers if name.lower() == "etag"]
        headers = {**headers, "If-None-Match": etag}
    return Asked(ports, kind.path, headers)


@contextmanager
def publishing(world):
    """Publish another edition every second, in this process, as people do."""
    over, count = threading.Event(), []

    def publish():
        while not over.wait(1 - time.monotonic() % 1):
            one_more_edition(world)
            count.append(1)
        connection.close()

    thread = threading.Thread(target=publish)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
        print(f"({len(count)} publications)")
