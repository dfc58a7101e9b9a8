"""Single sign-on, against a provider that runs on this machine."""

import socket
import subprocess
import sys
import time

import pytest
import requests
from django.contrib.auth.models import User
from django.core.exceptions import ImproperlyConfigured
from django.test import Client

from config.sign_on import single_sign_on
from leaflets.door import sign_on
from leaflets.models import SignOn
from leaflets.models.edition import State
from tests.door.conftest import Phone, is_in, later
from tests.leaflets.test_admin import words_of

pytestmark = pytest.mark.django_db
SIGN_ON = "/admin/sign_on/"
TENANT = "https://login.microsoftonline.com/2c1a"
RIGHT = {"OIDC_ISSUER": f"{TENANT}/v2.0", "OIDC_CLIENT_ID": "site", "OIDC_CLIENT_SECRET": "secret"}


@pytest.fixture(scope="module")
def issuer():
    """A provider that lets anybody be anybody, as it is told."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    started = [sys.executable, "-W", "ignore", "-m", "oidc_provider_mock", "--port", str(port)]
    provider = subprocess.Popen(started, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(200):
            try:
                requests.get(address, timeout=1)
                break
            except requests.ConnectionError:
                time.sleep(0.1)
        yield address
    finally:
        provider.terminate()
        provider.wait()


@pytest.fixture(autouse=True)
def _configured(settings, issuer, monkeypatch):
    monkeypatch.setenv("AUTHLIB_INSECURE_TRANSPORT", "1")  # It is on this machine.
    settings.OIDC_ISSUER, settings.OIDC_CLIENT_ID, settings.OIDC_CLIENT_SECRET = issuer, "site", "secret"
    settings.OIDC_NAME, settings.OIDC_SECOND_FACTOR = "NHS Fife", None


@pytest.fixture
def known(editor, issuer):
    """Make the provider know somebody: known(email="..."), and set the Editor's address."""
    User.objects.filter(pk=editor.pk).update(email="Editor@example.org")

    def known(subject="s-1", **claims):
        told = {"email": "editor@example.org", "email_verified": True, **claims}
        requests.put(f"{issuer}/users/{subject}", json=told, timeout=5).raise_for_status()
        return subject

    return known


def come_back(client, subject, path=SIGN_ON):
    """Go to the provider, be somebody there, and come back; return how this site answers then."""
    out = client.get(path)
    there = requests.post(out["Location"], data={"sub": subject}, allow_redirects=False, timeout=5)
    return client.get(there.headers["Location"].removeprefix("http://127.0.0.1:8000"), follow=True)


def is_refused(page, client):
    return "You were not signed in" in words_of(page) and not is_in(client)


def test_whoever_has_an_account_is_found_by_the_verified_address_and_then_by_the_subject(
    known, editor, client
):
    page = come_back(client, known(), f"{SIGN_ON}?next=/admin/history/")
    assert page.redirect_chain[-1][0] == "/admin/history/"
    assert is_in(client)
    kinds = [(event.kind, event.said.get("what")) for event in editor.account_events.exclude(kind="changed")]
    assert kinds == [("sign-on", f"linked to {sign_on.settings.OIDC_ISSUER}"), ("signed-in", None)]
    again = Client()
    come_back(again, known(email="married@example.org", email_verified=False))
    assert is_in(again)
    assert again.session["_auth_user_id"] == str(editor.pk)


def test_entra_says_in_its_own_words_that_an_address_is_verified(known, client):
    come_back(client, known(email_verified=None, xms_edov="1"))
    assert is_in(client)


@pytest.mark.parametrize(
    "claims",
    [
        {"email": "nobody@example.org"},
        {"email_verified": False},
        {"email_verified": "false", "xms_edov": False},
        {"email": "", "email_verified": True},
        {"email": "editor@example.org.evil.example"},
        {"email": "editor@example.org\x00"},
        {"email": ["editor@example.org"]},
    ],
)
def test_who_has_no_account_is_not_let_in_and_none_is_made(known, editor, client, claims):
    before = User.objects.count()
    assert is_refused(come_back(client, known(**claims)), client)
    assert User.objects.count() == before
    assert not SignOn.objects.exists()


