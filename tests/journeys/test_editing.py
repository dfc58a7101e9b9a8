"""The rich-text editor, driven for real."""

import re

import pytest
from playwright.sync_api import expect

from leaflets.models import Leaflet, Section
from leaflets.richtext.allowed import TOOLBAR
from tests.journeys.steps import sign_in

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.looks]


PRESS = """name => {
  const editor = CKEDITOR.instances.id_exercises_introduction;
  editor.setData("<p>words</p>");
  editor.focus();
  const range = editor.createRange();
  range.selectNodeContents(editor.editable());
  range.select();
  editor.execCommand(editor.ui.get(name).command);
}"""


@pytest.fixture
def form(draft, editor, new_page):
    page = new_page(viewport={"width": 1280, "height": 1000})
    sign_in(page, "editor")
    page.goto(f"/admin/leaflets/leaflet/{draft.pk}/change/")
    page.locator(".cke_wysiwyg_div").first.wait_for()
    return page


def select_all(page):
    page.locator(".cke_wysiwyg_div").first.click()
    page.keyboard.press("Control+A")
    page.wait_for_timeout(500)  # The editor looks at the selection a few times a second.


def empty(page):
    select_all(page)
    page.keyboard.press("Delete")


def save(page):
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_text("was changed successfully").wait_for()
    return Leaflet.objects.get().exercises_introduction


def test_typing_and_the_buttons_make_clean_text(form):
    empty(form)
    form.keyboard.type("Before you start")
    form.locator(".cke_button__h3").first.click()
    form.keyboard.press("End")
    form.keyboard.press("Enter")
    form.keyboard.type("Wear ")
    form.locator(".cke_button__bold").first.click()
    form.keyboard.type("loose")
    form.locator(".cke_button__bold").first.click()
    form.keyboard.type(" clothes.")
    form.keyboard.press("Enter")
    form.locator(".cke_button__bulletedlist").first.click()
    form.keyboard.type("a mat")
    form.keyboard.press("Enter")
    form.keyboard.type("a chair")
    text = re.sub(r"[\n\t]", "", save(form)).replace("&nbsp;", " ")
    assert text == (
        "<h3>Before you start</h3><p>Wear <strong>loose</strong> clothes.</p><ul><li>a mat</li><li>a chair</li></ul>"
    )


def press(form, name):
    form.wait_for_timeout(300)  # As above: the editor looks at the selection a few times a second.
    button = form.locator(f".cke_button__{name}").first
    expect(button).not_to_have_class(re.compile("cke_button_disabled"))
    button.click()


def test_do_and_dont_lists_questions_and_tables_are_made_by_buttons_and_shown_to_patients(form, draft, axe):
    empty(form)
    for name, lines in (("do", ["rest", "walk"]), ("dont", ["lift"])):
        press(form, name)
        for line in lines:
            form.keyboard.type(line)
            form.keyboard.press("Enter")
        form.keyboard.press("Enter")
    press(form, "questions")
    for words in ("Is it serious?", "Hardly ever.", "What helps?", "Moving."):
        form.keyboard.type(words)
        form.keyboard.press("Enter")
    form.keyboard.press("Enter")  # An empty question ends the list.
    press(form, "table")
    expect(form.get_by_label("Headers", exact=True)).to_have_value("row")
    form.get_by_role("textbox", name="Caption").fill("When")
    form.get_by_role("button", name="OK").click()
    form.keyboard.type("Day")
    for words in ("How often", "Monday", "twice"):
        form.keyboard.press("Tab")
        form.keyboard.type(words)
    press(form, "row")
    form.keyboard.press("Shift+Tab")
    form.keyboard.type("below")
    press(form, "column")
    press(form, "nocolumn")  # The one that has just been added.
    text = re.sub(r"[\n\t]", "", save(form))
    assert text == (
        '<ul class="do"><li>rest</li><li>walk</li></ul><ul class="dont"><li>lift</li></ul>'
        "<dl><dt>Is it serious?</dt><dd>Hardly ever.</dd><dt>What helps?</dt><dd>Moving.</dd></dl>"
        '<table><caption>When</caption><thead><tr><th scope="col">Day</th><th scope="col">How often</th></tr></thead>'
        "<tbody><tr><td>Monday</td><td>twice</td></tr><tr><td>below</td><td>&nbsp;</td></tr>"
        "<tr><td>&nbsp;</td><td>&nbsp;</td></tr></tbody></table>"
    )
    form.set_viewport_size({"width": 390, "height": 844})
    form.goto(f"/admin/leaflets/leaflet/{draft.pk}/preview/exercises/")
    expect(form.locator("p:text-is('Don’t') + ul.dont")).to_have_text("lift")
    expect(form.locator(".rich dt")).to_have_text(["Is it serious?", "What helps?"])
    expect(form.get_by_role("table", name="When")).to_be_visible()
    assert axe(form) == []


