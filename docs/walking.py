"""The pictures in docs/editors.md: a day of work of an editor and a reviewer, who go through it step by step.

They are taken like those of docs/screenshot.py. The words of every page on the way are kept too, so that
tests/journeys/test_docs.py can tell whether what the guide names in bold type is on one of them.
"""

import re
from datetime import timedelta

from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.db import transaction
from PIL import Image
from playwright.sync_api import expect

from docs.editing import MINE, NECK, PASTED, THEIRS, WARNING, WRITTEN
from docs.screenshot import HEIGHT, PHONE, cropped, image_of, save
from exercises.models import ExerciseVideo
from history import presence
from leaflets.models import Edition, Leaflet
from triage.models import RedFlagGroup

NAMES = ["desk", "workspace", "signs", "stale", "publish", "bringing-in", "check", "writing"]
FORM = "/admin/triage/redflaggroup/{}/change/"


class Walk:
    """What was seen and taken on the way: the words of every page, and the files of the pictures, in `folder`."""

    def __init__(self, folder):
        self.folder, self.seen, self.taken = folder, [], []

    def look(self, page):
        """Keep the words of a page, and of what stands in its frames."""
        page.wait_for_load_state()
        for frame in page.frames:
            self.read(frame.content())

    def read(self, words):
        """Keep the words of a page's HTML, with its elements, whose names of fields are read out, and without."""
        self.seen += [words, re.sub(r"\s+", " ", re.sub(r"<[^>]*>", "", words))]

    def open(self, page, address):
        """Open a page, and keep its words."""
        page.goto(address)
        self.look(page)

    def ask(self, page, *addresses):
        """Keep the words of one address after another, as whoever has this page is answered."""
        for address in addresses:
            answer = page.request.get(address)
            expect(answer).to_be_ok()
            self.read(answer.text())

    def take(self, page, name, first, last):
        """Take what a page shows from one element to another, and keep its words."""
        self.look(page)
        self.taken.append(save(cropped(page, first, last), self.folder / f"{name}.png"))


def walk(people, folder):
    """Go through the day with {"editor": page, "reviewer": page, "patient": page}; the first two are signed in.

    Return the Walk.
    """
    way, editor, reviewer = Walk(folder), people["editor"], people["reviewer"]
    for page in (editor, reviewer):
        page.add_init_script("localStorage.setItem('django.admin.navSidebarIsOpen', 'false')")
    _bring_in(way, editor)
    _desk(way, editor)
    _order(way, editor)
    _duplicate(way, editor)
    _correct(way, editor)
    _publish(way, reviewer)
    _write(way, editor)
    _look_around(way, editor, reviewer)
    _read(way, people["patient"])
    _be_signed_out(way, editor)
    return way


def _bring_in(way, page):
    way.ask(page, "/admin/leaflets/leaflet/")
    way.open(page, "/admin/leaflets/leaflet/import/")
    page.get_by_label("Paste it here").fill(NECK)
    page.get_by_role("button", name="See what is recognised").click()
    page.get_by_label("Address").fill("neck")
    page.get_by_label("Body part").fill("Neck")
    way.take(page, "bringing-in", "#content > h1", ".parts tbody tr:nth-child(6)")
    page.get_by_role("button", name="Make the draft").click()
    expect(page.get_by_text("was brought in from pasted text")).to_be_visible()
    way.look(page)
    way.ask(page, _workspace("ankle"), _workspace("knee"))


def _workspace(slug):
    return f"/admin/leaflets/leaflet/{Leaflet.objects.get(slug=slug).pk}/workspace/"


def _desk(way, page):
    page.goto("/admin/")
    way.take(page, "desk", "form.find", "div:has(> h2:text('Reviews overdue'))")
    page.get_by_label("Find a leaflet").fill("back")
    page.get_by_role("button", name="Find").click()
    page.get_by_role("link", name="information – Lower Back").click()
    expect(page.frame_locator("iframe").get_by_role("link", name="Edit title")).to_be_visible()
    way.take(page, "workspace", ".standing", ".frame")


def _order(way, page):
    page.goto(FORM.format(RedFlagGroup.objects.get(key="lower-back-no-trauma").pk))
    expect(page.locator("#signs-0 .ordering")).to_be_visible()
    way.take(page, "signs", "#signs-group h2", "#signs-4")


