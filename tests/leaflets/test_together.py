"""A shared group changes several leaflets: they are submitted and published together, all or none."""

import pytest

from leaflets import actions, rules
from leaflets.models import Edition, Event, Leaflet
from leaflets.models.edition import State
from leaflets.workspace import leaflets_using, live_editions_holding, waiting_together
from tests.leaflets.test_admin import words_of
from tests.universe import person
from triage.models import RedFlagGroup

pytestmark = pytest.mark.django_db


@pytest.fixture
def neck(live, editor, reviewer):
    """A second live leaflet that shares a group with the first."""
    group = RedFlagGroup.objects.get(key="lower-back-no-trauma")
    leaflet = Leaflet.objects.create(slug="neck", title="Neck", body_part="Neck")
    leaflet.group_places.create(group=group)
    leaflet.record(by=editor, reason="New.")
    edition = actions.submit(leaflet=leaflet, by=editor, reason="First edition.")
    return actions.publish(edition=edition, by=reviewer, reason="Checked.")


@pytest.fixture
def both_changed(neck, live, editor):
    """The shared group lost a sign: both drafts differ from what is live."""
    group = RedFlagGroup.objects.get(key="lower-back-no-trauma")
    group.signs.first().delete()
    group.record(by=editor, reason="One fewer.")
    return [live.leaflet, neck.leaflet]


@pytest.fixture
def both_submitted(both_changed, editor):
    return actions.submit_together(leaflets=both_changed, by=editor, reason="One sign fewer.")


def reasons_for(editions):
    return [(change.id, "A duplicate.") for edition in editions for change in rules.to_acknowledge(edition)]


def test_a_changed_group_gives_every_leaflet_that_uses_it_unpublished_changes(neck, editor):
    group = RedFlagGroup.objects.get(key="lower-back-no-trauma")
    assert [leaflet.standing for leaflet in leaflets_using(group)] == ["Live", "Live"]
    group.title = "Symptoms without an injury"
    group.save()
    assert [leaflet.standing for leaflet in leaflets_using(group)] == ["Live, with unpublished changes"] * 2


def test_the_page_of_the_group_leads_to_what_changes_in_each(both_changed, editor, client):
    client.force_login(editor)
    group = RedFlagGroup.objects.get(key="lower-back-no-trauma")
    page = client.get(f"/admin/triage/redflaggroup/{group.pk}/change/")
    assert "See what changes in each of the 2, and submit them together" in words_of(page)
    path = f"/admin/leaflets/leaflet/together/?leaflet={both_changed[0].pk}&leaflet={both_changed[1].pk}"
    words = words_of(client.get(path))
    assert words.count("Red flag of “Symptoms Where No Trauma Was Involved” removed") == 2
    response = client.post(path, {"reason": "One sign fewer."}, follow=True)
    assert "Neck, edition 2: submitted." in words_of(response)
    assert "edition 2: submitted." in words_of(response)


def test_what_was_submitted_together_is_published_together_with_one_reason_for_a_shared_change(
    both_submitted, reviewer, client
):
    client.force_login(reviewer)
    first, second = both_submitted
    page = client.get(f"/admin/leaflets/edition/{first.pk}/change/")
    assert "Submitted together with Neck, edition 2 . Publish them together" in words_of(page)
    path = f"/admin/leaflets/edition/together/?edition={first.pk}&edition={second.pk}"
    form = client.get(path).context["form"]
    [change] = form.changes
    sent = {"reason": "Read both.", change: "A duplicate.", "digests": form.initial["digests"]}
    client.post(path, sent)
    assert [edition.state() for edition in both_submitted] == [State.LIVE, State.LIVE]


def test_all_are_published_or_none(both_submitted, reviewer, editor):
    first, second = both_submitted
    actions.return_to_editor(edition=second, by=reviewer, reason="Not this one.")
    with pytest.raises(actions.Refused, match="Neck, edition 2 is returned"):
        actions.publish_together(
            editions=both_submitted, by=reviewer, reason="Read.", acknowledged=reasons_for(both_submitted)
        )
    assert first.state() == State.SUBMITTED
    assert waiting_together(first) == []


