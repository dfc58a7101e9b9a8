"""What a draft lacks, on its pages: each sentence leads to the form that mends it, and warnings stop nothing."""

import re
from datetime import timedelta

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from leaflets import actions, loading
from leaflets.admin.problems import reports, worth_a_look
from leaflets.models import Edition, Leaflet
from leaflets.passages import LEAFLET, passages
from tests.leaflets.test_loading import MEDIA, whole
from tests.leaflets.written import NAMES, written
from triage.models import RedFlagGroup

pytestmark = pytest.mark.django_db
STOPS, WARNS = "Before it can be submitted:", "Worth a look; none of this stops a submission:"


def load(document, person):
    return loading.load(document, MEDIA, by=person, reason="Loaded.")[0]


def report_of(leaflet):
    return reports([Leaflet.objects.whole().get(pk=leaflet.pk)])[0]


def form_of(kind, key):
    field = "slug" if kind == LEAFLET else "key"
    row = apps.get_model(kind).objects.get(**{field: key})
    return f"/admin/{kind.replace('.', '/')}/{row.pk}/change/"


def page_of(leaflet):
    return f"/admin/leaflets/leaflet/{leaflet.pk}/change/"


@pytest.fixture
def calm(draft):
    """The draft of the first leaflet with its first group urgent to nobody."""
    group = RedFlagGroup.objects.get(key="cauda-equina-syndrome")
    group.urgency = ""
    group.save()
    return draft


def test_what_stops_and_what_does_not_stand_apart_and_each_leads_to_its_field(calm, editor, client):
    client.force_login(editor)
    page = client.get(page_of(calm)).content.decode()
    stops, warns = page.split(STOPS)[1].split(WARNS)
    [(address, sentence)] = re.findall(r'<li><a href="([^"]+)">([^<]+)</a></li>', stops)
    assert "choose an urgency" in sentence
    path, field = address.split("#")
    assert f'id="{field}"' in client.get(path).content.decode()
    assert f'<a href="{page_of(calm)}#id_summary">It has no summary' in warns


def test_warnings_stop_nothing(draft, editor, client):
    client.force_login(editor)
    submit = f"/admin/leaflets/leaflet/{draft.pk}/submit/"
    page = client.get(submit).content.decode()
    assert WARNS in page
    assert "It cannot be submitted yet" not in page
    client.post(submit, {"reason": "First edition."})
    assert Edition.objects.count() == 1


def test_errors_stop_it_and_are_shown_with_the_way_to_mend_them(calm, editor, client):
    client.force_login(editor)
    submit = f"/admin/leaflets/leaflet/{calm.pk}/submit/"
    page = client.post(submit, {"reason": "First edition."}).content.decode()
    assert "It cannot be submitted yet" in page
    assert "#id_urgency" in page
    assert not Edition.objects.exists()


def test_every_text_that_patients_read_has_a_place_on_a_form(editor, client):
    leaflet = load(whole(), editor)
    client.force_login(editor)
    found = [passage.place for passage in passages(leaflet.snapshot())]
    assert len(found) > 60
    pages = {
        (kind, key): client.get(form_of(kind, key)).content.decode()
        for kind, key in {(place.kind, place.key) for place in found}
    }
    lost = [place for place in found if f'id="{place.fragment}"' not in pages[place.kind, place.key]]
    assert lost == []


def test_a_contradiction_with_another_leaflet_is_shown_with_its_sign(draft, editor, client):
    load(written("neck"), editor)
    client.force_login(editor)
    page = client.get(page_of(draft)).content.decode()
    group = RedFlagGroup.objects.get(key="lower-back-no-trauma")
    assert f"/admin/triage/redflaggroup/{group.pk}/change/#signs-2" in page
    assert "has another answer in Red-flag group “Signs of pressure on the spinal cord”" in page


def test_a_group_on_no_leaflet_contradicts_nothing(draft, editor):
    neck = load(written("neck"), editor)
    before = len(report_of(draft).warnings)
    neck.group_places.all().delete()
    assert len(report_of(draft).warnings) == before - 2


def test_more_leaflets_cost_no_more_queries(draft, editor, django_assert_max_num_queries):
    leaflet = Leaflet.objects.whole().get(pk=draft.pk)
    with django_assert_max_num_queries(12) as alone:
        reports([leaflet])
    for name in NAMES:
        load(written(name), editor)
    with django_assert_max_num_queries(len(alone)):
        reports([leaflet])


class TestWhoDecides:
    """The reviewer reads what the editor was warned of, about the edition and not about today's draft."""

    HEARD = "Worth a look before you publish; none of it is proof of a mistake:"

    def page(self, client, edition, kind):
        return client.get(f"/admin/leaflets/edition/{edition.pk}/decide/{kind}/").content.decode()

    def test_the_reviewer_reads_the_warnings_and_they_stop_nothing(self, submitted, reviewer, client):
        client.force_login(reviewer)
        page = self.page(client, submitted, "published")
        assert "<li>It has no summary: say in one sentence what it is for.</li>" in page.split(self.HEARD)[1]
        actions.publish(edition=submitted, by=reviewer, reason="Checked.")

    def test_they_are_about_the_edition_not_about_the_draft(self, submitted, reviewer, client):
        Leaflet.objects.update(summary="For people with a sore back.", owner="The team")
        client.force_login(reviewer)
        assert "It has no summary" in self.page(client, submitted, "published")

    def test_contradictions_with_other_leaflets_come_first(self, submitted, editor, reviewer, client):
        load(written("neck"), editor)
        client.force_login(reviewer)
        said = self.page(client, submitted, "published").split(self.HEARD)[1]
        assert said.index("has another answer in") < said.index("It has no summary")

    def test_who_returns_it_reads_them_too_and_who_reviews_or_withdraws_does_not(
        self, submitted, reviewer, client
    ):
        client.force_login(reviewer)
        assert "It has no summary" in self.page(client, submitted, "returned")
        actions.publish(edition=submitted, by=reviewer, reason="Checked.")
        for kind in ("reviewed", "withdrawn"):
            assert "It has no summary" not in self.page(client, submitted, kind)

    def test_more_groups_and_leaflets_cost_no_more_queries(
        self, submitted, editor, django_assert_num_queries
    ):
        with CaptureQueriesContext(connection) as alone:
            worth_a_look([submitted])
        for name in NAMES:
            load(written(name), editor)
        with django_assert_num_queries(len(alone)):
            worth_a_look([submitted])
        assert len(alone) <= 5


class TestReview:
    SENTENCE = "ask a reviewer to check all of it"

    def said(self, leaflet):
        return [linked.sentence for linked in report_of(leaflet).warnings if self.SENTENCE in linked.sentence]

    def test_what_was_never_published_needs_no_review(self, submitted):
        assert self.said(submitted.leaflet) == []

    def test_a_published_leaflet_without_a_review_is_named(self, live):
        assert self.said(live.leaflet) == [f"No review of it has been recorded yet: {self.SENTENCE}."]

    def test_a_review_date_in_the_future_is_fine_and_one_in_the_past_is_named(
        self, live, reviewer, monkeypatch
    ):
        due = timezone.localdate() + timedelta(days=30)
        actions.review(edition=live, by=reviewer, reason="Checked.", next_review=due)
        assert self.said(live.leaflet) == []
        monkeypatch.setattr(timezone, "localdate", lambda: due)
        assert self.said(live.leaflet) == []
        monkeypatch.setattr(timezone, "localdate", lambda: due + timedelta(days=1))
        [sentence] = self.said(live.leaflet)
        assert sentence.startswith(f"Its review was due on {due.day} {due:%B %Y}")
