"""The workspace: the draft exactly as patients will see it, with a link from each block to the form that makes it."""

import html
import re
from urllib.parse import parse_qs, urlsplit

import pytest
from django.utils import timezone

from leaflets import actions, pages, workspace
from leaflets.admin.editlinks import EditLinks
from leaflets.admin.workspace import PAGES, workspace_of
from leaflets.models import Leaflet, Rendering
from tests.leaflets.test_admin import words_of
from tests.leaflets.test_loading import whole
from tests.leaflets.test_problems_shown import load
from tests.universe import person
from triage.models import RedFlag, RedFlagGroup

pytestmark = pytest.mark.django_db
LINK = re.compile(r'<a (?:target="_top" )?class="edit"[^>]*>.*?</a>')
STYLES = '  <link rel="stylesheet" href="/static/leaflets/edit.css">\n'


def page_of(leaflet, **chosen):
    return workspace_of(leaflet.pk, **chosen)


def framed_page(client, leaflet, name):
    return client.get(f"/admin/leaflets/leaflet/{leaflet.pk}/workspace/{name}/").content.decode()


def addresses(page):
    return [html.unescape(each) for each in re.findall(r'class="edit"[^>]* href="([^"]+)"', page)]


def bare(editor):
    """A leaflet that has nothing but what it must have."""
    leaflet = Leaflet.objects.create(title="Knee", slug="knee", body_part="Knee", introduction="Read this.")
    leaflet.record(by=editor, reason="New.")
    return leaflet


@pytest.fixture(params=["first leaflet", "all that a leaflet can have", "next to nothing"])
def leaflet(request, editor):
    if request.param == "first leaflet":
        return request.getfixturevalue("draft")
    return load(whole(), editor) if request.param.startswith("all") else bare(editor)


@pytest.mark.parametrize("name", PAGES)
def test_without_its_links_it_is_byte_for_byte_the_preview(leaflet, editor, client, name):
    client.force_login(editor)
    shown = framed_page(client, leaflet, name)
    assert len(addresses(shown)) > 1
    without = LINK.sub("", shown).replace(STYLES, "").replace(' target="_top"', "")
    ways = [page_of(leaflet, page=each, width="phone") for each in PAGES]
    document = Leaflet.objects.whole().get(pk=leaflet.pk).snapshot()
    assert without == pages.previewed(name, document, None, pages.Preview("", "", *ways))


@pytest.mark.parametrize("name", PAGES)
def test_every_link_leads_to_a_field_of_a_form_and_back(leaflet, editor, client, name):
    client.force_login(editor)
    here = page_of(leaflet, page=name, width="phone")
    forms = {}
    for number, address in enumerate(addresses(framed_page(client, leaflet, name)), 1):
        parts = urlsplit(address)
        assert parse_qs(parts.query) == {"next": [f"{here}&at=edit-{number}"]}
        if parts.path not in forms:
            forms[parts.path] = client.get(f"{parts.path}?{parts.query}").content.decode()
            assert f'href="{html.escape(f"{here}&at=edit-{number}")}">Back to' in forms[parts.path], address
        assert f'id="{parts.fragment}"' in forms[parts.path], address


def test_every_part_of_a_leaflet_has_its_link(editor, client):
    leaflet = load(whole(), editor)
    client.force_login(editor)
    page = "".join(framed_page(client, leaflet, name) for name in PAGES)
    said = html.unescape(" ".join(re.sub("<[^>]+>", "", link) for link in LINK.findall(page)))
    document = leaflet.snapshot()
    for group in document["red_flag_groups"]:
        assert f"Edit red-flag group “{group['title']}”" in said
        for contact in group["contacts"]:
            assert f"Edit contact “{contact['name']}”" in said
    for section in document["sections"]:
        assert f"Edit section “{section['heading']}”" in said
    for programme in document["exercises"]["programmes"]:
        assert f"Edit programme “{programme['title']}”" in said
        for video in programme["videos"]:
            assert f"Edit exercise video “{video['title']}”" in said
    for part in ("title", "introduction", "leaflets and links", "sources of evidence", "team and reference"):
        assert f"Edit {part}" in said


