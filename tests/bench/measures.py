"""What is measured: each act beside the same act on an empty history. Another measure is another line of MEASURES."""

from typing import NamedTuple

from django.test import Client
from django.test.utils import setup_test_environment, teardown_test_environment

from leaflets import actions, safety, workspace
from leaflets.models import Event, Leaflet
from tests.leaflets.test_admin import fields_of
from triage.models import RedFlag, RedFlagGroup

SLUG = "lower-back"


class World:
    """The leaflet that is measured, and the people who act on it and look at it."""

    def __init__(self, editor, reviewer):
        self.editor, self.reviewer = editor, reviewer
        self.leaflet = Leaflet.objects.get(slug=SLUG)
        self.group = RedFlagGroup.objects.get(key="lower-back-no-trauma")
        self.public, self.looking, self.editing = (Client(headers={"host": "localhost"}) for _ in range(3))
        self.looking.force_login(reviewer)
        self.editing.force_login(editor)
        self.round = 0

    def look_again(self):
        """Find the newest edition, a pair to compare and a moment in the middle, as they are now."""
        self.edition = self.leaflet.editions.order_by("number").last()
        self.before = self.edition.before()
        moments = Event.objects.public().filter(edition__slug=SLUG).values_list("takes_effect", flat=True)
        self.middle = list(moments)[len(moments) // 2]
        self.form = self._form()

    def get(self, client, path, **query):
        """Ask for a page, and refuse any answer but the page."""
        response = client.get(path, query)
        if response.status_code != 200:
            raise SystemExit(f"{path} answers {response.status_code}.")
        return response

    def another_sign(self):
        """Another text for the first sign of the group, each time."""
        self.round += 1
        return f"Pain that is there at rest, and at night ({self.round})"

    def _form(self):
        # The form in a page is only to be had where templates are watched, and that takes time.
        setup_test_environment()
        try:
            return fields_of(self.get(self.editing, change_page("triage", self.group)))
        finally:
            teardown_test_environment()


class Measure(NamedTuple):
    """An act: its name, what is timed, its target in ms or None, and what is done each time before the clock runs."""

    name: str
    act: callable
    target: int | None = None
    before: callable = lambda world: None


def change_page(app, item):
    return f"/admin/{app}/{item._meta.model_name}/{item.pk}/change/"


def change_sign(world):
    """Change the first sign in the draft, not recorded yet."""
    first = world.group.signs.first()
    RedFlag.objects.filter(pk=first.pk).update(text=world.another_sign())
    return RedFlagGroup.objects.get(pk=world.group.pk)


def change_and_record(world):
    """Change a sign and record it; return the reasons for what a reviewer must acknowledge."""
    change_sign(world).record(by=world.editor, reason="The words of the new guideline.")
    changes = workspace.draft_changes(world.leaflet)
    return [(change.id, "Agreed.") for change in changes if change.risk == safety.Risk.LOWERS]


def submit_and_publish(world, acknowledged):
    edition = actions.submit(leaflet=world.leaflet, by=world.editor, reason="The new guideline.")
    actions.publish(edition=edition, by=world.reviewer, reason="Checked.", acknowledged=acknowledged)


def one_more_edition(world):
    submit_and_publish(world, change_and_record(world))


def typed(world):
    """What an editor sends from the page of a group after changing its first sign."""
    versions = world.group.versions().count()
    sent = {**world.form, "signs-0-text": world.another_sign(), "version": versions}
    return {**sent, "reason": "The words of the new guideline.", "_continue": "Save"}


def save_in_admin(world, sent):
    response = world.editing.post(change_page("triage", world.group), sent)
    if response.status_code != 302:
        raise SystemExit("The group was not saved.")


def page(path):
    """Return an act that asks for the page that `path`, a function of the world, names."""
    return lambda world, _: world.get(world.looking, path(world))


# What only looks comes first: what acts makes the history longer.
MEASURES = [
    Measure("the public page", lambda world, _: world.get(world.public, f"/{SLUG}/")),
    Measure("the list of leaflets", lambda world, _: world.get(world.public, "/")),
    Measure("the desk", page(lambda world: "/admin/")),
    Measure(
        "the leaflet's workspace",
        page(lambda world: f"/admin/leaflets/leaflet/{world.leaflet.pk}/workspace/"),
    ),
    Measure("the leaflet's admin page", page(lambda world: change_page("leaflets", world.leaflet))),
    Measure("an edition's admin page", page(lambda world: change_page("leaflets", world.edition)), 60),
    Measure("the list of editions", page(lambda world: "/admin/leaflets/edition/")),
    Measure(
        "the list of a leaflet's editions",
        page(lambda world: f"/admin/leaflets/edition/?leaflet__id__exact={world.leaflet.pk}"),
    ),
    Measure(
        "as the public saw it at a moment",
        lambda world, _: world.get(
            world.looking, f"/admin/history/as-at/{SLUG}/", at=world.middle.isoformat()
        ),
        60,
    ),
    Measure("the timeline", page(lambda world: "/admin/history/"), 100),
    Measure(
        "the timeline of a leaflet",
        lambda world, _: world.get(world.looking, "/admin/history/", leaflet=SLUG),
        100,
    ),
    Measure(
        "the page that compares two editions",
        lambda world, _: world.get(
            world.looking,
            f"/admin/history/compare/{SLUG}/",
            before=world.before.number,
            after=world.edition.number,
        ),
        60,
    ),
    Measure(
        "two editions compared",
        lambda world, _: safety.compare(world.before.document, world.edition.document),
        60,
    ),
    Measure(
        "a changed group recorded",
        lambda world, group: group.record(by=world.editor, reason="Reworded."),
        before=change_sign,
    ),
    Measure("a changed group saved in the admin", save_in_admin, before=typed),
    Measure("submitted and published", submit_and_publish, 50, before=change_and_record),
]
