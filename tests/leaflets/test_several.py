"""Several leaflets side by side, and the order in which things stand."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.formats import date_format

from leaflets import actions, public
from leaflets.models import Event, GroupPlacement, Section
from triage.models import RedFlagGroup

pytestmark = pytest.mark.django_db


def test_the_most_urgent_group_stands_first_whatever_its_place(draft):
    route = RedFlagGroup.objects.get(key="cauda-equina-syndrome").contacts.first().route
    group = RedFlagGroup.objects.create(key="late", title="Late", urgency="emergency", lead="Call.")
    group.contacts.create(route=route)
    GroupPlacement.objects.create(leaflet=draft, group=group, position=99)
    unset = RedFlagGroup.objects.create(key="unset", title="Unset", lead="?")
    GroupPlacement.objects.create(leaflet=draft, group=unset, position=0)

    groups = draft.snapshot()["red_flag_groups"]
    assert [group["urgency"] for group in groups] == ["emergency", "urgent", "non-urgent", "non-urgent", None]
    assert groups[0]["title"] == "Late"


def test_each_leaflet_has_its_own_live_edition(live, knee, client, change, editor, reviewer):
    newer = actions.submit(leaflet=change("Lower back, again"), by=editor, reason="Title.")
    actions.publish(edition=newer, by=reviewer, reason="Checked.")
    assert set(public.live_editions()) == {newer, knee}
    assert {event.edition for event in Event.objects.public().latest_of_each_leaflet()} == {newer, knee}
    page = client.get("/").content.decode()
    assert page.index('href="/knee/"') < page.index('href="/lower-back/"')


def test_withdrawing_one_leaves_the_other(live, knee, reviewer, client):
    actions.withdraw(edition=live, by=reviewer, reason="Wrong.")
    assert list(public.live_editions()) == [knee]
    assert client.get("/knee/").status_code == 200


def test_a_leaflet_without_red_flags_says_why(knee, client):
    assert "Agreed by the knee group." in client.get("/knee/").content.decode()


def test_a_reviewed_edition_stays_live_and_its_dates_belong_to_their_moment(live, reviewer):
    first, second = (timezone.localdate() + timedelta(days=days) for days in (100, 200))
    actions.review(edition=live, by=reviewer, reason="Checked.", next_review=first)
    between = live.events.last().at
    actions.review(edition=live, by=reviewer, reason="Checked again.", next_review=second)
    assert live.state() == "live"
    assert public.facts(live).next_review == second
    decision, day = public.decision("lower-back"), date_format(first, "j F Y")
    just = timedelta(microseconds=1)
    assert "No date set yet" in public.rendering(decision, between - just).bodies["leaflet"]
    assert day in public.rendering(decision, between).bodies["leaflet"]
    assert day not in public.rendering(decision).bodies["leaflet"]


def test_a_state_can_be_asked_for_at_any_moment(withdrawn):
    submitted, published, gone = (event.at for event in withdrawn.events.all())
    just = timedelta(microseconds=1)
    moments = [submitted - just, submitted, published, gone - just, gone]
    assert [withdrawn.state(at) for at in moments] == [None, "submitted", "live", "live", "withdrawn"]


def test_sections_stand_in_their_order(draft):
    for heading, position in (("Second", 2), ("First", 1), ("Third", 3)):
        Section.objects.create(leaflet=draft, heading=heading, body="<p>x</p>", position=position)
    assert [section["heading"] for section in draft.snapshot()["sections"]] == ["First", "Second", "Third"]


@pytest.mark.parametrize("path", ["/admin/", "/admin/leaflets/edition/", "/lower-back/"])
def test_a_longer_history_asks_no_more_of_the_database(live, client, change, editor, reviewer, path):
    client.force_login(reviewer)
    client.get(path)

    def asked():
        with CaptureQueriesContext(connection) as queries:
            assert client.get(path).status_code == 200
        return len(queries)

    before = asked()
    for title in ("One", "Two", "Three"):
        edition = actions.submit(leaflet=change(title), by=editor, reason="Title.")
        actions.publish(edition=edition, by=reviewer, reason="Checked.")
        returned = actions.submit(leaflet=change(f"{title}, not"), by=editor, reason="Title.")
        actions.return_to_editor(edition=returned, by=reviewer, reason="No.")
    live_again = actions.submit(leaflet=change("Four"), by=editor, reason="Title.")
    actions.publish(edition=live_again, by=reviewer, reason="Checked.")
    asked()  # What is known of families is read again once after an Event.
    assert asked() == before
