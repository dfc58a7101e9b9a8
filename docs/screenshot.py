"""The pictures in README.md and docs/auditors.md, and the three weeks of history that they show.

Those in docs/editors.md are taken by docs/walking.py. Each run of tests/journeys/test_docs.py takes all of them and
throws them away. To keep them:

    PICTURES=docs/images .venv/bin/python -m pytest tests/journeys/test_docs.py
"""

from contextlib import contextmanager
from datetime import date, datetime
from io import BytesIO, StringIO
from typing import NamedTuple
from unittest import mock

from django.contrib.auth.models import Group, User
from django.core.management import call_command
from django.db import transaction
from PIL import Image

from history.accounts import record_account
from leaflets import actions, loading, roles, rules
from leaflets.management.commands.demo import ACCOUNTS, FILE

WIDTH, PHONE, HEIGHT = 1000, 390, 844
COLOURS = 32
TODAY = "2026-11-23 09:00"


class Picture(NamedTuple):
    """A part of a page, in its whole width: from the top of one element to the foot of another."""

    name: str
    path: str
    first: str
    last: str


PICTURES = [
    Picture(
        "as-at",
        "/admin/history/as-at/lower-back/?at=2026-11-14T12:00",
        "body",
        ".nhsuk-card__heading-container",
    ),
    Picture(
        "timeline",
        "/admin/history/?leaflet=lower-back&kind=submitted&kind=published&kind=reviewed&kind=withdrawn",
        "#entries",
        "table.entries",
    ),
    Picture("compare", "/admin/history/compare/lower-back/?before=1&after=2", "form.asks", "table.changes"),
    Picture("event", "/admin/history/events/5/", "#record", "table[aria-labelledby=acknowledged]"),
    Picture("people", "/admin/history/people/", "#content > h1", "table.entries"),
    Picture("verification", "/admin/history/verification/", "#content > h1", "table.entries"),
]


@contextmanager
def clock(moment):
    """Have it be `moment` in UTC, such as "2026-11-14 12:00", while this lasts."""
    with mock.patch("django.utils.timezone.now", return_value=datetime.fromisoformat(f"{moment}+00:00")):
        yield


def begin(password):
    """Make accounts with this password, and a leaflet that is live and reviewed; return it and {username: person}."""
    with clock("2026-11-02 09:10"):
        people = {username: account(username, password, *said) for username, said in ACCOUNTS.items()}
        document = loading.read(FILE.read_bytes())
        leaflet, _ = loading.load(document, FILE.parent / "media", by=people["editor"], reason="Loaded.")
    _first_edition(leaflet, people["editor"], people["reviewer"])
    return leaflet, people


def story(password):
    """Make accounts with this password, and three weeks of the history of a leaflet, each act by the action for it."""
    leaflet, people = begin(password)
    editor, reviewer = people["editor"], people["reviewer"]
    _roles_come_and_go(editor, people["administrator"])
    _a_sign_is_removed(leaflet, editor, reviewer)
    _and_comes_back(leaflet, editor, reviewer)
    with clock("2026-11-23 08:00"):
        call_command("verify_history", stdout=StringIO())


def account(username, password, first_name, last_name, role):
    """Make an account of somebody with this role, and return the person."""
    names = {"first_name": first_name, "last_name": last_name}
    user = User.objects.create_user(username, password=password, is_staff=True, **names)
    user.groups.add(Group.objects.get(name=role))
    record_account(user, by=None, reason="Made for the demonstration.")
    return user


def _first_edition(leaflet, editor, reviewer):
    with clock("2026-11-02 09:20"):
        edition = actions.submit(leaflet=leaflet, by=editor, reason="First edition.")
    with clock("2026-11-03 14:05"):
        actions.publish(edition=edition, by=reviewer, reason="Read against the pathway of the spinal team.")
    with clock("2026-11-05 10:30"):
        reason = "Whole leaflet checked. The list of signs is being discussed: look again soon."
        actions.review(edition=edition, by=reviewer, reason=reason, next_review=date(2026, 11, 20))


def _roles_come_and_go(editor, administrator):
    for moment, held in (
        ("2026-11-10 08:45", [roles.EDITOR, roles.REVIEWER]),
        ("2026-11-11 17:10", [roles.EDITOR]),
    ):
        with clock(moment):
            editor.groups.set(Group.objects.filter(name__in=held))
            record_account(editor, by=administrator, reason="Changed in the admin.")


def _a_sign_is_removed(leaflet, editor, reviewer):
    with clock("2026-11-12 11:05"), transaction.atomic():
        group = leaflet.groups.get(key="lower-back-no-trauma")
        group.signs.get(text="Night sweats").delete()
        group.record(by=editor, reason="Agreed with the spinal team: it is no sign of its own.")
    with clock("2026-11-12 11:30"):
        edition = actions.submit(leaflet=leaflet, by=editor, reason="One sign fewer, as agreed.")
    with clock("2026-11-13 16:40"):
        why = "The team’s minutes of 9 November say so."
        said = [(change.id, why) for change in rules.to_acknowledge(edition)]
        actions.publish(edition=edition, by=reviewer, reason="Checked with the minutes.", acknowledged=said)


def _and_comes_back(leaflet, editor, reviewer):
    first, second = leaflet.editions.order_by("number")
    with clock("2026-11-17 09:32"):
        told = "A warning sign was missing here. If you sweat at night and your back hurts, contact one of these."
        actions.withdraw(edition=second, by=reviewer, reason="The sign was left out by mistake.", told=told)
    with clock("2026-11-17 10:15"):
        third = actions.republish(edition=first, by=editor, reason="Edition 1 was right.")
    with clock("2026-11-17 10:50"):
        actions.publish(edition=third, by=reviewer, reason="The same as edition 1, which was checked.")


def take(page, folder):
    """Take each of PICTURES with `page`, as wide as they are and signed in, into `folder`; return their files."""
    page.goto("/admin/history/")
    page.get_by_label("Toggle navigation").click()
    return [_shown(page, picture, folder) for picture in PICTURES]


def take_leaflet(page, folder):
    """Take the public leaflet on a phone and on a desktop, side by side, into `folder`; return the file."""
    both = Image.new("RGB", (PHONE + 30 + WIDTH, HEIGHT), "white")
    for left, width in ((0, PHONE), (PHONE + 30, WIDTH)):
        page.set_viewport_size({"width": width, "height": HEIGHT})
        page.goto("/lower-back/")
        both.paste(image_of(page.screenshot()), (left, 0))
    return save(both, folder / "leaflet.png")


def _shown(page, picture, folder):
    page.goto(picture.path)
    return save(cropped(page, picture.first, picture.last), folder / f"{picture.name}.png")


def cropped(page, first, last):
    """Return an image of what `page` shows from the top of its element `first` to the foot of `last`."""
    first, last = (page.locator(part).first.bounding_box() for part in (first, last))
    # The boxes are measured from what is scrolled to, the clip from the top of the page.
    scrolled = page.evaluate("scrollY")
    top, foot = max(first["y"] + scrolled - 12, 0), last["y"] + last["height"] + scrolled + 12
    part = {"x": 0, "y": top, "width": WIDTH, "height": foot - top}
    return image_of(page.screenshot(full_page=True, clip=part))


def image_of(screenshot):
    """Return the image that a screenshot's bytes are."""
    return Image.open(BytesIO(screenshot)).convert("RGB")


def save(image, path):
    """Save an image with few colours, which keeps it small, and return `path`."""
    image.quantize(COLOURS).save(path, optimize=True)
    return path
