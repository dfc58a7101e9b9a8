"""Who else has a form open."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from history import presence
from history.models import OpenForm
from tests.history.test_admin import path_of
from tests.leaflets.test_admin import words_of
from triage.models import RedFlagGroup

pytestmark = pytest.mark.django_db


@pytest.fixture
def group(draft):
    return RedFlagGroup.objects.get(key="cauda-equina-syndrome")


@pytest.fixture
def beat_of(group):
    """A function that lets the script of somebody's open form be heard, and gives the answer."""

    def beat_of(user):
        client = Client()
        client.force_login(user)
        return client.post(path_of(group).replace("change", "open"))

    return beat_of


def opened_by(user, group):
    client = Client()
    client.force_login(user)
    return client.get(path_of(group))


def later(**passed):
    """Let time pass for all that is open."""
    for each in OpenForm.objects.all():
        each.since, each.seen, each.until = (
            at - timedelta(**passed) for at in (each.since, each.seen, each.until)
        )
        each.save()


def test_whoever_opens_a_form_sees_who_else_has_it_open(group, editor, both):
    assert "has had this open" not in words_of(opened_by(editor, group))
    page = words_of(opened_by(both, group))
    now = timezone.localtime().strftime("%H:")
    assert f"Editor has had this open since {now}" in page
    assert "Both has had" not in page


def test_the_answer_to_a_beat_tells_names_and_moments_only(group, editor, both, beat_of):
    beat_of(editor)
    later(minutes=1)
    beat_of(editor)
    answer = beat_of(both).json()
    open_form = OpenForm.objects.get(user=editor)
    assert answer == {"others": [str(open_form)]}
    assert open_form.seen - open_form.since >= timedelta(minutes=1)


@pytest.mark.parametrize(("minutes", "there"), [(14, True), (16, False)])
def test_without_script_an_opened_form_counts_for_a_quarter_of_an_hour(
    group, editor, both, beat_of, minutes, there
):
    opened_by(editor, group)
    later(minutes=minutes)
    assert bool(beat_of(both).json()["others"]) == there


def test_whose_script_falls_silent_is_gone_after_two_minutes(group, editor, both, beat_of):
    opened_by(editor, group)
    beat_of(editor)
    later(minutes=3)
    assert beat_of(both).json() == {"others": []}
    assert [each.user for each in OpenForm.objects.all()] == [both]


def test_only_who_may_change_an_item_has_it_open(group, reviewer, auditor, beat_of):
    for user in (reviewer, auditor):
        opened_by(user, group)
        assert beat_of(user).status_code == 403
    assert not OpenForm.objects.exists()


def test_a_save_notes_nothing(group, editor, client, django_assert_num_queries):
    opened_by(editor, group)
    seen = OpenForm.objects.get().seen
    client.force_login(editor)
    client.post(path_of(group), {"title": ""})
    assert OpenForm.objects.get().seen == seen


def test_an_item_that_is_not_there_is_not_open(group, editor, client):
    client.force_login(editor)
    assert client.post("/admin/triage/redflaggroup/999/open/").status_code == 404


def test_a_form_is_noted_without_reading_what_it_holds(group, editor, django_assert_max_num_queries):
    with django_assert_max_num_queries(2):
        presence.note(group, editor, presence.OPENED)