def test_every_button_makes_what_the_list_says_and_nothing_else(form):
    """Those of links and tables ask first: they are pressed in the journeys above and below."""
    makes = {button.name: button.makes for group in TOOLBAR for button in group}
    for name in set(makes) - {"table", "Link"}:
        shown = form.locator(f".cke_button__{name.lower()}").first
        expect(shown).to_have_attribute("role", "button")
        if makes[name]:
            form.evaluate(PRESS, name)
            data = form.evaluate("CKEDITOR.instances.id_exercises_introduction.getData()")
            found = re.findall(r'<(\w+)(?: class="(\w+)")?', data)
            elements = {".".join(filter(None, each)) for each in found} - {"p"}
            assert elements == set(makes[name].split()), name


def test_an_editor_is_made_when_its_field_is_near_and_a_text_that_nobody_saw_stays(form, draft):
    for number in range(8):
        Section.objects.create(leaflet=draft, heading=f"Section {number}", body="<p>Words <em>here</em>.</p>")
    form.reload()
    form.locator(".cke_wysiwyg_div").first.wait_for()
    last = form.locator("#id_sections-7-body")
    assert form.evaluate("'id_sections-7-body' in CKEDITOR.instances") is False
    form.locator("#id_title").fill("Another title")
    save(form)
    assert {section.body for section in Section.objects.all()} == {"<p>Words <em>here</em>.</p>"}
    last.scroll_into_view_if_needed()
    expect(form.locator("#sections-7 .cke_wysiwyg_div")).to_contain_text("Words here.")


def test_a_link_is_made_by_its_dialog(form):
    empty(form)
    form.keyboard.type("NHS inform")
    select_all(form)
    form.locator(".cke_button__link").first.click()
    form.get_by_label("URL", exact=False).last.fill("www.nhsinform.scot")
    form.get_by_role("button", name="OK").click()
    assert save(form).strip() == '<p><a href="https://www.nhsinform.scot">NHS inform</a></p>'


def test_what_is_pasted_from_a_word_processor_is_cleaned(form):
    empty(form)
    pasted = (
        "<p class=MsoNormal style='margin:0;font-family:Calibri'><b>Keep</b> <span style='color:red'>moving</span>"
        "<o:p></o:p></p><script>alert(1)</script>"
    )
    form.evaluate("html => CKEDITOR.instances.id_exercises_introduction.execCommand('paste', html)", pasted)
    form.wait_for_function("() => CKEDITOR.instances.id_exercises_introduction.getData().includes('moving')")
    assert save(form).strip() == "<p><strong>Keep</strong> moving</p>"


def test_the_keyboard_reaches_the_buttons(form):
    select_all(form)
    form.keyboard.press("Alt+F10")
    assert "cke_button__h3" in form.evaluate("document.activeElement.className")
    for _ in range(2):
        form.keyboard.press("ArrowRight")
    assert "cke_button__bold" in form.evaluate("document.activeElement.className")
    form.keyboard.press("Enter")
    assert save(form).startswith("<p><strong>Here are some exercises")
