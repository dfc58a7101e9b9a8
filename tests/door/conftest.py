"""People with a second factor, and the settings of production."""

import re
from binascii import unhexlify

import pytest
from django.test import Client
from django_otp.oath import TOTP
from django_otp.plugins.otp_totp.models import TOTPDevice

from leaflets.door import factor
from leaflets.door.staying import DOOR


class Phone:
    """The app of somebody who has set it up, and the recovery codes that they were shown."""

    def __init__(self, user):
        self.user, key = user, factor.new_key()
        self.device, self.recovery = factor.set_up(
            user, key, f"{TOTP(unhexlify(key)).token():06}", replacing=False
        )

    @property
    def code(self):
        """A code that was not used before, as if half a minute had passed."""
        mine = TOTPDevice.objects.filter(user=self.user)
        mine.update(last_t=-1, throttling_failure_count=0, throttling_failure_timestamp=None)
        return f"{TOTP(mine.get().bin_key).token():06}"

    def sign_in(self, client=None):
        """Sign in with password and code, and return the client that is in."""
        client = client or Client()
        send_password(self.user.username, client)
        assert client.post("/admin/login/code/", {"code": self.code}).status_code == 302
        return client


def send_password(username, client, to=""):
    return client.post(f"/admin/login/{to}", {"username": username, "password": "demo-password"})


def key_on(page):
    """The key that a page shows, as hexadecimal digits."""
    from base64 import b32decode

    shown = re.search(r'<code class="key">([A-Z2-7 ]+)</code>', page.content.decode())[1]
    return b32decode(shown.replace(" ", "")).hex()


def code_from(key):
    return f"{TOTP(unhexlify(key)).token():06}"


def later(client, **seconds):
    """Let what a client's sign-in has noted be so many seconds ago: later(client, proved=3600)."""
    session = client.session
    session[DOOR] = {**session[DOOR], **{name: session[DOOR][name] - ago for name, ago in seconds.items()}}
    session.save()


def is_in(client):
    return client.get("/admin/").status_code == 200


@pytest.fixture
def strict(settings):
    """As in production: whoever publishes or makes accounts needs a second factor."""
    settings.SECOND_FACTOR = True


@pytest.fixture
def phone(reviewer, strict):
    """The phone of the Reviewer, with the app set up."""
    return Phone(reviewer)
