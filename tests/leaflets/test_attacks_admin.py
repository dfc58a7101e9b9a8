"""Addresses and forms of the admin that somebody wrote by hand, to see, to change or to stop what they may not."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.contrib import admin
from django.contrib.auth.models import User
from django.db import connections
from django.test import Client

from history.models import Version
from leaflets.models import GroupPlacement, Leaflet
from tests.leaflets.test_admin import fields_of
from tests.leaflets.test_import_pages import ABOUT, ADDRESS, chosen
from triage.models import ContactRoute, GroupContact, RedFlag, RedFlagGroup


def pages(page="changelist"):
    return sorted(
        (model._meta.label_lower, f"admin:{model._meta.label_lower.replace('.', '_')}_{page}")
        for model in admin.site._registry
    )


@pytest.mark.parametrize("model", sorted(admin.site._registry, key=lambda model: model._meta.label), ids=str)
@pytest.mark.parametrize("lookup", ["regex", "iregex"])
def test_no_list_takes_a_pattern_that_would_hold_up_every_page(rf, model, lookup):
    page = admin.site._registry[model]
    names = [field.name for field in model._meta.get_fields()] + [
        f"{name}__name" for name in page.search_fields
    ]
    assert not [name for name in names if page.lookup_allowed(f"{name}__{lookup}", "(a+)+$", rf.get("/"))]


@pytest.mark.django_db
def test_a_pattern_in_an_address_is_a_bad_request(draft, auditor, client):
    client.force_login(auditor)
    for asked in (
        "leaflets/leaflet/?exercises_reminder__regex=^(.|..)*~",
        "auth/user/?username__iregex=(((",
        "auth/group/?name__regex=(((",
    ):
        assert client.get(f"/admin/{asked}").status_code == 400


@pytest.mark.django_db
@pytest.mark.parametrize(
    "field",
    [
        "groupplacement&field_name=group",
        "programmeplacement&field_name=programme",
        "leaflet&field_name=translated_from",
    ],
)
def test_a_search_for_what_no_text_holds_is_no_error(live, editor, client, field):
    client.force_login(editor)
    asked = f"/admin/autocomplete/?app_label=leaflets&model_name={field}&term=%00back"
    assert client.get(asked).status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize("asked", ["urgency=non-urgent", "title=Knee&key=knee&urgency=emergency"])
def test_no_link_chooses_an_urgency(editor, client, asked):
    client.force_login(editor)
    form = client.get(f"/admin/triage/redflaggroup/add/?{asked}").context["adminform"].form
    assert [form[name].value() or "" for name in ("urgency", "title", "key")] == ["", "", ""]


@pytest.mark.django_db
@pytest.mark.parametrize("source", ["x", "9" * 23, "%00"])
def test_an_address_that_names_no_edition_is_no_error(editor, client, source):
    client.force_login(editor)
    assert client.get(f"/admin/leaflets/leaflet/add/?translated_from={source}").status_code == 200


@pytest.mark.django_db
def test_a_form_takes_no_sign_out_of_another_group(draft, editor, client):
    first, second = RedFlagGroup.objects.filter(signs__isnull=False).distinct()[:2]
    before = list(RedFlag.objects.values())
    stolen = second.signs.first()
    path = f"/admin/triage/redflaggroup/{first.pk}/change/"
    client.force_login(editor)
    sent = fields_of(client.get(path)) | {"reason": "Mine."}
    for more in (
        {"signs-0-id": stolen.pk, "signs-0-text": "Mine"},
        {"signs-0-group": second.pk},
        {"signs-0-id": stolen.pk, "signs-0-group": second.pk, "signs-0-DELETE": "on"},
    ):
        client.post(path, sent | more)
    assert list(RedFlag.objects.values()) == before


@pytest.mark.django_db
def test_what_is_deleted_from_a_list_is_recorded_one_by_one_and_what_is_used_stays(draft, editor, client):
    unused = [RedFlagGroup.objects.create(title=f"Unused {n}", key=f"unused-{n}") for n in range(3)]
    client.force_login(editor)
    keys = [group.pk for group in RedFlagGroup.objects.all()]
    sent = {"action": "delete_selected", "select_across": "1", "_selected_action": keys, "post": "yes"}
    client.post("/admin/triage/redflaggroup/", sent)
    assert RedFlagGroup.objects.count() == len(keys)
    sent["_selected_action"], sent["select_across"] = [group.pk for group in unused], "0"
    client.post("/admin/triage/redflaggroup/", sent)
    assert RedFlagGroup.objects.count() == len(keys) - 3
    gone = [v for v in Version.objects.filter(kind="triage.redflaggroup") if v.said["content"] is None]
    assert [version.by for version in gone] == [editor] * 3


@pytest.mark.django_db
@pytest.mark.parametrize("role", ["reviewer", "auditor", "administrator"])
def test_nobody_but_an_editor_deletes_from_a_list(draft, client, request, role):
    RedFlagGroup.objects.create(title="Unused", key="unused")
    client.force_login(request.getfixturevalue(role))
    before = RedFlagGroup.objects.count()
    keys = [group.pk for group in RedFlagGroup.objects.filter(key="unused")]
    client.post(
        "/admin/triage/redflaggroup/", {"action": "delete_selected", "_selected_action": keys, "post": "yes"}
    )
    assert RedFlagGroup.objects.count() == before


@pytest.mark.django_db(transaction=True)
def test_of_several_who_bring_in_the_same_address_at_once_one_succeeds_and_the_others_are_told(editor):
    def bring_in(_):
        try:
            client = Client()
            client.force_login(User.objects.get(username="editor"))
            response = client.post(ADDRESS, {"text": "Knee\n\nBend it.\n\nGet help\n\n• a"})
            response = client.post(ADDRESS, chosen(response, **ABOUT))
            return response.status_code, b"there is a leaflet at" in response.content
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as threads:
        answers = sorted(threads.map(bring_in, range(4)))
    assert answers == [(302, False), (400, True), (400, True), (400, True)]
    assert Leaflet.objects.count() == 1
    assert Version.objects.filter(kind="leaflets.leaflet").count() == 1


@pytest.mark.django_db
def test_no_number_of_groups_and_contacts_breaks_a_page(draft, editor, client):
    def many(model, **fields):
        return model.objects.bulk_create(model(**fields, key=f"many-{number}") for number in range(1000))

    groups, routes = many(RedFlagGroup, title="Many"), many(ContactRoute, name="Many")
    for model, first, second, firsts, seconds in (
        (GroupPlacement, "leaflet", "group", [draft] * 1000, groups),
        (GroupContact, "group", "route", groups, routes),
    ):
        pairs = enumerate(zip(firsts, seconds, strict=True))
        model.objects.bulk_create(
            model(**{first: one, second: other}, position=n) for n, (one, other) in pairs
        )
    client.force_login(editor)
    for page in ("leaflets/leaflet/", f"triage/contactroute/{routes[0].pk}/change/"):
        assert client.get(f"/admin/{page}").status_code == 200
    other = Leaflet.objects.create(title="Knee", slug="knee", body_part="Knee")
    assert client.get(f"/admin/leaflets/leaflet/{other.pk}/change/").status_code == 200
