"""A patient watches a video that another company keeps: nothing is asked of the company before the patient asks."""

import re

import pytest
from django.db import transaction
from playwright.sync_api import expect

from exercises.models import ExerciseVideo
from leaflets import actions

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.looks]
NAMES = {"YouTube": "https://youtu.be/aqz-KE-bpKQ", "Vimeo": "https://vimeo.com/76979871"}
PLAYERS = re.compile(r"https://(www\.youtube-nocookie\.com|player\.vimeo\.com)/")
PLAYER = (
    "<!DOCTYPE html><html lang=en><title>Player</title>"
    "<button onclick=\"this.textContent = 'Playing'\">Play</button></html>"
)


@pytest.fixture
def provided(draft, editor, reviewer):
    """The leaflet with two of its videos at providers, one of them without a still."""
    for video, address in zip(ExerciseVideo.objects.order_by("pk"), NAMES.values(), strict=False):
        video.file, video.captions, video.provider_url, video.seconds = "", "", address, 90
        video.poster = video.poster if "youtu" in address else ""
        video.full_clean()
        with transaction.atomic():
            video.save()
            video.record(by=editor, reason="At a provider.")
    edition = actions.submit(leaflet=draft, by=editor, reason="At providers.")
    return actions.publish(edition=edition, by=reviewer, reason="Checked.")


@pytest.fixture
def asked():
    """The requests that left for a provider."""
    return []


@pytest.fixture
def exercises(provided, page, asked):
    def answer(route):
        asked.append(route.request)
        route.fulfill(body=PLAYER, content_type="text/html")

    page.context.route(PLAYERS, answer)
    page.goto("/lower-back/exercises/")
    return page


def ask(page, provider):
    return page.get_by_role("button", name=re.compile(f"Watch “.*” on {provider}"))


@pytest.mark.parametrize("name", NAMES)
def test_the_player_comes_when_it_is_asked_for_and_not_before(exercises, asked, problems, name):
    page, button = exercises, ask(exercises, name)
    expect(button).to_have_accessible_description(
        re.compile(f"^If you watch it, {name} learns the network address")
    )
    page.mouse.wheel(0, 10_000)
    page.wait_for_load_state("networkidle")
    assert asked == problems == []
    button.click()
    frame = page.locator("iframe")
    expect(frame).to_have_count(1)
    expect(page.frame_locator("iframe").get_by_role("button", name="Play")).to_be_visible()
    expect(frame).to_be_focused()
    assert frame.get_attribute("title").endswith(f", {name}")
    [request] = asked
    assert request.url.startswith(
        ("https://www.youtube-nocookie.com/embed/", "https://player.vimeo.com/video/")
    )
    assert "autoplay" not in request.url
    # Which site the video is on, but not which leaflet.
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+/", request.all_headers()["referer"])
    expect(page.get_by_role("link", name=re.compile(f"Watch “.*” on {name}"))).to_be_visible()
    problems.clear()  # The request that was asked for.


def test_the_keyboard_asks_for_it_and_is_then_in_the_player(exercises, problems):
    ask(exercises, "Vimeo").focus()
    exercises.keyboard.press("Enter")
    expect(exercises.locator("iframe")).to_be_focused()
    expect(exercises.frame_locator("iframe").get_by_role("button", name="Play")).to_be_visible()
    exercises.keyboard.press("Tab")
    exercises.keyboard.press("Enter")
    expect(exercises.frame_locator("iframe").get_by_role("button", name="Playing")).to_be_visible()
    problems.clear()


@pytest.mark.parametrize("width", [320, 1280])
def test_the_page_is_accessible_before_and_after(exercises, axe, problems, width):
    exercises.set_viewport_size({"width": width, "height": 844})
    assert axe(exercises) == []
    ask(exercises, "YouTube").click()
    expect(exercises.locator("iframe")).to_be_visible()
    assert axe(exercises) == []
    assert exercises.evaluate("document.documentElement.scrollWidth") <= width
    problems.clear()


def test_the_page_lets_in_nothing_else(exercises, asked, problems):
    for address in ("https://www.youtube.com/embed/aqz-KE-bpKQ", "https://example.org/"):
        exercises.evaluate(
            "address => document.body.append(Object.assign(document.createElement('iframe'), { src: address }))",
            address,
        )
    exercises.wait_for_function("document.querySelectorAll('iframe').length === 2")
    exercises.wait_for_load_state("networkidle")
    assert asked == []
    assert len(problems) == 2
    assert all("Content Security Policy" in problem for problem in problems)
    problems.clear()


def test_without_script_it_is_a_link_with_the_same_words(provided, new_page):
    page = new_page(java_script_enabled=False)
    page.goto("/lower-back/exercises/")
    link = page.get_by_role("link", name=re.compile("Watch “.*” on YouTube"))
    expect(link).to_have_attribute("href", NAMES["YouTube"])
    expect(link).to_have_accessible_description(re.compile("It may keep cookies in your browser"))
    expect(page.get_by_role("button")).to_have_count(0)


def test_without_a_signal_the_words_are_there_and_the_policy_is_the_same(exercises, asked, problems):
    page = exercises
    kept = "(await caches.match('/lower-back/exercises/'))"
    page.evaluate(f"async () => {{ while (!{kept}) await new Promise((go) => setTimeout(go, 50)); }}")
    policy = page.evaluate(f"async () => {kept}.headers.get('Content-Security-Policy')")
    assert "frame-src https://player.vimeo.com https://www.youtube-nocookie.com;" in policy
    page.context.set_offline(True)
    page.goto("/lower-back/exercises/")
    expect(page.get_by_text("No signal. This page was kept on")).to_be_visible()
    expect(page.get_by_text(re.compile("Watch “.*” on YouTube"))).to_be_visible()
    expect(page.get_by_text("What to do").first).to_be_visible()
    assert asked == []
    page.context.set_offline(False)
    problems.clear()  # The browser notes that it could not reach the site.


def test_on_paper_there_is_neither_still_nor_button(exercises):
    exercises.emulate_media(media="print")
    expect(ask(exercises, "YouTube")).to_be_hidden()
    expect(exercises.get_by_text("What to do").first).to_be_visible()
