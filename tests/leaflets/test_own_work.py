"""Nobody publishes what they worked on since the edition approved last. The database refuses it too."""

import pytest

from leaflets import actions, rules
from leaflets.models.edition import State
from leaflets.workspace import draft_changes
from tests.history.test_guards import forge, refused
from tests.universe import person
from triage.models import ContactRoute, RedFlagGroup

pytestmark = pytest.mark.django_db


@pytest.fixture
def colleague(db):
    return person("colleague", "Editor", "Reviewer")


def change_group(by, title="Changed"):
    group = RedFlagGroup.objects.get(key="lower-back-after-trauma")
    group.title = title
    group.save()
    return group.record(by=by, reason="Changed.")


def test_whoever_changed_a_shared_group_does_not_publish_the_leaflet(draft, editor, colleague, reviewer):
    version = change_group(by=colleague)
    edition = actions.submit(leaflet=draft, by=editor, reason="With the change.")

    with pytest.raises(actions.Refused) as refusal:
        actions.publish(edition=edition, by=colleague, reason="Fine.")
    assert str(refusal.value) == f"You worked on this edition ({version}), so somebody else must publish it."
    assert "published" not in rules.may_follow(edition, colleague)
    assert "Nobody publishes what they worked on." in refused(*forge(edition, kind="published", by=colleague))

    actions.publish(edition=edition, by=reviewer, reason="Checked.")
    assert edition.state() == State.LIVE


def test_a_change_that_was_undone_again_is_still_work(draft, editor, colleague):
    change_group(by=colleague)
    change_group(by=editor, title="Symptoms That Are Present After Trauma")
    edition = actions.submit(leaflet=draft, by=editor, reason="As before.")
    with pytest.raises(actions.Refused, match="You worked on this edition"):
        actions.publish(edition=edition, by=colleague, reason="Fine.")


def test_work_that_somebody_else_approved_is_no_obstacle_later(draft, editor, colleague, reviewer, change):
    change_group(by=colleague)
    first = actions.submit(leaflet=draft, by=editor, reason="With the change.")
    actions.publish(edition=first, by=reviewer, reason="Checked.")

    change("A new title")
    second = actions.submit(leaflet=draft, by=editor, reason="Title.")
    assert [version.said["reason"] for version in second.new_versions()] == ["Another title."]
    actions.publish(edition=second, by=colleague, reason="Checked.")
    assert second.state() == State.LIVE


def test_approval_that_was_taken_back_does_not_count(draft, editor, colleague, reviewer, change):
    from datetime import timedelta

    from django.utils import timezone

    change_group(by=colleague)
    first = actions.submit(leaflet=draft, by=editor, reason="With the change.")
    tomorrow = timezone.now() + timedelta(days=1)
    actions.publish(edition=first, by=reviewer, reason="Checked.", live_from=tomorrow)
    actions.return_to_editor(edition=first, by=reviewer, reason="On second thoughts.")

    second = actions.submit(leaflet=change("A new title"), by=editor, reason="Title.")
    with pytest.raises(actions.Refused, match="You worked on this edition"):
        actions.publish(edition=second, by=colleague, reason="Fine.")
    assert "Nobody publishes what they worked on." in refused(*forge(second, kind="published", by=colleague))


def test_approval_that_ended_in_a_withdrawal_does_not_count(draft, editor, colleague, reviewer):
    change_group(by=colleague)
    first = actions.submit(leaflet=draft, by=editor, reason="With the change.")
    actions.publish(edition=first, by=reviewer, reason="Checked.")
    actions.withdraw(edition=first, by=reviewer, reason="The change was wrong.")

    assert draft_changes(draft) is None
    second = actions.submit(leaflet=draft, by=editor, reason="The same again.")
    with pytest.raises(actions.Refused, match="You worked on this edition"):
        actions.publish(edition=second, by=colleague, reason="Fine.")
    assert "Nobody publishes what they worked on." in refused(*forge(second, kind="published", by=colleague))


def test_work_after_the_submission_is_no_part_of_the_edition(submitted, colleague):
    change_group(by=colleague)
    actions.publish(edition=submitted, by=colleague, reason="Checked.")
    assert submitted.state() == State.LIVE


def test_an_edition_goes_on_being_compared_with_the_one_before_it(live, editor, reviewer, change):
    second = actions.submit(leaflet=change("Second"), by=editor, reason="Title.")
    actions.publish(edition=second, by=reviewer, reason="Checked.")
    third = actions.submit(leaflet=change("Third"), by=editor, reason="Title.")
    actions.publish(edition=third, by=reviewer, reason="Checked.")
    assert [edition.before() for edition in (live, second, third)] == [None, live, second]
    assert len(second.new_versions()) == 1


def test_a_route_deep_inside_counts(draft, editor, superuser):
    route = ContactRoute.objects.get(key="nhs-24")
    route.hours = "24 hours"
    route.save()
    route.record(by=superuser, reason="Hours.")
    edition = actions.submit(leaflet=draft, by=editor, reason="Hours.")
    with pytest.raises(actions.Refused, match="You worked on this edition \\(NHS 24 \\(111\\), version 2\\)"):
        actions.publish(edition=edition, by=superuser, reason="I may do anything.")