@pytest.mark.parametrize("subject", ["s\x001", "s" * 300, "s\n1"])
def test_a_subject_that_cannot_be_kept_is_nobodys(known, editor, issuer, subject):
    known()
    said = {"iss": issuer, "sub": subject, "email": "editor@example.org", "email_verified": True}
    assert sign_on.account_of(said) is None
    assert sign_on.account_of({**said, "sub": "s-1"}) == editor


def test_another_subject_with_the_address_of_a_linked_account_is_not_let_in(known, editor, client):
    come_back(Client(), known())
    assert is_refused(come_back(client, known("s-2")), client)


def test_an_address_that_two_accounts_have_is_that_of_none(known, reviewer, client):
    User.objects.filter(pk=reviewer.pk).update(email="editor@EXAMPLE.org")
    assert is_refused(come_back(client, known()), client)


def test_who_was_deactivated_is_not_let_in(known, editor, client):
    come_back(client, known())
    User.objects.filter(pk=editor.pk).update(is_active=False)
    assert not is_in(client)
    assert is_refused(come_back(client, known()), client)


def test_a_second_factor_is_asked_for_here_unless_the_providers_is_trusted(known, editor, client, settings):
    Phone(editor)
    page = come_back(client, known(amr=["pwd", "mfa"]))
    assert page.redirect_chain[-1][0] == "/admin/login/code/"
    assert not is_in(client)
    settings.OIDC_SECOND_FACTOR = ("amr", "mfa")
    assert come_back(client, known(amr=["pwd"])).redirect_chain[-1][0] == "/admin/login/code/"
    come_back(client, known(amr=["pwd", "mfa"]))
    assert is_in(client)


def test_trusted_or_not_is_said_by_amr_or_acr(settings):
    for second_factor, said in [(None, {"amr": ["mfa"]}), (("acr", "strong"), {"acr": "stronger"})]:
        settings.OIDC_SECOND_FACTOR = second_factor
        assert not sign_on.vouches(said)
    for second_factor, said in [(("acr", "strong"), {"acr": "strong"}), (("amr", "mfa"), {"amr": ["mfa"]})]:
        settings.OIDC_SECOND_FACTOR = second_factor
        assert sign_on.vouches(said)


@pytest.fixture
def vouched(known, reviewer, strict, settings, client):
    """The Reviewer, let in by a trusted provider, without an app of their own."""
    settings.OIDC_SECOND_FACTOR = ("amr", "mfa")
    User.objects.filter(pk=reviewer.pk).update(email="reviewer@example.org")
    subject = known("s-9", email="reviewer@example.org", amr=["mfa"])
    come_back(client, subject)
    assert is_in(client)
    return subject


def test_who_was_vouched_for_goes_there_again_before_publishing(vouched, known, submitted, client):
    path = f"/admin/leaflets/edition/{submitted.pk}/decide/published/"
    sent = {"reason": "Checked with care.", "digests": submitted.digest}
    later(client, proved=3600)
    page = client.post(path, sent)
    assert f'href="{SIGN_ON}?again=1"' in page.content.decode()
    assert "Checked with care." in page.content.decode()
    remembered = {"email": "reviewer@example.org", "amr": ["mfa"]}
    come_back(client, known("s-9", **remembered, auth_time=int(time.time()) - 3600), f"{SIGN_ON}?again=1")
    assert client.post(path, sent).status_code == 200
    fresh = known("s-9", **remembered, auth_time=int(time.time()))
    assert "send it again" in words_of(come_back(client, fresh, f"{SIGN_ON}?again=1"))
    assert client.post(path, sent).status_code == 302
    assert submitted.state() == State.LIVE


def test_nobody_else_proves_it_for_them(vouched, known, editor, client):
    later(client, proved=3600)
    other = known("s-1", amr=["mfa"], auth_time=int(time.time()))
    come_back(client, other, f"{SIGN_ON}?again=1")
    assert time.time() - client.session["door"]["proved"] > 3000


@pytest.mark.parametrize("forged", ["state", "nonce", "code", "nothing asked", "denied"])
def test_what_does_not_belong_to_this_sign_in_is_refused(known, client, forged):
    subject = known()
    out = client.get(SIGN_ON)["Location"]
    there = requests.post(out, data={"sub": subject}, allow_redirects=False, timeout=5).headers["Location"]
    path = there.removeprefix("http://127.0.0.1:8000")
    if forged == "state":
        path = f"{path}x"
    if forged == "code":
        path = path.replace("code=", "code=x")
    if forged == "denied":
        path = "/admin/sign_on/back/?error=access_denied&error_description=<b>"
    if forged == "nothing asked":
        client = Client()
    if forged == "nonce":
        session = client.session
        [key] = [key for key, _ in session.items() if key.startswith("_state_")]
        session[key] = {**session[key], "data": {**session[key]["data"], "nonce": "another"}}
        session.save()
    assert is_refused(client.get(path, follow=True), client)


