"""Each change of an item is one Version: what it held then, who changed it, when and why."""

from unittest import mock

import pytest
from django.db import DatabaseError, connection, connections, transaction

from history.canonical import digest
from history.models import BEHIND_OUR_BACK, UNSAID, Version
from leaflets import actions
from leaflets.models import Leaflet
from triage.models import ContactRoute, RedFlag, RedFlagGroup

pytestmark = pytest.mark.django_db


@pytest.fixture
def group(draft):
    return RedFlagGroup.objects.get(key="cauda-equina-syndrome")


def test_a_version_holds_the_whole_item_its_signs_and_their_order_included(group, editor):
    [version] = group.versions()
    assert version.said["content"] == group.content()
    assert [sign["text"][:11] for sign in version.said["content"]["signs"]] == ["Significant", "Changes to "]
    assert version.said["content"]["contacts"][1] == {"key": "nhs-24", "when": "at other times"}
    assert version.said["by"] == {
        "id": editor.pk,
        "username": "editor",
        "name": "Editor",
        "roles": ["Editor"],
    }
    assert version.said["reason"] == "Loaded."


def test_every_kind_of_item_has_versions(draft):
    assert {version.kind for version in Version.objects.all()} == {
        "leaflets.leaflet",
        "triage.redflaggroup",
        "triage.contactroute",
        "exercises.programme",
        "exercises.exercisevideo",
    }


def test_no_change_no_version(group, editor):
    before = Version.objects.count()
    assert group.record(by=editor, reason="Nothing.").number == 1
    assert Version.objects.count() == before


def test_a_new_order_of_signs_is_a_change(group, editor):
    first = group.signs.first()
    first.position = 9
    first.save()
    version = RedFlagGroup.objects.get(pk=group.pk).record(by=editor, reason="Order.")
    assert version.number == 2
    assert version.said["content"]["signs"][1]["text"] == first.text


def test_a_changed_route_is_a_version_of_the_route_and_not_of_its_groups(group, editor):
    route = ContactRoute.objects.get(key="nhs-24")
    route.hours = "24 hours"
    route.save()
    assert route.record(by=editor, reason="Hours.").number == 2
    assert group.record(by=editor, reason="Hours.").number == 1


def test_versions_keep_the_name_and_role_that_a_person_had(group, editor):
    editor.first_name, editor.username = "Renamed", "renamed"
    editor.save()
    editor.groups.clear()
    assert group.versions().get().said["by"] == {
        "id": editor.pk,
        "username": "editor",
        "name": "Editor",
        "roles": ["Editor"],
    }


def test_a_save_in_the_admin_is_a_version_with_its_reason(group, editor, client):
    from tests.leaflets.test_admin import form_of

    save = form_of(client, editor, f"/admin/triage/redflaggroup/{group.pk}/change/")
    save(**{"signs-1-text": "Numbness between your legs.", "reason": "Plainer words."})
    version = group.versions().last()
    assert (version.number, version.by, version.said["reason"]) == (2, editor, "Plainer words.")
    assert version.said["content"]["signs"][1]["text"] == "Numbness between your legs."


def test_a_deletion_in_the_admin_is_recorded(draft, editor, client):
    client.force_login(editor)
    route = ContactRoute.objects.create(key="helpline", name="Helpline")
    route.record(by=editor, reason="New.")
    versions = list(route.versions())
    client.post(f"/admin/triage/contactroute/{route.pk}/delete/", {"post": "yes"})
    assert not ContactRoute.objects.filter(key="helpline").exists()
    last = route.__class__(pk=versions[0].item).versions().last()
    assert (last.number, last.said["content"], last.by) == (2, None, editor)


def test_several_deletions_at_once_are_each_recorded(draft, editor, client):
    client.force_login(editor)
    routes = [ContactRoute.objects.create(key=f"r{n}", name="R") for n in range(2)]
    client.post(
        "/admin/triage/contactroute/",
        {"action": "delete_selected", "_selected_action": [r.pk for r in routes], "post": "yes"},
    )
    assert (
        Version.objects.filter(item__in=[r.pk for r in routes], content__contains='"content":null').count()
        == 2
    )


def test_what_was_submitted_once_is_deleted_with_a_reason(group, submitted, editor, client):
    client.force_login(editor)
    group.leaflet_places.all().delete()
    path = f"/admin/triage/redflaggroup/{group.pk}/delete/"
    for sent in ({}, {"reason": " "}, {"reason": "x" * 2001}):
        assert client.post(path, {"post": "yes", **sent}).status_code == 200
    selected = {"action": "delete_selected", "_selected_action": [group.pk], "post": "yes"}
    refused = client.post("/admin/triage/redflaggroup/", selected)
    assert "Say in a sentence why: this has been submitted before." in refused.content.decode()
    assert group.versions().last().said["content"] is not None
    client.post(path, {"post": "yes", "reason": "Now part of another group."})
    assert group.versions().last().said["reason"] == "Now part of another group."
    assert not RedFlagGroup.objects.filter(pk=group.pk).exists()


def test_a_program_gives_a_reason_too_for_what_was_submitted_once(group, submitted, editor):
    group.title = "Another title"
    group.save()
    with pytest.raises(ValueError, match="is recorded with a reason"):
        group.record(by=editor, reason=" ")
    assert group.record(by=editor, reason="Clearer.").number == 2


