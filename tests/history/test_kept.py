"""What the server does for what was typed: it gives it back after an expired sign-in, and makes its form anew."""

import pytest
from django.test import Client

from tests.history.test_admin import path_of
from tests.leaflets.test_admin import fields_of, form_of, words_of
from triage.models import RedFlagGroup

pytestmark = pytest.mark.django_db


@pytest.fixture
def group(draft):
    return RedFlagGroup.objects.get(key="cauda-equina-syndrome")


def test_what_is_put_back_is_shown_in_its_form_and_not_saved(group, editor, client):
    put_back = form_of(client, editor, path_of(group))
    response = put_back(
        lead="Mine.",
        put_back="yes",
        **{"signs-TOTAL_FORMS": 3, "signs-2-text": "A new sign.", "signs-2-position": ""},
    )
    assert "This is what you typed before. It is not saved yet" in words_of(response)
    assert fields_of(response)["signs-2-text"] == "A new sign."
    assert group.versions().count() == 1
    saved = client.post(path_of(group), {**fields_of(response), "_continue": "Save"})
    assert saved.status_code == 302
    assert [sign.text for sign in group.signs.all()][-1] == "A new sign."


def test_a_new_item_is_put_back_too(editor, client):
    put_back = form_of(client, editor, "/admin/triage/contactroute/add/")
    response = put_back(name="Physiotherapy", key="physiotherapy", put_back="yes")
    assert fields_of(response)["name"] == "Physiotherapy"
    assert client.post("/admin/triage/contactroute/add/", fields_of(response)).status_code == 302


def test_a_form_sent_after_the_sign_in_ended_gives_the_words_back(group, editor, client):
    save = form_of(client, editor, path_of(group))
    client.logout()
    response = save(lead="Mine & <b>theirs</b>.", **{"signs-0-text": "Numb."})
    assert response.status_code == 403
    page = response.content.decode()
    assert f'href="{path_of(group)}"' in page
    assert "Your sign-in had ended, so nothing of this was saved." in words_of(response)
    assert ">Mine &amp; &lt;b&gt;theirs&lt;/b&gt;.</textarea>" in page
    assert ">Numb.</textarea>" in page
    assert "TOTAL" not in page
    group.refresh_from_db()
    assert group.lead != "Mine & <b>theirs</b>."


def test_no_password_is_given_back(administrator, client):
    response = client.post(
        "/admin/auth/user/add/", {"username": "new", "password1": "a-secret", "password2": "a-secret"}
    )
    assert response.status_code == 403
    assert "a-secret" not in response.content.decode()


def test_a_page_that_is_only_opened_leads_to_the_sign_in(group, client):
    response = client.get(path_of(group))
    assert response["Location"] == f"/admin/login/?next={path_of(group)}"


OWN = {"HTTP_ORIGIN": "http://testserver"}
SENT = {"lead": "Typed for long.", "new_password1": "a-secret", "csrfmiddlewaretoken": "x"}


@pytest.mark.parametrize("said", [OWN, {"HTTP_REFERER": "http://testserver/admin/"}])
def test_a_form_sent_when_all_cookies_are_gone_gives_the_words_back(group, said):
    response = Client(enforce_csrf_checks=True).post(path_of(group), SENT, **said)
    assert response.status_code == 403
    page = response.content.decode()
    assert f'href="{path_of(group)}">Sign in and continue' in page
    assert ">Typed for long.</textarea>" in page
    assert "a-secret" not in page
    assert "permission to view" not in page


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"HTTP_ORIGIN": "https://elsewhere.example"},
        {"HTTP_ORIGIN": "null", "HTTP_REFERER": "http://testserver/admin/"},
        {"HTTP_REFERER": "http://testserver.elsewhere.example/admin/"},
        {"HTTP_REFERER": "http://testserver@elsewhere.example/admin/"},
        {"HTTP_ORIGIN": "https://testserver"},
        {"HTTP_ORIGIN": "http://testserver:8000"},
    ],
)
def test_words_that_another_site_sent_are_never_given_back(group, said):
    response = Client(enforce_csrf_checks=True).post(path_of(group), SENT, **said)
    assert response.status_code == 403
    assert "This form could not be accepted" in words_of(response)
    assert "Typed for long." not in response.content.decode()


def test_signing_in_without_cookies_leads_to_the_sign_in_and_repeats_nothing(db):
    sent = {"username": "somebody", "password": "a-secret"}
    page = Client(enforce_csrf_checks=True).post("/admin/login/", sent, **OWN).content.decode()
    assert 'href="/admin/">Sign in and continue' in page
    assert "somebody" not in page
    assert "a-secret" not in page
