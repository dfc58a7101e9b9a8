"""Headers of both sides."""

import pytest

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


def test_media_are_closed_too(live, client):
    sha256 = live.document["exercises"]["programmes"][0]["videos"][0]["captions"]["sha256"]
    response = client.get(f"/media/{sha256}.vtt")
    assert response.getvalue().startswith(b"WEBVTT")
    check_shared(response)


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
