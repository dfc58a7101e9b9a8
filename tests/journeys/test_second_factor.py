"""A Reviewer sets up the second factor with a phone beside the screen, signs in with it, and publishes."""

import pytest
from playwright.sync_api import expect

from leaflets.door import factor
from tests.door.conftest import Phone, code_from

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.looks]


@pytest.fixture
def password(page):
    """Give the Reviewer's password on a page of one's own: password(page)."""

    def password(page):
        page.goto("/admin/")
        page.get_by_label("Username").fill("reviewer")
        page.get_by_label("Password").fill("demo-password")
        page.get_by_role("button", name="Log in").click()

    return password


def fits(page, axe):
    """Whether the page keeps the accessibility rules and is no wider than a phone or a desk."""
    wrong = []
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 900})
        wrong += axe(page)
        wrong += (
            [f"{page.evaluate('document.documentElement.scrollWidth')} wide"]
            if page.evaluate(f"document.documentElement.scrollWidth > {width}")
            else []
        )
    return wrong


def test_a_reviewer_sets_it_up_and_signs_in_with_it(
    live_server, submitted, reviewer, settings, page, password, axe, problems
):
    settings.SECOND_FACTOR = True
    password(page)
    expect(page.get_by_role("heading", name="Set up the second factor")).to_be_visible()
    expect(page.get_by_alt_text("QR code")).to_be_visible()
    assert fits(page, axe) == []
    key = page.locator("code.key").inner_text()
    from base64 import b32decode

    page.get_by_label("Code").fill(code_from(b32decode(key.replace(" ", "")).hex()))
    page.get_by_role("button", name="Set it up").click()
    expect(page.locator(".recovery li")).to_have_count(factor.RECOVERY_CODES)
    assert fits(page, axe) == []
    recovery = page.locator(".recovery code").first.inner_text()
    page.get_by_role("link", name="I have kept them").click()
    expect(page.get_by_role("heading", name="Waiting for your review")).to_be_visible()
    page.get_by_role("button", name="Log out").click()
    password(page)
    expect(page.get_by_role("heading", name="Second factor: a code")).to_be_visible()
    page.get_by_label("Code").fill("1")
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_text("This code is not right")).to_be_visible()
    assert fits(page, axe) == []
    page.get_by_label("Code").fill(recovery)
    page.wait_for_timeout(1100)
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("button", name="Log out")).to_be_visible()
    page.goto("/admin/second_factor/")
    expect(page.get_by_text("You have 9 recovery codes left.")).to_be_visible()
    assert fits(page, axe) == []
    problems.clear()


def test_what_was_typed_stays_when_a_code_is_asked_for_before_publishing(
    live_server, submitted, reviewer, settings, new_page, password
):
    settings.SECOND_FACTOR = True
    settings.PROOF_MINUTES = 1 / 60
    phone = Phone(reviewer)
    page = new_page(java_script_enabled=False)
    password(page)
    page.get_by_label("Code").fill(phone.code)
    page.get_by_role("button", name="Continue").click()
    page.goto(f"/admin/leaflets/edition/{submitted.pk}/decide/published/")
    page.wait_for_timeout(1100)
    page.get_by_label("Reason").fill("Checked against the guideline.")
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_text("nothing that you typed is lost")).to_be_visible()
    expect(page.get_by_label("Reason")).to_have_value("Checked against the guideline.")
    page.get_by_label("Code").fill(phone.code)
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_text("Edition 1: published")).to_be_visible()
