"""The admin on a host name of its own: there, and nowhere else; public pages answer as before."""

import re

import pytest

from leaflets import mails
from tests.mirror.conftest import site as site
from tests.test_access import ALL, path_of
from tests.test_access import world as world

pytestmark = pytest.mark.django_db
PUBLIC, STAFF = "leaflets.example.org", "staff.example.org"


@pytest.fixture(autouse=True)
def _its_own(settings):
    settings.ALLOWED_HOSTS, settings.ADMIN_HOST = [PUBLIC, STAFF, "127.0.0.1"], STAFF


def test_no_page_of_the_admin_answers_elsewhere(world, superuser, client):
    client.force_login(superuser)
    paths = [path for path in (path_of(name, world) for name in ALL) if path.startswith("/admin/")]
    assert len(paths) > 60
    for path in [*paths, "/admin", "/admin/nothing/"]:
        for method in (client.get, client.post):
            response = method(path, headers={"host": PUBLIC})
            assert response.status_code == (405 if method == client.post and path == "/admin" else 404), path
            assert not response.cookies


@pytest.mark.parametrize("host", [STAFF, STAFF.upper(), f"{STAFF}:443", f"{STAFF}."])
def test_on_its_own_host_it_answers(superuser, client, host):
    client.force_login(superuser)
    assert client.get("/admin/", headers={"host": host}).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"host": PUBLIC, "x-forwarded-host": STAFF},
        {"host": f"{PUBLIC}:443"},
        {"host": f"{STAFF}.evil.example"},
        {"host": f"{STAFF}@{PUBLIC}"},
        {"host": ""},
    ],
)
def test_no_header_makes_another_host_of_it(superuser, client, headers):
    client.force_login(superuser)
    assert client.get("/admin/", headers=headers).status_code in (400, 404)


def test_what_answers_before_django_keeps_to_it_too_and_public_pages_are_as_before(live, site):
    site.look()
    for path in ("/admin/", "/admin/login/", "/admin"):
        assert site.ask(path, host=PUBLIC).status == 404
        assert site.ask(path, host=STAFF).status in (200, 301, 302)
    assert site.ask("/lower-back/", host=PUBLIC).status == site.ask("/lower-back/", host=STAFF).status == 200


def test_without_the_setting_it_is_on_every_host(settings, client, db):
    settings.ADMIN_HOST = ""
    assert client.get("/admin/login/", headers={"host": PUBLIC}).status_code == 200


def test_mails_to_staff_lead_there(live):
    assert re.match(f"https://{STAFF}/admin/", mails.address_of(live))
    assert mails.in_admin("/admin/x/") == f"https://{STAFF}/admin/x/"