def test_several_deletions_by_a_program_are_each_recorded(draft):
    for number in range(2):
        ContactRoute.objects.create(key=f"r{number}", name="R").record(by=None, reason="New.")
    routes = ContactRoute.objects.filter(key__startswith="r")
    pks = list(routes.values_list("pk", flat=True))
    assert routes.delete() == (2, {"triage.ContactRoute": 2})
    last = [ContactRoute(pk=pk).versions().last() for pk in pks]
    assert [(version.number, version.said["content"], version.by) for version in last] == [
        (2, None, None)
    ] * 2


@pytest.mark.django_db(transaction=True)
class TestWhatAProgramSaves:
    """Whoever saves by code and says nothing is recorded too, once the transaction is committed."""

    def test_a_save_of_an_item_or_of_a_row_is_a_version_by_nobody_known(self, group, editor):
        group.title = "Another title"
        group.save()
        sign = group.signs.first()
        sign.text = "Other words"
        sign.save()
        group.signs.last().delete()
        said = [version.said for version in group.versions()][1:]
        assert [(each["reason"], each["by"]) for each in said] == [(UNSAID, None)] * 3
        assert (said[0]["content"]["title"], len(said[2]["content"]["signs"])) == ("Another title", 1)

    def test_what_is_recorded_before_the_transaction_ends_is_one_version(self, group, editor):
        with transaction.atomic():
            group.title = "Another title"
            group.save()
            group.signs.first().delete()
            group.record(by=editor, reason="Clearer.")
        assert [version.said["reason"] for version in group.versions()] == ["Loaded.", "Clearer."]

    def test_what_is_rolled_back_is_no_version(self, group):
        with transaction.atomic():
            group.title = "Another title"
            group.save()
            transaction.set_rollback(True)
        assert group.versions().count() == 1

    def test_what_is_deleted_after_it_was_saved_ends_with_its_deletion(self, draft):
        with transaction.atomic():
            route = ContactRoute.objects.create(key="helpline", name="Helpline")
            pk = route.pk
            ContactRoute.objects.get(pk=pk).delete(by=None, reason="Not needed.")
        [version] = ContactRoute(pk=pk).versions()
        assert version.said["content"] is None

    def test_a_save_in_the_admin_stays_one_version(self, group, editor, client):
        from tests.leaflets.test_admin import form_of

        form_of(client, editor, f"/admin/triage/redflaggroup/{group.pk}/change/")(warning="Mine.")
        assert [version.by for version in group.versions()] == [editor, editor]


def test_what_was_changed_behind_our_back_is_noticed_at_submission(draft, editor):
    RedFlag.objects.filter(text="Night sweats").update(text="Night sweating")
    edition = actions.submit(leaflet=draft, by=editor, reason="First edition.")
    group = RedFlagGroup.objects.get(key="lower-back-no-trauma")
    noticed = group.versions().last()
    assert (noticed.number, noticed.by, noticed.said["by"]) == (2, None, None)
    assert noticed.said["reason"] == BEHIND_OUR_BACK
    assert noticed in edition.versions()


def test_an_edition_pins_the_version_of_every_item_in_it(submitted):
    # One leaflet, three groups, two routes, three programmes, three videos.
    assert submitted.versions().count() == 12
    assert {version.number for version in submitted.versions()} == {1}


def test_an_edition_goes_on_holding_what_it_held(submitted, editor):
    group = RedFlagGroup.objects.get(key="cauda-equina-syndrome")
    group.title = "Something else"
    group.save()
    group.record(by=editor, reason="Renamed.")
    held = submitted.versions().get(kind="triage.redflaggroup", item=group.pk)
    assert held.said["content"]["title"] == "Cauda Equina Syndrome (CES)"


def test_versions_form_one_chain(draft):
    versions = list(Version.objects.all())
    assert [version.sequence for version in versions] == list(range(1, 13))
    for before, version in zip([None, *versions], versions, strict=False):
        assert version.previous == (before.digest if before else "0" * 64)
        assert version.digest == digest(version.previous + version.content)


def test_nothing_is_pinned_to_an_edition_that_was_submitted(submitted, editor):
    leaflet = Leaflet.objects.get()
    leaflet.title = "Changed"
    leaflet.save()
    later = leaflet.record(by=editor, reason="Changed.")
    sql = "INSERT INTO leaflets_pin (edition_id, version_id) VALUES (%s, %s)"
    with (
        pytest.raises(DatabaseError, match="pinned before it is submitted"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(sql, [submitted.pk, later.pk])


def test_a_deletion_by_code_is_recorded_too(draft):
    route = ContactRoute.objects.create(key="helpline", name="Helpline")
    route.record(by=None, reason="New.")
    pk = route.pk
    route.delete()
    last = Version.objects.filter(kind="triage.contactroute", item=pk).last()
    assert (last.said["content"], last.by, last.said["reason"]) == (None, None, "Deleted outside the admin.")


def test_nothing_is_recorded_outside_a_transaction(draft):
    outside = mock.patch.object(connections["default"], "in_atomic_block", False)
    with outside, pytest.raises(transaction.TransactionManagementError, match="inside a transaction"):
        Version.lock_chain()
