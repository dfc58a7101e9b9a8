"""The application in front of Django: it answers from memory what the public asks, and asks nobody (WSGI, PEP 3333).

What is not public goes to Django, so many requests at once and no more: patients are never behind somebody slow.
"""

import logging
import sys
from functools import lru_cache
from threading import BoundedSemaphore

from django.conf import settings
from django.http.request import split_domain_port, validate_host

from leaflets.metrics import counting
from leaflets.mirror import watching
from leaflets.mirror.addresses import SITE
from leaflets.mirror.answers import Lost
from leaflets.mirror.folder import Folder
from leaflets.mirror.pressing import NOT_ALLOWED, NOT_FOUND, UNAVAILABLE, WRONG_HOST
from leaflets.mirror.probes import Probes, Told
from leaflets.mirror.shown import slug_of

LOG = logging.getLogger(__name__)
READS = ("GET", "HEAD")
# Of the server's 48 threads, so many may be busy for staff, and so many with media: the rest answer patients.
AT_ONCE = {"staff": 14, "media": 10}
# So many more of staff may wait for so many seconds until somebody before them was answered.
WAITING, PATIENCE = 16, 10
# These need no database.
STATIC, MEDIA = "/static/", "/media/"
SWITCH = 0.0005
BARE = Told("503 Service Unavailable", b"This site cannot answer now. Try again in a few minutes.\n")


def start(django, root, check, bare):
    """Return a Front before `django`, its mirror below `root`; `check` as for a Watcher, `bare` as for a Front."""
    # A patient needs Python for some microseconds, and would wait for milliseconds while something is pressed.
    sys.setswitchinterval(SWITCH)
    return Front(django, watching.start(Folder(root), check), bare)


class Front:
    """The WSGI application. `django` is the one behind it, `watcher` keeps what the public is shown.

    `bare`: the headers, as pairs, of what no page stands behind.
    """

    def __init__(self, django, watcher, bare):
        self.django, self.watcher, self.shown, self.bare = django, watcher, watcher.shown, bare
        self.answers = watcher.shown.answers
        self.room = {name: BoundedSemaphore(count) for name, count in AT_ONCE.items()}
        self.queue = BoundedSemaphore(WAITING)
        self.probes = Probes(watcher)

    def __call__(self, environ, start_response):
        answer = self.answers.get(environ["PATH_INFO"])
        if answer is None or environ["REQUEST_METHOD"] not in READS or not _rightly_asked(environ):
            return self.otherwise(environ, start_response)
        try:
            return answer.give(environ, start_response)
        except Lost as lost:
            LOG.error("The mirror has lost %s.", lost)
            self.watcher.press_again()
            return self.behind(environ, start_response)

    def otherwise(self, environ, start_response):
        """Answer what no answer is held for: where nothing stands, who asks wrongly, and all that is not public."""
        path, method = environ["PATH_INFO"], environ["REQUEST_METHOD"]
        told = self.probes.answer(environ) if method in READS else None
        if told:
            return self.told(told, environ, start_response)
        start_response = counting(path, start_response)
        if self.shown.complete and not _is_own(environ.get("HTTP_HOST")):
            return self.site(WRONG_HOST, environ, start_response)
        waits = path in self.shown.waiting or slug_of(path) in self.watcher.work.failed
        if not self.shown.complete or _is_behind(path) or waits:
            return self.behind(environ, start_response)
        if not _rightly_asked(environ):
            # Without asking anything, it leads to https.
            return self.django(environ, start_response)
        if method not in READS:
            return self.site(NOT_ALLOWED, environ, start_response)
        if f"{path}/" in self.answers:
            return self.led(f"{path}/", environ, start_response)
        return self.site(NOT_FOUND, environ, start_response)

    def behind(self, environ, start_response):
        """Let Django answer, if there is room, and a database for what needs one."""
        path = environ["PATH_INFO"]
        if path.startswith(STATIC):
            return _whole(self.django(environ, start_response))
        media = path.startswith(MEDIA)
        room = self.room["media" if media else "staff"]
        if not (media or self.watcher.hears()) or not self.entered(room, waits=not media):
            return self.unavailable(environ, start_response)
        return _Held(self.django, room, environ, start_response)

    def entered(self, room, waits):
        """Take a place in `room`, and return whether there was one; who `waits` may do so for a while."""
        if room.acquire(blocking=False):
            return True
        if not waits or not self.queue.acquire(blocking=False):
            return False
        try:
            return room.acquire(timeout=PATIENCE)
        finally:
            self.queue.release()

    def unavailable(self, environ, start_response):
        """Say in plain words that this cannot be answered now."""
        if self.shown.complete:
            return self.site(UNAVAILABLE, environ, start_response)
        return self.told(BARE, environ, start_response)

    def site(self, name, environ, start_response):
        """Give the answer that stands at no address, whatever the method."""
        method = "HEAD" if environ["REQUEST_METHOD"] == "HEAD" else "GET"
        answer = self.shown.pages[SITE].answers.get(name)
        if answer is None:  # The mirror is of an earlier release, which had none.
            return self.told(BARE, environ, start_response)
        return answer.give({**environ, "REQUEST_METHOD": method}, start_response)

    def led(self, path, environ, start_response):
        """Lead to `path`, as Django does where the slash at the end is missing."""
        query = environ.get("QUERY_STRING")
        headers = dict(self.shown.pages[SITE].answers[NOT_FOUND].headers)
        headers |= {"Location": f"{path}?{query}" if query else path, "Content-Length": "0"}
        # A redirect may be kept for as long as a browser likes.
        headers.pop("Cache-Control")
        start_response("301 Moved Permanently", list(headers.items()))
        return ()

    def told(self, told, environ, start_response):
        """Answer with what is Told, and never kept."""
        own = ("Content-Type", told.kind), ("Content-Length", str(len(told.body)))
        start_response(told.status, [*own, *self.bare])
        return () if environ["REQUEST_METHOD"] == "HEAD" else (told.body,)


class _Held:
    """Django's answer, which holds its room until it was sent."""

    def __init__(self, django, room, environ, start_response):
        self.room, self.answer = room, ()
        try:
            self.answer = django(environ, start_response)
        except BaseException:
            self.close()
            raise

    def __iter__(self):
        return iter(self.answer)

    def close(self):
        """Give back the room, once."""
        room, self.room = self.room, None
        try:
            getattr(self.answer, "close", lambda: None)()
        finally:
            if room:
                room.release()


def _whole(answer):
    """All of a small answer at once: the server then needs no thread for whoever reads it slowly."""
    try:
        return (b"".join(answer),)
    finally:
        getattr(answer, "close", lambda: None)()


def _is_behind(path):
    return path.startswith(("/admin/", "/e/", STATIC, MEDIA)) or path == "/admin"


def _rightly_asked(environ):
    # Only the form for a code asks by a query.
    if environ.get("QUERY_STRING") and environ["PATH_INFO"] == "/e/":
        return False
    return _right(environ.get("HTTP_HOST"), environ.get("HTTP_X_FORWARDED_PROTO"), environ["wsgi.url_scheme"])


@lru_cache(maxsize=64)
def _right(host, forwarded, scheme):
    """Whether this site answers for the host, and was asked by https where it must be."""
    secure = (forwarded if settings.SECURE_PROXY_SSL_HEADER else scheme) == "https"
    return _is_own(host) and (secure or not settings.SECURE_SSL_REDIRECT)


def _is_own(host):
    domain, _ = split_domain_port(host or "")
    return validate_host(domain, settings.ALLOWED_HOSTS)
