"""The second factor: who needs one, how it is set up and proved, and that no URL goes around it."""

import re

import pytest
from django.contrib.auth.models import Permission
from django.core.management import CommandError, call_command
from django.test import Client
from django_otp.plugins.otp_static.models import StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from history.models import AccountEvent
from leaflets import roles
from leaflets.door import factor, throttle
from tests.door.conftest import Phone, code_from, is_in, key_on, send_password
from tests.leaflets.test_admin import words_of
from tests.test_access import ALL, MAY_OPEN, NOBODY, OTHER, is_open, path_of
from tests.test_access import world as world
from tests.universe import person

pytestmark = pytest.mark.django_db
ASK, SET_UP, OWN = "/admin/login/code/", "/admin/second_factor/set_up/", "/admin/second_factor/"


def events(user):
    return [(event.kind, event.said.get("what")) for event in user.account_events.exclude(kind="changed")]


def reset_page(user):
    return f"/admin/auth/user/{user.pk}/access/"


@pytest.mark.parametrize(
    ("role", "needs"),
    [(roles.EDITOR, False), (roles.REVIEWER, True), (roles.AUDITOR, False), (roles.ADMINISTRATOR, True)],
)
def test_reviewers_and_administrators_need_one(strict, settings, db, role, needs):
    somebody = person("somebody", role)
    assert factor.is_required(somebody) is needs
    settings.SECOND_FACTOR = False
    assert not factor.is_required(somebody)


def test_so_do_superusers_and_whoever_was_given_such_a_permission_past_the_roles(strict, superuser, editor):
    assert factor.is_required(superuser)
    editor.user_permissions.add(Permission.objects.get(codename="publish_edition"))
    assert factor.is_required(type(editor).objects.get(pk=editor.pk))


def test_it_is_set_up_after_the_password_and_only_then_is_one_in(strict, reviewer, client):
    led = send_password("reviewer", client, "?next=/admin/history/")
    assert led["Location"] == SET_UP
    assert not is_in(client)
    page = client.get(SET_UP)
    assert "data:image/svg+xml" in page.content.decode()
    assert events(reviewer) == []
    key = key_on(page)
    assert key_on(client.get(SET_UP)) == key
    assert "not from this key" in words_of(client.post(SET_UP, {"code": "000000"}))
    codes = client.post(SET_UP, {"code": code_from(key)})
    assert len(set(re.findall(r"<code>(\w{4}-\w{4}-\w{4})</code>", codes.content.decode()))) == 10
    assert 'href="/admin/history/"' in codes.content.decode()
    assert is_in(client)
    assert events(reviewer) == [("factor", "set up"), ("signed-in", None)]
    for told in AccountEvent.objects.all():
        assert key not in told.content


def test_recovery_codes_are_shown_once_and_kept_as_digests(phone, client):
    kept = " ".join(StaticToken.objects.values_list("token", flat=True))
    assert not any(code.replace("-", "") in kept.upper() for code in phone.recovery)
    client = phone.sign_in()
    for page in (OWN, SET_UP, "/admin/"):
        assert phone.recovery[0] not in client.get(page, follow=True).content.decode()


def test_a_code_is_asked_for_after_the_password(phone, reviewer, client):
    assert send_password("reviewer", client)["Location"] == ASK
    assert not is_in(client)
    assert "This code is not right" in words_of(client.post(ASK, {"code": "12345"}))
    assert client.post(ASK, {"code": phone.code})["Location"] == "/admin/"
    assert is_in(client)
    assert events(reviewer)[-1] == ("signed-in", None)


def test_a_code_works_once(phone, client):
    used = phone.code
    send_password("reviewer", client)
    client.post(ASK, {"code": f" {used[:3]} {used[3:]} "})
    assert is_in(client)
    other = Client()
    send_password("reviewer", other)
    assert "was used before" in words_of(other.post(ASK, {"code": used}))
    assert not is_in(other)


def test_a_recovery_code_works_once_and_its_use_is_recorded_and_mailed(
    phone, reviewer, client, mailoutbox, django_capture_on_commit_callbacks
):
    reviewer.email = "reviewer@example.org"
    reviewer.save()
    send_password("reviewer", client)
    with django_capture_on_commit_callbacks(execute=True):
        client.post(ASK, {"code": phone.recovery[3].lower()})
    assert is_in(client)
    assert ("factor", "proved by a recovery code") in events(reviewer)
    assert factor.codes_left(reviewer) == 9
    other = Client()
    send_password("reviewer", other)
    other.post(ASK, {"code": phone.recovery[3]})
    assert not is_in(other)


def test_who_is_not_required_may_set_it_up_and_is_asked_then(editor, client):
    client.force_login(editor)
    key = key_on(client.get(SET_UP))
    client.post(SET_UP, {"code": code_from(key)})
    assert is_in(client)
    other = Client()
    assert send_password("editor", other)["Location"] == ASK


@pytest.mark.parametrize("state", ["half in", "half in, without an app", "password only"])
def test_no_url_goes_around_it(strict, world, reviewer, client, state):
    if state == "password only":
        client.force_login(reviewer)
    elif state == "half in":
        Phone(reviewer)
        send_password("reviewer", client)
    else:
        send_password("reviewer", client)
    opened, posted = set(), set()
    for name in sorted(set(ALL) - set(OTHER)):
        if state == "password only":
            client.force_login(reviewer)
        if is_open(client.get(path_of(name, world))):
            opened.add(name)
        if name.startswith("admin:") and name != "admin:login":
            response = client.post(path_of(name, world), {"reason": "Because.", "post": "yes"})
            posted |= {name} if response.status_code == 200 else set()
    public = {name for name, who in MAY_OPEN.items() if "anonymous" in who}
    own = {"half in": {"second_factor_ask"}, "half in, without an app": {"second_factor_set_up"}}
    steps = {"second_factor_ask", "second_factor_set_up"}
    assert opened - steps == public
    assert opened & steps <= {"second_factor_ask"} | own.get(state, set())
    assert posted == set()


