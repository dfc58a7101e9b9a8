"""The pages on which a leaflet is brought in."""

import json
import re
from html import unescape
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from history.models import Version
from leaflets import loading
from leaflets.models import Leaflet
from tests.universe import CONTENT, LOWER_BACK
from triage.models import ContactRoute, RedFlagGroup

pytestmark = pytest.mark.django_db
SEED = (Path(__file__).parent / "seed-lower-back.txt").read_text()
NECK = (Path(__file__).parent / "pages" / "neck-pain.html").read_bytes()
ADDRESS = "/admin/leaflets/leaflet/import/"
ABOUT = {"title": "Neck pain", "slug": "neck-pain", "body_part": "Neck", "language": "en-GB"}


@pytest.fixture
def at_work(client, editor):
    client.force_login(editor)
    return client


def upload(client, content, name="page.txt", **fields):
    return client.post(ADDRESS, {"file": SimpleUploadedFile(name, content), **fields})


def said(response):
    """The words of a page."""
    return " ".join(unescape(re.sub("<[^<>]*>", " ", response.content.decode())).split())


def chosen(response, **changes):
    """What the second page posts if the editor changes only this."""
    form = response.context["form"]
    return {field.html_name: field.value() or "" for field in form} | {"make": "Make the draft"} | changes


def test_the_list_of_leaflets_leads_there(at_work):
    assert f'href="{ADDRESS}"' in at_work.get("/admin/leaflets/leaflet/").content.decode()


def test_a_reviewer_is_not_led_there(client, reviewer):
    client.force_login(reviewer)
    assert ADDRESS not in client.get("/admin/leaflets/leaflet/").content.decode()


def test_a_page_becomes_a_draft_whose_versions_say_who_and_from_where(at_work):
    response = upload(at_work, NECK, "neck-pain.html")
    assert "It was read as an HTML page." in said(response)
    assert "Not brought in: the words inside <script>." in said(response)
    assert "To be left out unless you choose otherwise: parts 1, 2, 3, 23." in said(response)
    response = at_work.post(ADDRESS, chosen(response, **ABOUT), follow=True)
    leaflet = Leaflet.objects.get()
    assert response.redirect_chain == [(reverse("admin:leaflets_leaflet_workspace", args=[leaflet.pk]), 302)]
    assert "The draft of “Neck pain” was brought in from neck-pain.html." in said(response)
    assert "Part 1, “Neck pain | Northshore Health Board”, is left out." in said(response)
    assert {(v.by_name, v.said["reason"]) for v in Version.objects.all()} == {
        ("Editor", "Brought in from neck-pain.html.")
    }
    assert not ContactRoute.objects.exists()
    assert [group.urgency for group in RedFlagGroup.objects.all()] == [""]


def test_what_the_editor_chooses_holds(at_work):
    response = at_work.post(ADDRESS, {"text": "Knee\n\nCall 999 now if:\n\n• it is cold"})
    post = chosen(response, **ABOUT, part_2="group", part_3="signs")
    at_work.post(ADDRESS, post)
    (group,) = Leaflet.objects.get().snapshot()["red_flag_groups"]
    assert group["title"] == "Call 999 now if:"
    assert [sign["text"] for sign in group["signs"]] == ["it is cold"]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "There is no text in it."),
        (b" \n\t ", "There is no text in it."),
        (b"a" * (256 * 1024 + 1), "This file is too large: 262,145 bytes, and 262,144 is the most."),
        (b"%PDF-1.7 ...", "This file is a PDF. Open it, copy its text and paste it here."),
        (b"PK\x03\x04...", "This file is a Word document or another packed file."),
        (b"Kn\x81e", "This file is no text: byte 2 is of no encoding known here."),
        (b"<script>only()</script><p></p>", "There are no words to read in it."),
        (b"a\n\n" * 501, "It has 501 parts, and 500 is the most"),
        (b"{ broken", "this is not JSON"),
        (b'{"schema": 1}', "“title” is missing."),
        ("Kn\u202eee".encode(), "Remove the character U+202E after “Kn”"),
        (b"Kn\x00ee", "Remove the character U+0000 after “Kn”"),
        (b"<a " * 1000 + b"<p>", "The HTML of this page is broken or mostly code."),
    ],
)
def test_a_file_that_cannot_be_used_is_answered_with_a_sentence(at_work, content, sentence):
    response = upload(at_work, content)
    assert response.status_code == 400
    assert sentence in said(response)


