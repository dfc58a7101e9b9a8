"""Guessing a password: counted, refused for a while, and answered alike whatever was wrong."""

import re
from datetime import timedelta
from unittest import mock

import hypothesis
import pytest
from axes.models import AccessAttempt
from django.contrib.auth.hashers import MD5PasswordHasher
from django.contrib.auth.models import User
from django.core.management import call_command
from django.test import Client, RequestFactory
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from leaflets.door import throttle
from leaflets.entries import entry
from tests.leaflets.test_admin import words_of
from tests.leaflets.test_passwords import ask as ask
from tests.leaflets.test_passwords import forgotten as forgotten

pytestmark = pytest.mark.django_db
RIGHT, WRONG = "demo-password", "wrong-password"


def try_to_sign_in(password, username="editor", address="192.0.2.1", client=None):
    """Send the sign-in form from an address, with cookies of its own; return the answer."""
    sent = {"username": username, "password": password}
    return (client or Client()).post("/admin/login/", sent, REMOTE_ADDR=address)


def is_in(response):
    return response.status_code == 302


def fail(times, **how):
    for _ in range(times):
        assert not is_in(try_to_sign_in(WRONG, **how))


def test_after_five_wrong_passwords_the_right_one_is_refused_from_there_and_nowhere_else(editor, reviewer):
    fail(4)
    assert is_in(try_to_sign_in(RIGHT))
    fail(5)
    assert not is_in(try_to_sign_in(RIGHT))
    assert is_in(try_to_sign_in(RIGHT, address="192.0.2.2"))
    assert is_in(try_to_sign_in(RIGHT, username="reviewer"))


def test_from_many_addresses_an_account_is_refused_everywhere(editor):
    for number in range(throttle.PER_ACCOUNT):
        fail(1, address=f"192.0.2.{number}")
    assert not is_in(try_to_sign_in(RIGHT, address="198.51.100.1"))


def test_from_one_address_many_accounts_cannot_be_tried(editor):
    for number in range(throttle.PER_ADDRESS):
        fail(1, username=f"somebody-{number}")
    assert not is_in(try_to_sign_in(RIGHT))
    assert is_in(try_to_sign_in(RIGHT, address="192.0.2.2"))


def test_capitals_and_look_alikes_in_a_user_name_are_no_way_around(editor):
    for name in ("Editor", "EDITOR", "\uff45ditor", "eDITOR", "editoR"):
        fail(1, username=name)
    assert not is_in(try_to_sign_in(RIGHT))


def test_it_ends_after_a_quarter_of_an_hour_even_if_somebody_goes_on_trying(editor):
    fail(5)
    AccessAttempt.objects.update(attempt_time=timezone.now() - throttle.WINDOW + timedelta(seconds=5))
    fail(3)
    AccessAttempt.objects.update(attempt_time=timezone.now() - throttle.WINDOW - timedelta(seconds=1))
    assert is_in(try_to_sign_in(RIGHT))


def test_an_account_of_ones_own_does_not_free_others_from_ones_address(editor, reviewer):
    for _ in range(3):
        fail(4)
        assert is_in(try_to_sign_in(RIGHT, username="reviewer"))
    assert not is_in(try_to_sign_in(RIGHT))


REASONS = ["unknown", "wrong", "inactive", "no staff", "no password", "locked", "address"]


@pytest.fixture
def refused_for(editor):
    """Make a sign-in fail for one of REASONS, and return what to send for it."""

    def refused_for(why):
        if why == "inactive":
            User.objects.filter(pk=editor.pk).update(is_active=False)
        if why == "no staff":
            User.objects.filter(pk=editor.pk).update(is_staff=False)
        if why == "no password":
            editor.set_unusable_password()
            editor.save()
        if why == "locked":
            fail(5)
        if why == "address":
            with mock.patch.object(throttle, "PER_ADDRESS", 3):
                fail(3, username="somebody")
        password = WRONG if why == "wrong" else RIGHT
        return {"username": "nobody" if why == "unknown" else "editor", "password": password}

    return refused_for


@pytest.mark.parametrize("why", REASONS)
def test_every_failure_is_answered_alike_and_with_the_same_work(refused_for, why):
    sent = refused_for(why)
    with mock.patch.object(throttle, "PER_ADDRESS", 3 if why == "address" else throttle.PER_ADDRESS):
        encode = MD5PasswordHasher.encode
        with mock.patch.object(MD5PasswordHasher, "encode", autospec=True, side_effect=encode) as hashed:
            page = try_to_sign_in(sent["password"], sent["username"])
    assert hashed.call_count == 1
    assert page.status_code == 200
    said = re.search(r'<p class="errornote">(.*?)</p>', page.content.decode(), re.DOTALL)[1]
    assert "the right one too: wait so long, or ask an administrator" in said
    assert set(page.headers) == {*try_to_sign_in(WRONG, "another").headers}


