"""The public sees what the last decision makes it see, at any moment."""

import hashlib
import re
from datetime import timedelta

import pytest
from django.utils import timezone

from leaflets import actions, public
from leaflets.models import Event, Kind, Leaflet
from leaflets.models.edition import State
from triage.models import RedFlag

pytestmark = pytest.mark.django_db
PAGES = ["/lower-back/", "/lower-back/check/", "/lower-back/exercises/", "/lower-back.json"]
ABOUT = [
    "/lower-back/history/",
    "/e/",
    "/privacy/",
    "/forget/",
    "/worker.js",
    "/accessibility/",
    "/feed.xml",
    "/robots.txt",
    "/sitemap.xml",
]


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("state", ["draft", "submitted", "returned", "scheduled"])
def test_what_is_not_published_is_not_there(request, client, state, path):
    request.getfixturevalue(state)
    response = client.get(path)
    assert response.status_code == 404
    assert "Cauda" not in response.content.decode()
    assert "/lower-back/" not in client.get("/").content.decode()


@pytest.mark.parametrize("path", PAGES)
def test_what_is_published_is_there(live, client, path):
    assert client.get(path).status_code == 200
    assert "/lower-back/" in client.get("/").content.decode()


@pytest.mark.parametrize("path", PAGES)
def test_what_is_withdrawn_says_so_and_who_to_contact(withdrawn, client, path):
    response = client.get(path)
    page = response.content.decode()
    assert response.status_code == 410
    assert "withdrawn" in page
    assert 'href="tel:111"' in page
    assert "toilet paper" not in page
    assert "/lower-back/" not in client.get("/").content.decode()


def test_a_draft_is_never_seen(live, client):
    RedFlag.objects.update(text="Changed in the draft")
    Leaflet.objects.update(title="Changed in the draft")
    for path in ["/", *PAGES]:
        assert "Changed in the draft" not in client.get(path).content.decode()


def test_the_public_document_has_the_digest_that_was_approved(live, client):
    assert hashlib.sha256(client.get("/lower-back.json").content).hexdigest() == live.digest


def test_every_page_says_which_edition_it_is_and_its_dates(live, client, reviewer):
    next_review = timezone.localdate() + timedelta(days=365)
    actions.review(edition=live, by=reviewer, reason="Checked whole.", next_review=next_review)
    today = f"{timezone.localdate().day} {timezone.localdate():%B %Y}"
    for path in PAGES[:2]:
        text = " ".join(re.sub("<[^>]+>", " ", client.get(path).content.decode()).split())
        assert f"Edition {live.number}" in text
        assert live.code in text
        assert text.count(today) == 2
        assert f"{next_review.day} {next_review:%B %Y}" in text


def test_only_a_review_moves_the_review_dates(live, change, editor, reviewer):
    assert (public.facts(live).reviewed, public.facts(live).next_review) == (None, None)
    next_review = timezone.localdate() + timedelta(days=365)
    actions.review(edition=live, by=reviewer, reason="Checked whole.", next_review=next_review)
    newer = actions.submit(leaflet=change("Changed"), by=editor, reason="Changed.")
    actions.publish(edition=newer, by=reviewer, reason="Checked.")
    assert public.facts(newer).next_review == next_review
    assert public.facts(newer).reviewed < public.facts(newer).published


def test_whoever_begins_at_the_exercises_meets_the_way_to_the_red_flags_first(live, client):
    page = client.get("/lower-back/exercises/").content.decode()
    begins = page.index("<main")
    to_red_flags, to_check = (page.index(f'href="/lower-back/{part}"', begins) for part in ("", "check/"))
    first_programme = live.document["exercises"]["programmes"][0]["title"]
    assert to_red_flags < to_check < page.index(first_programme, begins) < page.index("<video")


def test_any_moment_of_the_past_can_be_asked_for(live, change, editor, reviewer):
    newer = actions.submit(leaflet=change("Changed"), by=editor, reason="Changed.")
    actions.publish(edition=newer, by=reviewer, reason="Checked.")
    actions.withdraw(edition=newer, by=reviewer, reason="Wrong.")
    published, republished, withdrawn = (event.takes_effect for event in Event.objects.decided())
    just = timedelta(microseconds=1)

    assert public.decision("lower-back", published - just) is None
    assert public.decision("lower-back", published).edition == live
    assert public.decision("lower-back", republished - just).edition == live
    assert public.decision("lower-back", republished).edition == newer
    assert public.decision("lower-back", withdrawn).kind == Kind.WITHDRAWN
    assert list(public.live_editions(republished)) == [newer]
    assert list(public.live_editions(withdrawn)) == []
    assert live.state(published) == State.LIVE


def test_no_cookie_is_answered_with_one(live, client):
    for name in ("sessionid", "csrftoken", "messages"):
        client.cookies[name] = "x"
    for path in ["/", *PAGES]:
        assert not client.get(path).cookies


def test_nobody_is_given_a_cookie(live, client):
    for path in ["/", *PAGES, *ABOUT, "/nothing/"]:
        response = client.get(path)
        assert not response.cookies
        assert "Cookie" not in response.get("Vary", "")


def test_a_page_asks_nothing_of_another_host_and_runs_no_script_but_ours(live, client):
    for path in ["/", *PAGES[:3], *ABOUT]:
        page = client.get(path).content.decode()
        assert set(re.findall("<script[^>]*>", page)) <= {'<script src="/static/leaflets/offline.js" defer>'}
        assert not re.findall(r'(?:src|srcset|poster)="(?:https?:)?//', page)
        assert "style=" not in page


def test_a_page_is_asked_for_again_only_if_it_changed(live, client):
    first = client.get("/lower-back/")
    again = client.get("/lower-back/", headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert first["Cache-Control"] == "public, max-age=0, s-maxage=5, stale-if-error=86400"


@pytest.mark.parametrize("path", ["/", *PAGES, *ABOUT])
def test_public_pages_are_read_only(live, client, path):
    assert client.post(path).status_code == 405
    assert client.head(path).status_code == 200


@pytest.mark.parametrize(
    "path", ["/nothing/", "/nothing", "/a/b/c/", "/lower-back/nothing/", "/%00/", "/nothing.json"]
)
def test_an_address_where_nothing_stands_says_so_plainly(live, client, path):
    response = client.get(path, follow=True)
    assert response.status_code == 404
    assert "<h1" in response.content.decode()
