"""What docs/auditors.md and docs/editors.md say can be done, can be done: their pages, words, commands and pictures."""

import html
import os
import re
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core import mail
from django.core.management import call_command

from docs import editing, screenshot, walking
from leaflets.models import Event, Rendering
from tests.journeys.steps import sign_in
from tests.tampering import owner, rechain

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.looks]
DOCS = Path(screenshot.__file__).parent
ROOT = DOCS.parent
TEXT, README = (DOCS / "auditors.md").read_text(), (ROOT / "README.md").read_text()
GUIDE = (DOCS / "editors.md").read_text()
# The edition's page and that of a change in it, which have other numbers on other sites.
REACHED = [("/admin/history/events/5/", "edition 2"), (None, "version 2")]


@pytest.fixture
def page(new_page):
    """The page of an auditor after the story, on the day of the pictures."""
    screenshot.story("demo-password")
    with screenshot.clock(screenshot.TODAY):
        page = new_page(viewport={"width": screenshot.WIDTH, "height": screenshot.HEIGHT})
        page.set_default_timeout(5000)
        sign_in(page, "auditor")
        yield page


def folder_for_pictures(tmp_path):
    return Path(os.environ.get("PICTURES") or tmp_path)


def check_pictures(taken, names):
    assert sorted(path.stem for path in taken) == sorted(names)
    assert [path for path in taken if path.stat().st_size > 120_000] == []


def test_every_picture_can_be_taken(page, tmp_path):
    folder = folder_for_pictures(tmp_path)
    taken = [*screenshot.take(page, folder), screenshot.take_leaflet(page, folder)]
    check_pictures(taken, [*(picture.name for picture in screenshot.PICTURES), "leaflet"])


def test_every_picture_is_in_a_document():
    shown = re.findall(r"images/([\w-]+)[.]png", TEXT + README + GUIDE)
    kept = [path.stem for path in (DOCS / "images").iterdir()]
    taken = [*(picture.name for picture in screenshot.PICTURES), "leaflet", *walking.NAMES]
    assert sorted(shown) == sorted(kept) == sorted(taken)


def test_an_editor_and_a_reviewer_meet_every_word_and_picture_of_their_guide(new_page, problems, tmp_path):
    editing.story("demo-password")
    with screenshot.clock(screenshot.TODAY):
        people = {"patient": new_page()}
        for person in ("editor", "reviewer"):
            people[person] = new_page(viewport={"width": screenshot.WIDTH, "height": screenshot.HEIGHT})
            sign_in(people[person], person)
        way = walking.walk(people, folder_for_pictures(tmp_path))
    check_pictures(way.taken, walking.NAMES)
    assert missing(GUIDE, way.seen) == []
    # The browser logs that a save was refused to somebody whose sign-in had ended.
    assert [problem for problem in problems if "403 (Forbidden)" not in problem] == []
    problems.clear()


def missing(text, seen):
    """The words in bold type in `text` that stand on none of the pages `seen`."""
    words = html.unescape(" ".join(seen))
    return [word for word in re.findall(r"[*]{2}(.+?)[*]{2}", text.replace("\n", " ")) if word not in words]


def test_every_page_that_is_named_is_there_and_every_word_on_the_screen_stands_on_one(page):
    seen = []
    for path in dict.fromkeys(re.findall(r"`(/admin/[^`]*)`", TEXT)):
        answer = page.request.get(path)
        assert answer.status == 200, path
        seen.append(answer.text())
    for path, link in REACHED:
        if path:
            page.goto(path)
        page.get_by_role("link", name=link).first.click()
        seen.append(page.content())
    assert missing(TEXT, seen) == []


def test_the_first_question_is_answered_in_one_step(page):
    page.goto("/admin/")
    page.get_by_role("link", name="What did the public see on a day?").click()
    page.get_by_label("Leaflet:").select_option("lower-back")
    page.get_by_label("At:").fill("2026-11-14T12:00")
    page.get_by_role("button", name="Show").click()
    band = page.locator("body").inner_text()
    for said in (
        "14 November 2026, 12:00: edition 2, published by Robin Reviewer: “Checked with the minutes.”",
        "Submitted by Erin Editor: “One sign fewer, as agreed.”",
        "Written by Erin Editor",
        "from 13 November 2026, 16:40 until 17 November 2026, 09:32.",
    ):
        assert said in band


def test_every_file_that_is_named_is_there():
    links = [DOCS / link for link in re.findall(r"\]\(([^)#]+)\)", TEXT + GUIDE)]
    links += [ROOT / link for link in re.findall(r"\]\(([^)]+)\)", README)]
    apps = "config|docs|exercises|history|leaflets|templates|tests|triage"
    named = [ROOT / path for path in re.findall(rf"`((?:{apps})/[\w/.-]*)`", README)]
    assert [path for path in [*links, *named] if not path.exists()] == []
    assert len(named) > 30


def test_every_section_that_the_guide_leads_to_is_there():
    headings = [
        re.sub(r"[^\w -]", "", each).replace(" ", "-").lower() for each in re.findall("^## (.+)", GUIDE, re.M)
    ]
    led_to = re.findall(r"\]\(#([^)]+)\)", GUIDE)
    assert set(led_to) == set(headings)


def test_every_command_says_what_the_document_says(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    screenshot.story("demo-password")
    commands = re.findall(r"^[$] (.+)\n((?:(?![$]|```).*\n)*)", "".join(CONSOLE.findall(TEXT)), re.M)
    assert len(commands) == 9
    with screenshot.clock(screenshot.TODAY):
        for command, expected in commands:
            if command == "manage.py verify_history":
                rewrite()
            said = run(command)
            # Dots stand for what differs each time, and for what was left out.
            pattern = ".*".join(map(re.escape, expected.strip().split("…")))
            assert re.fullmatch(pattern, said.strip(), re.DOTALL), f"{command}\n{said}"
    page_of_the_14th = Rendering.objects.get(sequence=3).said["bodies"]["leaflet"]
    assert run("sha256sum renderings/3-leaflet.html").split()[0] == page_of_the_14th


CONSOLE = re.compile(r"```console\n(.*?)```", re.DOTALL)


def run(command):
    """Return what a command of the document says; a letter that it sends is kept as the document asks."""
    if not command.startswith("manage.py "):
        words = [sys.executable if word == "python3" else word for word in command.split()]
        return subprocess.run(words, capture_output=True, text=True).stdout
    out = StringIO()
    call_command(*command.split()[1:], stdout=out)
    for letter in mail.outbox:
        Path("kept.jsonl").write_text(re.search("^{.*$", letter.body, re.M)[0])
    return out.getvalue()


def rewrite():
    """Rewrite a reviewer's words and all that follows, and remove the anchors, as the database's owner could."""

    def other(said):
        return said | ({"acknowledged": []} if said["sequence"] == 5 else {})

    with owner() as cursor:
        rechain(cursor, Event, 5, other)
    Path(settings.ANCHOR_FILE).unlink()