def test_a_text_that_is_too_large_is_refused_and_kept(at_work):
    text = "é" * (128 * 1024) + "."
    response = at_work.post(ADDRESS, {"text": text})
    assert "This text is too large: 256 KB is the most." in said(response)
    assert text in response.content.decode()


def test_a_text_and_a_file_are_one_too_many_and_the_text_is_kept(at_work):
    response = upload(at_work, b"Knee", text="Hip")
    assert "Paste a text or choose a file, not both" in said(response)
    assert response.context["form"]["text"].value() == "Hip"


def test_a_file_that_is_not_utf_8_is_read_as_windows_1252_and_that_is_said(at_work):
    response = upload(at_work, "Knee – “bend”".encode("cp1252"))
    assert "The file is not UTF-8. It was read as Windows-1252" in said(response)
    assert "Knee – “bend”" in said(response)


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"slug": ""}, "This field is required."),
        ({"slug": "Neck Pain"}, "Use small letters, digits and single hyphens"),
        ({"slug": "admin"}, "is an address of the site itself"),
        ({"slug": "lower-back"}, "there is a leaflet at “lower-back” already"),
        ({"language": "English"}, "Enter a language tag"),
        ({"part_1": "nonsense"}, "nonsense is not one of the available choices."),
        ({"part_2": "title"}, "“Title of the leaflet” is chosen twice."),
    ],
)
def test_a_draft_that_cannot_be_made_is_told_and_what_was_typed_stays(at_work, draft, wrong, sentence):
    response = at_work.post(ADDRESS, {"text": "Knee\n\nBend it."})
    post = chosen(response, **{**ABOUT, "title": "My own title", **wrong})
    response = at_work.post(ADDRESS, post)
    assert response.status_code == 400
    assert sentence in said(response)
    form = response.context["form"]
    assert {name: form[name].value() for name in post if name != "make"} == {
        name: value for name, value in post.items() if name != "make"
    }
    assert list(Leaflet.objects.all()) == [draft]


def test_a_group_of_the_same_name_elsewhere_stays_as_it_is(at_work, draft):
    before = [group.snapshot() for group in RedFlagGroup.objects.all()]
    response = at_work.post(ADDRESS, {"text": SEED})
    at_work.post(ADDRESS, chosen(response, **ABOUT))
    at_work.post(ADDRESS, chosen(response, **ABOUT | {"slug": "neck-pain-2"}))
    assert Leaflet.objects.count() == 3
    assert [group.snapshot() for group in RedFlagGroup.objects.all() if group.urgency] == before


def test_a_leaflets_file_becomes_its_draft(at_work, editor):
    document = json.loads(LOWER_BACK.read_text()) | {"slug": "back"}
    loading.load(json.loads(LOWER_BACK.read_text()), CONTENT / "media", by=editor, reason="Media.")
    response = upload(at_work, json.dumps(document).encode(), "back.json")
    assert response.status_code == 302
    leaflet = Leaflet.objects.get(slug="back")
    assert leaflet.snapshot() == document
    assert leaflet.versions().last().said["reason"] == "Brought in from back.json."


def test_a_leaflets_file_never_changes_what_is_here(at_work, draft):
    document = json.loads(LOWER_BACK.read_text())
    response = at_work.post(ADDRESS, {"text": json.dumps(document)})
    assert "there is a leaflet at “lower-back” already" in said(response)
    document |= {"slug": "back"}
    document["red_flag_groups"][0]["contacts"][1]["phone"] = "999"
    response = at_work.post(ADDRESS, {"text": json.dumps(document)})
    assert "red-flag group “cauda-equina-syndrome”: is here already and says something else" in said(response)
    assert response.context["form"]["text"].value() == json.dumps(document)
    assert draft.snapshot()["red_flag_groups"][0]["contacts"][1]["phone"] == "111"


def test_a_leaflets_file_whose_media_are_not_here_is_refused(at_work, settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)
    response = at_work.post(ADDRESS, {"text": LOWER_BACK.read_text()})
    assert "is in the media folder." in said(response)
    assert not Leaflet.objects.exists()
