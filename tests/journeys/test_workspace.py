"""From the desk through the workspace to what patients read: an editor corrects a sign, and a reviewer publishes it."""

import re
import time

import pytest
from django.db import transaction
from playwright.sync_api import expect

from leaflets import actions
from tests.journeys.steps import sign_in
from tests.leaflets.test_loading import whole
from tests.leaflets.test_problems_shown import load
from tests.leaflets.written import written
from triage.models import RedFlagGroup

pytestmark = pytest.mark.django_db(transaction=True)
DESKTOP = {"viewport": {"width": 1280, "height": 900}}
PLAINER = "Numbness between your legs, e.g. difficulty feeling the toilet paper when you wipe."
THREE_MINUTES = 180
# Where each element of a page stands, but for the links to forms.
PLACES = """() => [...document.querySelectorAll("body *:not(.edit):not(.edit *)")].map((element) => {
    const { x, y, width, height } = element.getBoundingClientRect();
    return [element.tagName, x, y, width, height];
})"""


class Hand:
    """Clicks, and counts."""

    def __init__(self):
        self.clicks, self.begun = 0, time.monotonic()

    def click(self, target):
        self.clicks += 1
        target.click()

    def seconds(self):
        return time.monotonic() - self.begun


def frame_of(page):
    return page.frame_locator("iframe")


def workspace(leaflet, **chosen):
    query = "&".join(f"{name}={value}" for name, value in chosen.items())
    return f"/admin/leaflets/leaflet/{leaflet.pk}/workspace/?{query}"


def test_an_editor_corrects_a_sign_and_a_reviewer_publishes_it(live, reviewer, new_page, capsys):
    # Given a live leaflet with a sign that could be plainer, and an editor at the desk
    page = new_page(**DESKTOP)
    sign_in(page, "editor")
    expect(page.get_by_text("All that you changed is published, or waits for review.")).to_be_visible()
    hand = Hand()

    # When the editor finds the leaflet
    page.get_by_label("Find a leaflet").fill("back")
    hand.click(page.get_by_role("button", name="Find"))
    hand.click(page.get_by_role("link", name="Self-help and information – Lower Back"))
    expect(page.get_by_text("The draft is the same as edition 1.")).to_be_visible()

    # and presses the link beside the sign, corrects it and saves
    hand.click(frame_of(page).get_by_role("link", name="Edit red flags of “Cauda Equina Syndrome (CES)”"))
    page.locator("#id_signs-1-text").fill(PLAINER)
    page.get_by_label("Reason").fill("Plainer words.")
    hand.click(page.get_by_role("button", name="Save"))

    # then the workspace shows it as the patient will see it, where the editor left off
    expect(page.get_by_text("was changed successfully")).to_be_visible()
    expect(frame_of(page).get_by_text(PLAINER)).to_be_in_viewport()
    expect(page.get_by_text("The draft differs in 1 place from what patients see")).to_be_visible()

    # When the editor submits it
    hand.click(page.get_by_role("link", name="Submit for review"))
    page.get_by_label("Reason").fill("Plainer words for the second sign.")
    hand.click(page.get_by_role("button", name="Submit for review"))

    # then it waits for the reviewer
    expect(page.get_by_text("edition 2: submitted.")).to_be_visible()
    expect(page.get_by_text("Who may publish edition 2: Reviewer.")).to_be_visible()
    corrected = hand.clicks, hand.seconds()

    # When the reviewer finds it on the desk, sees what changed and publishes it
    page = new_page(**DESKTOP)
    sign_in(page, "reviewer")
    hand = Hand()
    waiting = page.locator(".waiting", has_text="Waiting for your review")
    hand.click(waiting.get_by_role("link", name="edition 2"))
    expect(page.get_by_text("Red flag of “Cauda Equina Syndrome (CES)” reworded")).to_be_visible()
    hand.click(page.get_by_role("link", name="Publish"))
    page.get_by_label("Reason").fill("Checked against the CES pathway.")
    page.get_by_label("Red flag of “Cauda Equina Syndrome (CES)” reworded").fill("Same sign, plainer.")
    hand.click(page.get_by_role("button", name="Publish"))

    # then it is live
    expect(page.get_by_text("edition 2: published.")).to_be_visible()
    assert corrected[0] <= 8
    assert corrected[1] < THREE_MINUTES
    assert hand.clicks <= 4
    with capsys.disabled():
        print(f"\nCorrected and submitted: {corrected[0]} clicks, {corrected[1]:.1f} s in the browser.")
        print(f"Found and published: {hand.clicks} clicks, {hand.seconds():.1f} s in the browser.")


def test_what_was_returned_is_mended_from_the_desk(returned, new_page):
    page = new_page()
    sign_in(page, "editor")
    back = page.locator(".waiting", has_text="Returned to you")
    expect(back).to_contain_text("The number is missing.")
    back.get_by_role("link", name="edition 1").click()
    expect(page.get_by_text("Edition 1 was returned on")).to_be_visible()
    frame_of(page).get_by_role("link", name="Edit contact “Your GP”").first.click()
    page.get_by_label("Telephone number").fill("0131 496 0000")
    page.get_by_label("Reason").fill("The number.")
    page.get_by_role("button", name="Save").click()
    expect(frame_of(page).get_by_role("link", name="Call Your GP on 0131 496 0000").first).to_be_visible()


