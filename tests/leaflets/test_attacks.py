"""Roads that somebody took to get around a rule, each closed."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from history import triggers
from history.canonical import canonical, digest
from history.models import AccountEvent, Version
from history.people import moment
from leaflets import actions, guards, press, rules, safety
from leaflets.models import Edition, Event, Pin, Rendering
from leaflets.models.edition import State
from tests.history.test_guards import forge, refused
from tests.leaflets.test_verify import owner, verdict
from tests.universe import person
from triage.models import RedFlagGroup

pytestmark = pytest.mark.django_db
OWN_WORK = "Nobody publishes what they worked on."


@pytest.fixture
def colleague(db):
    """Somebody who edits and reviews, too."""
    return person("colleague", "Editor", "Reviewer")


def change_group(by, warning):
    group = RedFlagGroup.objects.get(key="lower-back-no-trauma")
    group.warning = warning
    group.save()
    group.record(by=by, reason="Changed.")


def acknowledged(edition):
    return [(change.id, "Right.") for change in rules.to_acknowledge(edition)]


def published(leaflet, submitter, publisher, **more):
    edition = actions.submit(leaflet=leaflet, by=submitter, reason="Next.")
    reasons = acknowledged(edition)
    return actions.publish(edition=edition, by=publisher, reason="Checked.", acknowledged=reasons, **more)


def test_withdrawn_own_work_does_not_come_back_by_being_submitted_again(live, colleague, editor, reviewer):
    change_group(colleague, "Dangerous.")
    second = published(live.leaflet, editor, reviewer)
    actions.withdraw(edition=second, by=reviewer, reason="Dangerous.")
    change_group(editor, "Mended.")
    published(live.leaflet, editor, reviewer)

    again = actions.republish(edition=second, by=editor, reason="Again.")
    assert [version.by for version in again.new_versions()] == [colleague]
    with pytest.raises(actions.Refused, match="You worked on this edition"):
        actions.publish(edition=again, by=colleague, reason="Mine.", acknowledged=acknowledged(again))
    assert OWN_WORK in refused(*forge(again, kind="published", by=colleague))


def test_an_approval_that_has_not_taken_effect_yet_does_not_cover_own_work(
    live, colleague, editor, reviewer, change
):
    change_group(colleague, "Mine.")
    later = timezone.now() + timedelta(days=300)
    scheduled = published(live.leaflet, editor, reviewer, live_from=later)
    third = actions.submit(leaflet=change("A trifle"), by=editor, reason="A trifle.")
    assert third.before() == live
    with pytest.raises(actions.Refused, match="You worked on this edition"):
        actions.publish(edition=third, by=colleague, reason="Now.", acknowledged=acknowledged(third))
    assert OWN_WORK in refused(*forge(third, kind="published", by=colleague))

    actions.withdraw(edition=live, by=reviewer, reason="Wrong.")
    assert scheduled.state() == State.SUPERSEDED
    assert not rules.may_be_republished(scheduled)
    assert [version.by for version in third.new_versions() if version.by == colleague] == [colleague]


def test_a_password_set_under_an_odd_address_is_recorded_or_not_set(administrator, reviewer, client):
    client.force_login(administrator)
    sent = {"password1": "another long phrase", "password2": "another long phrase", "usable_password": "true"}
    client.raise_request_exception = False
    client.post(f"/admin/auth/user/_2B{reviewer.pk}/password/", sent)
    recorded = reviewer.account_events.filter(kind=AccountEvent.Kind.PASSWORD).exists()
    assert User.objects.get(pk=reviewer.pk).check_password("another long phrase") == recorded


@pytest.mark.parametrize(("at", "says"), [(-1, "comes not before"), (10, "has happened by now")])
def test_nothing_is_added_to_the_past_or_to_the_future(live, at, says):
    bodies = {"leaflet": "Never shown", "exercises": ""}
    then = Rendering.objects.last().at + timedelta(days=at)
    with pytest.raises(DatabaseError, match=says), transaction.atomic():
        press._keep(live, bodies, None, then)
    version = Version.objects.last()
    said = {**version.said, "number": version.number + 1, "at": moment(then)}
    columns = {"kind": version.kind, "item": version.item, "number": version.number + 1, "by": version.by}
    with pytest.raises(DatabaseError, match=says), transaction.atomic():
        Version.append(said, at=then, **columns)


def test_a_record_dated_before_the_one_before_it_is_found(live):
    then = timezone.now() - timedelta(days=1)
    with owner():
        press._keep(live, {"leaflet": "Never shown", "exercises": ""}, None, then)
    assert "it is said to have happened before the record before it." in verdict()


def test_own_work_that_was_published_past_the_guard_is_found(submitted, editor):
    with owner() as cursor:
        cursor.execute(*forge(submitted, kind="published"))
        press.press(Event.objects.last())
    assert "leaflets.Event 2: somebody published what they had submitted or worked on." in verdict()


def test_a_trigger_that_was_gutted_is_missed(live):
    gutted = next(t for t in guards.all_triggers() if t.name == "leaflets_event_chain")
    harmless = gutted._replace(sqlite="SELECT 1;", postgresql="PERFORM 1;")
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
    triggers.install(connection, [harmless])
    assert triggers.missing(connection, guards.all_triggers()) == ["leaflets_event_chain"]


def other_words(live):
    """An edition of other words, pinned to the versions that are there, in the form that every trigger accepts."""
    document = live.document
    document["title"] = "Words that nobody wrote"
    content = canonical(document)
    fields = {"number": 2, "slug": live.slug, "code": "HHH-HHH"}
    return Edition.objects.create(leaflet=live.leaflet, content=content, digest=digest(content), **fields)


def test_an_edition_that_is_not_what_its_versions_hold_is_found(live, editor):
    edition = other_words(live)
    Pin.objects.bulk_create(Pin(edition=edition, version=version) for version in live.versions())
    actions._record_submissions([edition], editor, "As written.")
    assert f"leaflets.Edition {edition.pk}: it is not what its versions hold." in verdict()


def test_an_edition_without_versions_is_refused(live, editor):
    edition = other_words(live)
    with pytest.raises(DatabaseError, match="pinned to a version of its leaflet"), transaction.atomic():
        actions._record_submissions([edition], editor, "As written.")


def test_two_changes_are_not_acknowledged_as_one(live):
    assert len(rules.to_acknowledge(live)) == 0
    assert all(len(each.id) == 64 for each in safety.compare(live.document, {**live.document, "title": "x"}))
