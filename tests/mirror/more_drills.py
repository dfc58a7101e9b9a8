"""What several processes, much at once and a broken template do to the real thing."""

import time

from tests.mirror.asker import Saying
from tests.mirror.drills import TOGETHER, Drilled, Visits
from tests.mirror.running import wait_for
from tests.mirror.world import LEAFLETS, SITE, pages, withdrawn


def pressed_by_many(world, rounds=2):
    """Two servers of two workers each press into one mirror."""
    instances = [world.start(2), world.start(2, root=world.folder / "mirror")]
    with world.asker(*instances, threads=1) as asker:
        for number in range(rounds):
            title = f"Title {number} of many"
            anything(asker)
            world.staff("publish_together", TOGETHER, title)
            took = wait_for(lambda: all(shows(each, title) for each in instances))  # noqa: B023
            time.sleep(max(0, 3 - took))
            for slug in TOGETHER:
                asker.only(Saying(200, title), f"/{slug}/", f"/{slug}.json")
        time.sleep(1)
    for instance in instances:
        instance.kill()
    world.database.stop()
    instances[1].start()
    assert all(title in instances[1].ask(f"/{slug}/")[1] for slug in TOGETHER)
    assert not list((world.folder / "mirror" / "generations").glob(".*"))
    world.database.start()
    wait_for(instances[1].is_ready)
    return Drilled(asker.counted(), shown=took)


def shows(instance, title):
    """Whether all workers show a title at each leaflet."""
    paths = [f"/{slug}/" for slug in TOGETHER for _ in range(3)]
    return all(title in instance.ask(path)[1] for path in paths)


def anything(asker):
    """Let any page that is there be right, for as long as everything changes."""
    asker.right = {path: (*right, Saying(200, "")) for path, right in asker.right.items()}


def template_raises(world):
    """A release that cannot make a page shows it as it stood; where none stood, it does not say that there is none."""
    instance = world.start()
    wait_for((instance.root / "current").exists)
    asker = world.asker(instance)
    instance.kill()
    broken = {"DJANGO_SETTINGS_MODULE": "tests.mirror.broken"}
    other = world.instance(root=instance.root, **broken)
    other.port = instance.port
    other.start()
    bare = world.instance(root=world.folder / "none", **broken).start()
    with asker:
        known = wait_for(lambda: "/leaflet-0/ is not as it should be" in other.ask("/readyz")[1])
        wait_for(lambda: "/leaflet-0/ is not as it should be" in bare.ask("/readyz")[1])
        assert bare.ask("/leaflet-1/")[0] == 200
        assert bare.ask("/leaflet-0/")[0] == 500
        withdrawn(asker, [other], "leaflet-1", world.staff)
        asker.allow(Saying(503, "may have been withdrawn"), *pages("leaflet-0"))
        world.staff("withdraw", "leaflet-0", "Call 111.")
        shown = wait_for(lambda: other.agrees(503, "/leaflet-0/"))
        asker.only(Saying(503, "may have been withdrawn"), *pages("leaflet-0"))
        time.sleep(0.5)
    return Drilled(asker.counted(), known=known, shown=shown)


def locked(world, seconds=7):
    """Nobody but one may write, or not even read, for some time."""
    instance = world.start()
    cookie = world.staff("session", "reviewer")
    with world.asker(instance) as asker, Visits(instance, cookie) as visits:
        with world.database.locked():
            time.sleep(seconds)
        mended = wait_for(lambda: instance.agrees(200, "/readyz"))
        wait_for(lambda: visits.is_answered(200))
        shown = withdrawn(asker, [instance], "leaflet-0", world.staff)
    return Drilled(asker.counted(), visits.slowest, tuple(visits.said), mended=mended, shown=shown)


def hundreds_at_once(world, count=300):
    """So many leaflets are published in one transaction, and another is withdrawn while they are pressed."""
    world.staff("more", "more", count)
    instance = world.start()
    others = world.staff_elsewhere()
    with world.asker(instance) as asker:
        asker.right = {
            path: (*right, Saying(200, "")) if path in SITE else right for path, right in asker.right.items()
        }
        world.staff("publish_together", [f"more-{number}" for number in range(count)], "All at once")
        shown = withdrawn(asker, [instance], "leaflet-0", others)
        mended = wait_for(lambda: "All at once" in instance.ask(f"/more-{count - 1}/")[1])
    others.close()
    return Drilled(asker.counted(), mended=mended, shown=shown)


def all_withdrawn(root):
    """Whether a mirror has no leaflet that is not withdrawn."""
    return (root / "current" / "manifest").read_text().count('"withdrawn":true') == len(LEAFLETS)


def two_machines(world):
    """A withdrawal on one machine shows on the other, which shares nothing with it but the database."""
    purged = world.folder / "purged"
    here = world.start(2, root=world.folder / "here")
    there = world.start(2, root=world.folder / "there", PURGE_COMMAND=f"tee -a {purged}")
    with world.asker(here, there) as asker:
        took = []
        for slug in LEAFLETS:
            took.append(withdrawn(asker, [here, there], slug, world.staff))
        wait_for(lambda: set(pages("lower-back")) <= set(purged.read_text().split()))
        asker.learn(*SITE)
        time.sleep(1)
    wait_for(lambda: all(all_withdrawn(each.root) for each in (here, there)))
    return Drilled(asker.counted(), shown=max(took))
