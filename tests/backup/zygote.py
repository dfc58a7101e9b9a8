"""Makes a process for each thing that is asked for, by forking: so fifty of them can be started and killed in seconds.

python -m tests.backup.zygote reads a line of JSON for each, and what they all say goes to its output, a line each. A
line is written at once, so that what was said before somebody was killed is there, in the order in which it was said.
"""

import contextlib
import json
import os
import random
import signal
import sys
from io import StringIO
from pathlib import Path

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
django.setup()

from django.contrib.auth.models import User
from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.test import override_settings

from exercises.media import DigestStorage
from history import anchors
from history.models import Version
from leaflets import actions, press, verify
from leaflets.backup import making
from leaflets.mirror import addresses
from leaflets.mirror.asking import ask
from leaflets.models import Edition, Event, Leaflet

KEPT = 3


def say(*said):
    os.write(1, f"{json.dumps(said)}\n".encode())


def act(seed, slugs, steps=None):
    """Do what staff do, at random, and say before each what is begun, and after it what is done."""
    chance, number = random.Random(seed), 0
    while number != steps:
        number += 1
        slug = chance.choice(slugs)
        if chance.random() < 0.2:
            _upload(f"{seed} {number}")
        else:
            _step(slug, chance, f"Title {seed} {number}")


def work(seed, slugs, steps):
    """Do so many things as staff do, and say that they are done."""
    act(seed, slugs, steps)
    say("answer", steps)


def _upload(words):
    say("begin", "", None)
    name = DigestStorage().save("", ContentFile(f"WEBVTT\n\n{words}\n".encode()))
    say("done", "", "media", name, "")


def _step(slug, chance, title):
    edition = Edition.objects.filter(slug=slug).order_by("number").last()
    last, reviewer = edition.events.last().kind, User.objects.get(username="reviewer")
    if last == "submitted" and chance.random() < 0.8:
        say("begin", slug, ["live", edition.document["title"]])
        actions.publish(edition=edition, by=reviewer, reason="A drill.")
        _say_done(slug, Event.objects.filter(edition=edition))
    elif last == "submitted":
        say("begin", slug, None)
        actions.return_to_editor(edition=edition, by=reviewer, reason="A drill.")
        _say_done(slug, Event.objects.filter(edition=edition))
    elif last == "published" and chance.random() < 0.4:
        say("begin", slug, ["withdrawn", ""])
        actions.withdraw(edition=edition, by=reviewer, reason="A drill.")
        _say_done(slug, Event.objects.filter(edition=edition))
    else:
        _edit_and_submit(slug, title)


def _edit_and_submit(slug, title):
    leaflet, editor = Leaflet.objects.get(slug=slug), User.objects.get(username="editor")
    say("begin", slug, None)
    with transaction.atomic():
        leaflet.title = title
        leaflet.save()
        leaflet.record(by=editor, reason="A drill.")
    _say_done(slug, leaflet.versions())
    say("begin", slug, None)
    edition = actions.submit(leaflet=leaflet, by=editor, reason="A drill.")
    _say_done(slug, Event.objects.filter(edition=edition))


def _say_done(slug, records):
    last = records.order_by("sequence").last()
    say("done", slug, last._meta.label, last.sequence, last.digest)


def back_up(target):
    """Make backups, one after the other."""
    while True:
        say("backup begins")
        made = making.make(Path(target), KEPT)
        say("backup is finished", made.folder.name, made.problems)


def check(done, slugs):
    """Say what of what was `done` is lost, what verification finds, and what patients see."""
    known = {
        model._meta.label: dict(model.objects.values_list("sequence", "digest")) for model in (Version, Event)
    }
    stored = DigestStorage()
    known["media"] = {name: "" for kind, name, _ in done if kind == "media" and stored.exists(name)}
    lost = [each for each in done if known[each[0]].get(each[1]) != each[2]]
    changes = Event.objects.filter(kind__in=press.CHANGES_PAGES)
    say(
        "answer",
        {
            "lost": lost,
            "findings": verify.verify(anchors.read([os.environ["ANCHOR_FILE"]])).findings,
            "unpressed": changes.filter(renderings__isnull=True).count(),
            "shown": {slug: _shown(slug) for slug in slugs},
        },
    )


def _shown(slug):
    """What patients see at an address: that it is withdrawn, or the title, which all of its pages must show."""
    pages = [ask(path) for path in (f"/{slug}/", f"/{slug}/check/", f"/{slug}.json")]
    if {page.status for page in pages} == {"410 Gone"}:
        return ["withdrawn", ""]
    title = json.loads(pages[2].body())["title"]
    return ["live", title] if all(title in page.body().decode() for page in pages) else ["half", title]


def restore(source):
    """Restore the newest backup, and say what the command said."""
    out = StringIO()
    try:
        call_command("restore", Path(source), stdout=out)
    except CommandError as error:
        out.write(str(error))
    say("answer", out.getvalue())


ACTIONS = {each.__name__: each for each in (act, work, back_up, check, restore)}


def warm_up():
    """Do everything once that is slow the first time, so that nobody who is forked does; leave nothing of it."""
    slug, editor = (
        Leaflet.objects.exclude(slug="lower-back").first().slug,
        User.objects.get(username="editor"),
    )
    with transaction.atomic():
        _shown(slug)
        verify.verify()
        leaflet = Leaflet.objects.get(slug=slug)
        leaflet.title = "Warm"
        leaflet.save()
        leaflet.record(by=editor, reason="A drill.")
        edition = actions.submit(leaflet=leaflet, by=editor, reason="A drill.")
        reviewer = User.objects.get(username="reviewer")
        actions.publish(edition=edition, by=reviewer, reason="A drill.")
        actions.withdraw(edition=edition, by=reviewer, reason="A drill.")
        transaction.set_rollback(True)
    addresses.release()
    connection.close()
    if connection.vendor == "postgresql":
        connection.close_pool()


def main():
    """Fork a process for each line: what to do, where, and with what."""
    with contextlib.redirect_stdout(sys.stderr):
        warm_up()
    # Nobody waits for those that are killed.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    for line in sys.stdin:
        name, place, arguments = json.loads(line)
        pid = os.fork()
        if pid:
            say("forked", pid)
            continue
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        _do(ACTIONS[name], place, arguments)
        os._exit(0)


def _do(action, place, arguments):
    connection.settings_dict["NAME"] = place.pop("NAME")
    os.environ["ANCHOR_FILE"] = place["ANCHOR_FILE"]
    try:
        # Mails go to the console.
        with override_settings(**place), contextlib.redirect_stdout(sys.stderr):
            action(*arguments)
    except BaseException as error:
        say("failed", action.__name__, f"{type(error).__name__}: {error}"[:400])


if __name__ == "__main__":
    main()
