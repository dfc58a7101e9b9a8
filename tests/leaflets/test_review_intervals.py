"""How often something is reviewed: said by staff, recorded, offered to whoever reviews, and never shown to patients."""

import hashlib
from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from exercises.models import ExerciseVideo
from history.anchors import read
from history.models import Version
from leaflets import actions, loading, reviews
from leaflets.models import Leaflet
from leaflets.review_intervals import ReviewInterval, review_intervals
from leaflets.verify import verify
from tests.leaflets.test_admin import fields_of, words_of
from tests.universe import LOWER_BACK


def video(**fields):
    """The first video of the first leaflet, with these fields."""
    found = ExerciseVideo.objects.order_by("pk").first()
    for name, value in fields.items():
        setattr(found, name, value)
    found.save()
    return found


def interval_of(edition):
    return review_intervals({edition.leaflet_id: edition.pk})[edition.leaflet_id]


@given(st.dates(date(2000, 1, 1), date(2090, 1, 1)), st.integers(1, 60))
def test_months_are_those_of_the_calendar(day, months):
    after = ReviewInterval(months, "").after(day)
    assert (after.year * 12 + after.month) - (day.year * 12 + day.month) == months
    assert after.day == day.day or (after.day < day.day and (after + timedelta(days=1)).day == 1)


@pytest.mark.django_db
class TestWhichHolds:
    def test_a_leaflet_that_says_nothing_is_reviewed_every_twelve_months(self, live):
        assert str(interval_of(live)) == "every 12 months (as usual)"

    def test_the_leaflets_own_interval_may_be_longer_or_shorter(self, live):
        for months in (1, 24):
            Leaflet.objects.update(review_months=months)
            assert interval_of(live) == (months, "the leaflet’s own")
        assert str(ReviewInterval(1, "as usual")) == "every 1 month (as usual)"

    def test_a_video_that_needs_it_sooner_is_named_with_its_team(self, live):
        one = video(review_months=6, owner="Video team")
        assert str(interval_of(live)) == f"every 6 months (exercise video “{one}”, Video team)"

    def test_a_video_that_may_wait_longer_changes_nothing(self, live):
        video(review_months=48)
        assert interval_of(live).months == 12

    def test_a_video_counts_where_it_is_in_the_edition_not_in_the_draft(self, live):
        video(review_months=6)
        live.leaflet.programme_places.all().delete()
        assert interval_of(live).months == 6

    def test_what_was_never_reviewed_is_due_its_interval_after_it_was_published(self, live):
        Leaflet.objects.update(review_months=3)
        [review] = reviews.reviews()
        assert review.due == ReviewInterval(3, "").after(timezone.localdate())

    def test_only_a_recorded_review_moves_a_date(self, live, reviewer):
        due = timezone.localdate() + timedelta(days=200)
        actions.review(edition=live, by=reviewer, reason="Checked.", next_review=due)
        Leaflet.objects.update(review_months=1)
        video(review_months=1)
        [review] = reviews.reviews()
        assert review.due == due

    def test_more_leaflets_cost_no_more_queries(self, live):
        video(review_months=6)
        with CaptureQueriesContext(connection) as taken:
            review_intervals({live.leaflet_id: live.pk})
        assert len(taken) == 3


