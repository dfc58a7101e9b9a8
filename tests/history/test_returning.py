"""The way back: a form leads only to pages of the admin, and only where it was told to."""

import re
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st

from history.returning import leading_back, way_back
from tests.leaflets.test_admin import fields_of, words_of
from triage.models import RedFlagGroup

WORKSPACE = "/admin/leaflets/leaflet/1/workspace/?page=leaflet&width=phone&at=edit-3"


def back_from(address):
    return way_back(RequestFactory().get("/admin/", {"next": address}))


@pytest.mark.parametrize("address", ["/admin/", WORKSPACE, "/admin/leaflets/leaflet/1/workspace/#top"])
def test_a_page_of_the_admin_is_a_way_back(address):
    assert back_from(address) == address


@pytest.mark.parametrize(
    "address",
    [
        *(
            "",
            "/",
            "/lower-back/",
            "/administrator/",
            "admin/",
            "https://evil.example/admin/",
            "//evil.example/admin/",
        ),
        *(
            "/admin/../",
            "/admin/..%2f..%2f",
            "/admin/%2e%2e/",
            "/admin//../x",
            "/admin/\\evil.example",
            "/admin/\n",
        ),
        *("javascript:alert(1)", " /admin/", "/admin/?next=//evil.example", "/admin/ü/", "/admin/#a b"),
    ],
)
def test_nothing_else_is(address):
    assert back_from(address) == ""


@given(st.text(st.sampled_from("/admin.\\:?#%&=@ \t\nev"), max_size=20) | st.text(max_size=20))
def test_whatever_is_asked_for_one_stays_in_the_admin(address):
    for asked in (address, f"/admin/{address}"):
        back = back_from(asked)
        assert back == "" or re.fullmatch(r"/admin/[^.\\:%@\s]*", back)


def test_an_address_that_leads_back_keeps_its_fragment():
    parts = urlsplit(leading_back("/admin/triage/redflaggroup/1/change/#signs-group", WORKSPACE))
    assert (parts.path, parts.fragment) == ("/admin/triage/redflaggroup/1/change/", "signs-group")
    assert parse_qs(parts.query) == {"next": [WORKSPACE]}
    assert parse_qs(urlsplit(leading_back("/admin/?page=2", "/admin/")).query) == {
        "page": ["2"],
        "next": ["/admin/"],
    }


@pytest.mark.django_db
class TestForm:
    @pytest.fixture
    def form(self, client, draft, editor):
        """The page of a group that was opened from a workspace: its address and what a browser would send."""
        client.force_login(editor)
        group = RedFlagGroup.objects.get(key="cauda-equina-syndrome")
        path = leading_back(f"/admin/triage/redflaggroup/{group.pk}/change/", WORKSPACE)
        return path, fields_of(client.get(path))

    def test_it_shows_the_way_back(self, form, client):
        page = client.get(form[0]).content.decode()
        assert f'<a class="button" href="{WORKSPACE.replace("&", "&amp;")}">Back to the workspace</a>' in page

    def test_a_save_leads_there(self, form, client):
        path, sent = form
        response = client.post(path, {**sent, "signs-0-text": "Numb.", "_save": "Save"}, follow=True)
        assert response.redirect_chain == [(WORKSPACE, 302)]

    def test_a_refused_save_keeps_it(self, form, client):
        path, sent = form
        response = client.post(path, {**sent, "title": "", "_save": "Save"})
        assert "This field is required." in words_of(response)
        assert "Back to the workspace" in words_of(response)
        # It is sent to the address that it was opened at, less the place in the page, where no refusal is seen.
        [action] = re.findall(
            r'<form action="([^"]*)"[^>]* id="redflaggroup_form"', response.content.decode()
        )
        assert unescape(action) == path.partition("#")[0]
        assert client.post(path, {**sent, "_save": "Save"})["Location"] == WORKSPACE

    def test_a_save_without_it_stays_on_the_form(self, form, client):
        path, sent = form
        path = path.partition("?")[0]
        assert "Back to the workspace" not in words_of(client.get(path))
        assert client.post(path, {**sent, "_continue": "Save"})["Location"] == path

    def test_a_save_leads_nowhere_else(self, form, client):
        path, sent = form
        path = f"{path.partition('?')[0]}?next=//evil.example/admin/"
        assert client.post(path, {**sent, "_continue": "Save"})["Location"].startswith("/admin/triage/")
