"""Every page of the admin, for every eye, ear and hand: at a desk, on a tablet and on a phone."""

import pytest

from tests.journeys.steps import sign_in
from tests.test_access import MAY_OPEN, path_of
from tests.test_access import world as world  # The fixture.

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.looks]
WIDTHS = [1280, 820, 390]
# The old editor gives its box a role a moment after the rest.
MADE = "() => [...document.querySelectorAll('.cke_wysiwyg_div')].every((box) => box.role)"
# At the widest all that a page has is shown, at the narrowest targets and texts are closest.
STRICT = (1280, 390)
OF_STAFF = ("admin:", "history", "as_at", "compare", "version", "password", "admin_")
# Downloads and scripts are no pages, and one leads elsewhere. A page in a frame is looked at where it is shown.
NO_PAGES = {
    *("history_csv", "history_xlsx", "history_pack", "admin:jsi18n", "admin:password_change"),
    "admin:leaflets_leaflet_framed",
}
PAGES = [
    name
    for name, who in MAY_OPEN.items()
    if "superuser" in who and name.startswith(OF_STAFF) and name not in NO_PAGES
]


@pytest.mark.parametrize("part", range(3))
def test_every_page_keeps_the_accessibility_rules_and_fits(world, new_page, axe, problems, part):
    page = new_page(viewport={"width": 1280, "height": 900})
    sign_in(page, "superuser")
    found = {}
    for name in PAGES[part::3]:
        page.goto(path_of(name, world))
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            if page.locator("textarea[data-type=ckeditortype]").count():
                page.wait_for_load_state("networkidle")
                page.wait_for_function(MADE)
            wrong = axe(page) if width in STRICT else []
            wide = page.evaluate("document.documentElement.scrollWidth")
            found |= {f"{name} at {width}": wrong} if wrong else {}
            found |= {f"{name} fits {width}": wide} if wide > width else {}
    problems.clear()  # The rules read style sheets in a way of their own, which the policy refuses.
    assert found == {}
