"""From a corrected sign to what the patient reads, in a real browser."""

import pytest
from django.db import transaction
from django.utils import timezone
from playwright.sync_api import expect

from leaflets import actions
from tests.journeys.steps import sign_in
from triage.models import RedFlagGroup

pytestmark = pytest.mark.django_db(transaction=True)
DESKTOP = {"viewport": {"width": 1280, "height": 900}}
PLAINER = "Numbness between your legs, e.g. difficulty feeling the toilet paper when you wipe."


def test_a_corrected_sign_reaches_the_patient(live, new_page):
    # Given a live leaflet with a sign that could be plainer
    patient = new_page()
    patient.goto("/lower-back/")
    expect(patient.get_by_text(PLAINER)).not_to_be_visible()

    # When an editor corrects the sign
    editor = new_page(**DESKTOP)
    sign_in(editor, "editor")
    editor.get_by_role("link", name="Red-flag groups").first.click()
    editor.get_by_role("link", name="Cauda Equina Syndrome (CES)").click()
    editor.locator("#id_signs-1-text").fill(PLAINER)
    editor.get_by_label("Reason").fill("Plainer words.")
    editor.get_by_role("button", name="Save").click()

    # and looks at the draft as the patient will see it
    editor.get_by_role("link", name="see the draft as patients will").click()
    expect(editor.get_by_text("Draft: patients cannot see this.")).to_be_visible()
    expect(editor.get_by_text(PLAINER)).to_be_visible()
    editor.go_back()

    # and submits it
    editor.get_by_role("link", name="submit it for review").click()
    editor.get_by_label("Reason").fill("Plainer words for the second sign.")
    editor.get_by_role("button", name="Submit for review").click()
    expect(editor.get_by_text("edition 2: submitted.")).to_be_visible()

    # then the editor has no button to publish it
    editor.get_by_role("link", name="Edition 2 and what it changes").click()
    expect(
        editor.get_by_text("You submitted this edition, so somebody else must publish it.")
    ).to_be_visible()
    expect(editor.get_by_role("link", name="Publish")).to_have_count(0)

    # and the patient still reads edition 1
    patient.reload()
    expect(patient.get_by_text(PLAINER)).not_to_be_visible()

    # When a reviewer finds it on the desk, looks and publishes it
    reviewer = new_page(**DESKTOP)
    sign_in(reviewer, "reviewer")
    reviewer.get_by_role("link", name="edition 2").click()
    reviewer.get_by_role("link", name="See it as patients will").click()
    expect(reviewer.get_by_text(PLAINER)).to_be_visible()
    reviewer.go_back()
    expect(reviewer.get_by_text("Red flag of “Cauda Equina Syndrome (CES)” reworded")).to_be_visible()
    reviewer.get_by_role("link", name="Publish").click()
    reviewer.get_by_label("Reason").fill("Checked against the CES pathway.")
    reviewer.get_by_label("Red flag of “Cauda Equina Syndrome (CES)” reworded").fill("Same sign, plainer.")
    reviewer.get_by_role("button", name="Publish").click()
    expect(reviewer.get_by_text("edition 2: published.")).to_be_visible()

    # Then the patient reads it
    patient.reload()
    expect(patient.get_by_text(PLAINER)).to_be_visible()
    expect(patient.get_by_text("Edition 2")).to_be_visible()


def test_a_returned_edition_goes_back_with_its_reason(submitted, reviewer, new_page):
    page = new_page(**DESKTOP)
    sign_in(page, "reviewer")
    page.get_by_role("link", name="edition 1").click()
    page.get_by_role("link", name="Return to the editor").click()
    page.get_by_label("Reason").fill("Who to contact at night?")
    page.get_by_role("button", name="Return to the editor").click()

    editor = new_page(**DESKTOP)
    sign_in(editor, "editor")
    editor.get_by_role("link", name="Leaflets", exact=True).last.click()
    editor.get_by_role("link", name="Self-help and information").click()
    expect(editor.get_by_text("Edition 1 was returned on")).to_be_visible()
    expect(editor.get_by_text("Who to contact at night?")).to_be_visible()


def test_a_withdrawn_leaflet_is_gone_at_once_and_says_who_to_contact(live, new_page, problems):
    patient = new_page()
    patient.goto("/lower-back/")

    reviewer = new_page(**DESKTOP)
    sign_in(reviewer, "reviewer")
    reviewer.get_by_role("link", name="Editions", exact=True).last.click()
    reviewer.get_by_role("link", name="edition 1").click()
    reviewer.get_by_role("link", name="Withdraw").click()
    reviewer.get_by_label("Reason").fill("The number has changed.")
    reviewer.get_by_role("button", name="Withdraw").click()

    patient.reload()
    expect(patient.get_by_text("this leaflet has been withdrawn")).to_be_visible()
    assert patient.get_by_role("link", name="Call NHS 24 on 111").get_attribute("href") == "tel:111"
    problems.clear()  # The browser notes the 410 that was asked for.


def test_in_an_emergency_a_new_red_flag_is_published_in_three_clicks(live, editor, reviewer, new_page):
    # Given an editor who added a red flag and submitted it
    group = RedFlagGroup.objects.get(key="cauda-equina-syndrome")
    with transaction.atomic():
        group.signs.create(text="You cannot feel when you pass urine.")
        group.record(by=editor, reason="Reported by the clinic.")
    actions.submit(leaflet=live.leaflet, by=editor, reason="Reported by the clinic.")

    # When a reviewer opens the desk
    page = new_page(**DESKTOP)
    sign_in(page, "reviewer")
    page.get_by_role("link", name="edition 2").click()
    page.get_by_role("link", name="Publish").click()
    page.get_by_label("Reason").fill("Checked by telephone.")
    page.get_by_role("button", name="Publish").click()

    # Then patients see it
    expect(page.get_by_text("edition 2: published.")).to_be_visible()
    patient = new_page()
    patient.goto("/lower-back/")
    expect(patient.get_by_text("You cannot feel when you pass urine.")).to_be_visible()


@pytest.mark.looks
def test_the_pages_of_decisions_are_accessible(live, editor, reviewer, new_page, axe):
    group = RedFlagGroup.objects.get(key="cauda-equina-syndrome")
    group.signs.first().delete()
    group.record(by=editor, reason="One fewer.")
    newer = actions.submit(leaflet=live.leaflet, by=editor, reason="One fewer.")
    page = new_page(**DESKTOP)
    sign_in(page, "reviewer")
    for edition, kind in ((newer, "published"), (newer, "returned"), (live, "withdrawn"), (live, "reviewed")):
        page.goto(f"/admin/leaflets/edition/{edition.pk}/decide/{kind}/")
        assert axe(page) == [], kind
    page.goto(f"/admin/history/as-at/lower-back/?at={timezone.now().isoformat().replace('+', '%2B')}")
    assert axe(page) == []
