"""Anchors: what was published can be proven later, as far as they were kept where nobody could change them."""

import hmac
import http.client
import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.core.management import CommandError, call_command
from django.db import transaction

from history.canonical import canonical
from leaflets import actions
from leaflets.models import Edition, Event
from leaflets.verify import CHAINS
from tests.tampering import verdict

KEY = "k" * 32


def file():
    return Path(django_settings.ANCHOR_FILE)


def kept():
    return [json.loads(line) for line in file().read_text().splitlines()]


def anchor(*arguments):
    out = StringIO()
    call_command("anchor", *arguments, stdout=out)
    return out.getvalue()


@pytest.mark.django_db(transaction=True)
def test_an_anchor_is_kept_of_each_publication_and_withdrawal(submitted, reviewer):
    assert not file().exists()
    edition = actions.publish(edition=submitted, by=reviewer, reason="Checked.")
    published = Event.objects.last()
    actions.withdraw(edition=edition, by=reviewer, reason="The number has changed.")
    ends = [line["chains"]["events"] for line in kept()]
    assert ends[0] == {"sequence": published.sequence, "digest": published.digest}
    assert ends[1] == {"sequence": 3, "digest": Event.objects.last().digest}
    assert "agrees with its anchors: 2 read" in verdict()


@pytest.mark.django_db(transaction=True)
def test_what_is_not_committed_is_not_anchored(submitted, reviewer):
    with transaction.atomic():
        actions.publish(edition=submitted, by=reviewer, reason="Checked.")
        transaction.set_rollback(True)
    assert not file().exists()


@pytest.mark.django_db(transaction=True)
def test_a_publication_stands_where_no_anchor_can_be_written(submitted, reviewer, settings, caplog):
    settings.ANCHOR_FILE = "/no/such/folder/anchors.jsonl"
    edition = actions.publish(edition=submitted, by=reviewer, reason="Checked.")
    assert edition.state() == "live"
    assert "No anchor was written to /no/such/folder/anchors.jsonl" in caplog.text
    assert "run: manage.py anchor" in caplog.text


def test_only_the_site_itself_may_read_or_write_the_file(live):
    anchor()
    assert file().stat().st_mode & 0o777 == 0o600


def test_an_anchor_is_signed_where_there_is_a_key(live, settings):
    settings.ANCHOR_KEY = KEY
    line = json.loads(anchor())
    signature = line.pop("signature")
    assert signature == hmac.new(KEY.encode(), canonical(line).encode(), "sha256").hexdigest()
    assert "agrees with its anchors: 1 read" in verdict()


def test_without_a_key_an_anchor_says_that_it_is_not_signed(live):
    assert json.loads(anchor())["signature"] is None


@pytest.mark.parametrize(
    ("change", "finding"),
    [
        (
            lambda line: line.replace('"sequence":2', '"sequence":1'),
            "Line 1 of anchors.jsonl is forged or damaged",
        ),
        (lambda line: line[:-9] + "\n", "Line 1 of anchors.jsonl is damaged"),
        (lambda line: "[]\n", "Line 1 of anchors.jsonl is damaged"),
        (lambda line: line.replace('"time":"2', '"time":"1'), "Line 1 of anchors.jsonl is forged or damaged"),
        (lambda line: line.replace('"time":"2', '"time":"x'), "Line 1 of anchors.jsonl is damaged"),
        (lambda line: line.replace('Z"}', '"}'), "Line 1 of anchors.jsonl is damaged"),
        (lambda line: line.replace('{"chains"', '{"also":1,"chains"'), "Line 1 of anchors.jsonl is damaged"),
        (
            lambda line: canonical({**json.loads(line), "signature": None}) + "\n",
            "Line 1 of anchors.jsonl has no signature, though there is a key.",
        ),
    ],
)
def test_a_forged_or_damaged_anchor_is_named(live, settings, change, finding):
    settings.ANCHOR_KEY = KEY
    anchor()
    line = file().read_text()
    assert change(line) != line
    file().write_text(change(line))
    assert finding in verdict()


def test_a_line_cut_by_a_loss_of_power_damages_no_other(live):
    anchor()
    file().write_text(file().read_text()[:-20])
    anchor()
    said = verdict()
    assert "Line 1 of anchors.jsonl is damaged" in said
    assert "Line 2" not in said


def test_an_anchor_of_another_history_is_found(live, tmp_path):
    other = tmp_path / "other.jsonl"
    end = {"sequence": 2, "digest": "a" * 64}
    said = {
        "chains": {"dreams": end, "events": end},
        "signature": None,
        "time": "2026-11-23T14:05:00.000000Z",
    }
    other.write_text(canonical(said) + "\r\n")
    found = verdict("--anchors", str(other))
    assert (
        "leaflets.Event 2 is not what it was when the anchor of 23 November 2026, 14:05 was written." in found
    )
    assert "Anchors name the chain of dreams, which is not there." in found


def test_a_file_of_anchors_that_is_not_there_is_an_error(live):
    assert verdict("--anchors", "/no/such/file") == "/no/such/file cannot be read: No such file or directory."


def test_an_empty_history_can_be_anchored_and_grow(db, request):
    anchor()
    request.getfixturevalue("live")
    assert "agrees with its anchors: 1 read" in verdict()


def test_an_anchor_is_mailed(live, mailoutbox):
    line = anchor("--mail", "auditor@example.org")
    assert mailoutbox[0].to == ["auditor@example.org"]
    assert line in mailoutbox[0].body
    assert line == file().read_text()


class Receiver(BaseHTTPRequestHandler):
    status = 200

    def do_POST(self):
        self.server.got = self.path, self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.send_response(self.server.status)
        self.send_header("Location", "http://127.0.0.1:1/")
        self.end_headers()

    def log_message(self, *args):
        pass


@pytest.fixture
def receiver(monkeypatch):
    """Somewhere to post to. The certificate is left out: HTTPSConnection itself checks it."""
    monkeypatch.setattr(http.client, "HTTPSConnection", http.client.HTTPConnection)
    with HTTPServer(("127.0.0.1", 0), Receiver) as server:
        server.status = 204
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def test_an_anchor_is_posted(live, receiver):
    line = anchor("--post", f"https://127.0.0.1:{receiver.server_port}/anchors?site=1")
    assert receiver.got == ("/anchors?site=1", line)


@pytest.mark.parametrize("status", [302, 404, 500])
def test_an_anchor_that_was_not_taken_is_an_error(live, receiver, status):
    receiver.status = status
    with pytest.raises(
        CommandError, match=f"The anchor is written, but was not sent: 127.0.0.1 answered {status}"
    ):
        anchor("--post", f"https://127.0.0.1:{receiver.server_port}/")
    assert len(kept()) == 1


@pytest.mark.parametrize(
    "url",
    ["http://example.org/", "example.org", "https://a@example.org/", "https:///x", "https://example.org:x/"],
)
def test_an_anchor_is_posted_by_https_only(live, url):
    with pytest.raises(CommandError, match="give an address that begins with https://"):
        anchor("--post", url)
    assert not file().exists()


def test_a_file_that_cannot_be_written_is_an_error(live, settings):
    settings.ANCHOR_FILE = "/no/such/folder/anchors.jsonl"
    with pytest.raises(CommandError, match="cannot be written: No such file or directory"):
        anchor()


def test_nothing_but_the_newest_end_of_each_chain_is_in_it(live):
    said = json.loads(anchor())
    assert set(said["chains"]) == {chain.name for chain in CHAINS} >= {"events", "versions"}
    assert Edition.objects.get().digest not in canonical(said)
