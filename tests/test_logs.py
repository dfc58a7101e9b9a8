"""The log says what happened and where, and nothing that says who somebody is."""

import json
import logging
import smtplib

import pytest
from django.db import IntegrityError, OperationalError
from hypothesis import given
from hypothesis import strategies as st

from config import logs
from config.requests import WELL_FORMED
from leaflets import views
from leaflets.door import throttle
from leaflets.models import Leaflet

NAME, MAIL, PLACE, SECRET = "Moira-MacDonald", "moira@example.org", "198.51.100.77", "s3cret-token"
PERSONAL = (NAME, MAIL, PLACE, SECRET)
NUMBER = "0123456789abcdef0123456789abcdef"


@pytest.fixture
def log(monkeypatch):
    """The entries as production writes them."""
    lines, root = [], logging.getLogger()
    handler = logging.Handler()
    handler.setFormatter(logs.Json())
    handler.emit = lambda record: lines.append(handler.format(record))
    for name, said in logs.settings(debug=False)["loggers"].items():
        monkeypatch.setattr(logging.getLogger(name), "level", logging.getLevelName(said["level"]))
        logging.getLogger(name).manager._clear_cache()
    root.addHandler(handler)
    yield lines
    root.removeHandler(handler)
    logging.getLogger().manager._clear_cache()


def fails(error):
    def view(request, *args, **kwargs):
        typed = f"{NAME} {MAIL}"  # Among the local variables.
        raise error from ValueError(typed)

    return view


def check(lines):
    assert lines
    for line in lines:
        assert "\n" not in line
        assert not [word for word in PERSONAL if word in line], line
    return [json.loads(line) for line in lines]


ERRORS = [
    ValueError(f"{NAME} is no number"),
    IntegrityError(f"Key (email)=({MAIL}) already exists."),
    smtplib.SMTPRecipientsRefused({MAIL: (550, b"No such user")}),
    smtplib.SMTPSenderRefused(550, f"<{MAIL}> refused".encode(), MAIL),
    KeyError(SECRET),
    RuntimeError(NAME).with_traceback(None),
    OSError(2, "No such file or directory", f"/tmp/{NAME}"),
]


@pytest.mark.django_db
@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
def test_what_went_wrong_is_found_and_nobody_with_it(error, client, editor, log, monkeypatch):
    monkeypatch.setattr(Leaflet.objects.__class__, "get_queryset", fails(error))
    client.raise_request_exception = False
    client.force_login(editor)
    answered = client.post(
        f"/admin/leaflets/leaflet/?q={NAME}",
        {"title": f"{NAME} {MAIL}", "password": SECRET},
        headers={"user-agent": NAME, "referer": f"https://{MAIL}/", "x-forwarded-for": PLACE},
    )
    assert answered.status_code == 500
    entries = check(log)
    (failed,) = [entry for entry in entries if "exceptions" in entry]
    assert failed["message"] == "Internal Server Error"
    assert failed["route"] == "admin/leaflets/leaflet/"
    assert failed["exceptions"][-1]["type"].endswith(type(error).__name__)
    assert failed["exceptions"][0]["type"] == "ValueError"
    assert any(function == "view" for _, _, function in failed["exceptions"][-1]["frames"])
    # The number on the page leads to it.
    assert failed["request_id"] in answered.content.decode()
    assert answered["X-Request-ID"] == failed["request_id"]


@pytest.mark.django_db
def test_each_request_of_staff_is_one_entry_with_the_number_of_the_account(client, editor, log):
    client.force_login(editor)
    client.get(f"/admin/leaflets/leaflet/?q={NAME}")
    (entry,) = check(log)
    assert entry["milliseconds"] >= 0
    assert {name: entry[name] for name in ("message", "method", "route", "status", "staff", "level")} == {
        "message": "Answered",
        "method": "GET",
        "route": "admin/leaflets/leaflet/",
        "status": 200,
        "staff": editor.pk,
        "level": "INFO",
    }


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path",
    [
        f"/admin/password_reset/MQ/{SECRET}/",
        f"/admin/{NAME}/",
        f"/admin/leaflets/leaflet/{NAME}/change/",
        f"/{NAME}/",
        f"/e/{SECRET}/",
        f"/e/?code={SECRET}",
        f"/media/{SECRET}.mp4",
        f"/{NAME}@/",
    ],
)
def test_no_path_is_logged(path, client, log):
    client.get(path, headers={"host": "127.0.0.1"})
    client.get("/admin/", headers={"host": f"{NAME}.example"})
    check(log)


