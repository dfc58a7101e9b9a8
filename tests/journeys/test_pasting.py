"""Pasting for real: what stands on a clipboard after copying from Word, from Google Docs and from a web page."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from leaflets.models import Leaflet
from leaflets.richtext.allowed import ELEMENTS
from tests.journeys.test_editing import form as form  # The fixture.

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.looks]

PASTED = Path(__file__).parent / "pasted"
COPY = """html => document.addEventListener("copy", (event) => {
  event.preventDefault();
  event.stopImmediatePropagation();
  event.clipboardData.setData("text/html", html);
}, { once: true, capture: true })"""
# Only a person can put a file on the clipboard, so this is what the browser then tells the page.
PASTE_PICTURE = """words => {
  const clipboardData = new DataTransfer();
  clipboardData.items.add(new File(["x"], "back.png", { type: "image/png" }));
  words.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
}"""


def paste(form, html):
    """Put `html` on the clipboard, and paste it over all that stands in the editor."""
    form.evaluate(COPY, html)
    form.locator("#id_title").press("Control+A")
    form.keyboard.press("Control+C")
    form.evaluate("CKEDITOR.instances.id_exercises_introduction.setData('<p>x</p>')")
    words = form.locator(".cke_wysiwyg_div").first
    expect(words).to_have_text("x")
    words.click()
    form.keyboard.press("Control+A")
    form.keyboard.press("Control+V")
    expect(words).not_to_have_text("x")


def text_of(form):
    data = form.evaluate("CKEDITOR.instances.id_exercises_introduction.getData()")
    return re.sub(r"[\n\t]+", "", data).replace("<br />", "<br>")


def test_what_comes_from_word_becomes_headings_lists_and_a_table(form):
    paste(form, (PASTED / "word.html").read_text())
    expect(form.locator(".left-out").first).to_have_text(
        "Left out of what you pasted: 1 picture, 3 colours, "
        "1 link that does not begin with https://, tel: or mailto: (its words are kept)."
    )
    expected = (
        "<h3>Looking after your back</h3>"
        "<p><strong>Keep</strong> moving as much as you <em>can</em>.</p>"
        "<ul><li>Walk a little every day<ul><li>start on the flat</li></ul></li><li>Change position often</li></ul>"
        "<h3>When to stop</h3><ol><li>Pain gets worse</li><li>You feel unwell</li></ol>"
        "<table><tbody><tr><td><strong>Week</strong></td><td><strong>Times a day</strong></td></tr>"
        "<tr><td>1</td><td>2 to 3</td></tr></tbody></table>"
        '<p>See our page [http://www.example.org/back] or <a href="https://www.nhsinform.scot/">NHS inform</a>.</p>'
    )
    assert text_of(form) == expected
    form.get_by_role("button", name="Save", exact=True).click()
    form.get_by_text("was changed successfully").wait_for()
    assert re.sub(r"[\n\t]+", "", Leaflet.objects.get().exercises_introduction) == expected


def test_what_comes_from_google_docs_or_a_web_page_becomes_clean_text_and_what_is_left_out_is_said(form):
    paste(form, (PASTED / "google-docs.html").read_text())
    expect(form.locator(".left-out").first).to_have_text("Left out of what you pasted: 1 colour.")
    assert text_of(form) == (
        "<h3>Sleeping</h3><p><strong>Try</strong> a pillow between your <em>knees</em>.</p>"
        "<ul><li>On your side</li><li>On your back</li></ul>"
    )
    paste(form, (PASTED / "web-page.html").read_text())
    notice = form.locator(".left-out").first
    for words in (
        "3 pictures",
        "1 frame",
        "1 form field",
        "1 list that did not begin with 1",
        "2 colours",
        "4 links",
    ):
        expect(notice).to_contain_text(words)
    text = text_of(form)
    assert set(re.findall(r"<(\w+)", text)) <= ELEMENTS
    assert text.startswith(
        "<ul><li>Home</li><li>Conditions</li></ul><h3>Back pain</h3>"
        "<p>Back pain is <strong>very common</strong>.</p><p>It usually improves.<br>Keep active.</p><p>Loose words</p>"
        "<h3>Do</h3><ul><li>stay <strong>active</strong></li><li>use heat</li></ul><h4>Small</h4><h4>Smaller</h4>"
        '<table><caption>When</caption><thead><tr><th scope="col">Day</th>'
    )
    assert '<a href="tel:111">111</a>, more or this. Under gone' in text

    form.locator(".cke_wysiwyg_div").first.evaluate(PASTE_PICTURE)
    expect(notice).to_have_text("Left out of what you pasted: 1 picture or file.")
    assert text_of(form) == text
