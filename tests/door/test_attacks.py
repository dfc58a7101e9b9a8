"""Ways around the door, tried one by one."""

import re
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.contrib.auth.models import User
from django.db import close_old_connections, connection
from django.test import Client

from leaflets.door import factor
from tests.door.conftest import Phone, is_in, send_password

pytestmark = pytest.mark.django_db
ASK, NEW = "/admin/login/code/", "a long enough phrase"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("kind", ["code", "recovery"])
def test_one_code_opens_one_of_two_doors_at_once(phone, kind):
    clients = [Client(), Client()]
    for client in clients:
        send_password("reviewer", client)
    code, start = (phone.code if kind == "code" else phone.recovery[0]), threading.Barrier(2)

    def enter(client):
        start.wait()
        try:
            return client.post(ASK, {"code": code}).status_code
        finally:
            close_old_connections()
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(enter, clients)) == [200, 302]


def test_a_new_password_by_a_link_is_no_way_around_the_second_factor(phone, reviewer, client, mailoutbox):
    User.objects.filter(pk=reviewer.pk).update(email="reviewer@example.org")
    client.post("/admin/password_reset/", {"email": "reviewer@example.org"})
    for thread in threading.enumerate():
        if thread.name == "mails":
            thread.join()
    link = re.search(r"http://127.0.0.1:8000(/admin/password_reset/\S+)", mailoutbox[-1].body)[1]
    form = client.get(link, follow=True).redirect_chain[-1][0]
    client.post(form, {"new_password1": NEW, "new_password2": NEW})
    assert not is_in(client)
    client.post("/admin/login/", {"username": "reviewer", "password": NEW})
    assert not is_in(client)
    assert client.post(ASK, {"code": phone.code}).status_code == 302
    assert is_in(client)


def test_the_code_of_one_person_lets_in_nobody_else(phone, administrator, client):
    Phone(administrator)
    send_password("administrator", client)
    for code in (phone.code, phone.recovery[0]):
        client.post(ASK, {"code": code})
    assert not is_in(client)
    assert factor.codes_left(phone.user) == factor.RECOVERY_CODES


def test_a_session_from_before_the_sign_in_is_not_the_one_after_it(phone, client):
    client.get("/admin/login/?next=/admin/history/")
    seen = []
    send_password("reviewer", client)
    seen.append(client.session.session_key)
    client.post(ASK, {"code": phone.code})
    seen.append(client.session.session_key)
    assert len(set(seen)) == 2


def test_half_in_as_one_and_in_as_another_is_in_as_neither_of_both(phone, editor, client):
    client.force_login(editor)
    send_password("reviewer", client)
    assert not is_in(client)


@pytest.mark.parametrize(
    "code", ["", " ", "-", "\x00", "١٢٣٤٥٦", "9" * 40, "9" * 4000, "null", "%s", "é" * 12]
)
def test_nonsense_is_refused_in_a_sentence(phone, client, code):
    send_password("reviewer", client)
    assert client.post(ASK, {"code": code}).status_code == 200
    assert not is_in(client)


def test_it_leads_to_no_other_site(phone, client):
    send_password("reviewer", client, "?next=https://evil.example/")
    assert client.post(ASK, {"code": phone.code})["Location"] == "/admin/"


def test_an_administrator_takes_no_second_factor_from_a_superuser(superuser, administrator, strict):
    Phone(superuser)
    boss = Phone(administrator).sign_in()
    page = boss.post(f"/admin/auth/user/{superuser.pk}/access/", {"act": "reset", "reason": "Because."})
    assert page.status_code == 403
    assert factor.device_of(superuser)


def test_a_sign_in_noted_by_an_older_release_has_ended(editor, client):
    client.force_login(editor)
    session = client.session
    del session["door"]
    session.save()
    assert not is_in(client)
