"""Editors and reviewers at work, by the forms of the site: they sign in, open, save and submit; look and publish.

python -m tests.bench.staff PORT SECONDS reads from its input, as JSON, {"editors": {username: leaflet}, "reviewers":
{username: key of their app}} and prints what came of it. All have the password of the demonstration.
"""

import contextlib
import json
import queue
import random
import re
import sys
import threading
import time
from binascii import unhexlify
from collections import Counter, defaultdict

import requests
from django_otp.oath import TOTP

from tests.bench.forms import form_of

# Quicker than people are.
THINKING = (5, 15)
PATIENCE = 30
# Of the saves, one in so many is submitted.
SUBMITTED_EACH = 3
# Within so many seconds all have come to work.
COMING = 60


class Wrong(Exception):
    """What was answered is not what it should be."""


class Work:
    """What all of them did: the milliseconds of each act by its name, what went wrong, and what waits for a review."""

    def __init__(self, port, seconds):
        self.address, self.over = f"http://127.0.0.1:{port}", time.monotonic() + seconds
        self.taken, self.wrong, self.waiting = defaultdict(list), Counter(), queue.Queue()
        self.published = defaultdict(lambda: True)

    def person(self, does, *given):
        """Let somebody come to work and do something again and again until it is over."""
        time.sleep(random.uniform(0, COMING))
        acts = does(Person(self), *given)
        while time.monotonic() < self.over:
            try:
                next(acts)
            except (requests.RequestException, Wrong, LookupError) as error:
                self.wrong[f"{type(error).__name__}: {str(error)[:300]}"] += 1
                acts = does(Person(self), *given)
            time.sleep(random.uniform(*THINKING))


class Person:
    """A browser with the cookies of one person."""

    def __init__(self, work):
        self.work, self.browser = work, requests.Session()

    def open(self, act, path):
        """Ask for a page, and return its text."""
        return self._timed(act, 200, self.browser.get, path).text

    def send(self, act, path, form, typed):
        """Send the form of the page at `path` with what was typed, and return where that leads to."""
        said = self._timed(act, 302, self.browser.post, form.action or path, data={**form.fields, **typed})
        return said.headers["Location"]

    def _timed(self, act, wanted, ask, path, **more):
        start = time.monotonic()
        said = ask(f"{self.work.address}{path}", timeout=PATIENCE, allow_redirects=False, **more)
        self.work.taken[act].append((time.monotonic() - start) * 1000)
        if said.status_code != wanted:
            told = re.findall(r'(?s)errornote">(.*?)</p>|errorlist[^>]*>(.*?)</ul>', said.text)
            raise Wrong(
                f"{act} answers {said.status_code} {told or re.findall('<title>(.*)</title>', said.text)}"
            )
        return said

    def sign_in(self, username, key=None):
        """Sign in, with a second factor where there is one."""
        form = form_of(self.open("the page to sign in", "/admin/login/"), "password")
        typed = {"username": username, "password": "demo-password"}
        led = self.send("sign in", "/admin/login/", form, typed)
        if key:
            form = form_of(self.open("the page for a code", led), "code")
            self.send("second factor", led, form, {"code": f"{TOTP(unhexlify(key)).token():06}"})


def edit(person, username, leaflet):
    """An editor's acts, one after the other: look at the leaflet, open the form, save, now and then submit."""
    person.sign_in(username)
    yield
    at, count = f"/admin/leaflets/leaflet/{leaflet}", 0
    while True:
        person.open("the workspace", f"{at}/workspace/")
        yield
        form = form_of(person.open("the leaflet's form", f"{at}/change/"), "introduction")
        yield
        count += 1
        words = f"These exercises help most people. Checked {time.time_ns()} by {username}."
        typed = {"introduction": words, "reason": "The words of the new guideline.", "_continue": "Save"}
        person.send("save", f"{at}/change/", form, typed)
        yield
        if count % SUBMITTED_EACH == 0 and person.work.published[leaflet]:
            form = form_of(person.open("the form to submit", f"{at}/submit/"), "reason")
            person.work.published[leaflet] = False
            led = person.send("submit", f"{at}/submit/", form, {"reason": "The new guideline."})
            person.work.waiting.put((leaflet, led))
            yield


def review(person, username, key):
    """A reviewer's acts: look at the desk, then at what waits, and publish it."""
    person.sign_in(username, key)
    yield
    while True:
        person.open("the desk", "/admin/")
        yield
        with contextlib.suppress(queue.Empty):
            leaflet, at = person.work.waiting.get_nowait()
            page = person.open("the workspace", at)
            yield
            at = _found(r'"(/admin/leaflets/edition/\d+/decide/published/)"', page)
            form = form_of(person.open("the form to publish", at), "digests")
            person.send("publish", at, form, {"reason": "Checked against the guideline."})
            person.work.published[leaflet] = True
            yield


def _found(pattern, page):
    found = re.search(pattern, page)
    if found is None:
        raise Wrong(f"{pattern} is not on the page")
    return found[1]


def main(port, seconds, people):
    """Let all work for so long; return how it went."""
    work = Work(port, seconds)
    threads = [
        threading.Thread(target=work.person, args=(does, *each))
        for does, them in ((edit, people["editors"]), (review, people["reviewers"]))
        for each in them.items()
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return {"taken": work.taken, "wrong": work.wrong}


if __name__ == "__main__":
    json.dump(main(int(sys.argv[1]), int(sys.argv[2]), json.load(sys.stdin)), sys.stdout)
