"""A leaflet may move to another address. The old one leads there for ever, and never shows what no longer holds."""

import re
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from history.loading import Unloadable
from leaflets import actions, change_notes, finding, loading, paper, press, public, rules
from leaflets.models import Edition, Event, Leaflet
from leaflets.translations import behind
from leaflets.views import FRESH
from tests.leaflets.test_admin import form_of, words_of
from tests.universe import CONTENT, LOWER_BACK
from triage.models import RedFlag, RedFlagGroup

pytestmark = pytest.mark.django_db
PAGES = ["/", "/check/", "/exercises/", "/leaflet.pdf", "/leaflet-large.pdf", "/history/", ".json"]
INSTANT = timedelta(microseconds=1)


def submit_at(leaflet, slug, editor):
    leaflet = Leaflet.objects.get(pk=leaflet.pk)
    leaflet.slug = slug
    leaflet.full_clean()
    leaflet.save()
    leaflet.record(by=editor, reason="Another address.")
    return actions.submit(leaflet=leaflet, by=editor, reason="Another address.")


@pytest.fixture
def move(live, editor, reviewer):
    """Publish the leaflet at another address: move("back")."""

    def move(slug, live_from=None):
        edition = submit_at(live.leaflet, slug, editor)
        return actions.publish(edition=edition, by=reviewer, reason="Checked.", live_from=live_from)

    return move


@pytest.fixture
def moved(move):
    return move("back")


@pytest.mark.parametrize("page", PAGES)
def test_an_old_address_leads_to_the_same_page_at_the_new_one(moved, client, page):
    for rendering, form in paper.missing():
        paper.path_of(rendering, form).parent.mkdir(exist_ok=True)
        paper.path_of(rendering, form).write_bytes(b"%PDF-1.7 for the test")
    old = client.get(f"/lower-back{page}")
    assert (old.status_code, old["Location"]) == (301, f"/back{page}")
    # A browser asks again each time: the leaflet may move back, or on.
    assert old["Cache-Control"] == FRESH
    assert client.head(f"/lower-back{page}").status_code == 301
    assert client.get(old["Location"]).status_code == 200


def test_what_is_asked_after_the_address_changes_nothing(moved, client):
    assert client.get("/lower-back/?from=https://example.org")["Location"] == "/back/"


def test_superseded_red_flags_are_shown_nowhere(live, editor, reviewer, client):
    RedFlag.objects.filter(text="Night sweats").delete()
    RedFlagGroup.objects.get(key="lower-back-no-trauma").record(by=editor, reason="Removed.")
    newer = submit_at(live.leaflet, "back", editor)
    reasons = [(change.id, "A duplicate.") for change in rules.to_acknowledge(newer)]
    actions.publish(edition=newer, by=reviewer, reason="Checked.", acknowledged=reasons)
    for path in ("/lower-back/", "/lower-back/check/", "/lower-back.json", "/", "/sitemap.xml"):
        assert "Night sweats" not in client.get(path, follow=True).content.decode()
    assert list(public.live_editions()) == [newer]
    assert re.findall("/([a-z-]+)/</loc>", finding.sitemap()) == ["back"]
    assert {rendering.edition for rendering, _ in paper.missing()} == {newer}
    assert list(press.otherwise()) == []


def test_nothing_moves_before_the_new_edition_is_published(live, editor, reviewer, client):
    edition = submit_at(live.leaflet, "back", editor)
    assert client.get("/lower-back/").status_code == 200
    assert client.get("/back/").status_code == 404
    actions.return_to_editor(edition=edition, by=reviewer, reason="Why?")
    assert client.get("/lower-back/").status_code == 200
    assert client.get("/back/").status_code == 404


def test_a_scheduled_move_begins_at_its_moment(move, live):
    tomorrow = timezone.now() + timedelta(days=1)
    edition = move("back", live_from=tomorrow)
    assert public.decision("lower-back").edition == live
    assert public.decision("back") is None
    for slug in ("lower-back", "back"):
        assert public.decision(slug, tomorrow).edition == edition
    assert public.decision("lower-back", tomorrow - INSTANT).edition == live
    assert public.decision("back", tomorrow - INSTANT) is None


def test_every_earlier_address_leads_in_one_step(move, client):
    move("back")
    move("spine")
    for slug in ("lower-back", "back"):
        assert client.get(f"/{slug}/check/")["Location"] == "/spine/check/"
    assert client.get("/spine/check/").status_code == 200


def test_a_leaflet_that_moves_back_is_shown_there_and_leads_nowhere(move, client):
    move("back")
    move("lower-back")
    assert client.get("/lower-back/").status_code == 200
    assert client.get("/back/")["Location"] == "/lower-back/"


@pytest.mark.parametrize("path", ["/", "/check/", "/exercises/", "/leaflet.pdf", ".json"])
def test_a_leaflet_withdrawn_after_the_move_says_so_from_every_address(moved, reviewer, client, path):
    actions.withdraw(edition=moved, by=reviewer, reason="Wrong.", told="Do not use it.")
    response = client.get(f"/lower-back{path}", follow=True)
    assert response.redirect_chain == [(f"/back{path}", 301)]
    assert response.status_code == 410
    assert "Do not use it." in words_of(response)
    assert "Call NHS 24 on 111" in words_of(response)


