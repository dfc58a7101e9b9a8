"""A patient finds a leaflet, and finds out whether the one on paper still holds."""

import pytest
from playwright.sync_api import expect

from leaflets import actions
from tests.bench.fill import more_leaflets

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.looks]


@pytest.fixture
def several(live, editor, reviewer):
    """Three live leaflets: the first and those of two other body parts."""
    for leaflet in more_leaflets(2, editor):
        edition = actions.submit(leaflet=leaflet, by=editor, reason="First.")
        actions.publish(edition=edition, by=reviewer, reason="Checked.")
    return live


def test_what_is_typed_leaves_only_the_leaflets_that_hold_it_and_is_sent_nowhere(several, page):
    page.goto("/")
    page.wait_for_load_state("networkidle")
    requests = []
    page.context.on("request", lambda request: requests.append(request.url))
    page.get_by_label("Find a leaflet").fill("PÄRT 1")
    expect(page.get_by_role("listitem").filter(has_text="Self-help")).to_have_count(1)
    expect(page.get_by_role("status")).to_have_text("1 leaflet found")
    page.get_by_label("Find a leaflet").fill("elbow")
    expect(page.get_by_role("status")).to_have_text("0 leaflets found")
    page.get_by_label("Find a leaflet").fill("")
    expect(page.get_by_role("listitem").filter(has_text="Self-help")).to_have_count(3)
    assert [url for url in requests if not url.startswith("data:")] == []
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0


def test_without_script_there_is_no_filter_and_every_leaflet(several, new_page):
    page = new_page(java_script_enabled=False)
    page.goto("/")
    expect(page.get_by_label("Find a leaflet")).to_be_hidden()
    page.get_by_role("link", name="Part 1", exact=True).click()
    expect(page.get_by_role("link", name="Self-help and information – Part 1")).to_be_in_viewport()


def test_the_code_on_paper_leads_to_what_has_changed_and_to_the_leaflet(live, change, editor, reviewer, page):
    newer = actions.submit(leaflet=change("Another title"), by=editor, reason="Changed.")
    actions.publish(edition=newer, by=reviewer, reason="Checked.")
    page.goto(f"/e/{live.code.lower().replace('-', '')}/")
    expect(page.get_by_role("heading", name="this copy is out of date")).to_be_visible()
    expect(page.get_by_role("listitem").filter(has_text="Title changed")).to_be_visible()
    page.get_by_role("link", name="Read the current leaflet").click()
    page.get_by_role("link", name="Is a printed copy current?").click()
    page.get_by_label("Code of the edition").fill(newer.code)
    page.get_by_role("button", name="Look it up").click()
    expect(page.get_by_text("This is the current edition.")).to_be_visible()