def test_what_leads_away_opens_in_the_whole_window_and_what_stays_in_the_page_stays(draft, editor, client):
    client.force_login(editor)
    page = framed_page(client, draft, "leaflet")
    links = re.findall("<a [^>]+>", page)
    for link in links:
        leads_away = re.search(r'href="(/|https?://)', link) is not None
        assert ('target="_top"' in link) == leads_away, link
    assert any('href="#maincontent"' in link for link in links)


@pytest.mark.parametrize("who", ["reviewer", "auditor", "administrator"])
def test_who_may_not_change_it_has_no_links_to_forms(draft, client, request, who):
    client.force_login(request.getfixturevalue(who))
    assert addresses(framed_page(client, draft, "leaflet")) == []
    assert "Edit the leaflet" not in words_of(client.get(page_of(draft)))


def test_an_auditor_looks_and_has_no_buttons(submitted, auditor, client):
    client.force_login(auditor)
    page = words_of(client.get(page_of(submitted.leaflet)))
    assert "Edition 1 waits for review" in page
    assert "What you may do next" not in page


def test_no_page_that_the_public_sees_or_saw_has_such_links(live, editor, client):
    client.force_login(editor)
    framed_page(client, live.leaflet, "leaflet")
    kept = [body for rendering in Rendering.objects.all() for body in rendering.bodies.values()]
    shown = [client.get(path).content.decode() for path in ("/lower-back/", "/lower-back/exercises/")]
    seen = f"/admin/history/as-at/lower-back/?at={timezone.now().isoformat().replace('+', '%2B')}"
    shown.append(client.get(seen).content.decode())
    preview = f"/admin/leaflets/leaflet/{live.leaflet_id}/preview/"
    shown.append(client.get(preview).content.decode())
    assert not [page for page in [*kept, *shown] if 'class="edit"' in page or "edit.css" in page]


def test_only_a_workspace_has_a_frame_and_only_its_own_pages_may_stand_in_one(draft, editor, client):
    client.force_login(editor)
    page, framed = client.get(page_of(draft)), client.get(f"{page_of(draft)}leaflet/")
    assert "frame-src 'self'" in page["Content-Security-Policy"].split("; ")
    assert "frame-ancestors 'none'" in page["Content-Security-Policy"].split("; ")
    assert page["X-Frame-Options"] == "DENY"
    assert "frame-src 'none'" in framed["Content-Security-Policy"].split("; ")
    assert "frame-ancestors 'self'" in framed["Content-Security-Policy"].split("; ")
    assert framed["X-Frame-Options"] == "SAMEORIGIN"
    assert "style-src 'self'" in framed["Content-Security-Policy"].split("; ")
    preview = client.get(f"/admin/leaflets/leaflet/{draft.pk}/preview/")
    assert preview["X-Frame-Options"] == "DENY"


@pytest.mark.parametrize(
    ("query", "frame"),
    [
        ("", "leaflet/?width=phone"),
        ("?page=exercises&width=desktop&at=edit-4", "exercises/?width=desktop#edit-4"),
        ('?page="><script>&width=9&at=edit-x"', "leaflet/?width=phone"),
    ],
)
def test_page_and_width_are_chosen_in_the_address(draft, editor, client, query, frame):
    client.force_login(editor)
    page = client.get(page_of(draft) + query).content.decode()
    assert f'<iframe src="{page_of(draft)}{frame}"' in page


def test_there_are_two_pages_and_no_more(draft, editor, client):
    client.force_login(editor)
    assert client.get(f"{page_of(draft)}withdrawn/").status_code == 404
    assert client.get("/admin/leaflets/leaflet/99/workspace/").status_code == 404


