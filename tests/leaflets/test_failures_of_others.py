"""What goes wrong in other systems, each shown not to happen here. The name says the failure; the test, its absence."""

from datetime import timedelta

import pytest
from django.db.models import ProtectedError
from django.test import Client
from django.utils import timezone

from history.models import Version
from leaflets import actions, public
from leaflets.models import Edition
from leaflets.models.edition import State
from tests.leaflets.test_admin import form_of, words_of
from tests.leaflets.test_verify import owner, verdict
from triage.models import ContactRoute, RedFlag, RedFlagGroup

pytestmark = pytest.mark.django_db


@pytest.fixture
def newer(live, editor, reviewer):
    """A second live edition, whose shared group and contact route hold other words."""
    RedFlag.objects.filter(text="Night sweats").update(text="Sweating at night")
    ContactRoute.objects.filter(key="nhs-24").update(name="NHS Scotland")
    edition = actions.submit(leaflet=live.leaflet, by=editor, reason="Other words.")
    reasons = [(change.id, "Right.") for change in actions.rules.to_acknowledge(edition)]
    return actions.publish(edition=edition, by=reviewer, reason="Checked.", acknowledged=reasons)


def test_an_old_page_rendered_with_todays_shared_text(live, newer, auditor, client):
    client.force_login(auditor)
    at = live.events.last().at.isoformat()
    then = words_of(client.get("/admin/history/as-at/lower-back/", {"at": at}))
    assert "Night sweats" in then
    assert "NHS 24" in then
    assert "Sweating at night" not in then
    preview = words_of(client.get(f"/admin/leaflets/edition/{live.pk}/preview/"))
    assert "Night sweats" in preview


def test_history_deleted_with_the_page(live, editor):
    with pytest.raises(ProtectedError):
        live.leaflet.delete(by=editor, reason="No longer wanted.")
    group = RedFlagGroup.objects.get(key="lower-back-no-trauma")
    group.leaflet_places.all().delete()
    pk, content = group.pk, live.content
    group.delete(by=editor, reason="No longer wanted.")
    assert Edition.objects.get(pk=live.pk).content == content
    assert Version.objects.filter(kind="triage.redflaggroup", item=pk).count() == 2


def test_an_author_in_the_approving_group_approving_their_own_work(draft, both, superuser):
    for person in (both, superuser):
        draft.title = f"By {person}"
        draft.save()
        draft.record(by=person, reason="Mine.")
        edition = actions.submit(leaflet=draft, by=person, reason="Mine.")
        with pytest.raises(actions.Refused, match="somebody else must publish it"):
            actions.publish(edition=edition, by=person, reason="Mine.")


def test_an_edit_after_approval_going_live(submitted, editor, reviewer, client):
    tomorrow = timezone.now() + timedelta(days=1)
    actions.publish(edition=submitted, by=reviewer, reason="Checked.", live_from=tomorrow)
    RedFlag.objects.all().delete()
    kept = public.rendering(public.decision("lower-back", tomorrow)).bodies["leaflet"]
    assert "Night sweats" in kept
    assert submitted.state(tomorrow) == State.LIVE


def test_an_edit_of_what_is_staged_rewriting_what_is_live(live, change, editor, client):
    before = client.get("/lower-back/").content
    actions.submit(leaflet=change("Staged"), by=editor, reason="Title.")
    change("Staged again")
    assert client.get("/lower-back/").content == before


def test_a_save_overwriting_a_newer_one(draft, editor, both):
    path = f"/admin/triage/redflaggroup/{RedFlagGroup.objects.get(key='lower-back-no-trauma').pk}/change/"
    slow, quick = form_of(Client(), editor, path), form_of(Client(), both, path)
    quick(warning="Theirs.")
    assert "is not saved" in words_of(slow(warning="Mine."))
    assert RedFlagGroup.objects.get(key="lower-back-no-trauma").warning == "Theirs."


def test_an_edited_history_row_served_without_complaint(live):
    with owner() as cursor:
        cursor.execute("UPDATE history_version SET content = REPLACE(content, 'Night', 'Noon')")
    assert "History is broken." in verdict()


def test_what_an_item_held_shown_under_todays_names(live, newer, auditor, client):
    client.force_login(auditor)
    route = ContactRoute.objects.get(key="nhs-24")
    assert "NHS 24" in words_of(client.get(f"/admin/history/versions/contactroute/{route.pk}/1/"))
    assert newer.before() == live
