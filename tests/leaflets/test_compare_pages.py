"""The pages that compare: any two editions, an edition and the draft, and the versions of one item."""

import re

import pytest
from django.urls import reverse

from history.models import Version
from leaflets import actions, rules
from leaflets.models import Leaflet, Section
from tests.leaflets.test_admin import form_of, words_of
from triage.models import ContactRoute, RedFlag, RedFlagGroup

pytestmark = pytest.mark.django_db
HUGE = 10**30


@pytest.fixture
def look(auditor, client):
    """look(path, **question) opens a page under /admin/history/ as an Auditor."""
    client.force_login(auditor)
    return lambda path, **question: client.get(f"/admin/history/{path}", question)


@pytest.fixture
def group(draft):
    return RedFlagGroup.objects.get(key="lower-back-no-trauma")


@pytest.fixture
def second(live, group, change, editor, reviewer):
    """A second edition, live, with one red flag fewer."""
    group.signs.filter(text="Night sweats").delete()
    group.record(by=editor, reason="A duplicate, says the spinal team.")
    edition = actions.submit(leaflet=change("Second title"), by=editor, reason="Shorter.")
    reasons = [(each.id, "A duplicate.") for each in rules.to_acknowledge(edition)]
    return actions.publish(edition=edition, by=reviewer, reason="Checked.", acknowledged=reasons)


def options(response, name):
    select = re.search(rf'<select name="{name}".*?</select>', response.content.decode(), re.DOTALL)[0]
    return re.findall(r'<option value="([^"]*)"', select), re.search(r'value="([^"]*)" selected', select)[1]


class TestEditions:
    def test_any_two_editions_are_compared_in_either_direction(self, second, look):
        page = look("compare/lower-back/", before=1, after=2)
        assert "May lower safety Red flag of “Symptoms Where No Trauma Was Involved” removed" in words_of(
            page
        )
        assert "<del><span>[removed: </span>Night sweats<span>]</span></del>" in page.content.decode()
        page = look("compare/lower-back/", before=2, after=1)
        assert "Adds caution Red flag of “Symptoms Where No Trauma Was Involved” added" in words_of(page)

    def test_what_is_live_is_compared_with_the_draft_unless_asked_otherwise(self, second, change, look):
        change("Third title")
        page = look("compare/lower-back/")
        assert re.search(
            r"Before: Edition 2, live since \d+ \w+ \d{4}, \d\d:\d\d\. After: The draft\.", words_of(page)
        )
        assert "[removed: Second ] [added: Third ] title" in words_of(page)
        assert options(page, "before") == (["draft", "2", "1"], "2")
        assert options(page, "after") == (["draft", "2", "1"], "draft")

    def test_the_live_edition_is_compared_with_the_one_before(self, second, look):
        page = look("compare/lower-back/", after=2)
        assert "Before: Edition 1, published" in words_of(page)
        assert "Second title" in words_of(page)

    def test_an_edition_names_what_became_of_it(self, scheduled, look):
        assert "Edition 1, published from" in words_of(look("compare/lower-back/", before=1))

    def test_where_nothing_is_live_one_is_chosen(self, withdrawn, look):
        page = look("compare/lower-back/")
        assert page.status_code == 200
        assert "No edition is live: choose one." in words_of(page)
        assert "What changes for patients" not in words_of(page)
        assert "Edition 1, withdrawn" in words_of(page)

    def test_a_leaflet_without_editions_says_so(self, draft, look):
        page = look("compare/lower-back/")
        assert (page.status_code, "there is nothing to compare" in words_of(page)) == (200, True)

    def test_what_is_the_same_is_said_to_be(self, live, look):
        assert "Nothing that patients see." in words_of(look("compare/lower-back/", before=1, after=1))

    @pytest.mark.parametrize("number", [0, 7, -1, HUGE, 2**63, "draft2", "1.0", "²", "\0", "a" * 9999])
    def test_an_edition_that_is_not_there_gets_a_sentence(self, live, look, number):
        for side in ("before", "after"):
            page = look("compare/lower-back/", **{side: number})
            assert page.status_code == 400
            assert "This leaflet has no edition “" in words_of(page)

    def test_a_leaflet_that_is_not_there_is_not_found(self, live, look):
        assert look("compare/no-such-leaflet/").status_code == 404

    def test_it_leads_on(self, second, look):
        page = look("compare/lower-back/", before=1, after=2).content.decode()
        for edition in second.leaflet.editions.all():
            assert f'href="/admin/leaflets/edition/{edition.pk}/change/"' in page
        assert f'href="/admin/history/versions/leaflet/{second.leaflet_id}/"' in page

    def test_it_takes_as_many_queries_however_many_editions_there_are(
        self, second, change, editor, look, django_assert_max_num_queries
    ):
        for number in range(60):
            actions.submit(leaflet=change(f"Title {number}"), by=editor, reason="Again.")
        with django_assert_max_num_queries(35):
            page = look("compare/lower-back/", before=1)
        assert len(options(page, "before")[0]) == 1 + 50 + 2
        assert options(page, "before")[1] == "1"

    def test_the_pages_of_leaflet_and_edition_lead_to_it(self, live, look, client):
        look("compare/lower-back/")
        leaflet = client.get(f"/admin/leaflets/leaflet/{live.leaflet_id}/change/").content.decode()
        edition = client.get(f"/admin/leaflets/edition/{live.pk}/change/").content.decode()
        assert 'href="/admin/history/compare/lower-back/"' in leaflet
        assert 'href="/admin/history/compare/lower-back/?after=1"' in edition


