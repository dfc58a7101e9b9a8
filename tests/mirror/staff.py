"""What staff do, in a process of its own beside the servers: a line of JSON each, and a line that says what came of it.

python -m tests.mirror.staff
"""

import contextlib
import json
import os
import sys

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
django.setup()

from django.contrib.auth import login
from django.contrib.auth.models import User
from django.contrib.sessions.backends.db import SessionStore
from django.core.management import call_command
from django.db import connection, transaction
from django.http import HttpRequest

from leaflets import actions, verify
from leaflets.models import Edition, Leaflet


def person(username):
    return User.objects.get(username=username)


def fill(count):
    """Set up the demonstration, and `count` live leaflets beside it."""
    call_command("demo", stdout=sys.stderr)
    more("leaflet", count)


def more(word, count):
    """Publish `count` new leaflets, whose addresses begin with a word."""
    _publish([_new(f"{word}-{number}") for number in range(count)])


def publish(slug, title):
    """Publish the next edition of a leaflet, under a title; return its code."""
    return publish_together([slug], title)[0]


def publish_together(slugs, title):
    """Publish the next edition of several leaflets at once."""
    leaflets = [_titled(slug, f"{title}") for slug in slugs]
    return _publish(leaflets)


def withdraw(slug, told):
    """Withdraw what is live."""
    actions.withdraw(edition=_live(slug), by=person("reviewer"), reason="A drill.", told=told)


def republish(slug):
    """Publish again what was withdrawn."""
    again = actions.republish(edition=_live(slug), by=person("editor"), reason="A drill.")
    actions.publish(edition=again, by=person("reviewer"), reason="A drill.")


def session(username):
    """Return the key of a session of somebody who is signed in."""
    request = HttpRequest()
    request.session = SessionStore()
    login(request, person(username), "django.contrib.auth.backends.ModelBackend")
    request.session.save()
    return request.session.session_key


def title(slug):
    """Return the title of the last edition at an address that was published."""
    return _live(slug).document["title"]


def whole():
    """Return what verification finds wrong with the history. A drill has no media, which it would miss."""
    return [found for found in map(str, verify.verify().findings) if not found.startswith("The file ")]


@transaction.atomic
def _new(slug):
    leaflet = Leaflet.objects.create(
        slug=slug, title=f"Title of {slug}", body_part=slug, no_red_flags_because="Agreed for a drill."
    )
    leaflet.record(by=person("editor"), reason="A drill.")
    return leaflet


@transaction.atomic
def _titled(slug, title):
    leaflet = Leaflet.objects.get(slug=slug)
    leaflet.title = title
    leaflet.save()
    leaflet.record(by=person("editor"), reason="A drill.")
    return leaflet


@transaction.atomic
def _publish(leaflets):
    editions = actions.submit_together(leaflets=leaflets, by=person("editor"), reason="A drill.")
    actions.publish_together(editions=editions, by=person("reviewer"), reason="A drill.")
    return [edition.code for edition in editions]


def _live(slug):
    published = Edition.objects.filter(slug=slug, events__kind="published")
    return published.order_by("number").last()


ACTIONS = {
    each.__name__: each
    for each in (fill, more, publish, publish_together, withdraw, republish, session, title, whole)
}


def main():
    """Do what is asked, line by line."""
    for line in sys.stdin:
        name, *arguments = json.loads(line)
        try:
            # Mails go to the console.
            with contextlib.redirect_stdout(sys.stderr):
                said = {"done": ACTIONS[name](*arguments)}
        except Exception as error:
            said = {"failed": f"{type(error).__name__}: {error}"}
        connection.close()
        print(json.dumps(said), flush=True)


if __name__ == "__main__":
    main()
