"""An earlier edition is submitted again, exactly as it was; a withdrawal says what the public is told."""

import pytest

from leaflets import actions, rules
from leaflets.models import Edition, Leaflet
from leaflets.models.edition import State
from tests.leaflets.test_admin import words_of
from tests.leaflets.test_verify import owner
from triage.models import RedFlag

pytestmark = pytest.mark.django_db


@pytest.fixture
def replaced(live, change, editor, reviewer):
    """Edition 1, after edition 2 took its place."""
    newer = actions.submit(leaflet=change("A worse title"), by=editor, reason="Title.")
    actions.publish(edition=newer, by=reviewer, reason="Checked.")
    return live


def test_an_earlier_edition_is_submitted_again_byte_for_byte(replaced, editor, reviewer):
    again = actions.republish(edition=replaced, by=editor, reason="The old title was better.")
    assert (again.number, again.content, again.state()) == (3, replaced.content, State.SUBMITTED)
    assert again.pinned() == replaced.pinned()
    assert again.events.get().said["again"] == 1
    actions.publish(edition=again, by=reviewer, reason="Right.")
    assert again.state() == State.LIVE


def test_the_draft_stays_as_it_is(replaced, editor):
    actions.republish(edition=replaced, by=editor, reason="The old title was better.")
    assert Leaflet.objects.get().title == "A worse title"


def test_after_a_withdrawal_the_edition_can_come_back(withdrawn, editor, reviewer):
    again = actions.republish(edition=withdrawn, by=editor, reason="The number was right.")
    actions.publish(edition=again, by=reviewer, reason="Checked by telephone.")
    assert (withdrawn.state(), again.state()) == (State.WITHDRAWN, State.LIVE)


@pytest.mark.parametrize("state", ["submitted", "returned", "live", "scheduled"])
def test_only_what_was_public_once_and_is_no_longer_is_submitted_again(request, state, editor):
    edition = request.getfixturevalue(state)
    with pytest.raises(actions.Refused, match="only what was public once"):
        actions.republish(edition=edition, by=editor, reason="Again.")


def test_nobody_publishes_what_they_submitted_again(replaced, both):
    again = actions.republish(edition=replaced, by=both, reason="Better.")
    with pytest.raises(actions.Refused, match="somebody else must publish"):
        actions.publish(edition=again, by=both, reason="Mine.")


@pytest.mark.parametrize("role", ["reviewer", "auditor", "administrator"])
def test_only_an_editor_submits_again(replaced, request, role):
    with pytest.raises(actions.Refused, match="Your role does not let you do this"):
        actions.republish(edition=replaced, by=request.getfixturevalue(role), reason="Again.")


def test_the_edition_page_has_the_button(replaced, editor, client):
    client.force_login(editor)
    page = client.get(f"/admin/leaflets/edition/{replaced.pk}/change/")
    assert "Submit this edition again" in words_of(page)
    path = f"/admin/leaflets/edition/{replaced.pk}/decide/again/"
    assert "edition 3: submitted." in words_of(client.post(path, {"reason": "Better."}, follow=True))


def test_a_withdrawal_says_what_patients_are_told_and_whom_to_contact(live, reviewer, client):
    client.force_login(reviewer)
    path = f"/admin/leaflets/edition/{live.pk}/decide/withdrawn/"
    form = words_of(client.get(path))
    assert "NHS 24 111 at other times" in form
    client.post(path, {"reason": "Wrong.", "told": "The advice on lifting was wrong.", "turn_to": ["gp"]})
    page = client.get("/lower-back/")
    words = words_of(page)
    assert page.status_code == 410
    assert "The advice on lifting was wrong." in words
    assert "Your GP" in words
    assert "NHS 24" not in words


def test_without_more_words_a_withdrawal_keeps_every_contact(withdrawn, client):
    words = words_of(client.get("/lower-back/"))
    assert "Call NHS 24 on 111" in words
    assert words.count("Your GP") == 1


def test_a_withdrawal_leaves_patients_somewhere_to_turn(live, reviewer):
    with pytest.raises(actions.Refused, match="leave at least one, or tell patients where to turn"):
        actions.withdraw(edition=live, by=reviewer, reason="Wrong.", turn_to=[])
    actions.withdraw(edition=live, by=reviewer, reason="Wrong.", turn_to=[], told="Call your clinic.")


def test_what_patients_are_told_can_be_recorded(live, reviewer):
    with pytest.raises(actions.Refused, match=r"^What patients are told: .*U\+0000"):
        actions.withdraw(edition=live, by=reviewer, reason="Wrong.", told="a\x00b")


class TestApprovalNamesWhatWasSeen:
    def test_another_digest_than_the_one_on_the_screen_is_refused(self, submitted, reviewer):
        with pytest.raises(actions.Refused, match="is not what you saw"):
            actions.publish(edition=submitted, by=reviewer, reason="Checked.", digest="0" * 64)
        actions.publish(edition=submitted, by=reviewer, reason="Checked.", digest=submitted.digest)

    def test_a_form_that_names_no_digest_is_refused(self, submitted, reviewer, client):
        client.force_login(reviewer)
        path = f"/admin/leaflets/edition/{submitted.pk}/decide/published/"
        assert "it is not clear what you saw" in words_of(client.post(path, {"reason": "Checked."}))
        assert submitted.state() == State.SUBMITTED

    def test_content_that_was_changed_in_the_database_is_not_published(self, submitted, reviewer):
        with owner():
            Edition.objects.update(content=submitted.content.replace("111", "112"))
        with pytest.raises(actions.Refused, match="its content was changed in the database"):
            actions.publish(edition=submitted, by=reviewer, reason="Checked.")


class TestWhatNobodyIsNamedFor:
    @pytest.fixture
    def nobodys(self, live, editor):
        RedFlag.objects.filter(text="Night sweats").update(text="Sweating at night, much")
        return actions.submit(leaflet=live.leaflet, by=editor, reason="As it stands.")

    def test_a_change_by_somebody_unknown_is_acknowledged(self, nobodys, reviewer):
        changes = rules.to_acknowledge(nobodys)
        reasons = [(change.id, "Right.") for change in changes if "unknown" not in change.what]
        with pytest.raises(actions.Refused, match="Changed outside the application, by somebody unknown"):
            actions.publish(edition=nobodys, by=reviewer, reason="Checked.", acknowledged=reasons)
        reasons = [(change.id, "Right.") for change in changes]
        actions.publish(edition=nobodys, by=reviewer, reason="Checked.", acknowledged=reasons)
        said = nobodys.events.last().said["acknowledged"]
        assert said[-1] == {
            "what": "Changed outside the application, by somebody unknown",
            "reason": "Right.",
        }
