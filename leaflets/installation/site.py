"""The site as it answers at SITE_URL: headers, cookies, https, its own readiness, and whom it takes a visitor for."""

import http.client
import json
import re
import secrets
import time
from email.utils import parsedate_to_datetime
from urllib.parse import urlencode

from django.conf import settings

from leaflets import mails
from leaflets.door import throttle
from leaflets.installation import look, right, wrong
from leaflets.installation.asking import ask

YEAR = 31_536_000
SOON = 21
APART = 5
# An address of documents only, which nobody has (RFC 5737).
MADE_UP = "192.0.2.77"
SAID = {
    "Content-Security-Policy": "default-src 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
}


def site():
    """Yield what is to be said of the running site, which must be reached from here by its own address."""
    try:
        answer = ask(settings.SITE_URL + "/")
    except (OSError, http.client.HTTPException) as error:
        yield wrong(
            f"{settings.SITE_URL} does not answer from here: {error}. Start the site and what stands in front of it, "
            "and look at the name, the certificate and the firewall."
        )
        return
    yield from _answered(answer)
    for part in (_ready, _plain, _other_host, _admin, _visitors):
        try:
            yield from part()
        except (OSError, http.client.HTTPException, ValueError) as error:
            yield wrong(f"{settings.SITE_URL} did not answer all that it was asked: {error!r}")


def _answered(answer):
    if answer.status != 200:
        yield wrong(
            f"{settings.SITE_URL}/ answers {answer.status}, not 200."
            + (" Does the proxy pass on Host and X-Forwarded-Proto?" if answer.status in (301, 400) else "")
        )
        return
    yield right(f"{settings.SITE_URL}/ answers.")
    lost = [name for name, value in SAID.items() if value not in answer.header(name)]
    yield (
        wrong(f"Headers are missing on their way: {', '.join(lost)}. Let the proxy leave them.")
        if lost
        else right("The headers that keep the public pages closed are there.")
    )
    said = re.search(r"max-age=(\d+)", answer.header("Strict-Transport-Security"))
    if not said or int(said[1]) < YEAR:
        yield wrong(
            "Strict-Transport-Security is missing, or holds for less than a year: let the proxy pass on "
            "X-Forwarded-Proto, and leave the header that the site sends."
        )
    if answer.cookies():
        yield wrong(
            f"A public page sets a cookie, {answer.cookies()[0][0]}: what stands in front must set none."
        )
    if answer.days is not None and answer.days < SOON:
        yield look(f"The certificate holds for {answer.days:.0f} more days: see that it is renewed.")
    moment = parsedate_to_datetime(answer.header("Date") or "Thu, 01 Jan 1970 00:00:00 GMT").timestamp()
    if abs(moment - time.time()) > APART:
        yield wrong("The clock of the server that answers is not that of this machine: set both by NTP.")


def _ready():
    answer = ask(settings.SITE_URL + "/readyz")
    if answer.status in (403, 404):
        yield look(f"/readyz answers {answer.status} from here: ask it where the site is watched from.")
        return
    said = json.loads(answer.body)
    yield from (wrong(f"/readyz: {problem}") for problem in said["problems"])
    if said["ready"]:
        yield right("/readyz says that all is as it should be.")


def _plain():
    if not settings.SITE_URL.startswith("https://"):
        return
    plain = re.sub(r"^https://([^/]*?)(:\d+)?$", r"http://\1", settings.SITE_URL)
    try:
        answer = ask(plain + "/")
    except OSError:
        yield look(f"{plain} does not answer: whoever types the address without https is not led there.")
        return
    if answer.status in (301, 302, 307, 308) and answer.header("Location").startswith("https://"):
        yield right(f"{plain} leads to https.")
    else:
        yield wrong(f"{plain} answers {answer.status} and does not lead to https: let the proxy redirect it.")


def _other_host():
    answer = ask(settings.SITE_URL + "/", host="other.invalid")
    if answer.status == 200:
        yield wrong("The site answers under any name: pass the browser's own Host on to it.")
    else:
        yield right("Under another name the site does not answer.")


def _admin():
    answer = ask(mails.in_admin("/admin/login/"))
    if answer.status != 200:
        yield wrong(f"{mails.in_admin('/admin/login/')} answers {answer.status}, not 200.")
        return
    weak = [
        name for name, said in answer.cookies() if not (name.startswith("__Host-") and "; Secure" in said)
    ]
    if weak or not answer.cookies() or "no-store" not in answer.header("Cache-Control"):
        yield wrong(
            "The page to sign in sets no safe cookie, or may be kept: let the proxy leave its headers."
        )
    else:
        yield right("The page to sign in is kept nowhere, and its cookie goes over https only.")


def _visitors():
    """Fail to sign in as nobody, claiming another address, and look whom the site took for it."""
    page = mails.in_admin("/admin/login/")
    opened, name = ask(page), f"deploy-check-{secrets.token_hex(8)}"
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', opened.body.decode())
    cookies = "; ".join(said.partition(";")[0] for _, said in opened.cookies())
    if opened.status != 200 or not token:
        return
    form = urlencode({"csrfmiddlewaretoken": token[1], "username": name, "password": name})
    kind = "application/x-www-form-urlencoded"
    headers = {"cookie": cookies, "referer": page, "content_type": kind, "x_forwarded_for": MADE_UP}
    answer = ask(page, "POST", form, **headers)
    address, said = answer.address, throttle.came_from(name, (MADE_UP, answer.address))
    if answer.status != 200:
        yield wrong(
            f"Nobody can sign in: what is posted to {page} is answered {answer.status}. Let the proxy pass on Host as "
            "it was asked for, with its port if there is one, and the cookies."
        )
    elif said == address:
        yield right(
            f"PROXY_COUNT={settings.PROXY_COUNT} is right: who fails to sign in is known by their own address."
        )
    elif said == MADE_UP:
        yield wrong(
            f"PROXY_COUNT={settings.PROXY_COUNT} is too high, or somebody reaches the site past a proxy: whoever "
            "guesses passwords can make up where from."
        )
    else:
        yield wrong(
            f"PROXY_COUNT={settings.PROXY_COUNT} does not lead to this machine's address, {address}: too low, and one "
            "guesser locks out everybody; or a proxy does not add to X-Forwarded-For; or the way from here changes it."
        )
