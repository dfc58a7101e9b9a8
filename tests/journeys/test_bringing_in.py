"""An editor brings in the first leaflet, from the words as they were given to the draft."""

import time
from pathlib import Path

import pytest
from playwright.sync_api import expect

from leaflets.models import Leaflet
from tests.journeys.steps import sign_in

pytestmark = pytest.mark.django_db(transaction=True)
SEED = Path(__file__).parents[1] / "leaflets" / "seed-lower-back.txt"
FIVE_MINUTES = 300


def look(page, axe, width):
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("width", [390, 1280])
def test_from_paste_to_draft_in_a_few_clicks(editor, new_page, axe, width):
    page = new_page(viewport={"width": width, "height": 900})
    sign_in(page, "editor")
    clicks, begun = 0, time.monotonic()

    def click(target):
        nonlocal clicks
        clicks += 1
        target.click()

    page.goto("/admin/leaflets/leaflet/")
    click(page.get_by_role("link", name="Bring in a leaflet"))
    look(page, axe, width)
    page.get_by_label("Paste it here").fill(SEED.read_text())
    click(page.get_by_role("button", name="See what is recognised"))
    look(page, axe, width)
    expect(page.get_by_label("Title")).to_have_value("Self-help and information – Lower Back")
    expect(page.get_by_label("Part 6 is", exact=True)).to_have_value("group")
    page.get_by_label("Address").fill("lower-back")
    page.get_by_label("Body part").fill("Lower Back")
    click(page.get_by_role("button", name="Make the draft"))

    expect(page.get_by_text("was brought in from pasted text")).to_be_visible()
    expect(
        page.get_by_text("Red-flag group “Cauda Equina Syndrome (CES)”: choose an urgency.")
    ).to_be_visible()
    assert clicks == 3
    assert time.monotonic() - begun < FIVE_MINUTES
    assert Leaflet.objects.get().group_places.count() == 3


def test_a_wrong_choice_is_told_and_nothing_typed_is_lost(editor, new_page, axe, problems):
    page = new_page()
    sign_in(page, "editor")
    page.goto("/admin/leaflets/leaflet/import/")
    page.get_by_label("Paste it here").fill("Knee\n\nCall 999 if it is numb.\n")
    page.get_by_role("button", name="See what is recognised").click()
    page.get_by_label("Part 2 is", exact=True).select_option("Warning")
    page.get_by_label("Address").fill("knee")
    page.get_by_label("Body part").fill("Knee")
    page.get_by_role("button", name="Make the draft").click()

    expect(page.get_by_role("alert")).to_contain_text("Part 2: “Warning” belongs to a red-flag group")
    expect(page.get_by_label("Address")).to_have_value("knee")
    expect(page.get_by_label("Part 2 is", exact=True)).to_have_value("warning")
    look(page, axe, 390)
    page.get_by_role("button", name="Back to the source").click()
    expect(page.get_by_label("Paste it here")).to_have_value("Knee\n\nCall 999 if it is numb.\n")
    assert all("400" in problem for problem in problems)
    problems.clear()  # The browser notes the 400 that was asked for.
