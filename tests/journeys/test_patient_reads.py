"""A patient on a phone, by touch, by keyboard, without script, without styles."""

import pytest
from django.db import transaction
from playwright.sync_api import expect

from leaflets import actions

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.looks]


def test_whom_to_call_is_on_the_first_screen_of_a_phone(live, page):
    page.goto("/lower-back/")
    assert page.get_by_text("Urgent advice:").first.bounding_box()["y"] < 844
    call = page.get_by_role("link", name="Call NHS 24 on 111").bounding_box()
    assert call["y"] + call["height"] < 844
    assert call["height"] >= 44


def test_the_check_is_offered_on_the_first_screen_of_a_small_phone(live, new_page):
    page = new_page(viewport={"width": 320, "height": 568})
    page.goto("/lower-back/")
    expect(page.get_by_role("link", name="Check for red flags, one step at a time")).to_be_in_viewport(
        ratio=1
    )


def test_red_flags_come_first_and_the_most_urgent_first_of_all(live, page):
    page.goto("/lower-back/")
    headings = page.get_by_role("heading", level=2).all_inner_texts()
    words = [" ".join(heading.split()) for heading in headings]
    assert words[1:5] == [
        "Urgent advice: Cauda Equina Syndrome (CES)",
        "Non-urgent advice: Symptoms That Are Present After Trauma",
        "Non-urgent advice: Symptoms Where No Trauma Was Involved",
        "Information leaflets/links",
    ]


def test_from_the_red_flags_to_the_exercises_and_back(live, page):
    page.goto("/")
    page.get_by_role("link", name="Self-help and information – Lower Back").click()
    page.get_by_role("link", name="Lower back exercises").click()
    expect(
        page.get_by_text("Please make sure you have read through the important information")
    ).to_be_visible()
    page.get_by_role("link", name="Read the red flags").click()
    assert page.get_by_role("heading", level=1).inner_text().startswith("Self-help and information")


def test_each_video_plays_with_captions_and_not_by_itself(live, page):
    page.goto("/lower-back/exercises/")
    assert page.locator("video").count() == 3
    for number in range(3):
        video = page.locator("video").nth(number)
        assert video.evaluate("v => v.paused && v.preload === 'none' && !v.autoplay")
        video.evaluate("async v => { v.muted = true; await v.play(); }")
        page.wait_for_function("v => v.currentTime > 0.3", arg=video.element_handle())
        assert 10 < video.evaluate("v => v.duration") < 20
        assert video.evaluate("v => v.textTracks[0].mode") == "showing"
        page.wait_for_function("v => v.textTracks[0].cues?.length > 2", arg=video.element_handle())
        video.evaluate("v => v.pause()")


def test_a_transcript_opens_by_keyboard(live, page):
    page.goto("/lower-back/exercises/")
    summary = page.locator("summary").first
    expect(page.get_by_text("Demonstration clip. A drawn figure").first).not_to_be_visible()
    summary.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Demonstration clip. A drawn figure").first).to_be_visible()


def test_the_keyboard_alone_reaches_everything_in_order(live, page):
    page.goto("/lower-back/")
    reached = []
    for _ in range(12):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.innerText"))
        assert page.evaluate("getComputedStyle(document.activeElement).boxShadow") != "none"
    assert reached == [
        "Skip to main content",
        "Self-help leaflets",
        "Check for red flags, one step at a time",
        "Call NHS 24 on 111",
        "Lower back exercises",
        "This leaflet as a PDF to print",
        "This leaflet as a PDF in large print",
        "What has changed",
        "Is a printed copy current?",
        "This edition as data",
        "Privacy",
        "Accessibility",
    ]


def test_nothing_needs_script(live, new_page):
    page = new_page(java_script_enabled=False)
    page.goto("/lower-back/")
    page.get_by_role("link", name="Lower back exercises").click()
    expect(page.get_by_role("heading", name="Beginner lower back exercises")).to_be_visible()


def test_without_styles_all_words_are_there(live, new_page, problems):
    page = new_page()
    page.route("**/*.css", lambda route: route.abort())
    page.goto("/lower-back/")
    for sign in live.document["red_flag_groups"][2]["signs"]:
        expect(page.get_by_text(sign["text"], exact=True)).to_be_visible()
    problems.clear()  # The style sheet that was kept away.


def test_a_first_visit_stores_nothing_and_weighs_little(live, new_page):
    page = new_page()
    weights = []
    page.on("requestfinished", lambda request: weights.append(request.sizes()["responseBodySize"]))
    page.goto("/lower-back/")
    page.wait_for_load_state("networkidle")
    assert page.context.cookies() == []
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0
    assert len(weights) <= 4
    assert sum(weights) < 20_000


def test_print_shows_every_red_flag(live, page):
    page.goto("/lower-back/")
    page.emulate_media(media="print")
    for group in live.document["red_flag_groups"]:
        for sign in group["signs"]:
            expect(page.get_by_text(sign["text"], exact=True)).to_be_visible()


def test_a_reader_of_another_language_is_told_which(draft, editor, reviewer, page):
    draft.language, draft.title = "ar", "آلام أسفل الظهر"
    with transaction.atomic():
        draft.save()
        draft.record(by=editor, reason="Arabic.")
    edition = actions.submit(leaflet=draft, by=editor, reason="Arabic.")
    actions.publish(edition=edition, by=reviewer, reason="Checked.")
    page.goto("/lower-back/")
    assert page.locator("html").get_attribute("lang") == "ar"
    assert page.locator("html").get_attribute("dir") == "rtl"
