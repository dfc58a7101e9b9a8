"""Headers of both sides."""

import pytest

from exercises.models import ExerciseVideo
from leaflets import actions

pytestmark = pytest.mark.django_db
CLOSED = [
    "default-src 'none'",
    "script-src 'self'",
    "object-src 'none'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
]


def policy(response):
    return response["Content-Security-Policy"].split("; ")


def check_shared(response):
    for directive in CLOSED:
        assert directive in policy(response)
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["X-Frame-Options"] == "DENY"
    assert response["Cross-Origin-Opener-Policy"] == "same-origin"
    assert response["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "camera=()" in response["Permissions-Policy"]


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/lower-back/",
        "/lower-back/exercises/",
        "/lower-back.json",
        "/feed.xml",
        "/nothing/",
        "/lower-back",
    ],
)
def test_the_public_side_is_closed(live, client, path):
    response = client.get(path)
    check_shared(response)
    assert "style-src 'self'" in policy(response)
    assert "connect-src 'none'" in policy(response)
    assert "require-trusted-types-for 'script'" in policy(response)
    assert response["Referrer-Policy"] == "no-referrer"


@pytest.mark.parametrize(
    "path",
    [
        "/admin/",
        "/admin/login/",
        "/admin/login/code/",
        "/admin/second_factor/",
        "/admin/second_factor/set_up/",
        "/admin/sign_on/",
        "/admin/leaflets/leaflet/",
        "/admin/nothing/",
    ],
)
def test_the_admin_keeps_nothing_and_can_post_to_itself(live, editor, client, path):
    client.force_login(editor)
    response = client.get(path)
    check_shared(response)
    assert "style-src 'self'" in policy(response)
    assert response["Referrer-Policy"] == "same-origin"
    assert response["Cache-Control"] == "no-store"


def test_only_the_page_with_the_editor_allows_its_styles(live, editor, client):
    client.force_login(editor)
    for path in ("/admin/leaflets/leaflet/add/", f"/admin/leaflets/leaflet/{live.leaflet_id}/change/"):
        response = client.get(path)
        check_shared(response)
        assert "style-src 'self' 'unsafe-inline'" in policy(response)
    response = client.get("/admin/triage/redflaggroup/add/")
    assert "style-src 'self'" in policy(response)


@pytest.fixture
def provided(draft, editor, reviewer):
    """The leaflet with a video at Vimeo."""
    video = ExerciseVideo.objects.first()
    video.file, video.captions, video.provider_url = "", "", "https://vimeo.com/76979871"
    video.save()
    video.record(by=editor, reason="At a provider.")
    edition = actions.submit(leaflet=draft, by=editor, reason="At a provider.")
    return actions.publish(edition=edition, by=reviewer, reason="Checked.")


def test_only_a_page_with_a_providers_video_lets_in_its_player_and_no_other(provided, client):
    page = client.get("/lower-back/exercises/")
    assert policy(page).count("frame-src https://player.vimeo.com") == 1
    assert "require-trusted-types-for 'script'" in policy(page)
    assert page["Cross-Origin-Embedder-Policy"] == "unsafe-none"
    assert page["Referrer-Policy"] == "no-referrer"
    # A browser takes the headers of a 304 for those of the page that it kept.
    again = client.get("/lower-back/exercises/", headers={"if-none-match": page["ETag"]})
    assert again.status_code == 304
    assert again["Content-Security-Policy"] == page["Content-Security-Policy"]
    assert again["Cross-Origin-Embedder-Policy"] == "unsafe-none"
    for path in ("/", "/lower-back/", "/lower-back/check/", "/lower-back.json", "/nothing/exercises/"):
        other = client.get(path)
        assert "frame-src 'none'" in policy(other)
        assert other["Cross-Origin-Embedder-Policy"] == "require-corp"


def test_what_is_withdrawn_lets_in_no_player(provided, reviewer, client):
    actions.withdraw(edition=provided, by=reviewer, reason="Wrong.")
    gone = client.get("/lower-back/exercises/")
    assert gone.status_code == 410
    assert "frame-src 'none'" in policy(gone)


def test_a_page_with_our_own_videos_is_closed_and_has_no_such_script(live, client):
    page = client.get("/lower-back/exercises/")
    assert "frame-src 'none'" in policy(page)
    assert b"play.js" not in page.content


def test_a_preview_is_a_link_and_lets_in_no_player(provided, editor, client):
    client.force_login(editor)
    page = client.get(f"/admin/leaflets/leaflet/{provided.leaflet_id}/preview/exercises/")
    assert "frame-src 'none'" in policy(page)
    assert b"play.js" not in page.content
    assert b'href="https://vimeo.com/76979871"' in page.content
