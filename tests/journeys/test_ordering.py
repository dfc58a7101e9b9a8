"""Rows with an order: moved by keyboard and by dragging, added by one click, and shown so to patients."""

import pytest
from playwright.sync_api import expect

from tests.journeys.steps import sign_in
from triage.models import RedFlagGroup

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def group(draft):
    return RedFlagGroup.objects.get(key="lower-back-no-trauma")


@pytest.fixture
def form(group, editor, new_page):
    page = new_page(viewport={"width": 1280, "height": 1000})
    sign_in(page, "editor")
    page.goto(f"/admin/triage/redflaggroup/{group.pk}/change/")
    expect(page.locator("#signs-0 .ordering")).to_be_visible()
    return page


def rows(form):
    """The rows of signs as they stand on the page."""
    return form.locator("#signs-group tr.form-row:not(.empty-form) [name$=-text]")


def save(form):
    form.get_by_role("button", name="Save", exact=True).click()
    form.get_by_text("was changed successfully").wait_for()


def drag(form, row, onto):
    """Drag by the handle, to just above the middle of another row."""
    handle = form.locator(f"#{row} .handle")
    handle.scroll_into_view_if_needed()
    start, end = handle.bounding_box(), form.locator(f"#{onto}").bounding_box()
    form.mouse.move(start["x"] + 8, start["y"] + 8)
    form.mouse.down()
    form.mouse.move(end["x"] + 8, end["y"] + end["height"] / 2 - 4, steps=12)
    form.mouse.up()


def test_signs_are_moved_by_keyboard_and_by_dragging_and_patients_see_them_so(form, group, draft, axe):
    first, second, third, fourth = [sign.text for sign in group.signs.all()[:4]]

    down = form.locator("#signs-0 button[data-by='1']")
    expect(down).to_have_accessible_name(f"Move “{first[:57]}…” down")
    down.press("Enter")
    down.press("Enter")
    expect(down).to_be_focused()
    expect(form.get_by_role("status").filter(has_text="is now 3 of 15")).to_have_count(1)
    expect(rows(form).nth(2)).to_have_value(first)
    assert [found for found in axe(form) if "Move “" in found or "ordering" in found] == []

    drag(form, "signs-3", onto="signs-1")
    expect(rows(form).first).to_have_value(fourth)
    expect(form.locator("#id_signs-3-position")).to_have_value("1")

    up = form.locator("#signs-3 button[data-by='-1']")
    expect(up).to_have_attribute("aria-disabled", "true")
    up.press("Enter")
    expect(form.get_by_role("status").filter(has_text="is first already")).to_have_count(1)

    save(form)
    expect(rows(form).first).to_have_value(fourth)
    form.goto(f"/admin/leaflets/leaflet/{draft.pk}/preview/")
    card = form.locator(".nhsuk-card").filter(has_text=group.title)
    expect(card.locator(".signs > li")).to_have_text(
        [fourth, second, third, first, *(sign.text for sign in group.signs.all()[4:])]
    )


def test_a_sign_is_added_by_one_click_and_moved_while_others_come_and_go(form, group):
    before = [sign.text for sign in group.signs.all()]
    form.get_by_role("button", name="Add a red flag").click()
    expect(form.locator("#id_signs-16-text")).to_be_focused()
    form.keyboard.type("Brand new")
    up = form.get_by_role("button", name="Move “Brand new” up")
    for _ in range(len(before)):  # Past the row that nobody wrote in, too.
        up.press("Enter")
    expect(rows(form).nth(1)).to_have_value("Brand new")

    # The row that nobody wrote in is taken away, and a sign is deleted: neither disturbs the others.
    form.locator("#signs-group .inline-deletelink").last.click()
    form.locator("#id_signs-4-DELETE").check()
    save(form)
    expect(rows(form).nth(1)).to_have_value("Brand new")
    expected = [before[0], "Brand new", *before[1:4], *before[5:]]
    assert [sign.text for sign in group.signs.all()] == expected
    assert [sign.position for sign in group.signs.all()] == list(range(1, 16))


def test_an_order_is_kept_when_the_form_comes_back_with_an_error(form, group):
    first, second = [sign.text for sign in group.signs.all()[:2]]
    form.locator("#signs-0 button[data-by='1']").press("Enter")
    form.get_by_role("button", name="Add a red flag").click()
    expect(form.locator("#id_signs-16-text")).to_be_focused()
    form.keyboard.type("Brand new")
    form.get_by_label("Title").fill("")
    form.get_by_role("button", name="Save", exact=True).click()
    expect(form.get_by_text("This field is required.").first).to_be_visible()
    expect(rows(form).first).to_have_value(second)
    expect(rows(form).nth(15)).to_have_value("Brand new")
    form.get_by_label("Title").fill("Mended")
    save(form)
    assert [sign.text for sign in group.signs.all()][:2] == [second, first]
    assert group.signs.last().text == "Brand new"
