"""A real browser for the tests: Debian's Chromium, driven by Playwright, against the site as Django serves it.

    def test_a_patient_sees_the_red_flags_first(live, page, axe):
        page.goto("/lower-back/")
        assert axe(page) == []

A test fails if a page asks anything of another host, logs an error or raises one. A test that means to see such a thing
takes the fixture `problems`, looks at it and clears it.
"""

import os
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core.wsgi import get_wsgi_application
from playwright.sync_api import sync_playwright
from pytest_django.live_server_helper import LiveServer

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
).split()
PHONE = {"width": 390, "height": 844}
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

# Playwright keeps an event loop in the tests' thread, where Django would then refuse to touch the database.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"


@pytest.fixture(scope="session")
def live_server(django_db_setup, django_db_blocker):
    """The whole application on a port of its own, static files and media as it serves them itself."""
    server = LiveServer("127.0.0.1", start=False)
    # What stands in front of it has tests of its own (tests/mirror/): there it is started as it is in real use.
    server.thread.static_handler = lambda _: get_wsgi_application()
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def browser():
    """One browser for a worker's whole run."""
    if not CHROMIUM.exists():
        missing = f"Not tested in a browser: there is no {CHROMIUM} (apt-get install chromium)."
        (pytest.fail if os.environ.get("CI") else pytest.skip)(missing)
    # Names of other hosts lead nowhere.
    flags = [*FLAGS, "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=flags)
        yield browser
        browser.close()


def is_problem(said):
    """Whether what a page logged is an error.

    The old editor writes scripts into attributes and addresses, and the browser says that the policy refuses them, as
    it should: editor.js does their work instead.
    """
    in_editor = "/admin/leaflets/leaflet/" in said.page.url
    refused = (
        said.text.startswith(("Executing inline ", "Running the JavaScript URL ")) and "violates" in said.text
    )
    return said.type == "error" and not (in_editor and refused)


@pytest.fixture
def problems():
    """What went wrong in the pages of this test, as sentences."""
    return []


@pytest.fixture
def new_page(browser, live_server, problems):
    """A function that opens a page with cookies of its own; it takes the options of Playwright's new_context."""
    contexts = []

    def watch(request):
        if not request.url.startswith((f"{live_server.url}/", "data:", "blob:")):
            problems.append(f"A request left the site: {request.url}")

    def new_page(**options):
        context = browser.new_context(**{"base_url": live_server.url, "viewport": PHONE, **options})
        contexts.append(context)
        context.on("request", watch)
        context.on("console", lambda said: is_problem(said) and problems.append(f"Console: {said.text}"))
        context.on("weberror", lambda raised: problems.append(f"Error: {raised.error}"))
        return context.new_page()

    yield new_page
    for context in contexts:
        context.close()
    assert problems == []


@pytest.fixture
def page(new_page):
    """A page on a phone."""
    return new_page()


@pytest.fixture(scope="session")
def axe():
    """A function that gives what the accessibility rules find wrong with a page, or a part of it, as sentences."""
    # Preloading would fetch what style sheets import from an address that is not theirs; what stands in a frame is
    # tested by itself, without waiting for it to answer.
    options = {"runOnly": RULES, "resultTypes": ["violations"], "preload": False, "iframes": False}

    rules = Axe()

    def violations(page, part=None):
        page.wait_for_load_state()
        if not page.evaluate("'axe' in window"):
            page.evaluate(rules.axe_script)
        found = page.evaluate("([part, options]) => axe.run(part || document, options)", [part, options])
        return [
            f"{rule['help']} ({rule['id']}): {node['html']}"
            for rule in found["violations"]
            for node in rule["nodes"]
        ]

    return violations
