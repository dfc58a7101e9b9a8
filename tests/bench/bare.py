"""The least that a WSGI application can do: the same answer to everything, out of the file that BARE_ANSWER names."""

import json
import os
from base64 import b64decode
from pathlib import Path

_said = json.loads(Path(os.environ["BARE_ANSWER"]).read_text())
STATUS, HEADERS = _said["status"], [tuple(header) for header in _said["headers"]]
BODY = (b64decode(_said["body"]),)


def application(environ, start_response):
    start_response(STATUS, HEADERS)
    return BODY
