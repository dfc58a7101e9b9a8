"""Copies of red-flag groups and leaflets: whole, recorded, and nothing in them that is false."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from exercises.models import ExerciseVideo, Programme
from history.models import Version
from leaflets.admin.problems import reports
from leaflets.models import Evidence, Leaflet, LeafletLink, Section
from tests.leaflets.test_admin import words_of
from triage.models import ContactRoute, RedFlagGroup

pytestmark = pytest.mark.django_db


@pytest.fixture
def group(draft):
    return RedFlagGroup.objects.get(key="cauda-equina-syndrome")


@pytest.fixture
def rich_draft(draft, editor):
    """The draft with a part of every kind."""
    Section.objects.create(leaflet=draft, heading="Heat", body="<p>Warm.</p>")
    LeafletLink.objects.create(leaflet=draft, text="Back pain", url="https://example.org/", kind="leaflet")
    Evidence.objects.create(leaflet=draft, citation="Somebody 2020")
    draft.reference = "MSK-1"
    draft.save()
    draft.record(by=editor, reason="More of it.")
    return draft


@pytest.fixture
def duplicate(client, editor):
    """Send the form: duplicate(item, **fields)."""

    def duplicate(item, **fields):
        client.force_login(editor)
        return client.post(
            f"/admin/{item._meta.app_label}/{item._meta.model_name}/{item.pk}/duplicate/", fields
        )

    return duplicate


def leaflet_fields(**changes):
    return {
        "title": "Neck",
        "slug": "neck",
        "body_part": "Neck",
        "condition": "",
        "language": "en-GB",
        "items": "shared",
        **changes,
    }


class TestAGroup:
    def test_the_form_suggests_a_key_that_is_free(self, group, client, editor):
        client.force_login(editor)
        page = client.get(f"/admin/triage/redflaggroup/{group.pk}/duplicate/")
        assert page.context["form"].initial == {
            "title": "Cauda Equina Syndrome (CES)",
            "key": "cauda-equina-syndrome-2",
        }

    def test_all_of_it_is_copied_and_nothing_of_it_is_shared_but_contact_routes(self, group, duplicate):
        group.notes.create(text="If you take blood thinners, do not wait.")
        routes = ContactRoute.objects.count()
        duplicate(group, title="CES in the neck", key="ces-neck")
        copy = RedFlagGroup.objects.get(key="ces-neck")
        assert copy.snapshot() == {**group.snapshot(), "key": "ces-neck", "title": "CES in the neck"}
        assert copy.urgency == "urgent"
        assert not {sign.pk for sign in copy.signs.all()} & {sign.pk for sign in group.signs.all()}
        assert ContactRoute.objects.count() == routes

    def test_it_is_recorded_as_version_1_by_the_person_with_what_it_was_copied_from(
        self, group, duplicate, editor
    ):
        duplicate(group, title="CES in the neck", key="ces-neck")
        [version] = RedFlagGroup.objects.get(key="ces-neck").versions()
        assert (version.number, version.by) == (1, editor)
        assert version.said["reason"] == "Copied from “Cauda Equina Syndrome (CES)”, version 1."

    def test_the_group_itself_is_as_it_was(self, group, duplicate):
        before = group.snapshot()
        duplicate(group, title="CES in the neck", key="ces-neck")
        assert RedFlagGroup.objects.get(pk=group.pk).snapshot() == before
        assert group.versions().count() == 1

    def test_what_was_changed_behind_our_back_is_a_version_first(self, group, duplicate):
        group.signs.filter(position=1).update(text="Something else")
        duplicate(group, title="CES in the neck", key="ces-neck")
        [version] = RedFlagGroup.objects.get(key="ces-neck").versions()
        assert version.said["reason"] == "Copied from “Cauda Equina Syndrome (CES)”, version 2."
        assert group.versions().last().by is None

    @pytest.mark.parametrize(
        ("fields", "sentence"),
        [
            (
                {"title": "T", "key": "cauda-equina-syndrome"},
                "Red-flag group with this Key already exists.",
            ),
            ({"title": "T", "key": "Not a key"}, "Use small letters"),
            ({"title": "", "key": "k"}, "This field is required."),
        ],
    )
    def test_bad_input_is_refused_in_a_sentence_and_copies_nothing(self, group, duplicate, fields, sentence):
        assert sentence in words_of(duplicate(group, **fields))
        assert RedFlagGroup.objects.count() == 3

    def test_a_button_on_the_groups_page_leads_there_for_whoever_may_add(
        self, group, client, editor, reviewer
    ):
        path = f"/admin/triage/redflaggroup/{group.pk}/change/"
        client.force_login(editor)
        assert f"{group.pk}/duplicate/" in client.get(path).content.decode()
        client.force_login(reviewer)
        assert "/duplicate/" not in client.get(path).content.decode()


class TestALeafletForAnotherBodyPart:
    def test_it_shares_what_the_other_shares(self, rich_draft, duplicate):
        groups = RedFlagGroup.objects.count()
        duplicate(rich_draft, **leaflet_fields())
        copy = Leaflet.objects.get(slug="neck")
        changed = {"slug": "neck", "title": "Neck", "body_part": "Neck", "reference": ""}
        assert copy.snapshot() == {**Leaflet.objects.get(pk=rich_draft.pk).snapshot(), **changed}
        assert RedFlagGroup.objects.count() == groups
        assert not set(copy.sections.all()) & set(rich_draft.sections.all())

    def test_no_decision_on_another_body_part_is_taken_over(self, draft, duplicate):
        draft.group_places.all().delete()
        draft.no_red_flags_because = "None are known for the lower back."
        draft.save()
        duplicate(draft, **leaflet_fields())
        copy = Leaflet.objects.get(slug="neck")
        assert copy.no_red_flags_because == ""
        assert "red flag" in str(reports([copy])[0].errors)

    def test_it_is_recorded(self, draft, duplicate, editor):
        duplicate(draft, **leaflet_fields())
        [version] = Leaflet.objects.get(slug="neck").versions()
        assert version.by == editor
        assert version.said["reason"] == "Copied from “Self-help and information – Lower Back”, version 1."

    def test_an_address_of_the_sites_own_is_refused(self, draft, duplicate):
        page = words_of(duplicate(draft, **leaflet_fields(slug="admin")))
        assert "“admin” is an address of the site itself. Choose another." in page
        assert Leaflet.objects.count() == 1

    def test_what_becomes_of_shared_items_is_asked_and_never_assumed(self, draft, duplicate):
        assert "Choose one. Shared, a correction reaches both" in words_of(
            duplicate(draft, **leaflet_fields(items=""))
        )
        assert Leaflet.objects.count() == 1


GAELIC = leaflet_fields(title="Druim", slug="druim", body_part="Druim", language="gd", items="copied")


class TestALeafletForAnotherLanguage:
    def test_everything_that_is_translated_is_a_copy_with_a_key_of_its_own(self, draft, duplicate):
        duplicate(draft, **GAELIC)
        copy = Leaflet.objects.get(slug="druim")
        assert [place.group.key for place in copy.group_places.all()] == [
            f"{place.group.key}-gd" for place in draft.group_places.all()
        ]
        assert {p.key for p in copy.programmes.all()} == {f"{p.key}-gd" for p in draft.programmes.all()}
        videos = {place.video for p in copy.programmes.all() for place in p.places.all()}
        assert videos
        assert all(video.key.endswith("-gd") for video in videos)
        assert not set(copy.items()) & (set(draft.items()) - set(ContactRoute.objects.all()))

    def test_every_copy_is_recorded_once(self, draft, duplicate):
        before = set(Version.objects.values_list("sequence", flat=True))
        duplicate(draft, **GAELIC)
        new = Version.objects.exclude(sequence__in=before)
        copied = set(Leaflet.objects.get(slug="druim").items()) - set(ContactRoute.objects.all())
        assert {(v.kind, v.item, v.number) for v in new} == {(i._meta.label_lower, i.pk, 1) for i in copied}
        assert all(v.said["reason"].startswith("Copied from “") for v in new)

    def test_a_video_in_two_programmes_is_copied_once(self, draft, duplicate):
        one, other = draft.programmes.all()[:2]
        other.places.create(video=one.places.first().video)
        before = ExerciseVideo.objects.count()
        duplicate(draft, **GAELIC)
        assert ExerciseVideo.objects.count() == 2 * before

    def test_it_is_a_translation_of_the_edition_that_is_live(self, live, duplicate):
        duplicate(live.leaflet, **GAELIC)
        assert Leaflet.objects.get(slug="druim").translated_from == live

    @pytest.mark.parametrize("state", ["draft", "submitted", "withdrawn"])
    def test_of_what_is_not_live_it_is_no_translation(self, request, duplicate, state):
        request.getfixturevalue(state)
        duplicate(Leaflet.objects.get(), **GAELIC)
        assert Leaflet.objects.get(slug="druim").translated_from is None

    def test_a_second_translation_has_keys_of_its_own(self, draft, duplicate):
        duplicate(draft, **GAELIC)
        duplicate(draft, **{**GAELIC, "slug": "druim-eile"})
        assert RedFlagGroup.objects.filter(key="cauda-equina-syndrome-gd-2").exists()

    def test_a_translation_is_not_taken_for_a_copy_that_should_be_shared(self, draft, duplicate):
        duplicate(draft, **GAELIC)
        for report in reports(list(Leaflet.objects.all())):
            assert "nearly the same red flags" not in str(report.warnings)

    def test_a_copy_in_the_same_language_is(self, draft, duplicate):
        duplicate(draft, **leaflet_fields(items="copied"))
        for report in reports(list(Leaflet.objects.all())):
            assert "nearly the same red flags" in str(report.warnings)

    def test_all_of_it_or_nothing(self, draft, duplicate, monkeypatch):
        def fail(*args, **kwargs):
            raise RuntimeError

        monkeypatch.setattr("leaflets.duplicating.duplicate_programme", fail)
        before = Version.objects.count(), RedFlagGroup.objects.count()
        with pytest.raises(RuntimeError):
            duplicate(draft, **GAELIC)
        assert (Version.objects.count(), RedFlagGroup.objects.count()) == before
        assert (Leaflet.objects.count(), Programme.objects.count()) == (1, 3)


class TestWhatAChangeTouches:
    def test_it_is_said_by_the_save_button(self, group, duplicate, client, live):
        duplicate(live.leaflet, **leaflet_fields())
        page = words_of(client.get(f"/admin/triage/redflaggroup/{group.pk}/change/"))
        assert (
            "Saving changes the drafts of 2 leaflets: Self-help and information – Lower Back (Live), "
            "Neck (Not published yet). Patients see nothing of it until each is submitted and published."
        ) in page

    def test_what_no_leaflet_uses_is_said_to_change_none(self, group, duplicate, client):
        duplicate(group, title="CES in the neck", key="ces-neck")
        copy = RedFlagGroup.objects.get(key="ces-neck")
        page = words_of(client.get(f"/admin/triage/redflaggroup/{copy.pk}/change/"))
        assert "Saving changes no leaflet: none uses it yet." in page

    def test_more_leaflets_ask_for_no_more(self, group, duplicate, client, live):
        def asked():
            with CaptureQueriesContext(
                connection,
            ) as queries:
                client.get(f"/admin/triage/redflaggroup/{group.pk}/change/")
            return len(queries)

        duplicate(live.leaflet, **leaflet_fields())
        two = asked()
        for number in range(6):
            duplicate(live.leaflet, **leaflet_fields(slug=f"neck-{number}"))
        assert asked() == two
        page = words_of(client.get(f"/admin/triage/redflaggroup/{group.pk}/change/"))
        assert "and 3 more, named at the top" in page