def test_nothing_that_was_typed_and_no_address_is_kept(editor):
    fail(1, username="my secret, typed in the wrong place", address="2001:db8::7")
    [kept] = AccessAttempt.objects.values()
    everything = " ".join(map(str, kept.values()))
    for word in ("secret", WRONG, "2001:db8", "csrf", "Mozilla"):
        assert word not in everything
    assert (kept["get_data"], kept["post_data"], kept["user_agent"], kept["http_accept"]) == ("", "", "", "")


def test_what_no_longer_counts_is_forgotten(editor):
    fail(1, username="somebody")
    AccessAttempt.objects.update(attempt_time=timezone.now() - throttle.WINDOW - timedelta(seconds=1))
    fail(1)
    assert AccessAttempt.objects.count() == 1


@pytest.mark.parametrize(
    ("proxies", "forwarded", "whose"),
    [
        (0, "203.0.113.9", "192.0.2.1"),
        (1, None, "192.0.2.1"),
        (1, "203.0.113.9", "203.0.113.9"),
        (1, "198.51.100.66, 203.0.113.9", "203.0.113.9"),
        (2, "198.51.100.66, 203.0.113.9, 10.0.0.1", "203.0.113.9"),
        (2, "10.0.0.1", "192.0.2.1"),
        (1, "203.0.113.9:41234", "203.0.113.9"),
        (1, "::ffff:203.0.113.9", "203.0.113.9"),
        (1, "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        (1, "[2001:db8:1:2::9]:443", "2001:db8:1:2::/64"),
        (1, "", "192.0.2.1"),
    ],
)
def test_the_address_is_what_our_own_proxies_say(settings, proxies, forwarded, whose):
    settings.PROXY_COUNT = proxies
    more = {} if forwarded is None else {"HTTP_X_FORWARDED_FOR": forwarded}
    assert throttle.address_of(RequestFactory().get("/", REMOTE_ADDR="192.0.2.1", **more)) == whose


@given(st.text(max_size=60))
def test_nobody_makes_up_an_address_before_that_of_the_proxy(made_up):
    request = RequestFactory().get("/", HTTP_X_FORWARDED_FOR=f"{made_up},203.0.113.9")
    with mock.patch("django.conf.settings.PROXY_COUNT", 1):
        assert throttle.address_of(request) == "203.0.113.9"


@hypothesis.settings(deadline=None, max_examples=50)
@given(st.text(max_size=300), st.text(max_size=60))
def test_whatever_is_typed_can_be_counted(name, forwarded):
    with mock.patch("django.conf.settings.PROXY_COUNT", 1):
        request = RequestFactory().get("/", HTTP_X_FORWARDED_FOR=forwarded)
        guess = throttle.Guess(request, throttle.SIGN_IN, name)
        guess.failed()
        assert not guess.is_refused()
        guess.succeeded()


def test_an_administrator_sees_who_is_locked_and_frees_them_with_a_reason(editor, administrator, client):
    fail(5)
    client.force_login(administrator)
    row = re.search(
        r"<tr>(?:(?!</tr>).)*>editor<.*?</tr>", client.get("/admin/auth/user/").content.decode(), re.DOTALL
    )
    assert "locked" in row[0]
    page = f"/admin/auth/user/{editor.pk}/access/"
    assert "Locked until" in words_of(client.get(page))
    assert "Say in a sentence why" in words_of(client.post(page, {"act": "free"}))
    assert not is_in(try_to_sign_in(RIGHT))
    assert "possible again at once" in words_of(
        client.post(page, {"act": "free", "reason": "Rang me."}, follow=True)
    )
    assert is_in(try_to_sign_in(RIGHT))
    event = editor.account_events.get(kind="freed")
    assert (event.by, event.said["reason"]) == (administrator, "Rang me.")
    assert entry(None, event).what == "Editor: freed to sign in, after wrong passwords"


def test_so_does_whoever_runs_the_server(editor):
    fail(5)
    call_command("axes_reset_username", "editor")
    assert is_in(try_to_sign_in(RIGHT))


def test_a_superuser_is_freed_by_a_superuser_only(superuser, administrator, client):
    client.force_login(administrator)
    page = f"/admin/auth/user/{superuser.pk}/access/"
    assert client.post(page, {"act": "free", "reason": "Why not."}).status_code == 403


def test_links_for_a_new_password_are_mailed_five_times_and_answered_alike_after_that(forgotten, ask):
    pages = [ask("Editor@example.org")[0] for _ in range(throttle.PER_BOTH + 2)]
    assert len({page.content for page in pages}) == 1
    assert len(ask("editor@example.org")[1]) == throttle.PER_BOTH
    assert ask("nobody@example.org")[0].content == pages[0].content


def test_nobody_guesses_the_old_password_on_a_screen_found_unlocked(editor, client):
    client.force_login(editor)
    new = {"new_password1": "a long enough phrase", "new_password2": "a long enough phrase"}
    for number in range(throttle.PER_BOTH):
        client.post("/admin/password_change/", {"old_password": f"guess-{number}", **new})
    page = client.post("/admin/password_change/", {"old_password": RIGHT, **new}, follow=True)
    assert "Too many wrong passwords. Nothing was changed" in words_of(page)
    editor.refresh_from_db()
    assert editor.check_password(RIGHT)
