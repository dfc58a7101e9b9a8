"""The press on a site of one leaflet, of a thousand, and of ten thousand."""

import http.client
import shutil
import time
from statistics import median

from leaflets.mirror import addresses, pressing
from leaflets.mirror.answers import PREFERRED
from leaflets.models import Edition
from tests.bench.fill import many_live
from tests.bench.load import Asked, middle, ratio, side_by_side
from tests.bench.measures import SLUG, one_more_edition
from tests.bench.servers import bare, get, memory, site, until
from tests.bench.targets import Target

SIZES = (1, 1_000, 10_000)
PAGE = f"/{SLUG}/"
PUBLICATIONS, PRESSINGS, ASKED = 5, 15, 1_000


def measure(world, given):
    """Measure and print each size up to that which is given; return the Targets."""
    first, held, targets, rates = world.leaflet.editions.last(), 1, [], {}
    for size in [each for each in SIZES if each <= given.live]:
        start = time.monotonic()
        many_live(first, size - held, world.editor, world.reviewer, first=held - 1)
        held = size
        print(f"\n{size:,} leaflets are live, made in {time.monotonic() - start:.0f} s.", flush=True)
        targets += _at(size, world, given, rates)
    ratios = list(rates.values())
    flat = min(each / ratios[0] for each in ratios)
    return [
        *targets,
        Target("The page's rate on the largest site beside that on the smallest", flat, 0.9, least=True),
    ]


def _at(size, world, given, rates):
    folder, said = given.folder / f"of-{size}", []
    folder.mkdir(mode=0o755)

    def tell(words, figure, wanted=None):
        print(f"    {words:70} {figure:10,.2f}", flush=True)
        if wanted is not None:
            said.append(Target(f"{size:,}: {words}", figure, wanted))

    with site(folder) as (port, process):
        tell(
            "seconds to press all from nothing",
            until(lambda: get(port, "/readyz").status == 200),
            60 if size <= 1_000 else None,
        )
        tell("seconds until all is on the disk too", until((folder / "mirror" / "current").exists))
        tell("MB of memory then", memory(process))
    with site(folder) as (port, process):
        tell(
            "seconds from start to the first right page",
            until(lambda: get(port, PAGE).status == 200),
            2 if size <= 1_000 else None,
        )
        tell("MB of memory then", memory(process))
        rates[size] = _rate(port, folder, given, tell)
        tell("answers a second, another leaflet's page each time", _any_rate(port, given, size))
        _ask_all(port)
        tell(
            "MB of memory after everything was asked for in every form",
            memory(process),
            120 if size <= 1_000 else None,
        )
        shown = [_until_shown(world, port) for _ in range(PUBLICATIONS)]
        tell("seconds until a publication shows, at most", max(shown), 2)
        tell("MB of memory after some publications", memory(process))
    for slug in dict.fromkeys([addresses.slugs()[-1], SLUG]):
        editions = Edition.objects.filter(slug=slug).count()
        pressed = _milliseconds(lambda slug=slug: (pressing.leaflet(slug), pressing.copies(slug)))
        tell(f"ms to press a leaflet with {editions} editions", pressed, 50 if editions == 1 else None)
    tell("ms to press the list, the feed and the map", _milliseconds(pressing.site))
    shutil.rmtree(folder)
    return said


def _rate(port, folder, given, tell):
    with bare(folder, get(port, PAGE)) as other:
        asked = {"site": Asked((port,), PAGE, {}), "bare": Asked((other,), PAGE, {})}
        loads = side_by_side(asked, 16, given.rounds, given.seconds)
    tell("answers a second, one leaflet's page", middle(loads["site"]).rate)
    tell("the same of a bare function", middle(loads["bare"]).rate)
    return ratio(loads["site"], loads["bare"], "rate")


def _any_rate(port, given, size):
    asked = Asked((port,), PAGE, {"Accept-Encoding": "br"}, leaflets=size - 1)
    if size == 1:
        return 0
    return middle(side_by_side({"site": asked}, 16, given.rounds, given.seconds)["site"]).rate


def _ask_all(port):
    """Ask for everything on the site, in every encoding, or for all that belongs to the first thousand leaflets."""
    asking = http.client.HTTPConnection("127.0.0.1", port)
    paths = [*addresses.OF_THE_SITE]
    for slug in addresses.slugs()[:ASKED]:
        paths += [each.format(slug) for each in addresses.OF_A_LEAFLET]
    for encoding in PREFERRED:
        for path in paths:
            asking.request("GET", path, headers={"Accept-Encoding": encoding})
            answer = asking.getresponse()
            answer.read()
            if answer.status != 200:
                raise SystemExit(f"{path} answers {answer.status}.")
    asking.close()


def _until_shown(world, port):
    one_more_edition(world)
    sign = f"({world.round})".encode()
    return until(lambda: sign in get(port, PAGE).body)


def _milliseconds(act):
    taken = []
    for _ in range(PRESSINGS):
        start = time.perf_counter()
        act()
        taken.append((time.perf_counter() - start) * 1000)
    return median(taken)
