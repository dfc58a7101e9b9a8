"""The rich-text editor, driven for real."""

import re

import pytest

from leaflets.models import Leaflet
from tests.journeys.steps import sign_in

pytestmark = pytest.mark.django_db(transaction=True)


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
