"""The pages that compare, on a phone and on a desktop, for every eye and ear."""

import re

import pytest
from django.db import transaction
from playwright.sync_api import expect

from leaflets import actions
from leaflets.models import Section
from tests.journeys.steps import sign_in
from triage.models import ContactRoute, RedFlag, RedFlagGroup

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.looks]
WIDTHS = [390, 1280]


@pytest.fixture
def places(live, editor, auditor):
    """The addresses of the pages, with much in them to show."""
    group = RedFlagGroup.objects.get(key="lower-back-no-trauma")
    with transaction.atomic():
        group.signs.filter(text="Night sweats").delete()
        RedFlag.objects.create(group=group, text="Numbness between the legs", parts="at night\nby day")
        group.record(by=editor, reason="Agreed with the spinal team.")
    body = (
        '<p>Warm.</p><ul class="dont"><li>use ice</li></ul><table><tr><th scope="col">Day</th></tr></table>'
    )
    Section.objects.create(leaflet=live.leaflet, heading="Heat", body=body)
    actions.submit(leaflet=live.leaflet, by=editor, reason="Second.")
    route = ContactRoute.objects.create(key="helpline", name="Helpline")
    route.record(by=editor, reason="")
    number = route.pk
    route.delete(by=editor, reason="Closed.")
    return {
        "compare": "/admin/history/compare/lower-back/",
        "refused": "/admin/history/compare/lower-back/?before=9",
        "versions": f"/admin/history/versions/redflaggroup/{group.pk}/",
        "version": f"/admin/history/versions/redflaggroup/{group.pk}/2/",
        "leaflet": f"/admin/history/versions/leaflet/{live.leaflet_id}/2/",
        "deleted": f"/admin/history/versions/contactroute/{number}/2/",
        "edition": f"/admin/leaflets/edition/{live.pk}/change/",
    }


@pytest.mark.parametrize("width", WIDTHS)
def test_they_keep_the_accessibility_rules_and_fit(places, new_page, axe, problems, width):
    page = new_page(viewport={"width": width, "height": 900})
    sign_in(page, "auditor")
    for name, path in places.items():
        page.goto(path)
        assert axe(page) == [], name
        assert page.evaluate("document.documentElement.scrollWidth") <= width, name
    assert [problem for problem in problems if "400" not in problem] == []
    problems.clear()  # The browser logs the answer 400 to a question that was wrong on purpose.


def test_an_auditor_finds_who_removed_a_red_flag_and_why(places, page):
    sign_in(page, "auditor")
    page.goto(places["compare"])
    row = page.get_by_role("row").filter(has_text="Night sweats")
    assert row.get_by_role("cell").all_inner_texts()[:2] == [
        "May lower safety",
        "Red flag of “Symptoms Where No Trauma Was Involved” removed",
    ]
    # Told to the ear as well as to the eye.
    assert "[removed: Night sweats ]" in row.aria_snapshot()
    assert row.locator("del").evaluate("del => getComputedStyle(del).textDecorationLine") == "line-through"

    group = RedFlagGroup.objects.get(key="lower-back-no-trauma")
    page.goto(f"/admin/triage/redflaggroup/{group.pk}/change/")
    page.get_by_role("link", name="History").click()
    page.get_by_role("link", name="Version 2").click()
    expect(page.get_by_text("by Editor (Editor)")).to_be_visible()
    expect(page.get_by_text("Agreed with the spinal team.")).to_be_visible()
    page.get_by_label("Compare with version").fill("1")
    page.get_by_role("button", name="Compare").click()
    expect(
        page.get_by_role("heading", name="What changed since version 1, the riskiest first")
    ).to_be_visible()


def test_on_paper_stands_what_the_page_says_and_no_buttons(places, page):
    sign_in(page, "auditor")
    page.emulate_media(media="print")
    page.goto(places["compare"])
    expect(page.get_by_text("Before: Edition 1, live since")).to_be_visible()
    expect(page.get_by_role("cell", name="May lower safety").first).to_be_visible()
    for part in ("#nav-sidebar", "#header", ".breadcrumbs", ".actions-row", "select"):
        expect(page.locator(part).first, part).not_to_be_visible()


def test_two_editions_are_chosen_with_the_keyboard(places, page):
    sign_in(page, "auditor")
    page.goto(places["compare"])
    page.get_by_label("Before").focus()
    page.keyboard.press("End")
    page.keyboard.press("Tab")
    page.keyboard.type("Edition 2")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Compare").click()
    expect(page).to_have_url(re.compile(r"\?before=1&after=2$"))
    expect(page.get_by_text("After: Edition 2, submitted")).to_be_visible()
