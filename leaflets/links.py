"""Do the web addresses in leaflets answer? They are asked by a command, never in a request, and the outcome is kept.

Asked is every address in the live editions and in the drafts. An editor is warned of one only after it failed on two
different days: one failure may be the weather's. A site that answers, but refuses programs (403), counts as there.
"""

import threading
from collections import defaultdict
from queue import Empty, SimpleQueue
from time import monotonic
from typing import NamedTuple

from django.db import transaction
from django.utils import timezone

from leaflets import public
from leaflets.models import CheckedAddress, Leaflet
from leaflets.models.checked import LONGEST
from leaflets.passages import GROUP, LEAFLET, ROUTE, VIDEO, Place, video_name
from leaflets.readiness import Problem, videos
from leaflets.richtext import addresses_of


class Found(NamedTuple):
    """A web address in a document, what holds it as people call it, and the Place that mends it."""

    address: str
    name: str
    place: Place


class Limits(NamedTuple):
    """How long all may take together, how many hosts are asked at once, and the pause between two askings of one."""

    seconds: float = 600
    at_once: int = 8
    pause: float = 1


def found_in(document):
    """Return the web addresses in `document`, an Edition document, as Founds in the order of its parts."""
    leaflet = Place(LEAFLET, document["slug"])
    found = [
        *(each for group in document["red_flag_groups"] for each in _group(group)),
        *_links(document["links"]["items"], leaflet),
        *_evidence(document["evidence"], leaflet),
        *_rich(document, leaflet),
        *(
            Found(video["provider_url"], video_name(video), Place(VIDEO, video["key"], "id_provider_url"))
            for video in videos(document)
        ),
    ]
    return list(dict.fromkeys(each for each in found if each.address.startswith("https://")))


def _group(group):
    yield from _links(group["links"], Place(GROUP, group["key"]))
    for contact in group["contacts"]:
        name = f"Sign language service of “{contact['name']}”"
        yield Found(contact["bsl"], name, Place(ROUTE, contact["key"], "id_bsl"))


def _links(links, place):
    for number, link in enumerate(links):
        row = place._replace(fragment=f"links-{number}")
        yield Found(link["url"], f"Link “{link['text']}”", row)
        yield Found(link["landing_page"], f"The page that describes the link “{link['text']}”", row)


def _evidence(sources, leaflet):
    for number, source in enumerate(sources):
        name = f"Source of evidence “{source['citation']}”"
        yield Found(source["url"], name, leaflet._replace(fragment=f"evidence-{number}"))


def _rich(document, leaflet):
    introduction = document["exercises"]["introduction"]
    texts = [
        *(
            (f"section “{s['heading']}”", f"sections-{n}", s["body"])
            for n, s in enumerate(document["sections"])
        ),
        ("the introduction to the exercises", "id_exercises_introduction", introduction),
    ]
    for name, fragment, text in texts:
        for address in addresses_of(text):
            yield Found(address, f"The link to {address} in {name}", leaflet._replace(fragment=fragment))


def warnings(documents):
    """Return for each Edition document the Problems that an address in it does not answer. It takes one query."""
    failing = CheckedAddress.objects.filter(failing_since__isnull=False)
    dead = {each.address: each.in_words() for each in failing if each.failed_twice}
    return [
        [
            Problem(f"{found.name} {dead[asked(found.address)]}.", found.place)
            for found in found_in(document)
            if asked(found.address) in dead
        ]
        if dead
        else []
        for document in documents
    ]


def asked(address):
    """Return what of `address` a site is asked for: what stands behind # is for the browser alone."""
    return address.partition("#")[0]


def in_use():
    """Return the addresses in the live editions and the drafts, those that were not asked for longest first."""
    drafts = (leaflet.snapshot() for leaflet in Leaflet.objects.whole())
    documents = [*(edition.document for edition in public.live_editions()), *drafts]
    found = {asked(each.address) for document in documents for each in found_in(document)}
    known = dict(CheckedAddress.objects.values_list("address", "checked_at"))
    usable = [address for address in found if len(address) <= LONGEST]
    return sorted(usable, key=lambda address: (address in known, known.get(address), address))


def answers(addresses, ask, limits):
    """Return {address: Answer} of those `addresses` that could be asked in time; `ask` gives the Answer of one."""
    hosts = defaultdict(list)
    for address in addresses:
        hosts[address.split("/")[2].lower()].append(address)
    work, found, over = SimpleQueue(), SimpleQueue(), threading.Event()
    for batch in hosts.values():
        work.put(batch)
    # Daemons: a name server that never answers keeps a thread, and the command ends all the same.
    for _ in range(limits.at_once):
        threading.Thread(target=_ask, args=[work, found, over, ask, limits.pause], daemon=True).start()
    given, left, deadline = {}, limits.at_once, monotonic() + limits.seconds
    while left and (patience := deadline - monotonic()) > 0:
        try:
            address, answer = found.get(timeout=patience)
        except Empty:
            break
        left -= address is None
        given |= {address: answer} if address else {}
    over.set()
    return given


def _ask(work, found, over, ask, pause):
    """Ask one host's addresses after another, until there are no more or time is over."""
    try:
        while not over.is_set():
            for number, address in enumerate(work.get_nowait()):
                if over.wait(pause if number else 0):
                    return
                found.put((address, ask(address)))
    except Empty:
        pass
    finally:
        found.put((None, None))


def keep(given, used, now=None):
    """Store the Answers in `given`, {address: Answer}, and forget what is not in `used` any more."""
    now = now or timezone.now()
    with transaction.atomic():
        known = CheckedAddress.objects.in_bulk(given, field_name="address")
        rows = [
            CheckedAddress(
                address=address,
                checked_at=now,
                problem=answer.problem[:300],
                failing_since=_since(known.get(address), answer, now),
            )
            for address, answer in given.items()
        ]
        CheckedAddress.objects.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=["address"],
            update_fields=["checked_at", "problem", "failing_since"],
        )
        CheckedAddress.objects.exclude(address__in=used).delete()


def _since(known, answer, now):
    if not answer.problem:
        return None
    return known.failing_since if known and known.failing_since else now