def _correct(way, page):
    """An editor and a colleague correct one sign; the editor puts both together, and submits it."""
    group = RedFlagGroup.objects.get(key="cauda-equina-syndrome")
    colleague = User.objects.get(username="colleague")
    presence.note(group, colleague, timedelta(minutes=5))
    page.goto(_workspace("lower-back"))
    link = "Edit red flags of “Cauda Equina Syndrome (CES)”"
    page.frame_locator("iframe").get_by_role("link", name=link).click()
    expect(page.get_by_text("Eli Editor has had this open since")).to_be_visible()
    way.look(page)
    group.signs.filter(position=2).update(text=THEIRS)
    group.warning = WARNING
    with transaction.atomic():
        group.save()
        group.record(by=colleague, reason="Plainer.")
    page.locator("#id_signs-1-text").fill(MINE)
    page.get_by_label("Reason").fill("The second sign is plainer, as asked.")
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_label("Keep mine").check()
    way.take(page, "stale", "p.errornote", ".stale")
    page.get_by_role("button", name="Put both together and save").click()
    expect(page.get_by_text("was changed successfully")).to_be_visible()
    way.look(page)
    way.open(page, _workspace("lower-back"))
    page.get_by_role("link", name="Submit for review").click()
    way.look(page)
    page.get_by_label("Reason").fill("The second sign and the warning are plainer.")
    page.get_by_role("button", name="Submit for review").click()
    expect(page.get_by_text("edition 3: submitted.")).to_be_visible()
    way.look(page)


def _publish(way, page):
    way.open(page, "/admin/")
    page.locator(".waiting", has_text="Waiting for your review").get_by_role("link", name="edition 3").click()
    way.look(page)
    page.get_by_role("link", name="Publish").click()
    page.get_by_label("Reason").fill("Read against the CES pathway.")
    way.take(page, "publish", "#content > h1", ".submit-row")
    for field in page.locator("fieldset textarea").all()[1:]:
        field.fill("It says the same in plainer words.")
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_text("edition 3: published.")).to_be_visible()
    way.look(page)


def _write(way, page):
    page.goto(f"/admin/leaflets/leaflet/{Leaflet.objects.get(slug='lower-back').pk}/change/")
    words = page.locator(".cke_wysiwyg_div").first
    words.wait_for()
    page.evaluate("html => CKEDITOR.instances.id_exercises_introduction.setData(html)", WRITTEN)
    expect(words).to_contain_text("stay in bed")
    way.take(page, "writing", ".cke_chrome", ".cke_chrome")
    page.evaluate("html => CKEDITOR.instances.id_exercises_introduction.execCommand('paste', html)", PASTED)
    expect(page.locator(".left-out").first).to_contain_text("Left out of what you pasted")
    page.locator(".cke_button__table").first.click()
    expect(page.get_by_label("Headers", exact=True)).to_be_visible()
    way.look(page)


def _duplicate(way, page):
    source = Leaflet.objects.get(slug="lower-back")
    way.open(page, f"/admin/leaflets/leaflet/{source.pk}/duplicate/")
    page.get_by_label("Title").fill("Self-help and information – Upper Back")
    page.get_by_label("Address").fill("upper-back")
    page.get_by_label("Keep them shared").check()
    page.get_by_role("button", name="Duplicate").click()
    expect(page.get_by_text("is a copy of")).to_be_visible()
    way.look(page)


def _look_around(way, editor, reviewer):
    """The pages that the guide names and no scene passes."""
    first, live = (Edition.objects.get(slug="lower-back", number=number) for number in (1, 3))
    video, group = ExerciseVideo.objects.first(), RedFlagGroup.objects.first()
    way.ask(
        editor,
        f"/admin/leaflets/edition/{first.pk}/change/",
        f"/admin/exercises/exercisevideo/{video.pk}/change/",
        f"/admin/triage/redflaggroup/{group.pk}/duplicate/",
        "/admin/history/reviews/",
    )
    way.open(editor, "/admin/exercises/programme/add/")
    way.ask(
        reviewer,
        f"/admin/leaflets/leaflet/{live.leaflet_id}/workspace/",
        f"/admin/leaflets/leaflet/{live.leaflet_id}/ways/",
        *(f"/admin/leaflets/edition/{live.pk}/decide/{kind}/" for kind in ("withdrawn", "reviewed")),
        f"/admin/history/events/{live.events.get(kind='published').sequence}/",
    )


def _read(way, page):
    """What a patient reads, and the page where everybody signs in."""
    live = Edition.objects.get(slug="lower-back", number=3)
    way.ask(page, "/admin/login/", "/lower-back/", "/lower-back/history/", f"/e/{live.code}/")
    both = Image.new("RGB", (2 * PHONE + 30, HEIGHT), "white")
    for left, step in ((0, "step-1"), (PHONE + 30, "advice-1")):
        page.goto(f"/lower-back/check/#{step}")
        expect(page.locator(f"#{step}")).to_be_visible()
        both.paste(image_of(page.screenshot()), (left, 0))
    way.look(page)
    way.taken.append(save(both, way.folder / "check.png"))


def _be_signed_out(way, page):
    page.goto(FORM.format(RedFlagGroup.objects.first().pk))
    page.get_by_label("What to do:").fill("Typed for a long time.")
    Session.objects.all().delete()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("What you typed is kept in this browser.")).to_be_visible()
    way.look(page)
    page.get_by_role("link", name="Sign in and continue").click()
    page.get_by_label("Username").fill("editor")
    page.get_by_label("Password").fill("demo-password")
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_role("button", name="Put it back")).to_be_visible()
    way.look(page)