def test_page_and_width_are_switched_without_script(draft, new_page):
    page = new_page(**DESKTOP, java_script_enabled=False)
    sign_in(page, "editor")
    page.goto(workspace(draft))
    frame = page.locator("iframe")
    assert frame.bounding_box()["width"] == pytest.approx(392)
    page.get_by_role("link", name="Desktop").click()
    expect(page.get_by_role("link", name="Desktop")).to_have_attribute("aria-current", "true")
    assert frame.bounding_box()["width"] == pytest.approx(1026)
    frame_of(page).get_by_role("link", name=re.compile("^Lower back exercises", re.I)).last.click()
    expect(page).to_have_url(re.compile("page=exercises&width=desktop"))
    expect(frame_of(page).get_by_role("heading", level=1)).to_contain_text("exercises", ignore_case=True)


def test_it_works_with_the_keyboard_alone(draft, new_page):
    page = new_page(**DESKTOP)
    sign_in(page, "editor")
    page.goto(workspace(draft))
    page.get_by_role("link", name="Without frame and links").focus()
    page.keyboard.press("Tab")
    expect(page.get_by_role("region", name="The frame")).to_be_focused()
    page.keyboard.press("Tab")
    expect(frame_of(page).get_by_role("link", name="Skip to main content")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    title = frame_of(page).get_by_role("link", name="Edit title")
    expect(title).to_be_focused()
    expect(title.locator("span")).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Back to the workspace")).to_be_visible()
    page.get_by_role("link", name="Back to the workspace").press("Enter")
    expect(title).to_be_visible()


@pytest.mark.parametrize("width", [390, 1280])
def test_the_links_to_forms_move_nothing(editor, new_page, axe, width):
    leaflet = load(whole(), editor)
    page = new_page(viewport={"width": width, "height": 900})
    sign_in(page, "editor")
    for name in ("leaflet", "exercises"):
        page.goto(f"/admin/leaflets/leaflet/{leaflet.pk}/workspace/{name}/")
        expect(page.get_by_role("link", name="Edit").first).to_be_visible()
        assert axe(page) == [], name
        with_links = page.evaluate(PLACES)
        page.evaluate(
            "document.querySelectorAll('.edit, link[href*=\"edit.css\"]').forEach((each) => each.remove())"
        )
        assert page.evaluate(PLACES) == with_links, name


@pytest.fixture
def busy(live, editor, reviewer, both):
    """Three leaflets: one whose edition came back, a draft that lacks much, one that waits and contradicts another."""
    group = RedFlagGroup.objects.get(key="cauda-equina-syndrome")
    group.lead += " Do."
    with transaction.atomic():
        group.save()
        group.record(by=both, reason="Plainer.")
    edition = actions.submit(leaflet=live.leaflet, by=editor, reason="Plainer.")
    actions.return_to_editor(edition=edition, by=reviewer, reason="Who to contact at night?")
    neck = load(written("neck"), editor)
    actions.submit(leaflet=neck, by=editor, reason="New.")
    return [edition.leaflet, load(whole(), editor), neck]


def look(page, path, width, axe):
    page.goto(path)
    assert axe(page) == [], path
    assert page.evaluate("document.documentElement.scrollWidth") <= width, path


@pytest.mark.looks
@pytest.mark.parametrize("who", ["editor", "reviewer", "auditor", "administrator", "both"])
def test_desk_and_workspace_keep_the_accessibility_rules_and_fit(busy, request, new_page, axe, who):
    request.getfixturevalue(who)
    page = new_page()
    sign_in(page, who)
    for width in (390, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        look(page, workspace(busy[0] if who == "editor" else busy[2]), width, axe)
        look(page, "/admin/", width, axe)


def test_on_a_tablet_and_with_the_wide_frame_they_fit_too(busy, new_page, axe):
    page = new_page()
    sign_in(page, "editor")
    for width in (390, 820):
        page.set_viewport_size({"width": width, "height": 1100})
        look(page, workspace(busy[1], page="exercises", width="desktop"), width, axe)
        look(page, "/admin/history/problems/", width, axe)


def test_whoever_comes_from_a_block_sees_at_once_why_a_save_is_refused(live, editor, new_page):
    page = new_page(viewport={"width": 1280, "height": 900})
    sign_in(page, "editor")
    page.goto(f"/admin/leaflets/leaflet/{live.leaflet_id}/workspace/")
    frame = page.frame_locator("iframe")
    frame.get_by_role("link", name="Edit red flags of “Cauda Equina Syndrome (CES)”").first.click()
    page.locator("#id_signs-1-text").fill("You cannot feel when you wipe your bottom.")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Reason: Say in a sentence what you changed and why")).to_be_in_viewport()
    expect(page.locator("#id_signs-1-text")).to_have_value("You cannot feel when you wipe your bottom.")
