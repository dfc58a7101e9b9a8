"""An auditor finds out what happened, on a phone and at a desk, by keyboard, and prints it."""

import pytest
from playwright.sync_api import expect

from history.accounts import record_account
from leaflets.models import Event
from tests.journeys.steps import sign_in

pytestmark = pytest.mark.django_db(transaction=True)
SIZES = {"phone": {"width": 390, "height": 844}, "desk": {"width": 1280, "height": 900}}


@pytest.mark.looks
@pytest.mark.parametrize("size", SIZES)
def test_the_pages_are_readable_and_accessible(
    withdrawn, auditor, administrator, new_page, axe, problems, size
):
    record_account(auditor, by=administrator, reason="New.")
    page = new_page(viewport=SIZES[size])
    sign_in(page, "auditor")
    paths = [f"events/{event.sequence}/" for event in Event.objects.all()]
    for path in [
        "",
        "?leaflet=lower-back&kind=version&q=cauda",
        "people/",
        "reviews/",
        "accounts/1/",
        *paths,
    ]:
        page.goto(f"/admin/history/{path}")
        assert problems == [], path
        assert axe(page) == [], path
        problems.clear()  # The rules read style sheets in a way of their own, which the policy refuses.
        assert page.evaluate("document.documentElement.scrollWidth") <= SIZES[size]["width"], path


def test_an_auditor_narrows_the_timeline_down_and_opens_an_entry(live, auditor, new_page):
    page = new_page(viewport=SIZES["desk"])
    sign_in(page, "auditor")
    page.get_by_role("link", name="History", exact=True).click()
    expect(page.get_by_role("cell", name="Auditor signed in")).to_be_visible()

    page.get_by_label("Leaflet:").select_option("lower-back")
    page.get_by_role("checkbox", name="Published").check()
    page.get_by_label("Search:").fill("checked")
    page.get_by_label("Search:").press("Enter")
    expect(page.locator(".entries").get_by_role("row")).to_have_count(2)
    expect(page.get_by_role("checkbox", name="Published")).to_be_checked()

    page.get_by_role("link", name="published").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="What the public saw of it")).to_be_visible()
    page.get_by_role("link", name="See it as the public did").click()
    expect(page.get_by_role("heading", name="Cauda Equina Syndrome")).to_be_visible()


def test_a_filter_that_cannot_be_is_told_and_accessible(live, auditor, new_page, axe, problems):
    page = new_page()
    sign_in(page, "auditor")
    page.goto("/admin/history/?since=Tuesday&leaflet=nothing")
    expect(page.get_by_label("From:")).to_have_value("Tuesday")
    expect(page.get_by_label("Leaflet:")).to_have_value("nothing")
    assert axe(page) == []
    problems.clear()  # The browser notes the 400 that was asked for.


def test_on_paper_stands_the_answer_and_no_way_to_anywhere(live, auditor, new_page):
    page = new_page(viewport=SIZES["desk"])
    sign_in(page, "auditor")
    page.goto("/admin/history/")
    page.emulate_media(media="print")
    for gone in (".filters", "#header", ".breadcrumbs", "nav.actions-row", "#nav-sidebar"):
        expect(page.locator(gone).first).to_be_hidden()
    expect(page.locator("table.entries")).to_be_visible()
    assert page.locator(".entries tr").last.evaluate("row => getComputedStyle(row).breakInside") == "avoid"
