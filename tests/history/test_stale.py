"""A save of a form that was opened before somebody else's: both are shown, and put together with consent."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from exercises.models import ExerciseVideo
from tests.history.test_admin import path_of
from tests.leaflets.test_admin import fields_of, form_of, words_of
from triage.models import RedFlagGroup

pytestmark = pytest.mark.django_db


@pytest.fixture
def group(draft):
    return RedFlagGroup.objects.get(key="cauda-equina-syndrome")


@pytest.fixture
def mine(client, editor, group):
    """The form as I opened it: mine(**changes) saves it."""
    return form_of(client, editor, path_of(group))


@pytest.fixture
def theirs(mine, group, both):
    """The form as they opened it, after me."""
    return form_of(Client(), both, path_of(group))


def contrasts(response):
    return {each.what: (each.was, each.theirs, each.yours) for each in response.context["stale"].contrasts}


def press(client, group, refused, button, **choices):
    number = refused.context["stale"].number
    return client.post(path_of(group), {**fields_of(refused), **choices, button: number})


def signs(group):
    return [sign.text for sign in group.signs.all()]


def test_each_field_that_differs_is_shown_with_three_texts(group, mine, theirs):
    theirs(warning="Theirs.", reason="They said so.")
    refused = mine(warning="Mine.", lead="My lead.")
    assert contrasts(refused) == {
        "Warning": (group.warning, "Theirs.", "Mine."),
        "What to do": (group.lead, group.lead, "My lead."),
    }
    assert "Both saved version 2 on" in words_of(refused)
    assert "“They said so.”" in words_of(refused)
    assert "Both changed it. Choose:" in words_of(refused)


def test_what_does_not_overlap_is_put_together_as_one_version(group, mine, theirs, client, editor):
    old = signs(group)
    theirs(
        warning="Theirs.",
        **{"signs-0-text": "Theirs, first.", "notes-TOTAL_FORMS": 1, "notes-0-text": "NOTE."},
    )
    refused = mine(
        lead="Mine.", reason="My reason.", **{"signs-1-text": "Mine, second.", "signs-1-position": 1}
    )
    assert press(client, group, refused, "put_together")["Location"] == path_of(group)
    group.refresh_from_db()
    assert (group.warning, group.lead) == ("Theirs.", "Mine.")
    assert signs(group) == ["Mine, second.", "Theirs, first.", *old[2:]]
    assert [note.text for note in group.notes.all()] == ["NOTE."]
    last = group.versions().last()
    assert (last.number, last.by) == (3, editor)
    assert last.said["reason"] == "My reason. (Put together with version 2, saved by Both.)"


def test_rows_added_and_removed_by_either_are_put_together(group, mine, theirs, client):
    first, second = signs(group)
    theirs(**{"signs-0-DELETE": "on", "signs-TOTAL_FORMS": 3, "signs-2-text": "Theirs, new."})
    refused = mine(**{"signs-TOTAL_FORMS": 4, "signs-2-text": "Mine, new.", "signs-3-text": "Mine, newer."})
    said = contrasts(refused)
    assert said[f"Red flag “{first}”" if len(first) <= 60 else f"Red flag “{first[:59]}…”"] == (
        first,
        "",
        first,
    )
    assert said["Red flag “Mine, new.”"] == ("", "", "Mine, new.")
    assert press(client, group, refused, "put_together").status_code == 302
    assert signs(group) == [second, "Theirs, new.", "Mine, new.", "Mine, newer."]


def test_where_both_changed_the_same_nothing_is_saved_until_one_is_chosen(group, mine, theirs, client):
    theirs(warning="Theirs.")
    refused = mine(warning="Mine.", lead="My lead.")
    again = press(client, group, refused, "put_together")
    assert "Nothing is saved yet: choose yours or theirs for Warning." in words_of(again)
    assert group.versions().count() == 2
    assert press(client, group, again, "put_together", **{"choose-//warning": "theirs"}).status_code == 302
    group.refresh_from_db()
    assert (group.warning, group.lead) == ("Theirs.", "My lead.")


@pytest.mark.parametrize(("whose", "there"), [("mine", True), ("theirs", False)])
def test_a_row_that_one_removed_and_the_other_changed_is_chosen(group, mine, theirs, client, whose, there):
    row = group.signs.first().pk
    theirs(**{"signs-0-DELETE": "on"})
    refused = mine(**{"signs-0-text": "Mine, changed."})
    press(client, group, refused, "put_together", **{f"choose-signs/{row}/": whose})
    assert ("Mine, changed." in signs(group)) == there
    assert len(signs(group)) == 1 + there


def test_mine_in_place_of_theirs_is_exactly_mine(group, mine, theirs, client):
    before, warning = signs(group), group.warning
    theirs(
        warning="Theirs.", **{"signs-0-DELETE": "on", "signs-TOTAL_FORMS": 3, "signs-2-text": "Theirs, new."}
    )
    refused = mine(lead="My lead.")
    assert press(client, group, refused, "replace").status_code == 302
    group.refresh_from_db()
    assert (group.warning, group.lead, signs(group)) == (warning, "My lead.", before)


def test_whoever_saves_again_meanwhile_is_not_overwritten(group, mine, theirs, client, both):
    theirs(warning="Theirs.")
    refused = mine(lead="My lead.")
    form_of(Client(), both, path_of(group))(lead="Theirs, later.")
    for button in ("put_together", "replace"):
        again = press(client, group, refused, button)
        assert contrasts(again)["What to do"][1:] == ("Theirs, later.", "My lead.")
    assert group.versions().count() == 3


def test_what_is_put_together_is_checked_like_any_save(group, mine, theirs, client):
    theirs(warning="Theirs.")
    refused = mine(title="", lead="My lead.")
    again = press(client, group, refused, "put_together")
    assert "This field is required." in words_of(again)
    assert 'value="Theirs."' in again.content.decode() or ">\nTheirs.</textarea>" in again.content.decode()
    assert group.versions().count() == 2


@pytest.mark.parametrize("opened", ["", "nonsense", "[]", "[1,2,3]", "[{}, {}, {}]", "[[[[[["])
def test_without_knowing_what_was_there_nothing_is_put_together(group, mine, theirs, client, opened):
    theirs(warning="Theirs.")
    refused = mine(lead="My lead.", opened=opened)
    assert "Put both together" not in words_of(refused)
    assert press(client, group, refused, "put_together").status_code == 200
    assert group.versions().count() == 2
    assert press(client, group, refused, "replace").status_code == 302


@pytest.mark.parametrize(
    "forged",
    [
        {"nonsense": {"other": "x"}},
        {"1": {}},
        {"1": "text"},
        ["1"],
        {"1": {"text": 1, "parts": ""}},
    ],
)
def test_a_forged_memory_of_what_was_there_breaks_nothing(group, mine, theirs, client, forged):
    theirs(warning="Theirs.")
    fields, rows, places = json.loads(fields_of(client.get(path_of(group)))["opened"])
    rows["signs"] = forged
    refused = mine(lead="My lead.", opened=json.dumps([fields, rows, places]), **{"signs-0-id": "nonsense"})
    assert refused.status_code == 200
    assert "Put both together" not in words_of(refused)


def test_a_reviewer_cannot_put_together(group, reviewer, client):
    client.force_login(reviewer)
    assert client.post(path_of(group), {"put_together": 1, "title": "Mine"}).status_code == 403


def test_a_file_goes_with_whoever_chose_it(draft, editor, both, client):
    video = ExerciseVideo.objects.first()
    path = f"/admin/exercises/exercisevideo/{video.pk}/change/"
    mine, theirs = form_of(client, editor, path), form_of(Client(), both, path)
    theirs(title="Their title")
    captions = SimpleUploadedFile("new.vtt", b"WEBVTT\n\n00:00.000 --> 00:01.000\nMine\n")
    refused = mine(captions=captions)
    assert contrasts(refused)["Captions"][2].startswith("new.vtt")
    captions.seek(0)
    sent = {**fields_of(refused), "captions": captions, "put_together": 2, "_continue": "Save"}
    assert client.post(path, sent).status_code == 302
    video.refresh_from_db()
    with video.captions.open() as stored:
        assert (video.title, stored.read()[-5:]) == ("Their title", b"Mine\n")


@pytest.mark.parametrize("button", ["put_together", "replace"])
def test_rows_that_did_not_arrive_are_not_taken_for_removed(group, mine, theirs, client, button):
    theirs(warning="Theirs.")
    sent = fields_of(mine(lead="My lead."))
    sent.pop("signs-TOTAL_FORMS")
    assert client.post(path_of(group), {**sent, button: 2}).status_code == 200
    assert len(signs(group)) == 2
    assert group.versions().count() == 2


def test_a_version_that_no_form_was_opened_on_is_stale(group, mine, theirs):
    theirs(warning="Theirs.")
    for version in ("", "nonsense", 0, 10**30):
        assert mine(lead="My lead.", version=version).context["stale"].number == 2