@pytest.mark.parametrize(
    ("setting", "value"), [("OIDC_CLIENT_ID", "another-site"), ("OIDC_ISSUER", "http://localhost:{}")]
)
def test_a_token_for_another_site_or_from_another_issuer_is_refused(
    known, client, settings, issuer, setting, value
):
    subject = known()
    out = client.get(SIGN_ON)["Location"]
    there = requests.post(out, data={"sub": subject}, allow_redirects=False, timeout=5).headers["Location"]
    provider = sign_on._provider(*sign_on._configured())
    setattr(settings, setting, value.format(issuer.rpartition(":")[2]))
    sign_on._provider.cache_clear()
    try:
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(sign_on, "_provider", lambda *configured: provider)
            page = client.get(there.removeprefix("http://127.0.0.1:8000"), follow=True)
    finally:
        sign_on._provider.cache_clear()
    assert is_refused(page, client)


def test_made_up_codes_do_not_keep_the_site_busy(known, client, monkeypatch):
    monkeypatch.setattr("leaflets.door.throttle.PER_ADDRESS", 2)
    asked = []
    monkeypatch.setattr(sign_on, "_asked", lambda provider: asked.append(provider) or {})
    for number in range(5):
        session = client.session
        session["sign_on"] = {"at": 0, "again": False, "to": "/admin/"}
        session.save()
        client.get(f"{SIGN_ON}back/?code=x&state={number}")
    assert len(asked) == 2


def test_it_is_off_unless_it_was_configured(settings, client, db):
    assert "Sign in with NHS Fife" in client.get("/admin/login/").content.decode()
    settings.OIDC_ISSUER = ""
    assert "Sign in with" not in client.get("/admin/login/").content.decode()
    assert client.get(SIGN_ON).status_code == client.get(f"{SIGN_ON}back/").status_code == 404


def test_it_leads_to_no_other_site(known, client):
    page = come_back(client, known(), f"{SIGN_ON}?next=https://evil.example/")
    assert page.redirect_chain[-1][0] == "/admin/"


def test_a_provider_that_does_not_answer_is_no_way_in(settings, client, db):
    settings.OIDC_ISSUER = "http://127.0.0.1:9"
    assert "You were not signed in" in words_of(client.get(SIGN_ON, follow=True))


def test_an_administrator_unlinks_it_with_a_reason(known, editor, administrator):
    come_back(Client(), known())
    boss = Client()
    boss.force_login(administrator)
    page = f"/admin/auth/user/{editor.pk}/access/"
    assert "Unlink single sign-on" in words_of(boss.get(page))
    boss.post(page, {"act": "unlink", "reason": "Another person had the address."})
    assert not SignOn.objects.exists()
    assert editor.account_events.last().said["what"].startswith("unlinked from http://127.0.0.1")


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"OIDC_ISSUER": "http://login.example.org"}, "OIDC_ISSUER: write https://"),
        ({"OIDC_ISSUER": "https://login.microsoftonline.com/common/v2.0"}, "name your own tenant"),
        ({"OIDC_CLIENT_SECRET": ""}, "Set OIDC_CLIENT_ID and OIDC_CLIENT_SECRET"),
        ({"OIDC_SECOND_FACTOR": "mfa"}, "OIDC_SECOND_FACTOR: write amr= or acr="),
    ],
)
def test_production_refuses_a_provider_that_is_half_or_unsafely_configured(changes, sentence):
    with pytest.raises(ImproperlyConfigured, match=sentence):
        single_sign_on({**RIGHT, **changes}, False)


def test_a_provider_is_configured_by_the_environment():
    found = single_sign_on({**RIGHT, "OIDC_SECOND_FACTOR": "amr=mfa"}, False)
    assert found == (f"{TENANT}/v2.0", "site", "secret", "your organisation’s account", ("amr", "mfa"))
    assert not single_sign_on({}, False).issuer