class TestStanding:
    def said(self, client, who, leaflet):
        client.force_login(who)
        return words_of(client.get(page_of(leaflet)))

    def test_a_draft_says_that_nobody_sees_it_and_may_be_submitted(self, draft, editor, client):
        page = self.said(client, editor, draft)
        assert "Patients cannot see this leaflet yet" in page
        assert "Submit for review" in page

    def test_what_waits_names_who_may_publish_it(self, submitted, editor, reviewer, both, client):
        page = self.said(client, editor, submitted.leaflet)
        assert "Who may publish edition 1: Reviewer, Both." in page
        assert "Submit for review" not in page
        page = self.said(client, reviewer, submitted.leaflet)
        assert "Publish: edition 1" in page
        assert "Return to the editor: edition 1" in page

    def test_that_nobody_may_publish_it_is_said(self, draft, both, client):
        actions.submit(leaflet=draft, by=both, reason="Mine.")
        page = self.said(client, both, draft)
        assert "Nobody may publish edition 1: everybody who is a Reviewer worked on it." in page
        assert "Publish: edition 1" not in page

    def test_what_differs_is_counted_and_leads_to_the_comparison(self, live, change, editor, client):
        page = self.said(client, editor, live.leaflet)
        assert "The draft is the same as edition 1." in page
        assert "Submit for review" not in page
        change("Another title")
        page = self.said(client, editor, live.leaflet)
        assert "The draft differs in 1 place from what patients see" in page
        assert "Submit for review" in page

    def test_who_worked_on_it_since_is_named_with_when_and_why(self, live, editor, client):
        assert "Nobody: nothing in it has been saved since." in self.said(client, editor, live.leaflet)
        dana, group = person("dana", "Editor"), live.leaflet.groups.first()
        RedFlag.objects.create(group=group, text="A new sign.")
        group.record(by=dana, reason="Reported by the clinic.")
        page = self.said(client, editor, live.leaflet)
        assert f"Dana {group}, version 2 Reported by the clinic." in page
        assert [version.by for version in workspace.new_work(live.leaflet)] == [dana]

    def test_a_reviewer_records_the_review_that_is_due(self, live, reviewer, client):
        page = self.said(client, reviewer, live.leaflet)
        assert "Next review due:" in page
        assert "Record a review: edition 1" in page

    def test_what_was_returned_says_why(self, returned, editor, client):
        page = self.said(client, editor, returned.leaflet)
        assert "Edition 1 was returned on" in page
        assert "The number is missing." in page

    def test_what_it_lacks_stands_there_with_the_way_to_mend_it_and_cannot_be_submitted(
        self, draft, editor, client
    ):
        group = RedFlagGroup.objects.get(key="cauda-equina-syndrome")
        RedFlagGroup.objects.filter(pk=group.pk).update(urgency="")
        client.force_login(editor)
        page = client.get(page_of(draft)).content.decode()
        assert "choose an urgency" in page
        assert re.search(rf'/admin/triage/redflaggroup/{group.pk}/change/\?next=[^"]+#id_urgency"', page)
        assert "Submit for review" not in page


def test_it_is_the_home_of_a_leaflet(live, editor, client):
    client.force_login(editor)
    home = f'href="{page_of(live.leaflet)}"'
    for path in (
        "/admin/leaflets/leaflet/",
        f"/admin/leaflets/leaflet/{live.leaflet_id}/change/",
        f"/admin/leaflets/leaflet/{live.leaflet_id}/preview/",
        f"/admin/leaflets/leaflet/{live.leaflet_id}/submit/",
        f"/admin/leaflets/edition/{live.pk}/change/",
        "/admin/history/compare/lower-back/",
        f"/admin/triage/redflaggroup/{live.leaflet.groups.first().pk}/change/",
    ):
        assert home in client.get(path).content.decode(), path


def test_it_takes_as_many_queries_however_long_the_leaflet_is(
    live, editor, client, django_assert_max_num_queries
):
    client.force_login(editor)
    with django_assert_max_num_queries(60) as few:
        client.get(page_of(live.leaflet))
    group = live.leaflet.groups.first()
    for number in range(30):
        RedFlag.objects.create(group=group, text=f"Sign {number}")
        group.record(by=editor, reason="One more.")
    load(whole(), editor)
    with django_assert_max_num_queries(len(few) + 2):
        client.get(page_of(live.leaflet))


def test_links_are_only_for_what_one_may_change(draft, reviewer, editor):
    assert EditLinks(draft, reviewer, "/admin/").own("id_title", "title") == ""
    assert "Edit<span> title</span>" in EditLinks(draft, editor, "/admin/").own("id_title", "title")
