"""A whole board at work at once: editors and reviewers by their forms, and patients who read what they publish."""

import json
import subprocess
import sys
import time
from binascii import unhexlify
from statistics import quantiles

from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group, User
from django.db import connection
from django_otp.oath import TOTP
from django_otp.plugins.otp_totp.models import TOTPDevice

from leaflets import actions, roles
from leaflets.door import factor
from tests.bench.fill import more_leaflets
from tests.bench.servers import ROOT, get, memory, site, until
from tests.bench.targets import Target, print_targets

EDITORS, REVIEWERS, PATIENTS = 50, 5, 2000
SECONDS = 300


def measure(world, given):
    """Let all of them work for `given.seconds`, and print how long each act took and what went wrong."""
    seconds = given.seconds or SECONDS
    people, slugs = prepared(world)
    with site(given.folder, SECOND_FACTOR="1") as (port, process):
        until(lambda: get(port, "/readyz").status == 200)
        print(
            f"{connection.vendor}: {EDITORS} editors and {REVIEWERS} reviewers at work and {PATIENTS:,} patients "
            f"reading, for {seconds} s; milliseconds",
            flush=True,
        )
        staff = _started("staff", port, seconds)
        staff.stdin.write(json.dumps(people))
        staff.stdin.close()
        patients = _started("patients", port, PATIENTS, seconds, *slugs)
        time.sleep(seconds / 2)
        print(f"(half of the time is over: {memory(process):.0f} MB)", flush=True)
        said = [json.load(each.stdout) for each in (staff, patients)]
        until(lambda: get(port, "/readyz").status == 200)
    print_acts({name: taken for each in said for name, taken in each["taken"].items()})
    for each in said:
        print(*(f"{count} x {words}" for words, count in each["wrong"].items()), sep="\n", end="\n")
    late = quantiles(said[1]["taken"]["a page for a patient"], n=100)[-1]
    print_targets(
        [
            Target("acts of staff that were not answered rightly", sum(said[0]["wrong"].values()), 0),
            Target("pages for patients that were not answered rightly", sum(said[1]["wrong"].values()), 0),
            Target("ms within which 99 of 100 patients were answered", late, 100),
        ]
    )


def prepared(world):
    """Publish a leaflet for each editor; return who there is, as tests/bench/staff.py wants it, and the slugs."""
    leaflets = more_leaflets(EDITORS, world.editor)
    for leaflet in leaflets:
        edition = actions.submit(leaflet=leaflet, by=world.editor, reason="First edition.")
        actions.publish(edition=edition, by=world.reviewer, reason="Checked.")
    password = make_password("demo-password")
    editors = [_person(f"editor-{number}", password, roles.EDITOR) for number in range(EDITORS)]
    reviewers = [_person(f"reviewer-{number}", password, roles.REVIEWER) for number in range(REVIEWERS)]
    people = {
        "editors": {who.username: leaflet.pk for who, leaflet in zip(editors, leaflets, strict=True)},
        "reviewers": {who.username: _key_of(who) for who in reviewers},
    }
    return people, [leaflet.slug for leaflet in leaflets]


def _person(name, password, role):
    user = User.objects.create(username=name, password=password, is_staff=True, first_name=name)
    user.groups.set(Group.objects.filter(name=role))
    return user


def _key_of(user):
    """Set up the app of a reviewer, and return its key."""
    key = factor.new_key()
    factor.set_up(user, key, f"{TOTP(unhexlify(key)).token():06}", replacing=False)
    # As if it had been set up on another day, so that the code of this moment was not used.
    TOTPDevice.objects.filter(user=user).update(last_t=-1)
    return key


def _started(module, *arguments):
    command = [sys.executable, "-m", f"tests.bench.{module}", *map(str, arguments)]
    return subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def print_acts(taken):
    """Print how often each act was done, and the milliseconds of half, of 95 and of 99 in a hundred, and of all."""
    print(f"{'':24} {'times':>9} {'p50':>8} {'p95':>8} {'p99':>8} {'worst':>8}")
    for name, all_of_them in sorted(taken.items()):
        cut = quantiles(all_of_them, n=100) if len(all_of_them) > 1 else all_of_them * 99
        print(
            f"{name:24} {len(all_of_them):9,} {cut[49]:8.1f} {cut[94]:8.1f} {cut[98]:8.1f} {max(all_of_them):8.1f}"
        )