@pytest.mark.django_db
class TestStaffOnly:
    def test_it_is_in_the_versions_and_not_in_the_edition(self, live, editor):
        before = hashlib.sha256(LOWER_BACK.read_bytes()).hexdigest()
        one = video(review_months=6, owner="Video team")
        version = one.record(by=editor, reason="Sooner.")
        Leaflet.objects.update(review_months=9)
        leaflet = Leaflet.objects.whole().get()
        leaflet.record(by=editor, reason="Sooner.")
        assert version.said["content"]["staff"] == {"owner": "Video team", "review_months": 6}
        assert leaflet.versions().last().said["content"]["staff"] == {"review_months": 9}
        again = actions.canonical(leaflet.snapshot())
        assert hashlib.sha256(again.encode()).hexdigest() == live.digest == before

    def test_an_edition_submitted_with_it_is_whole(self, live, change, editor):
        one = video(review_months=6, owner="Video team")
        one.record(by=editor, reason="Sooner.")
        Leaflet.objects.update(review_months=9)
        change("A new title")
        newer = actions.submit(leaflet=Leaflet.objects.get(), by=editor, reason="A new title.")
        assert "staff" not in newer.content
        assert {"staff"} <= set(
            newer.versions().get(kind="exercises.exercisevideo", item=one.pk).said["content"]
        )
        assert verify(read([])).findings == []

    def test_where_nothing_is_said_nothing_is_recorded_anew(self, draft):
        before = Version.objects.count()
        for item in draft.items():
            item.record(by=None, reason="Looked at.")
        assert Version.objects.count() == before
        assert not any("staff" in version.said["content"] for version in Version.objects.all())

    def test_loading_and_exporting_leave_it_alone(self, draft, editor, capsys):
        video(review_months=6, owner="Video team")
        Leaflet.objects.update(review_months=9)
        call_command("export_leaflet", "lower-back")
        assert capsys.readouterr().out == LOWER_BACK.read_text()
        document = loading.read(LOWER_BACK.read_bytes()) | {"summary": "Another one."}
        loading.load(document, None, by=editor, reason="Loaded.")
        assert Leaflet.objects.get().review_months == 9
        assert ExerciseVideo.objects.get(owner="Video team").review_months == 6

    def test_a_change_is_said_in_words_and_the_version_shows_it(self, draft, auditor, editor, client):
        one = video(review_months=6)
        one.record(by=editor, reason="Sooner.")
        video(review_months=3, owner="Video team").record(by=editor, reason="Still sooner.")
        client.force_login(auditor)
        page = words_of(client.get(f"/admin/history/versions/exercisevideo/{one.pk}/3/"))
        assert f"Review interval of “{one}” changed every [removed: 6 ] [added: 3 ] months" in page
        assert f"Owner team of “{one}” added" in page
        assert "Months between reviews (for staff) 3" in page
        first = words_of(client.get(f"/admin/history/versions/exercisevideo/{one.pk}/2/"))
        assert f"Review interval of “{one}” added [added: every 6 months ]" in first


@pytest.mark.django_db
class TestForms:
    def test_a_reviewer_is_offered_the_date_and_may_choose_another(self, live, reviewer, client):
        one = video(review_months=6)
        client.force_login(reviewer)
        path = f"/admin/leaflets/edition/{live.pk}/decide/reviewed/"
        proposed = ReviewInterval(6, "").after(timezone.localdate())
        page = client.get(path)
        assert f'value="{proposed.isoformat()}"' in page.content.decode()
        assert f"Proposed is every 6 months (exercise video “{one}”)" in words_of(page)
        chosen = timezone.localdate() + timedelta(days=10)
        client.post(path, {"reason": "Checked.", "next_review": chosen.isoformat()})
        assert reviews.reviews()[0].due == chosen

    def test_an_editor_says_it_on_the_forms_of_leaflet_and_video(self, draft, editor, client):
        client.force_login(editor)
        one = ExerciseVideo.objects.order_by("pk").first()
        for path in (f"/admin/leaflets/leaflet/{draft.pk}/", f"/admin/exercises/exercisevideo/{one.pk}/"):
            sent = {**fields_of(client.get(f"{path}change/")), "review_months": "18", "reason": "Decided."}
            assert client.post(f"{path}change/", sent).status_code == 302
        assert Leaflet.objects.get().review_months == 18
        assert ExerciseVideo.objects.get(pk=one.pk).versions().last().said["content"]["staff"] == {
            "review_months": 18
        }

    @pytest.mark.parametrize("months", [0, 61])
    def test_no_interval_is_none_or_longer_than_five_years(self, draft, months):
        draft.review_months = months
        with pytest.raises(ValidationError, match=r"greater than or equal to 1|less than or equal to 60"):
            draft.full_clean()

    def test_the_list_of_reviews_says_how_often(self, live, auditor, client):
        video(review_months=6, owner="Video team")
        client.force_login(auditor)
        page = words_of(client.get("/admin/history/reviews/"))
        assert "Never reviewed: counted from when it was first published" in page
        assert "Every 6 months (exercise video “" in page
