"""A patient whose language is Welsh or Arabic, on a phone and on a desk."""

import json

import pytest
from playwright.sync_api import expect

from leaflets import actions, loading, rules
from tests.journeys.test_patient_offline import KEPT, wait_until
from tests.leaflets.test_wording import written_in
from tests.universe import CONTENT, LOWER_BACK

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.looks]
WIDTHS = [390, 1280]
LETTERS = {"cy": "Llŷn", "ar": "ألم"}
ENDS = ["", "check/", "exercises/"]


@pytest.fixture
def publish(editor, reviewer):
    def publish(document):
        leaflet, _ = loading.load(document, CONTENT / "media", by=editor, reason="Loaded.")
        edition = actions.submit(leaflet=leaflet, by=editor, reason="New.")
        reasons = [(change.id, "Right.") for change in rules.to_acknowledge(edition)]
        return actions.publish(edition=edition, by=reviewer, reason="Checked.", acknowledged=reasons)

    return publish


@pytest.fixture
def translated(live, publish):
    """The first leaflet in Welsh and Arabic, all its texts in one word; and its own red flags changed since."""
    for tag, word in LETTERS.items():
        document = {**written_in(tag, word), "slug": f"cefn-{tag}"}
        group = document["red_flag_groups"][0]
        group |= {"links": [], "notes": [word], "key": f"group-{tag}"}
        group["contacts"][0] |= {"key": f"contact-{tag}", "phone": "0131 496 0000"}
        document["red_flag_groups"] = [group]
        document["exercises"]["programmes"] = document["exercises"]["programmes"][:1]
        publish(_with_own_keys(document, tag))
    document = json.loads(LOWER_BACK.read_text())
    document["red_flag_groups"][0]["signs"].append({"text": "A sign that is new.", "parts": []})
    return publish(document)


def _with_own_keys(document, tag):
    [programme] = document["exercises"]["programmes"]
    programme["key"] += f"-{tag}"
    for video in programme["videos"]:
        video["key"] += f"-{tag}"
    for contact in document["red_flag_groups"][0]["contacts"]:
        contact["key"] = f"{contact['key'][:20]}-{tag}"
    return document


@pytest.mark.parametrize("width", WIDTHS)
def test_pages_in_welsh_and_arabic_are_accessible_and_fit(translated, new_page, axe, width):
    page = new_page(viewport={"width": width, "height": 844})
    for tag in LETTERS:
        for end in ENDS:
            page.goto(f"/cefn-{tag}/{end}")
            expect(page.locator(".behind")).to_have_count(2)
            assert axe(page) == [], (tag, end)
            assert page.evaluate("document.documentElement.scrollWidth") <= width, (tag, end)


def test_arabic_runs_from_the_right_and_its_numbers_from_the_left(translated, page):
    page.goto("/cefn-ar/")
    middle = 390 / 2
    for part in (".nhsuk-card--care__arrow", ".nhsuk-action-link .nhsuk-icon", ".languages strong"):
        box = page.locator(part).first.bounding_box()
        assert box["x"] > middle, part
    # Where its digits stand: 0131 before 496 before 0000.
    places = page.locator(".number bdi").first.evaluate(
        """bdi => [0, 5, 9].map(start => {
            const range = document.createRange();
            range.setStart(bdi.firstChild, start);
            range.setEnd(bdi.firstChild, start + 1);
            return range.getBoundingClientRect().x;
        })"""
    )
    assert places == sorted(places)
    bar = page.locator(".nhsuk-inset-text").first
    assert bar.evaluate("bar => getComputedStyle(bar).borderRightWidth") == "8px"
    assert bar.evaluate("bar => getComputedStyle(bar).borderLeftWidth") == "0px"


def test_from_one_language_to_another_and_from_the_notice_to_the_source(translated, page):
    page.goto("/cefn-ar/check/")
    page.get_by_role("navigation", name="اللغات").get_by_role("link", name="Cymraeg").click()
    expect(page).to_have_url("/cefn-cy/check/")
    expect(page.locator("html")).to_have_attribute("lang", "cy")
    page.get_by_role("link", name="Darllen y daflen gyfredol (Saesneg)").click()
    expect(page).to_have_url("/lower-back/")
    expect(page.get_by_text("A sign that is new.")).to_be_visible()


def test_without_a_signal_the_age_of_a_page_is_told_in_its_language(translated, page, problems):
    page.goto("/cefn-ar/")
    wait_until(page, f"{KEPT}.some((path) => path.endsWith('.css'))")
    page.context.set_offline(True)
    page.goto("/cefn-ar/check/")
    expect(page.locator(".preview[lang=ar]")).to_contain_text("حُفظت هذه الصفحة في")
    expect(page.locator(".preview")).to_contain_text("20")
    page.context.set_offline(False)
    problems.clear()  # The browser notes that it could not reach the site.
