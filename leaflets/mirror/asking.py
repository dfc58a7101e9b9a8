"""Asks Django for the answer at a public address, as a browser would, and keeps it."""

import io
import logging
from functools import cache
from urllib.parse import urlsplit

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler, WSGIRequest

from leaflets.mirror.answers import ready

# What each request gets anew.
OF_A_REQUEST = {"Content-Length", "Date", "ETag", "Vary", "Content-Encoding"}
AN_ANSWER = {200, 301, 302, 404, 405, 410}


class NotPressed(Exception):
    """Django did not answer as the public should be answered."""


def ask(path, method="GET"):
    """Return the Answer at a path. Raises NotPressed where Django has none, as for a PDF that is not made yet."""
    request = WSGIRequest(_environ(path, method))
    request.is_pressing = True
    response = _django().get_response(request)
    if response.status_code not in AN_ANSWER:
        raise NotPressed(f"{path} answers {response.status_code}.")
    headers = tuple(item for item in response.items() if item[0] not in OF_A_REQUEST)
    return ready(f"{response.status_code} {response.reason_phrase}", headers, response.getvalue())


@cache
def _django():
    # That nothing stands somewhere, or was withdrawn, is what was asked for and no news.
    logging.getLogger("django.request").addFilter(_is_news)
    return WSGIHandler()


def _is_news(record):
    return record.levelno >= logging.ERROR or not hasattr(getattr(record, "request", None), "is_pressing")


def _environ(path, method):
    site = urlsplit(settings.SITE_URL)
    return {
        "REQUEST_METHOD": method,
        "PATH_INFO": path,
        "SCRIPT_NAME": "",
        "QUERY_STRING": "",
        "SERVER_NAME": site.hostname,
        "SERVER_PORT": str(site.port or 443),
        "HTTP_HOST": site.netloc,
        "HTTP_X_FORWARDED_PROTO": site.scheme,
        "wsgi.url_scheme": site.scheme,
        "wsgi.input": io.BytesIO(),
    }
