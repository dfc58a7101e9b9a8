"""Nothing that somebody typed is lost: to another editor, to an expired sign-in, to a crash or to a server away."""

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import expect

from leaflets.models import Leaflet
from tests.journeys.steps import sign_in
from triage.models import RedFlagGroup

pytestmark = pytest.mark.django_db(transaction=True)
DESK = {"width": 1280, "height": 1000}


@pytest.fixture
def group(draft):
    return RedFlagGroup.objects.get(key="cauda-equina-syndrome")


@pytest.fixture
def path(group):
    return f"/admin/triage/redflaggroup/{group.pk}/change/"


@pytest.fixture
def at_form(new_page, path):
    """A function that gives a page on which somebody has the form open."""

    def at_form(username, **options):
        page = new_page(**{"viewport": DESK, **options})
        sign_in(page, username)
        page.goto(path)
        return page

    return at_form


def save(page):
    page.get_by_role("button", name="Save", exact=True).click()


def saved(page):
    expect(page.get_by_text("was changed successfully")).to_be_visible()


def kept(page):
    """Wait until this browser keeps what was typed."""
    page.wait_for_function("() => Object.keys(localStorage).some((key) => key.startsWith('kept/'))")


def refused_once(problems):
    """The browser logs that a form was refused, as it was."""
    assert [problem for problem in problems if "403 (Forbidden)" not in problem] == []
    problems.clear()


def sign_in_again(page):
    page.get_by_role("link", name="Sign in and continue").click()
    page.get_by_label("Username").fill("editor")
    page.get_by_label("Password").fill("demo-password")
    page.get_by_role("button", name="Log in").click()


def nothing_kept(page):
    page.wait_for_function("() => !Object.keys(localStorage).some((key) => key.startsWith('kept/'))")


def test_two_editors_change_one_group_and_put_both_together(group, at_form, both, axe):
    # Given two editors with the same form open, each told of the other
    mine = at_form("editor")
    theirs = at_form("both")
    expect(theirs.get_by_text("Editor has had this open since")).to_be_visible()
    # When the second saves, and then the first
    theirs.get_by_label("Warning:").fill("Theirs.")
    save(theirs)
    saved(theirs)
    mine.get_by_label("What to do:").fill("Mine.")
    mine.locator("#id_signs-1-text").fill("Mine too.")
    save(mine)
    # Then both texts stand side by side, what the first typed is still there, and the page can be read by all
    table = mine.get_by_role("table", name="What you and others changed")
    expect(table.get_by_role("row", name="Warning")).to_contain_text("Theirs.")
    expect(table.get_by_role("row", name="What to do")).to_contain_text("Mine.")
    expect(mine.get_by_label("What to do:")).to_have_value("Mine.")
    assert axe(mine, ".stale") == []
    # When both are put together, then both are stored as one version
    mine.get_by_role("button", name="Put both together and save").click()
    saved(mine)
    group.refresh_from_db()
    assert (group.warning, group.lead, group.signs.all()[1].text) == ("Theirs.", "Mine.", "Mine too.")
    assert group.versions().count() == 3
    expect(mine.get_by_text("and did not save it")).to_have_count(0)


def test_an_expired_sign_in_loses_nothing(group, at_form, problems):
    # Given an editor who typed, and added a row, while the sign-in expired
    page = at_form("editor")
    page.get_by_label("What to do:").fill("Typed for\na long time.")
    page.get_by_role("button", name="Add another Red flag").click()
    page.locator("#id_signs-3-text").fill("A new sign.")
    Session.objects.all().delete()
    # When it is saved, then the answer says that it is kept
    save(page)
    expect(page.get_by_text("What you typed is kept in this browser.")).to_be_visible()
    # When the editor signs in again, the form is there and offers what was typed
    sign_in_again(page)
    expect(page.get_by_text("You sent this on")).to_be_visible()
    expect(page.get_by_label("What to do:")).to_have_value(group.lead)
    page.get_by_role("button", name="Put it back").click()
    expect(page.get_by_label("What to do:")).to_have_value("Typed for\na long time.")
    expect(page.get_by_text("It is not saved yet")).to_be_visible()
    # Then saving stores it, and nothing is offered any more
    save(page)
    saved(page)
    group.refresh_from_db()
    assert group.lead == "Typed for\na long time."
    assert "A new sign." in [sign.text for sign in group.signs.all()]
    nothing_kept(page)
    refused_once(problems)