def test_nobody_with_a_password_only_sets_up_another_app(phone, reviewer, client):
    send_password("reviewer", client)
    assert client.get(SET_UP)["Location"] == ASK
    assert client.post(SET_UP, {"code": "123456"})["Location"] == ASK


def test_whoever_is_quicker_to_set_it_up_is_not_overtaken(strict, reviewer, client):
    send_password("reviewer", client)
    key = key_on(client.get(SET_UP))
    Phone(reviewer)
    client.post(SET_UP, {"code": code_from(key)})
    assert TOTPDevice.objects.get(user=reviewer).key != key
    assert factor.set_up(reviewer, key, code_from(key), replacing=False) is None
    assert not is_in(client)


@pytest.mark.parametrize("change", ["time", "password", "deactivated", "no staff"])
def test_who_is_half_in_is_so_for_as_long_as_the_password_holds(phone, reviewer, client, change):
    send_password("reviewer", client)
    if change == "time":
        session = client.session
        session["half_in"] = {**session["half_in"], "at": session["half_in"]["at"] - 601}
        session.save()
    if change == "password":
        reviewer.set_password("another long phrase")
    reviewer.is_active, reviewer.is_staff = change != "deactivated", change != "no staff"
    reviewer.save()
    assert client.get(ASK)["Location"] == "/admin/login/"
    page = client.post(ASK, {"code": phone.recovery[0]})
    assert page.status_code == 403
    assert phone.recovery[0] not in page.content.decode()
    assert not is_in(client)


def test_after_wrong_codes_even_the_right_one_waits_until_an_administrator_lets_in(
    phone, reviewer, administrator, client
):
    right = phone.code
    send_password("reviewer", client)
    TOTPDevice.objects.update(throttling_failure_count=8)
    client.post(ASK, {"code": "000000" if right != "000000" else "000001"})
    assert "Too many wrong codes. Wait until" in words_of(client.post(ASK, {"code": right}))
    boss = Phone(administrator).sign_in()
    boss.post(reset_page(reviewer), {"act": "free", "reason": "Rang me."})
    assert client.post(ASK, {"code": right}).status_code == 302


def test_an_administrator_resets_a_lost_one_with_a_reason_and_every_sign_in_ends(
    phone, reviewer, administrator
):
    client, boss = phone.sign_in(), Phone(administrator).sign_in()
    assert "Say in a sentence why" in words_of(boss.post(reset_page(reviewer), {"act": "reset"}))
    assert is_in(client)
    boss.post(reset_page(reviewer), {"act": "reset", "reason": "Lost the phone; I saw her."})
    assert not is_in(client)
    event = reviewer.account_events.last()
    assert (event.by, event.said["what"]) == (administrator, "reset by somebody else")
    assert event.said["reason"] == "Lost the phone; I saw her."
    assert not StaticToken.objects.filter(device__user=reviewer).exists()
    assert send_password("reviewer", Client())["Location"] == SET_UP


def test_nobody_resets_their_own(administrator, strict):
    boss = Phone(administrator)
    page = boss.sign_in().post(reset_page(administrator), {"act": "reset", "reason": "Mine."})
    assert "Another administrator does this for you" in words_of(page)
    assert factor.device_of(administrator)


def test_whoever_runs_the_server_resets_it_where_no_administrator_can(phone, reviewer):
    call_command("reset_second_factor", "reviewer", reason="The only administrator is away.")
    assert factor.device_of(reviewer) is None
    assert reviewer.account_events.last().by is None
    with pytest.raises(CommandError, match="no account nobody"):
        call_command("reset_second_factor", "nobody", reason="Why not.")


def test_a_person_gets_new_recovery_codes_and_moves_to_another_phone_by_a_code(phone, reviewer):
    client = phone.sign_in()
    assert "not right" in words_of(client.post(OWN, {"act": "codes", "code": "1"}))
    codes = client.post(OWN, {"act": "codes", "code": phone.code})
    assert "shown this once" in words_of(codes)
    assert phone.recovery[0] not in codes.content.decode()
    assert client.get(SET_UP)["Location"] == OWN
    assert client.post(OWN, {"act": "move", "code": phone.code})["Location"] == SET_UP
    key = key_on(client.get(SET_UP))
    client.post(SET_UP, {"code": code_from(key)})
    assert TOTPDevice.objects.get(user=reviewer).key == key
    assert is_in(client)


def test_only_who_does_not_need_one_gives_it_up(phone, editor):
    phone.sign_in().post(OWN, {"act": "off", "code": phone.code})
    assert factor.device_of(phone.user)
    own = Phone(editor)
    client = own.sign_in()
    client.post(OWN, {"act": "off", "code": own.code})
    assert factor.device_of(editor) is None
    assert is_in(client)


@pytest.mark.parametrize("app", ["otp_totp/totpdevice", "otp_static/staticdevice", "axes/accessattempt"])
def test_no_page_shows_keys_or_makes_apps_for_others(superuser, client, app):
    client.force_login(superuser)
    assert client.get(f"/admin/{app}/").status_code == 404


def test_the_new_pages_are_in_the_table():
    assert "second_factor_ask" in NOBODY
    assert throttle.PER_BOTH < throttle.PER_ACCOUNT < throttle.PER_ADDRESS