def test_all_are_submitted_or_none(both_changed, editor):
    Leaflet.objects.filter(slug="neck").update(no_red_flags_because="None?")
    before = Event.objects.count()
    with pytest.raises(actions.Refused, match="“Neck” cannot be submitted yet"):
        actions.submit_together(leaflets=both_changed, by=editor, reason="One sign fewer.")
    assert (Event.objects.count(), Edition.objects.count()) == (before, 2)


def test_whoever_worked_on_one_of_them_publishes_none(both_changed, editor, reviewer):
    colleague = person("colleague", "Editor", "Reviewer")
    neck = both_changed[1]
    neck.title = "Neck pain"
    neck.save()
    neck.record(by=colleague, reason="Title.")
    editions = actions.submit_together(leaflets=both_changed, by=editor, reason="Both.")
    with pytest.raises(actions.Refused, match="You worked on this edition"):
        actions.publish_together(
            editions=editions, by=colleague, reason="Fine.", acknowledged=reasons_for(editions)
        )
    assert [edition.state() for edition in editions] == [State.SUBMITTED, State.SUBMITTED]


MANY = "&".join(f"edition={number}" for number in range(1, 102))


@pytest.mark.parametrize(
    "query", ["", "?edition=0", "?edition=99999999999999999999", "?edition=x", f"?{MANY}"]
)
def test_an_address_that_names_no_edition_is_not_found(both_submitted, reviewer, client, query):
    client.force_login(reviewer)
    assert client.get(f"/admin/leaflets/edition/together/{query}").status_code == 404


def test_the_list_of_leaflets_says_where_each_stands_in_a_flat_number_of_queries(
    both_changed, editor, client, django_assert_max_num_queries
):
    client.force_login(editor)
    with django_assert_max_num_queries(30):
        words = words_of(client.get("/admin/leaflets/leaflet/"))
    assert words.count("Live, with unpublished changes") == 2


def test_what_is_wrong_in_a_shared_group_is_withdrawn_everywhere_at_once(neck, live, reviewer, client):
    client.force_login(reviewer)
    group = RedFlagGroup.objects.get(key="lower-back-no-trauma")
    page = client.get(f"/admin/triage/redflaggroup/{group.pk}/change/")
    assert "Withdraw all 2 live leaflets that hold it" in words_of(page)
    path = f"/admin/leaflets/edition/withdraw/?edition={live.pk}&edition={neck.pk}"
    assert path in page.content.decode().replace("&amp;", "&")
    words = words_of(client.get(path))
    assert "All of these are decided on together: all or none." in words
    contacts = [contact["key"] for contact in live.contacts()]
    said = {"reason": "The list is wrong.", "told": "Call 111 if you are unwell.", "turn_to": contacts}
    response = client.post(path, said, follow=True)
    assert "Neck, edition 1: withdrawn." in words_of(response)
    for edition in (live, neck):
        assert edition.state() == State.WITHDRAWN
        assert "Call 111 if you are unwell." in client.get(f"/{edition.slug}/").content.decode()
    assert not live_editions_holding(group)


def test_only_what_patients_see_of_an_item_is_offered_for_withdrawal(neck, live, editor, reviewer, client):
    group = RedFlagGroup.objects.get(key="lower-back-no-trauma")
    route = live.leaflet.groups.get(key="cauda-equina-syndrome").routes.first()
    assert live_editions_holding(group) == [live, neck]
    assert live_editions_holding(route) == [live]
    neck.leaflet.group_places.all().delete()  # A draft without it, while patients still read it.
    assert live_editions_holding(group) == [live, neck]
    client.force_login(editor)
    assert "Withdraw all" not in words_of(client.get(f"/admin/triage/redflaggroup/{group.pk}/change/"))


def test_all_are_withdrawn_or_none(neck, live, reviewer):
    actions.withdraw(edition=neck, by=reviewer, reason="Wrong.", told="Call 111.")
    with pytest.raises(actions.Refused, match="Neck, edition 1 is withdrawn"):
        actions.withdraw_together(editions=[live, neck], by=reviewer, reason="Wrong.", told="Call 111.")
    assert live.state() == State.LIVE