@pytest.mark.django_db
def test_a_sign_in_that_fails_names_nobody(client, log, editor):
    for _ in range(throttle.PER_BOTH):
        client.post("/admin/login/", {"username": MAIL, "password": SECRET}, REMOTE_ADDR=PLACE)
    said = [entry["message"] for entry in check(log)]
    assert said.count("A sign-in failed.") == throttle.PER_BOTH
    assert "Sign-ins are refused for a while after too many that failed." in said


@pytest.mark.django_db
def test_a_public_answer_names_no_request_and_is_not_logged(client, live, log):
    assert "X-Request-ID" not in client.get("/lower-back/")
    assert log == []


def test_words_of_others_are_left_out_and_a_mistake_of_ours_is_mended(log):
    logging.getLogger("some.library").warning("Cannot send to %s", MAIL)
    logging.getLogger("some.library").warning(f"Cannot send to {MAIL}")
    logging.getLogger("leaflets.mails").warning("Cannot send to %s at %s", MAIL, PLACE)
    logging.getLogger("leaflets.mirror").warning("It failed: %s", OperationalError(f"It is down.\n{NAME}"))
    logging.getLogger("leaflets.mirror").warning("It failed: %s", ValueError(NAME))
    assert [entry["message"] for entry in check(log)] == [
        "Cannot send to %s",
        "",
        "Cannot send to ... at ...",
        "It failed: OperationalError: It is down.",
        "It failed: ValueError",
    ]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("proxies", "given", "taken"),
    [
        (1, NUMBER, True),
        (2, "01234567-89ab-cdef-0123-456789abcdef", True),
        (0, NUMBER, False),
        (1, NUMBER.upper(), False),
        (1, NUMBER + "\n", False),
        (1, MAIL, False),
        (1, "", False),
    ],
)
def test_a_number_is_taken_from_a_proxy_of_our_own_only(proxies, given, taken, client, settings):
    settings.PROXY_COUNT = proxies
    told = client.get("/admin/login/", headers={"x-request-id": given})["X-Request-ID"]
    assert (told == given) is taken
    assert WELL_FORMED.fullmatch(told)


@given(st.text(), st.text())
def test_whatever_is_logged_is_one_line_of_json(said, value):
    record = logging.makeLogRecord({"name": "leaflets", "msg": "%s %s", "args": (said, value)})
    line = logs.Json().format(record)
    assert len(line.splitlines()) == 1
    assert line.isascii()
    json.loads(line)


@pytest.mark.django_db
def test_a_page_that_refuses_names_the_number_to_staff_and_not_to_the_public(client, editor, monkeypatch):
    client.force_login(editor)
    refused = client.get("/admin/history/people/")
    assert refused.status_code == 403
    assert f"quote this number: {refused['X-Request-ID']}" in refused.content.decode()
    monkeypatch.setattr(views.pages, "about", fails(ValueError()))
    client.raise_request_exception = False
    public = client.get("/privacy/")
    assert public.status_code == 500
    assert "quote this number" not in public.content.decode()


def test_a_link_that_opens_an_account_is_not_shown_to_whoever_tries_the_site_either():
    record = logging.makeLogRecord({"msg": "Not Found: %s", "args": (f"/admin/password_reset/MQ/{SECRET}/",)})
    (console,) = [each for each in logging.getLogger().handlers if isinstance(each.formatter, logs.Plain)]
    assert console.format(record) == "Not Found: /admin/password_reset/.../"