def test_a_closed_tab_loses_nothing_and_is_compared_with_what_was_saved_since(group, at_form, path):
    # Given an editor who typed, and whose browser then closed the page without a word
    page = at_form("editor")
    page.get_by_label("What to do:").fill("Mine.")
    kept(page)
    another = page.context.new_page()
    page.close()
    group.warning = "Theirs."
    group.save()
    group.record(by=None, reason="Meanwhile.")
    # When the form is opened again, then nothing is put back unasked
    another.goto(path)
    expect(another.get_by_text("You typed this on")).to_be_visible()
    expect(another.get_by_label("What to do:")).to_have_value(group.lead)
    # When it is put back, then it is compared with what was saved since
    another.get_by_role("button", name="Put it back").click()
    expect(another.get_by_role("table", name="What you and others changed")).to_contain_text("Theirs.")
    expect(another.get_by_label("What to do:")).to_have_value("Mine.")
    another.get_by_role("button", name="Put both together and save").click()
    saved(another)
    group.refresh_from_db()
    assert (group.warning, group.lead) == ("Theirs.", "Mine.")


def test_what_is_thrown_away_or_belongs_to_somebody_else_is_not_offered(at_form, path, both):
    # Given two things that an editor typed and did not save
    page = at_form("editor")
    page.get_by_label("What to do:").fill("Not this.")
    kept(page)
    page.goto(path)
    # When one is thrown away, it is gone
    page.get_by_role("button", name="Throw it away").click()
    expect(page.get_by_text("You typed this on")).to_have_count(0)
    nothing_kept(page)
    # When somebody else signs in without the first having logged out, they are shown nothing
    page.get_by_label("What to do:").fill("Nor this.")
    kept(page)
    page.context.clear_cookies()
    sign_in(page, "both")
    page.goto(path)
    expect(page.get_by_label("What to do:")).to_be_visible()
    expect(page.get_by_text("You typed this on")).to_have_count(0)
    # When that person logs out, nothing of anybody stays in the browser
    page.get_by_role("button", name="Log out").click()
    expect(page.get_by_text("Logged out")).to_be_visible()
    nothing_kept(page)


def test_rich_text_and_a_chosen_file_survive_a_refused_save(draft, editor, new_page):
    # Given a leaflet's form with words typed into the rich text, and a link with a file
    page = new_page(viewport=DESK)
    sign_in(page, "editor")
    page.goto(f"/admin/leaflets/leaflet/{draft.pk}/change/")
    page.locator(".cke_wysiwyg_div").first.click()
    page.keyboard.type("Typed. ")
    number = draft.links.count()
    page.get_by_role("button", name="Add another Leaflet or link").click()
    pdf = {"name": "knees.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4\n%%EOF\n"}
    page.locator(f"#id_links-{number}-file").set_input_files(pdf)
    # When a save is refused because the link has no text
    save(page)
    # Then the file is still chosen, and saving again stores both
    expect(page.get_by_text("The file knees.pdf that you chose is still here.")).to_be_visible()
    page.locator(f"#id_links-{number}-text").fill("Knees")
    page.locator(f"#id_links-{number}-kind").select_option("leaflet")
    save(page)
    saved(page)
    with draft.links.last().file.open() as stored:
        assert stored.read() == pdf["buffer"]
    assert "Typed." in Leaflet.objects.get().exercises_introduction
    nothing_kept(page)


def test_a_reason_and_a_pasted_leaflet_survive_an_expired_sign_in(draft, editor, new_page, problems):
    # Given an editor who says why a draft is submitted, while the sign-in expires
    page = new_page(viewport=DESK)
    sign_in(page, "editor")
    for path, label, words, button in (
        (f"/admin/leaflets/leaflet/{draft.pk}/submit/", "Reason:", "A long reason.", "Submit for review"),
        (
            "/admin/leaflets/leaflet/import/",
            "Paste it here:",
            "Knees\n\nBend them.",
            "See what is recognised",
        ),
    ):
        page.goto(path)
        page.get_by_label(label).fill(words)
        Session.objects.all().delete()
        page.get_by_role("button", name=button).click()
        sign_in_again(page)
        # When it is put back after signing in again, then it is there
        page.get_by_role("button", name="Put it back").click()
        expect(page.get_by_label(label)).to_have_value(words)
    refused_once(problems)
