"""A small universe of named states. Each is made by the action that leads to it from the one before."""

from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from django.contrib.auth.models import Group, User
from django.db import transaction
from django.utils import timezone

from leaflets import actions, loading, roles
from leaflets.models import Leaflet

CONTENT = Path(loading.__file__).parent / "content"
LOWER_BACK = CONTENT / "lower-back.json"


def person(username, *role_names, **fields):
    user = User.objects.create_user(
        username, password="demo-password", first_name=username.title(), is_staff=True, **fields
    )
    user.groups.set(Group.objects.filter(name__in=role_names))
    return user


@pytest.fixture
def editor(remembered):
    return person("editor", roles.EDITOR)


@pytest.fixture
def reviewer(remembered):
    return person("reviewer", roles.REVIEWER)


@pytest.fixture
def auditor(remembered):
    return person("auditor", roles.AUDITOR)


@pytest.fixture
def administrator(remembered):
    return person("administrator", roles.ADMINISTRATOR)


@pytest.fixture
def superuser(remembered):
    return person("superuser", is_superuser=True)


@pytest.fixture
def both(remembered):
    """Somebody who is an Editor and a Reviewer."""
    return person("both", roles.EDITOR, roles.REVIEWER)


@pytest.fixture
def draft(editor, remembered):
    def load():
        document = loading.read(LOWER_BACK.read_bytes())
        return loading.load(document, CONTENT / "media", by=editor, reason="Loaded.")[0]

    return remembered("draft", load)


@pytest.fixture
def submitted(draft, editor, remembered):
    return remembered("submitted", partial(actions.submit, leaflet=draft, by=editor, reason="First edition."))


@pytest.fixture
def returned(submitted, reviewer):
    return actions.return_to_editor(edition=submitted, by=reviewer, reason="The number is missing.")


@pytest.fixture
def live(submitted, reviewer, remembered):
    return remembered("live", partial(actions.publish, edition=submitted, by=reviewer, reason="Checked."))


@pytest.fixture
def scheduled(submitted, reviewer):
    tomorrow = timezone.now() + timedelta(days=1)
    return actions.publish(edition=submitted, by=reviewer, reason="Checked.", live_from=tomorrow)


@pytest.fixture
def withdrawn(live, reviewer):
    return actions.withdraw(edition=live, by=reviewer, reason="The number has changed.")


@pytest.fixture
def knee(editor, reviewer):
    """A second live leaflet, without red flags."""
    leaflet = Leaflet.objects.create(
        slug="knee", title="Knee", body_part="Knee", no_red_flags_because="Agreed by the knee group."
    )
    leaflet.record(by=editor, reason="New.")
    edition = actions.submit(leaflet=leaflet, by=editor, reason="First edition.")
    return actions.publish(edition=edition, by=reviewer, reason="Checked.")


@pytest.fixture
def change(draft, editor):
    """Change the draft, so that there is something to submit: change("a new title")."""

    def change(title):
        draft.title = title
        draft.full_clean()
        with transaction.atomic():
            draft.save()
            draft.record(by=editor, reason="Another title.")
        return draft

    return change
