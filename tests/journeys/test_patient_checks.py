"""A patient goes through the check on a phone, every way there is, and no answer leaves the phone."""

import logging

import pytest
from django.apps import apps
from playwright.sync_api import expect

from tests.journeys.steps import sign_in

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.looks]
CHECK = "/lower-back/check/"
YES, NONE = "Yes, or I am not sure", "None of these"


def answer(page, words):
    """Take the answer on the step that is shown; to what has no list of signs, “None of these” is “No”."""
    shown = page.locator(".answers").filter(visible=True)
    expect(shown).to_have_count(1)
    link = shown.get_by_role("link").first if words == YES else shown.get_by_role("link").last
    link.click()


def rows_in_the_database():
    return {model._meta.label: list(model.objects.order_by("pk").values()) for model in apps.get_models()}


def test_whatever_is_answered_nothing_is_asked_of_the_server(live, page, caplog):
    page.goto(CHECK)
    page.wait_for_load_state("networkidle")
    groups = live.document["red_flag_groups"]
    requests, before = [], rows_in_the_database()
    page.context.on("request", lambda request: requests.append(request.url))
    with caplog.at_level(logging.DEBUG):
        for yes in range(len(groups)):
            for _ in range(yes):
                answer(page, NONE)
            answer(page, YES)
            card = page.locator(f"#advice-{yes + 1}")
            expect(card).to_be_visible()
            expect(card).to_contain_text(groups[yes]["title"])
            expect(page.locator(".step").filter(visible=True)).to_have_count(1)
            for _ in range(yes + 1):
                page.go_back()
            expect(page.get_by_role("heading", name=groups[0]["title"])).to_be_visible()
        for _ in groups:
            answer(page, NONE)
        expect(page.get_by_role("heading", name="None of these apply to you today")).to_be_visible()
        expect(page.get_by_role("link", name="Lower back exercises")).to_be_visible()
    # The page holds its own icon, which some browsers look at again at each step.
    assert [url for url in requests if not url.startswith("data:image/svg+xml,")] == []
    assert caplog.records == []
    assert rows_in_the_database() == before
    assert page.context.cookies() == []
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0


def test_an_answer_is_not_told_to_the_page_that_it_leads_to(live, page):
    page.goto(CHECK)
    for _ in live.document["red_flag_groups"]:
        answer(page, NONE)
    with page.expect_request("**/exercises/") as asked:
        page.get_by_role("link", name="Lower back exercises").click()
    assert "referer" not in asked.value.all_headers()


def test_numbness_leads_to_whom_to_call_in_one_touch(live, page):
    page.goto(CHECK)
    expect(page.get_by_text("difficulty feeling the toilet paper").first).to_be_in_viewport()
    answer(page, YES)
    call = page.get_by_role("link", name="Call NHS 24 on 111")
    expect(call).to_be_in_viewport()
    assert call.get_attribute("href") == "tel:111"


def test_the_keyboard_and_the_reader_land_on_the_step(live, page):
    page.goto(CHECK)
    page.get_by_role("link", name=f"{NONE} : Cauda Equina Syndrome (CES)").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#step-2")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name=f"{YES} : Symptoms That Are Present After Trauma")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("region", name="What to do about Symptoms That Are Present")).to_be_focused()


def test_paper_and_a_browser_without_styles_or_script_show_all_of_it(live, new_page, problems):
    paper, bare = new_page(), new_page(java_script_enabled=False)
    paper.goto(CHECK)
    paper.emulate_media(media="print")
    bare.route("**/*.css", lambda route: route.abort())
    bare.goto(CHECK)
    for page in (paper, bare):
        for group in live.document["red_flag_groups"]:
            for sign in group["signs"]:
                for shown in page.get_by_text(sign["text"], exact=True).all():
                    expect(shown).to_be_visible()
        expect(page.locator(".step").filter(visible=True)).to_have_count(7)
    problems.clear()  # The style sheet that was kept away.


def test_without_script_the_steps_work(live, new_page):
    page = new_page(java_script_enabled=False)
    page.goto(CHECK)
    answer(page, NONE)
    answer(page, YES)
    expect(page.get_by_text("If symptoms are caused by a traumatic incident").last).to_be_visible()


def test_an_editor_tries_the_check_of_a_draft(draft, editor, new_page, axe):
    page = new_page(viewport={"width": 1280, "height": 900})
    sign_in(page, "editor")
    page.goto(f"/admin/leaflets/leaflet/{draft.pk}/ways/")
    expect(page.get_by_role("cell", name="The way to the exercises")).to_be_visible()
    assert axe(page) == []
    page.get_by_role("link", name="See the check as patients will").click()
    for _ in range(3):
        answer(page, NONE)
    page.get_by_role("link", name="Lower back exercises").click()
    expect(page.get_by_text("Draft: patients cannot see this.")).to_be_visible()
