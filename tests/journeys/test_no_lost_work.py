"""Nothing that somebody typed is lost: to another editor, to an expired sign-in, to a crash or to a server away."""

import pytest
from django.contrib.sessions.models import Session
from django.db import transaction
from django.test import Client
from playwright.sync_api import expect

from leaflets.models import Leaflet
from triage.models import RedFlagGroup

pytestmark = pytest.mark.django_db(transaction=True)
FORM = "/admin/triage/redflaggroup/{}/change/"


@pytest.fixture
def group(draft):
    return RedFlagGroup.objects.get(key="cauda-equina-syndrome")


@pytest.fixture
def come_back(live_server):
    """A function that gives a browser a session of somebody, as signing in does."""

    def come_back(page, user):
        client = Client()
        client.force_login(user)
        session = client.cookies["sessionid"].value
        page.context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])

    return come_back


@pytest.fixture
def at(new_page, come_back):
    """A function that gives a page at which somebody who is signed in has opened an address."""

    def at(user, address):
        page = new_page(viewport={"width": 1280, "height": 1000})
        come_back(page, user)
        page.clock.install()
        page.goto(address)
        return page

    return at


def save(page):
    page.get_by_role("button", name="Save", exact=True).click()


def saved(page):
    expect(page.get_by_text("was changed successfully")).to_be_visible()


def kept(page, there=True):
    """Wait until this browser keeps what was typed, or nothing."""
    words = "Object.keys(localStorage).some((key) => key.startsWith('kept/'))"
    page.wait_for_function(f"() => {words}" if there else f"() => !{words}")


def kept_are(page, number):
    words = "Object.keys(localStorage).filter((key) => key.startsWith('kept/')).length"
    page.wait_for_function(f"() => {words} === {number}")


def sign_in_again(page):
    page.get_by_role("link", name="Sign in and continue").click()
    page.get_by_label("Username").fill("editor")
    page.get_by_label("Password").fill("demo-password")
    page.get_by_role("button", name="Log in").click()


def test_two_editors_change_one_group_and_put_both_together(group, at, editor, both, axe):
    # Given two editors with the same form open, each told of the other
    mine = at(editor, FORM.format(group.pk))
    theirs = at(both, FORM.format(group.pk))
    expect(theirs.get_by_text("Editor has had this open since")).to_be_visible()
    mine.clock.run_for(31_000)
    expect(mine.get_by_text("Both has had this open since")).to_be_visible()
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
    assert axe(mine) == []
    # When both are put together, then both are stored as one version
    mine.get_by_role("button", name="Put both together and save").click()
    saved(mine)
    group.refresh_from_db()
    assert (group.warning, group.lead, group.signs.all()[1].text) == ("Theirs.", "Mine.", "Mine too.")
    assert group.versions().count() == 3
    kept(mine, there=False)


def test_an_expired_sign_in_loses_nothing(group, at, editor, problems):
    # Given an editor who typed, and added a row, while the sign-in expired
    page = at(editor, FORM.format(group.pk))
    page.get_by_label("What to do:").fill("Typed for\na long time.")
    page.get_by_role("button", name="Add a red flag").click()
    page.locator("#id_signs-3-text").fill("A new sign.")
    Session.objects.all().delete()
    page.clock.run_for(31_000)
    expect(page.get_by_text("Your sign-in has ended. What you type is kept in this browser")).to_be_visible()
    # When it is saved, then the answer says that it is kept
    save(page)
    said = page.locator("#signed-out + .kept-here")
    expect(said).to_contain_text("What you typed is kept in this browser.")
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
    kept(page, there=False)
    # The browser logs that a form was refused, as it was.
    assert [problem for problem in problems if "403 (Forbidden)" not in problem] == []
    problems.clear()


@pytest.mark.parametrize(
    ("address", "label", "button"),
    [
        ("/admin/leaflets/leaflet/{}/submit/", "Reason:", "Submit for review"),
        ("/admin/leaflets/leaflet/import/", "Paste it here:", "See what is recognised"),
    ],
)
def test_a_reason_and_a_pasted_leaflet_are_offered_again(
    draft, editor, at, come_back, problems, address, label, button
):
    # Given a text that was sent after the sign-in had expired
    page = at(editor, address.format(draft.pk))
    page.get_by_label(label).fill("Knees\n\nBend them.")
    Session.objects.all().delete()
    page.get_by_role("button", name=button).click()
    expect(page.get_by_text("so nothing of this was saved")).to_be_visible()
    # When the page is opened again, then what was typed is put back by a button
    come_back(page, editor)
    page.get_by_role("link", name="Sign in and continue").click()
    page.get_by_role("button", name="Put it back").click()
    expect(page.get_by_label(label)).to_have_value("Knees\n\nBend them.")
    problems.clear()


