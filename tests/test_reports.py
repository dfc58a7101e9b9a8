"""What is reported of an error is what the log says of it, and nothing that says who somebody is."""

import gzip
import json
import os
import subprocess
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import brotli
import pytest

UNPACK = {None: bytes, "gzip": gzip.decompress, "br": brotli.decompress}
ROOT = Path(__file__).parent.parent
PERSONAL = ("Moira", "moira@example.org", "198.51.100.77", "s3cret", "/privacy/")
PROGRAM = """
import django, logging
django.setup()
import sentry_sdk
from django.test import Client
from leaflets import pages

def fail(name):
    typed = "Moira s3cret"
    raise ValueError("moira@example.org is no name") from KeyError(typed)

pages.about = fail
client = Client(raise_request_exception=False, SERVER_NAME="127.0.0.1")
client.cookies["session"] = "s3cret"
answered = client.get(
    "/privacy/?name=Moira", REMOTE_ADDR="198.51.100.77",
    headers={"user-agent": "Moira", "authorization": "s3cret", "referer": "https://moira@example.org/"},
)
assert answered.status_code == 500, answered
logging.getLogger("leaflets.mails").error("No mail to %s", "moira@example.org")
logging.getLogger("leaflets.mails").warning("Only a warning.")
sentry_sdk.flush(5)
"""


@pytest.fixture
def collector():
    """A service that collects errors, and what it was sent."""
    sent = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            sent.append(UNPACK[self.headers.get("Content-Encoding")](body).decode())
            self.send_response(200)
            self.end_headers()

        def log_message(self, *args):
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_port, sent
    server.shutdown()
    server.server_close()


def run(**more):
    environment = {
        "PATH": os.environ["PATH"],
        "DEBUG": "1",
        "DJANGO_SETTINGS_MODULE": "config.settings",
        **more,
    }
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], cwd=ROOT, env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr


def test_an_error_is_reported_and_nobody_with_it(collector):
    port, sent = collector
    run(SENTRY_DSN=f"http://key@127.0.0.1:{port}/1")
    for envelope in sent:
        assert not [word for word in PERSONAL if word in envelope]
    of_request, of_log = (json.loads(envelope.split("\n")[2]) for envelope in sent)
    assert of_request["transaction"] == "privacy/"
    assert of_request["logentry"]["message"] == "Internal Server Error"
    assert of_request["tags"]["status"] == "500"
    assert len(of_request["tags"]["request_id"]) == 32
    assert [each["type"] for each in of_request["exception"]["values"]] == ["KeyError", "ValueError"]
    frames = of_request["exception"]["values"][1]["stacktrace"]["frames"]
    assert frames[-1]["function"] == "fail"
    assert {name for frame in frames for name in frame} == {"filename", "lineno", "function"}
    assert of_log["logentry"]["message"] == "No mail to ..."
    for report in (of_request, of_log):
        assert not {"request", "user", "breadcrumbs", "extra", "contexts", "server_name", "modules"} & set(
            report
        )


def test_without_the_setting_nothing_is_reported(collector):
    run()
    assert collector[1] == []
