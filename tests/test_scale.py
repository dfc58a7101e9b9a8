"""No page of the admin asks the database more because there are more leaflets, editions or people."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from history.accounts import record_account
from leaflets import actions, roles
from tests.bench.fill import more_leaflets
from tests.test_access import MAY_OPEN, path_of
from tests.test_access import world as world  # The fixture.
from tests.universe import person
from triage.models import RedFlag

pytestmark = pytest.mark.django_db
# They write out the whole history, piece by piece.
WHOLE = {"history_csv", "history_xlsx", "history_pack"}
OF_STAFF = ("admin:", "history", "as_at", "compare", "version")
PAGES = sorted(name for name in MAY_OPEN if name.startswith(OF_STAFF) and name not in WHOLE)


def queries(client, path):
    with CaptureQueriesContext(connection) as seen:
        response = client.get(path)
    assert response.status_code in (200, 302), path
    return len(seen)


def a_busy_site(leaflets, editor, reviewer, group):
    """Bring each leaflet into another state: waiting, returned, live, live with changes, withdrawn, a mere draft."""
    for number, leaflet in enumerate(leaflets):
        leaflet.group_places.create(group=group)
        leaflet.record(by=editor, reason="It belongs here too.")
        edition = number % 6 and actions.submit(leaflet=leaflet, by=editor, reason="First edition.")
        if number % 6 == 2:
            actions.return_to_editor(edition=edition, by=reviewer, reason="The number is missing.")
        if number % 6 > 2:
            actions.publish(edition=edition, by=reviewer, reason="Checked.")
        if number % 6 == 4:
            RedFlag.objects.create(group=leaflet.groups.first(), text="Numbness between the legs")
            leaflet.groups.first().record(by=editor, reason="One more.")
        if number % 6 == 5:
            actions.withdraw(edition=edition, by=reviewer, reason="Out of date.")


def counted(client, paths, people):
    """How many queries each page takes, for each of the people who may open it."""
    found = {}
    for role, user in people.items():
        client.force_login(user)
        mine = {name: path for name, path in paths.items() if role in MAY_OPEN[name]}
        queries(client, mine["admin:index"])  # The first one also fills what is kept between requests.
        found |= {(role, name): queries(client, path) for name, path in mine.items()}
    return found


def test_the_queries_of_a_page_do_not_grow(client, world, editor, reviewer, administrator, superuser, live):
    people = {"editor": editor, "reviewer": reviewer, "superuser": superuser}
    group, paths = live.leaflet.groups.first(), {name: path_of(name, world) for name in PAGES}
    a_busy_site(more_leaflets(6, editor), editor, reviewer, group)
    few = counted(client, paths, people)
    a_busy_site(more_leaflets(12, editor, first=6), editor, reviewer, group)
    for number in range(12):
        record_account(person(f"editor-{number}", roles.EDITOR), by=administrator, reason="New account.")
    many = counted(client, paths, people)
    assert {page: (few[page], many[page]) for page in few if many[page] > few[page]} == {}