def test_a_closed_tab_loses_nothing_and_is_compared_with_what_was_saved_since(draft, at, editor, both):
    # Given an editor who typed, and whose browser then closed the page without a word
    address = f"/admin/leaflets/leaflet/{draft.pk}/change/"
    page = at(editor, address)
    page.locator(".cke_wysiwyg_div").first.wait_for()
    page.get_by_label("Title:").fill("Mine")
    kept(page)
    another = page.context.new_page()
    page.close()
    draft.summary = "Theirs."
    with transaction.atomic():
        draft.save()
        draft.record(by=both, reason="Meanwhile.")
    # When the form is opened again, then nothing is put back unasked
    another.goto(address)
    expect(another.get_by_text("You typed this on")).to_be_visible()
    expect(another.get_by_label("Title:")).to_have_value(draft.title)
    # When it is put back, then it is compared with what was saved since, and nothing else differs
    another.get_by_role("button", name="Put it back").click()
    rows = another.get_by_role("table", name="What you and others changed").get_by_role("rowheader")
    expect(rows).to_have_text(["Title", "Summary"])
    another.get_by_role("button", name="Put both together and save").click()
    saved(another)
    draft.refresh_from_db()
    assert (draft.title, draft.summary) == ("Mine", "Theirs.")


def test_what_is_thrown_away_or_belongs_to_somebody_else_is_not_offered(group, at, come_back, editor, both):
    # Given something that an editor typed and did not save
    page = at(editor, FORM.format(group.pk))
    page.get_by_label("What to do:").fill("Not this.")
    kept(page)
    page.reload()
    # When it is thrown away, then it is gone
    page.get_by_role("button", name="Throw it away").click()
    expect(page.get_by_text("You typed this on")).to_have_count(0)
    kept(page, there=False)
    # When somebody else signs in, and the first had not logged out, they are shown nothing
    page.get_by_label("What to do:").fill("Nor this.")
    kept(page)
    come_back(page, both)
    page.reload()
    expect(page.get_by_text("Welcome, Both")).to_be_visible()
    expect(page.get_by_text("You typed this on")).to_have_count(0)
    # When that person logs out, nothing of anybody stays in the browser
    page.get_by_role("button", name="Log out").click()
    expect(page.get_by_text("Logged out")).to_be_visible()
    kept(page, there=False)


def test_offers_are_few_say_what_they_hold_and_end_with_a_save(group, at, editor, both, axe):
    # Given an editor who typed on three visits and never saved, and somebody else who saved the same as the first
    page = at(editor, FORM.format(group.pk))
    visits = (
        {"#id_lead": "One."},
        {"#id_warning": "Two.", "#id_signs-1-text": "Two."},
        {"#id_after": "Three."},
    )
    for number, typed in enumerate(visits, 1):
        for field, text in typed.items():
            page.locator(field).fill(text)
        kept_are(page, number)
        page.clock.run_for(60_000)
        page.reload()
    expect(page.locator(".offer")).to_have_count(3)
    group.lead = "One."
    with transaction.atomic():
        group.save()
        group.record(by=both, reason="The same.")
    page.reload()
    # Then what the form says by now is dropped, the older one is folded, and each says what it holds
    expect(page.locator(".offer")).to_have_count(2)
    expect(page.locator(".offer").first).to_contain_text("It differs from this form in: Text after the")
    expect(page.locator(".offer").last).to_be_hidden()
    page.get_by_text("1 older").click()
    expect(page.locator("details .offer")).to_contain_text(
        "It differs from this form in: Warning, red flag 2."
    )
    assert axe(page, ".kept") == []
    # When another tab is still typing, and this one saves, then only what the other tab types is left
    another = page.context.new_page()
    another.goto(FORM.format(group.pk))
    another.locator("#id_lead").fill("Still typing.")
    kept_are(another, 3)
    page.locator("#id_warning").fill("Saved.")
    save(page)
    saved(page)
    kept_are(page, 1)
    page.goto(FORM.format(group.pk))
    expect(page.locator(".offer")).to_contain_text("It differs from this form in: What to do.")


def test_rich_text_and_a_chosen_file_survive_a_refused_save(draft, editor, at):
    # Given a leaflet's form with words typed into the rich text, and a link with a file
    page = at(editor, f"/admin/leaflets/leaflet/{draft.pk}/change/")
    page.get_by_label(
        "Exercises heading:"
    ).scroll_into_view_if_needed()  # The editor is made where one is near.
    page.locator(".cke_wysiwyg_div").first.click()
    page.keyboard.type("Typed. ")
    page.get_by_role("button", name="Add a leaflet or link").click()
    pdf = {"name": "knees.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4\n%%EOF\n"}
    page.locator("#id_links-0-file").set_input_files(pdf)
    # When a save is refused because the link has no text
    save(page)
    # Then the file is still chosen, and saving again stores both
    expect(page.get_by_text("The file knees.pdf that you chose is still here.")).to_be_visible()
    page.locator("#id_links-0-text").fill("Knees")
    page.locator("#id_links-0-kind").select_option("leaflet")
    save(page)
    saved(page)
    with draft.links.get().file.open() as stored:
        assert stored.read() == pdf["buffer"]
    assert "Typed." in Leaflet.objects.get().exercises_introduction
    kept(page, there=False)