def test_an_edition_from_before_the_move_comes_back_at_its_own_address(moved, live, editor, reviewer, client):
    again = actions.republish(edition=live, by=editor, reason="It was right.")
    assert again.slug == "lower-back"
    actions.publish(edition=again, by=reviewer, reason="Checked.")
    assert client.get("/lower-back/").status_code == 200
    assert client.get("/back/")["Location"] == "/lower-back/"


def test_an_address_never_passes_to_another_leaflet(moved):
    other = Leaflet(slug="lower-back", title="Back school", body_part="Back")
    with pytest.raises(ValidationError) as error:
        other.full_clean()
    assert "This was an address of “Self-help and information – Lower Back”" in str(error.value)
    with pytest.raises(Unloadable, match=r"^The leaflet.slug: This was an address of"):
        loading.load(loading.read(LOWER_BACK.read_bytes()), CONTENT / "media", by=None, reason="Again.")


def test_the_database_gives_no_address_to_another_leaflet(moved, live):
    other = Leaflet.objects.create(slug="other", title="Other", body_part="Back")
    row = {"number": 1, "slug": live.slug, "content": live.content, "digest": live.digest}
    with pytest.raises(IntegrityError, match="An address belongs to one leaflet"), transaction.atomic():
        Edition.objects.create(leaflet=other, code="XXX-XXX", **row)


@pytest.fixture
def save(draft, editor, client):
    """Save the leaflet's form with another address, and return the page that follows."""
    save = form_of(client, editor, f"/admin/leaflets/leaflet/{draft.pk}/change/")
    return lambda slug: client.get(save(slug=slug, reason="Another address.")["Location"])


def test_an_editor_who_changes_a_public_address_is_warned(live, client, save):
    page = words_of(save("back"))
    assert "Its address changes with the next edition that is published, from /lower-back/ to /back/." in page
    workspace = words_of(client.get(f"/admin/leaflets/leaflet/{live.leaflet_id}/workspace/"))
    assert "change the address back to lower-back" in workspace
    submitting = words_of(client.get(f"/admin/leaflets/leaflet/{live.leaflet_id}/submit/"))
    assert "Address changed" in submitting


def test_nobody_is_warned_of_an_address_that_patients_never_saw(submitted, save):
    assert "Its address changes" not in words_of(save("back"))


def test_what_stood_at_an_old_address_then_and_where_it_led(live, moved, auditor, client):
    client.force_login(auditor)
    _, second = (event.takes_effect for event in Event.objects.decided())

    def seen(slug, at):
        return client.get(f"/admin/history/as-at/{slug}/", {"at": at.isoformat()})

    then = words_of(seen("lower-back", second - INSTANT))
    assert "edition 1, published by Reviewer" in then
    assert "It stood there from" in then
    assert "until" in then
    assert "had moved" not in then
    now = seen("lower-back", second)
    assert "The leaflet had moved: /lower-back/ led to /back/, where this stood." in words_of(now)
    assert "edition 2, published by Reviewer" in words_of(now)
    assert 'href="/admin/history/as-at/lower-back/?at=' in now.content.decode()
    assert "nothing had been published at this address" in words_of(seen("back", second - INSTANT))
    assert "had moved" not in words_of(seen("back", second))
    asked = client.get("/admin/history/as-at/").content.decode()
    assert 'value="lower-back"' in asked
    assert 'value="back"' in asked


@pytest.mark.parametrize("slug", ["lower-back", "back"])
def test_editions_are_compared_under_every_address_that_the_leaflet_had(moved, auditor, client, slug):
    client.force_login(auditor)
    page = client.get(f"/admin/history/compare/{slug}/", {"before": 1, "after": 2})
    assert page.status_code == 200
    assert "Address changed" in words_of(page)


def test_a_printed_copy_from_before_the_move_says_what_changed(live, moved, client):
    copy = change_notes.copy_of(live.code)
    assert not copy.current
    assert copy.changes == ["Address changed"]
    page = client.get(f"/e/{live.code}/").content.decode()
    assert 'href="/back/"' in page
    assert change_notes.copy_of(moved.code).current


def test_the_public_history_goes_on_across_the_move(moved, client):
    page = words_of(client.get("/back/history/"))
    assert "edition 1" in page
    assert "Address changed" in page
    assert finding.feed().count("<entry>") == 2


def test_a_translation_is_behind_a_source_that_moved(live, editor, reviewer):
    RedFlag.objects.filter(text="Night sweats").update(text="Sweats")
    RedFlagGroup.objects.get(key="lower-back-no-trauma").record(by=editor, reason="Shorter.")
    newer = submit_at(live.leaflet, "back", editor)
    reasons = [(change.id, "The same.") for change in rules.to_acknowledge(newer)]
    actions.publish(edition=newer, by=reviewer, reason="Checked.", acknowledged=reasons)
    [found] = behind([{**live.document, "translated_from": live.name()}])
    assert "The red flags of the source have changed since edition 1" in found.sentence
