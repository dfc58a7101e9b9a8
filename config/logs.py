"""What is written to the log: in production a line of JSON for each entry, and in it nothing that says who somebody is.

An entry names the route of a request, such as admin/password_reset/<uidb64>/<token>/, and never its path, query, body,
address or headers; of an account the number at most. What errors say of themselves often repeats what somebody typed:
kept are their types, where they were raised, and the words of those that speak of disks, databases and settings.
"""

import json
import logging
import re
import traceback
from contextvars import ContextVar
from datetime import UTC, datetime
from http.client import responses
from smtplib import SMTPException
from typing import NamedTuple

from django.core.exceptions import ImproperlyConfigured
from django.db.utils import InterfaceError, OperationalError

# The words of these are ours, or the server's.
OURS = ("config", "exercises", "history", "leaflets", "triage", "granian", "_granian")
LINK = re.compile(r"(password_reset/)[^/\s]+/[^/\s]+")
# A mistake of ours must not tell either.
ADDRESS = re.compile(r"[^\s<>\"'@]+@[^\s<>\"'@]+|\b\d{1,3}(?:\.\d{1,3}){3}\b")
MOST_ERRORS, MOST_FRAMES = 10, 40

# The id of the request that is being answered.
request_id = ContextVar("request_id", default=None)


class Frame(NamedTuple):
    """A place in the code."""

    file: str
    line: int
    function: str


class Plain(logging.Formatter):
    """Writes for a person, and leaves out what opens an account: the link that sets a new password."""

    def format(self, record):
        return LINK.sub(r"\1...", super().format(record))


class Json(logging.Formatter):
    """Writes each entry as a line of JSON."""

    def format(self, record):
        return json.dumps(entry(record))


def settings(debug):
    """Return Django's LOGGING: lines for a person with `debug`, else JSON."""
    # Each request of staff has a line of its own, which says the status.
    quieter = {"config.requests": {"level": "INFO"}, "django.request": {"level": "ERROR"}}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"lines": {"()": Plain if debug else Json}},
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "lines"}},
        "loggers": {} if debug else quieter,
        "root": {"handlers": ["console"], "level": "WARNING"},
    }


def entry(record):
    """Return what may be told of a record, as a dict of what JSON can hold."""
    request = getattr(record, "request", None)
    said = {
        "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
        "level": record.levelname,
        "logger": record.name,
        "message": _message(record),
        "request_id": getattr(request, "request_id", None) or request_id.get(),
        "route": route(request),
        "status": getattr(record, "status_code", None),
        **getattr(record, "answered", {}),
        "exceptions": exceptions(record.exc_info[1]) if record.exc_info and record.exc_info[1] else None,
    }
    return {name: value for name, value in said.items() if value is not None}


def route(request):
    """Return the pattern of the address that was asked for, None where there is none or nobody asked."""
    match = getattr(request, "resolver_match", None)
    return match and match.route


def exceptions(error):
    """Return what may be told of an error and of those that led to it, these first."""
    found = []
    while error and len(found) < MOST_ERRORS:
        type_ = f"{type(error).__module__}.{type(error).__qualname__}".removeprefix("builtins.")
        frames = traceback.extract_tb(error.__traceback__)[-MOST_FRAMES:]
        said = [Frame(frame.filename, frame.lineno, frame.name) for frame in frames]
        found.append({"type": type_, "said": words(error), "frames": said})
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return found[::-1]


def words(error):
    """Return what an error says of itself, if that speaks of no person; else ""."""
    if isinstance(error, SMTPException):
        # The server's own words repeat the address.
        return str(getattr(error, "smtp_code", ""))
    if isinstance(error, OSError):
        return error.strerror or ""
    if isinstance(error, (OperationalError, InterfaceError, ImproperlyConfigured)) or _is_of_mirror(error):
        return ADDRESS.sub("...", str(error).partition("\n")[0])
    return ""


def _message(record):
    if hasattr(record, "status_code"):
        return responses.get(record.status_code, "")
    if record.name.partition(".")[0] not in OURS:
        # Its first words are fixed; what fills them is not known.
        return str(record.msg) if record.args else ""
    filled = logging.makeLogRecord(record.__dict__ | {"args": _arguments(record.args)})
    return ADDRESS.sub("...", LINK.sub(r"\1...", filled.getMessage()))


def _arguments(args):
    if not isinstance(args, tuple):
        return args
    return tuple(_named(each) if isinstance(each, BaseException) else each for each in args)


def _named(error):
    return ": ".join(filter(None, [type(error).__name__, words(error)]))


def _is_of_mirror(error):
    # It knows nobody but the public.
    return type(error).__module__.startswith("leaflets.mirror.")
