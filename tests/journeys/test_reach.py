"""Whoever reads, on whatever device: every public state, at every width, in the device's own colours, by keyboard."""

import re

import pytest
from playwright.sync_api import expect

from leaflets import actions, loading, rules
from leaflets.models import Leaflet
from tests.bench.fill import more_leaflets
from tests.leaflets.test_loading import whole
from tests.universe import CONTENT

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.looks]
LOOKS = [
    *({"width": width} for width in (320, 390, 768, 1280)),
    {"color_scheme": "dark"},
    {"forced_colors": "active"},
]
PLAIN = {"color_scheme": "light", "forced_colors": "none"}
TABLE = (
    "<table><caption>When</caption><thead><tr><th>Week</th><th>How often you exercise</th></tr></thead>"
    "<tbody><tr><td>1</td><td>Twice a day</td></tr></tbody></table>"
)
ADVICE = (
    '<ul class="do"><li>keep moving</li></ul><ul class="dont"><li>rest in bed</li></ul>'
    '<dl><dt>May I work?</dt><dd>Yes.</dd></dl><h3>More</h3><p>See <a href="https://example.org/">this page</a>.</p>'
)
SPACED = (
    "* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important } "
)
SPACED += "p { margin-bottom: 2em !important }"
LOST = """() => [...document.querySelectorAll("main *, header *, footer *")].filter((each) => {
  const [style, box] = [getComputedStyle(each), each.getBoundingClientRect()];
  if (!each.innerText?.trim() || each.matches(".heard") || each.closest(".wide")) return false;
  const cut = style.overflow !== "visible" && each.scrollHeight > each.clientHeight + 1;
  return cut || box.left < -1 || box.right > innerWidth + 1;
}).map((each) => each.outerHTML.slice(0, 200))"""
# A link in a sentence is as high as its line.
SMALL = """() => [...document.querySelectorAll("a, button, input, summary")].filter((each) => {
  const [box, around] = [each.getBoundingClientRect(), each.closest("p, dd, .rich li")];
  const sentence = around && around.innerText.trim().length > each.innerText.trim().length;
  return box.width > 1 && !sentence && (box.width < 24 || box.height < 24);
}).map((each) => each.outerHTML.slice(0, 200))"""
MOVING = """() => [...document.querySelectorAll("*:not(video *)")].filter((each) => {
  const style = getComputedStyle(each);
  return style.animationName !== "none" || parseFloat(style.transitionDuration) || style.scrollBehavior !== "auto" ||
    each.autoplay;
}).length"""
FOCUSED = """() => {
  const style = getComputedStyle(document.activeElement);
  const outlined = style.outlineStyle !== "none" && style.outlineColor !== "rgba(0, 0, 0, 0)";
  return style.boxShadow !== "none" || (outlined && parseFloat(style.outlineWidth) >= 2);
}"""


@pytest.fixture
def states(live, editor, reviewer):
    """The path of every state that a reader may find: the newer edition holds all that a leaflet can."""
    document = whole()
    document["sections"][0]["body"], document["sections"][1]["body"] = ADVICE, TABLE
    emergency, urgent, _ = document["red_flag_groups"]
    urgent |= {"urgency": "urgent", "links": emergency["links"], "contacts": emergency["contacts"]}
    emergency["links"] = []
    loading.load(document, CONTENT / "media", by=editor, reason="All of it.")
    edition = actions.submit(leaflet=live.leaflet, by=editor, reason="All of it.")
    said = [(change.id, "Agreed.") for change in rules.to_acknowledge(edition)]
    actions.publish(edition=edition, by=reviewer, reason="Checked.", acknowledged=said)
    # Where there are several leaflets, the list can be filtered.
    other = actions.submit(leaflet=more_leaflets(1, editor)[0], by=editor, reason="Another.")
    actions.publish(edition=other, by=reviewer, reason="Checked.")
    check = [
        f"/lower-back/check/{step}"
        for step in ("", "#advice-1", "#step-2", "#advice-2", "#advice-3", "#none")
    ]
    about = ["/lower-back/history/", f"/e/{live.code}/", f"/e/{edition.code}/", "/e/", "/e/BBB-BBB/"]
    site = ["/", "/privacy/", "/accessibility/", "/forget/", "/nothing/"]
    return ["/lower-back/", *check, "/lower-back/exercises/", *about, *site]


def broken_rules(page, axe, paths):
    """Yield what is wrong with the pages at `paths`, each looked at in every way without being asked for again."""
    for path in paths:
        page.goto(path)
        for look in LOOKS:
            page.set_viewport_size({"width": look.get("width", 390), "height": 844})
            page.emulate_media(**{**PLAIN, **{name: look[name] for name in PLAIN if name in look}})
            yield from (f"{path}, {look}: {each}" for each in axe(page))
            yield from (f"{path}, {look}: {each} is out of sight" for each in page.evaluate(LOST))
            if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
                yield f"{path}, {look}: it scrolls sideways"


