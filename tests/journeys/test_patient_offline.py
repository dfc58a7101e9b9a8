"""A patient reads a leaflet that was opened before, where there is no signal."""

import re

import pytest
from django.db import transaction
from playwright.sync_api import expect

from leaflets import actions

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.looks]
NO_SIGNAL = "No signal. This page was kept on"
KEPT = "(await (await caches.open('leaflets')).keys()).map((each) => new URL(each.url).pathname)"
TITLE = "(await (await caches.match('/lower-back/exercises/')).text()).includes('Another title')"


def wait_until(page, condition):
    """Wait until a condition that must itself be waited for holds in the page."""
    page.evaluate(f"async () => {{ while (!({condition})) await new Promise((go) => setTimeout(go, 50)); }}")


@pytest.fixture
def kept(live, page):
    """A phone on which the leaflet was opened once."""
    page.goto("/lower-back/")
    wait_until(page, f"{KEPT}.some((path) => path.endsWith('.css'))")
    return page


@pytest.fixture
def without_signal(kept, problems):
    kept.context.set_offline(True)
    yield kept
    kept.context.set_offline(False)
    problems.clear()  # The browser notes that it could not reach the site.


def test_a_leaflet_its_check_and_exercises_are_read_without_a_signal(without_signal):
    page = without_signal
    page.goto("/lower-back/")
    expect(page.get_by_text(NO_SIGNAL)).to_be_visible()
    expect(page.get_by_role("link", name="Call NHS 24 on 111")).to_be_visible()
    assert (
        page.get_by_role("link", name="Call NHS 24 on 111").evaluate("a => getComputedStyle(a).borderRadius")
        != "0px"
    )
    page.get_by_role("link", name="Check for red flags").click()
    page.get_by_role("link", name="Yes, or I am not sure").click()
    expect(page.get_by_role("link", name="Call NHS 24 on 111")).to_be_visible()
    page.goto("/lower-back/exercises/")
    expect(page.get_by_role("heading", name="Beginner lower back exercises")).to_be_visible()


def test_what_is_kept_is_all_pages_of_the_leaflet_and_its_styles_and_nothing_else(kept):
    paths = kept.evaluate(f"async () => {KEPT}")
    pages = ["/lower-back/", "/lower-back/check/", "/lower-back/exercises/"]
    assert sorted(path for path in paths if not path.endswith(".css")) == pages
    assert len(paths) == 4


def test_while_there_is_a_signal_a_replaced_leaflet_is_never_shown(kept, change, editor, reviewer):
    newer = actions.submit(leaflet=change("Another title"), by=editor, reason="Changed.")
    actions.publish(edition=newer, by=reviewer, reason="Checked.")
    kept.goto("/lower-back/")
    expect(kept.get_by_role("heading", name="Another title")).to_be_visible()
    expect(kept.get_by_text(NO_SIGNAL)).to_have_count(0)


def test_what_was_withdrawn_is_forgotten_as_soon_as_there_is_a_signal(kept, live, reviewer, problems):
    actions.withdraw(edition=live, by=reviewer, reason="Wrong.")
    kept.goto("/lower-back/exercises/")
    expect(kept.get_by_role("heading", name="this leaflet has been withdrawn")).to_be_visible()
    wait_until(kept, f"!{KEPT}.includes('/lower-back/')")
    problems.clear()  # The browser notes the 410.


def test_what_was_kept_under_an_old_address_is_forgotten_when_it_leads_on(
    kept, draft, editor, reviewer, problems
):
    draft.slug = "back"
    with transaction.atomic():
        draft.save()
        draft.record(by=editor, reason="Another address.")
    newer = actions.submit(leaflet=draft, by=editor, reason="Another address.")
    actions.publish(edition=newer, by=reviewer, reason="Checked.")
    kept.goto("/lower-back/check/")
    expect(kept).to_have_url(re.compile("/back/check/$"))
    wait_until(kept, f"{KEPT}.includes('/back/exercises/')")
    wait_until(kept, f"!{KEPT}.some((path) => path.startsWith('/lower-back/'))")
    kept.context.set_offline(True)
    kept.goto("/back/")
    expect(kept.get_by_text(NO_SIGNAL)).to_be_visible()
    kept.context.set_offline(False)
    problems.clear()


def test_a_newer_edition_takes_the_place_of_the_kept_one(kept, change, editor, reviewer, problems):
    newer = actions.submit(leaflet=change("Another title"), by=editor, reason="Changed.")
    actions.publish(edition=newer, by=reviewer, reason="Checked.")
    kept.goto("/lower-back/check/")
    wait_until(kept, TITLE)
    kept.context.set_offline(True)
    kept.goto("/lower-back/")
    expect(kept.get_by_role("heading", name="Another title")).to_be_visible()
    kept.context.set_offline(False)
    problems.clear()


def test_a_reader_lets_the_browser_forget(kept):
    kept.goto("/privacy/")
    kept.get_by_role("link", name="Let my browser forget").click()
    expect(kept.get_by_role("heading", name="asked to forget")).to_be_visible()
    wait_until(kept, "(await caches.keys()).length === 0")


def test_the_admin_is_never_kept_nor_answered_from_what_is(without_signal):
    page = without_signal
    with pytest.raises(Exception, match="ERR_INTERNET_DISCONNECTED"):
        page.goto("/admin/")