class TestVersions:
    def path(self, item, *number):
        return "/".join(["versions", item._meta.model_name, str(item.pk), *map(str, number), ""])

    def test_the_list_says_when_who_in_which_role_and_why(self, second, group, editor, look):
        editor.groups.clear()
        editor.first_name = "Renamed"
        editor.save()
        page = words_of(look(self.path(group)))
        assert "2 versions of this red-flag group" in page
        assert re.search(
            r"Version 2 \d+ \w+ \d{4}, \d\d:\d\d Editor \(Editor\) A duplicate, says the spinal team\. Version 1 ",
            page,
        )

    def test_a_version_says_what_it_changed_and_all_that_it_holds(self, second, group, look):
        page = look(self.path(group, 2))
        assert "What changed since version 1, the riskiest first" in words_of(page)
        assert "[removed: Night sweats ]" in words_of(page)
        assert group.versions().last().digest in words_of(page)
        assert "Urgency Non-urgent: see a health professional" in words_of(page)
        assert "Night sweats" in words_of(look(self.path(group, 1)))

    def test_the_first_version_has_none_before_it(self, draft, group, look):
        page = words_of(look(self.path(group, 1)))
        assert "The first version: all of it is new" in page
        assert "Red-flag group “Symptoms Where No Trauma Was Involved” created" in page

    def test_any_two_versions_of_an_item_are_compared(self, second, group, editor, look):
        RedFlag.objects.create(group=group, text="A new sign")
        RedFlagGroup.objects.get(pk=group.pk).record(by=editor, reason="One more.")
        page = words_of(look(self.path(group, 3), **{"with": 1}))
        assert "What changed since version 1" in page
        assert "[removed: Night sweats ]" in page
        assert "[added: A new sign ]" in page

    def test_a_change_behind_our_back_is_by_nobody_known(self, live, editor, look):
        Leaflet.objects.update(title="Changed behind our back")
        actions.submit(leaflet=live.leaflet, by=editor, reason="Again.")
        page = words_of(look(self.path(live.leaflet)))
        assert "Somebody unknown Changed outside the application; noticed afterwards." in page
        assert "by Somebody unknown" in words_of(look(self.path(live.leaflet, 2)))

    def test_a_version_names_the_editions_that_hold_it(self, live, group, change, editor, look):
        for number in range(21):
            actions.submit(leaflet=change(f"Title {number}"), by=editor, reason="Again.")
        page = look(self.path(group, 1))
        assert "These are the newest 20 of 22." in words_of(page)
        newest = live.leaflet.editions.order_by("number").last()
        assert f'href="/admin/leaflets/edition/{newest.pk}/change/"' in page.content.decode()
        assert "Title 20, edition 22" in words_of(page)

    def test_what_was_deleted_stays_within_reach(self, editor, client, look):
        route = ContactRoute.objects.create(key="helpline", name="Helpline", phone="0800 111")
        route.record(by=editor, reason="New.")
        path, first = self.path(route), self.path(route, 1)
        page = look(path).content.decode()
        assert f'href="/admin/triage/contactroute/{route.pk}/change/"' in page
        client.force_login(editor)
        client.post(f"/admin/triage/contactroute/{route.pk}/delete/", {"post": "yes"})
        assert not ContactRoute.objects.exists()

        assert "Version 2 : deleted" in words_of(look(path))
        assert "This contact route was deleted." in words_of(look(path))
        assert "0800 111" in words_of(look(first))
        deletion = words_of(look(path + "2/"))
        assert "Contact route “Helpline” deleted" in deletion
        assert "Nothing: this version says that the contact route was deleted." in deletion

    @pytest.mark.parametrize("asked", ["0", "3", "-1", HUGE, 2**63, "x", "²", "\0"])
    def test_a_version_that_is_not_there_to_compare_with_gets_a_sentence(self, second, group, look, asked):
        page = look(self.path(group, 2), **{"with": asked})
        assert page.status_code == 400
        assert "Give the number of another version." in words_of(page)
        assert "What changed since" not in words_of(page)

    def test_what_is_not_there_is_not_found(self, live, group, look):
        for path in (
            self.path(group, 2),
            self.path(group, HUGE),
            self.path(group, 2**63),
            f"versions/redflaggroup/{HUGE}/",
            f"versions/redflaggroup/{2**63}/",
            f"versions/redflaggroup/{2**63}/1/",
            f"versions/redflaggroup/{'9' * 5000}/",
            "versions/redflaggroup/99999/",
            f"versions/user/{group.pk}/",
            f"versions/edition/{live.pk}/1/",
        ):
            assert look(path).status_code == 404, path[:50]

    def test_a_long_list_is_divided_and_takes_as_many_queries(
        self, group, editor, look, django_assert_max_num_queries
    ):
        for number in range(60):
            group.warning = f"Warning {number}"
            group.record(by=editor, reason=f"Reason {number}.")
        with django_assert_max_num_queries(12):
            page = words_of(look(self.path(group)))
        assert "Page 1 of 2" in page
        assert "Reason 59." in page
        assert "Reason 1." not in page
        assert "Reason 1." in words_of(look(self.path(group), page=2))
        assert look(self.path(group), page=HUGE).status_code == 200

    @pytest.mark.parametrize(
        "kind", ["leaflet", "redflaggroup", "contactroute", "programme", "exercisevideo"]
    )
    def test_the_history_of_every_item_in_the_admin_leads_to_its_versions(self, live, look, client, kind):
        for version in Version.objects.filter(kind__endswith=f".{kind}"):
            page = look(f"versions/{kind}/{version.item}/1/")
            assert page.status_code == 200
            history = reverse(f"admin:{version.kind.replace('.', '_')}_history", args=[version.item])
            assert client.get(history)["Location"] == f"/admin/history/versions/{kind}/{version.item}/"
        assert (
            client.get(reverse(f"admin:{version.kind.replace('.', '_')}_history", args=["x"])).status_code
            == 302
        )

    def test_a_version_that_somebody_saved_in_the_admin_is_there_at_once(self, group, editor, client, look):
        form_of(client, editor, f"/admin/triage/redflaggroup/{group.pk}/change/")(
            warning="Call <b>now</b>.", reason="Said <i>so</i>."
        )
        page = look(self.path(group, 2)).content.decode()
        assert "Call &lt;b&gt;now&lt;/b&gt;." in page
        assert "Said &lt;i&gt;so&lt;/i&gt;." in page

    def test_an_edition_leads_to_the_versions_that_went_into_it(self, second, group, look, client):
        look(self.path(group))
        page = client.get(f"/admin/leaflets/edition/{second.pk}/change/").content.decode()
        assert f'href="/admin/history/{self.path(group, 2)}"' in page

    def test_a_section_is_shown_as_text(self, draft, editor, look):
        Section.objects.create(leaflet=draft, heading="Heat", body="<p>Warm <strong>packs</strong>.</p>")
        draft.record(by=editor, reason="Heat.")
        assert "<p>Warm <strong>packs</strong>.</p>" in look(self.path(draft, 2)).content.decode()