def test_every_state_keeps_the_rules_at_every_width_and_in_the_colours_of_the_device(
    states, page, axe, problems
):
    assert list(broken_rules(page, axe, states)) == []
    problems[:] = [each for each in problems if "404" not in each]


def test_a_withdrawn_leaflet_keeps_the_rules(withdrawn, page, axe, problems):
    paths = ["/lower-back/", f"/e/{withdrawn.code}/", "/lower-back/history/"]
    assert list(broken_rules(page, axe, paths)) == []
    problems[:] = [each for each in problems if "410" not in each]


@pytest.mark.parametrize("width", [320, 640])  # 1280 at 400 % and at 200 %
def test_wider_text_is_not_cut_and_nothing_moves_or_is_too_small_to_touch(states, new_page, problems, width):
    page = new_page(viewport={"width": width, "height": 600}, reduced_motion="reduce")
    for path in states:
        page.goto(path)
        assert page.evaluate(SMALL) == [], path
        assert page.evaluate(MOVING) == 0, path
        page.evaluate(
            "css => { const s = new CSSStyleSheet(); s.replaceSync(css); document.adoptedStyleSheets = [s]; }",
            SPACED,
        )
        assert page.evaluate(LOST) == [], path
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
    problems[:] = [each for each in problems if "404" not in each]


def luminance(page, part, name):
    colour = page.locator(part).first.evaluate(f"each => getComputedStyle(each)['{name}']")
    return sum(int(each) for each in re.findall(r"\d+", colour)[:3])


def test_a_dark_page_is_dark_and_paper_is_not(states, new_page):
    dark, light = new_page(color_scheme="dark"), new_page()
    for page in (dark, light):
        page.goto("/lower-back/")
    assert luminance(dark, "body", "backgroundColor") < 150 < luminance(light, "body", "backgroundColor")
    assert luminance(dark, ".nhsuk-card", "color") > 600 > luminance(light, ".nhsuk-card", "color")
    for page in (dark, light):
        page.emulate_media(media="print")
    assert dark.screenshot(full_page=True) == light.screenshot(full_page=True)


def test_without_colours_words_and_frames_say_how_urgent(states, new_page):
    page = new_page(forced_colors="active")
    page.goto("/lower-back/")
    frames = page.locator(".nhsuk-card--care").evaluate_all(
        "all => all.map(each => getComputedStyle(each).borderTopWidth)"
    )
    assert frames == ["8px", "6px", "4px"]
    words = page.locator(".nhsuk-card--care .urgency").all_inner_texts()
    assert words == ["Immediate action required:", "Urgent advice:", "Non-urgent advice:"]


def tab_to(page, name):
    """Go on by the keyboard to what is called `name`; whatever is passed shows that it has the focus."""
    for _ in range(30):
        page.keyboard.press("Tab")
        assert page.evaluate(FOCUSED), page.evaluate("document.activeElement.outerHTML")
        if page.evaluate("document.activeElement.innerText").startswith(name):
            return
    raise AssertionError(f"The keyboard does not reach {name}")


@pytest.mark.parametrize(
    "asked", [{}, {"color_scheme": "dark"}, {"forced_colors": "active"}], ids=["light", "dark", "forced"]
)
def test_the_keyboard_alone_leads_from_the_list_to_the_last_exercise(states, new_page, asked):
    page = new_page(**asked)
    page.goto("/")
    for name, heading in (
        ("Self-help and information", "Self-help and information"),
        ("Check for red flags", "Cauda Equina"),
        ("None of these", "Symptoms That Are Present After Trauma"),
        ("No", "Symptoms Where No Trauma"),
        ("Yes", "Non-urgent advice: Symptoms Where"),
        ("Back to step 3", "Symptoms Where No Trauma"),
        ("None of these", "None of these apply to you today"),
        ("Lower back exercises", "Lower back exercises"),
    ):
        tab_to(page, name)
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name=heading).first).to_be_in_viewport()
    tab_to(page, "Transcript of “Cat and cow”")
    page.keyboard.press("Enter")
    expect(page.locator("details").last).to_have_attribute("open", "")


def test_without_styles_and_script_all_stands_in_its_order_and_nothing_is_hidden(states, new_page, problems):
    page = new_page(java_script_enabled=False)
    page.route("**/*.css", lambda route: route.abort())
    document = Leaflet.objects.get(slug="lower-back").editions.last().document
    groups = [group["title"] for group in document["red_flag_groups"]]
    page.goto("/lower-back/")
    said = page.locator("body").inner_text()
    in_order = [
        document["title"],
        "Check for red flags",
        *groups,
        "Work",
        "Lower back exercises",
        "About this leaflet",
    ]
    places = [said.index(words) for words in in_order]
    assert places == sorted(places)
    assert said.index("Call NHS 24 on 111") < said.index(groups[1])
    page.goto("/lower-back/check/")
    assert page.locator(".step").count() == page.locator(".step").filter(visible=True).count() == 7
    problems.clear()  # The style sheet that was kept away.
