"""What the public was shown is kept, byte for byte, whatever changes afterwards."""

import random
from datetime import timedelta
from itertools import pairwise

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from history.canonical import digest
from leaflets import actions, pages, press, public
from leaflets.models import Event, Kind, Leaflet, Rendering
from leaflets.models.edition import State
from tests.leaflets.test_verify import verdict
from triage.models import RedFlagGroup

pytestmark = pytest.mark.django_db


def test_the_public_page_is_what_was_kept(live, client):
    [rendering] = Rendering.objects.all()
    assert rendering.event.kind == Kind.PUBLISHED
    for name, path in (
        ("leaflet", "/lower-back/"),
        ("check", "/lower-back/check/"),
        ("exercises", "/lower-back/exercises/"),
    ):
        assert rendering.bodies[name] in client.get(path).content.decode()
        assert rendering.said["bodies"][name] == digest(rendering.bodies[name])


def test_submitting_renders_nothing(submitted):
    assert not Rendering.objects.exists()


def test_templates_that_change_do_not_change_what_was_seen(live, client, monkeypatch, auditor):
    before = client.get("/lower-back/").content
    published = live.events.last().at
    monkeypatch.setattr(pages, "bodies", lambda *args: dict.fromkeys(pages.NAMES, "New release"))
    assert client.get("/lower-back/").content == before

    assert press.refresh() == 1
    assert b"New release" in client.get("/lower-back/").content
    client.force_login(auditor)
    then = client.get("/admin/history/as-at/lower-back/", {"at": published.isoformat()}).content.decode()
    assert "New release" not in then
    assert "Cauda Equina Syndrome" in then
    assert Rendering.objects.last().event is None


def test_a_release_that_renders_the_same_keeps_nothing_twice(live, withdrawn):
    before = Rendering.objects.count()
    press.after_migration(using="default")
    assert Rendering.objects.count() == before


def test_what_was_seen_survives_a_rename_an_edit_and_a_deletion(live, client, auditor, reviewer):
    client.force_login(auditor)
    at = {"at": timezone.now().isoformat()}
    before = client.get("/admin/history/as-at/lower-back/", at).content
    reviewer.first_name = "Renamed"
    reviewer.save()
    Leaflet.objects.update(title="Another")
    live.leaflet.group_places.all().delete()
    RedFlagGroup.objects.all().delete()
    assert client.get("/admin/history/as-at/lower-back/", at).content == before


def test_a_review_moves_the_dates_of_a_scheduled_edition_too(live, change, editor, reviewer):
    newer = actions.submit(leaflet=change("Changed"), by=editor, reason="Changed.")
    tomorrow = timezone.now() + timedelta(days=1)
    actions.publish(edition=newer, by=reviewer, reason="Checked.", live_from=tomorrow)
    due = timezone.localdate() + timedelta(days=300)
    actions.review(edition=live, by=reviewer, reason="Whole.", next_review=due)
    decision = public.decision("lower-back", tomorrow)
    assert decision.edition == newer
    day = f"{due.day} {due:%B %Y}"
    assert day in public.rendering(decision, tomorrow).bodies["leaflet"]
    assert day in public.rendering(public.decision("lower-back")).bodies["leaflet"]


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 10**9))
def test_what_stood_there_has_neither_gap_nor_overlap(draft, editor, reviewer, seed):
    """Whatever editors and reviewers do, the intervals and the answer for a moment agree."""
    chance, slug = random.Random(seed), f"a{seed}"
    leaflet = Leaflet.objects.create(slug=slug, title="A", body_part="B", no_red_flags_because="Decided.")
    for step in range(12):
        _do_something(chance, leaflet, editor, reviewer, step)
    intervals = public.intervals(leaflet)
    for one, next_one in pairwise(intervals):
        assert one.since < one.until == next_one.since
    just, addresses = timedelta(microseconds=1), set()
    for interval in intervals:
        # Every address that it ever had leads in one step to where it stands.
        addresses.add(interval.decision.edition.slug)
        for address in addresses:
            assert public.decision(address, interval.since) == interval.decision
            assert public.decision(address, interval.since - just) != interval.decision
            if interval.until:
                assert public.decision(address, interval.until - just) == interval.decision
    if intervals:
        assert intervals[-1].until is None
        assert {public.decision(address) for address in addresses} == {intervals[-1].decision}


def _do_something(chance, leaflet, editor, reviewer, step):
    newest = leaflet.editions.order_by("number").last()
    state = newest and newest.state()
    if state == State.SUBMITTED:
        soon = timezone.now() + timedelta(milliseconds=chance.randint(1, 20))
        live_from = chance.choice([None, soon])
        scheduled = any(edition.state() == State.SCHEDULED for edition in leaflet.editions.all())
        live_from = None if scheduled else live_from
        if chance.random() < 0.8:
            actions.publish(edition=newest, by=reviewer, reason="Yes.", live_from=live_from)
        else:
            actions.return_to_editor(edition=newest, by=reviewer, reason="No.")
    elif state == State.LIVE and chance.random() < 0.4:
        actions.withdraw(edition=newest, by=reviewer, reason="Wrong.")
    else:
        leaflet.title = f"A {step}"
        leaflet.slug = chance.choice(
            [leaflet.slug, leaflet.slug.partition("-")[0], f"{leaflet.slug[:20]}-{step}"]
        )
        leaflet.save()
        leaflet.record(by=editor, reason="Title.")
        actions.submit(leaflet=leaflet, by=editor, reason="Title.")


def test_no_two_events_share_a_moment(withdrawn):
    moments = list(Event.objects.values_list("at", flat=True))
    assert len(set(moments)) == len(moments) == 3


def test_a_page_that_somebody_put_in_place_of_what_was_approved_is_found(live, client):
    bodies = {"leaflet": "<h1>Take two of these</h1>", "exercises": ""}
    press._keep(live, bodies, None, timezone.now())
    assert b"Take two of these" in client.get("/lower-back/").content
    assert f"Patients see other pages of {live} than this release renders from it." in verdict()
    press.refresh()
    assert b"Take two of these" not in client.get("/lower-back/").content
    assert "History is whole." in verdict()
