"""Files that are two things at once: they are shown as what they were taken for, and do nothing."""

import re

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from exercises import kinds, media
from tests.exercises.clips import mp4

pytestmark = pytest.mark.looks

PAGE = b"<html><body><script>alert(1)</script><img src=x onerror=alert(1)></body></html>"
SVG = b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'><script>alert(1)</script></svg>"
# What begins as one of ours does, and goes on as a page.
TWO_AT_ONCE = {
    "mp4": mp4(15) + PAGE,
    "webm": b"\x1a\x45\xdf\xa3\x9fB\x86\x81\x01B\x82\x84webm" + PAGE,
    "vtt": b"WEBVTT\n\nNOTE "
    + PAGE
    + b"\n\n00:00.000 --> 00:01.000\n<script>alert(1)</script><c.x onclick=alert(1)>a</c>\n",
    "jpg": b"\xff\xd8\xff\xfe\x00\x80" + PAGE,
    "png": b"\x89PNG\r\n\x1a\n\0\0\0\x80tEXt" + PAGE,
    "webp": b"RIFF\x00\x01\x00\x00WEBPVP8 " + PAGE,
    "pdf": b"%PDF-1.7\n" + PAGE + b"\n1 0 obj<</OpenAction<</S/JavaScript/JS(app.alert(1))>>>>endobj",
}
NONE_OF_OURS = {
    "a GIF that is a page": b"GIF89a/*" + PAGE + b"*/=1;alert(1)",
    "SVG": SVG,
    "SVG after a declaration": b"<?xml version='1.0'?>" + SVG,
    "a page": PAGE,
    "a page after a mark": b"\xef\xbb\xbf" + PAGE,
    "a page after spaces": b"  \n\t" + PAGE,
    "a page in UTF-16": PAGE.decode().encode("utf-16"),
    "a script": b"alert(1)//WEBVTT",
    "a page that says it is a PDF later": PAGE + b"%PDF-1.7",
    "an archive": b"PK\x03\x04" + PAGE,
    "a BMP that is a script": b"BM=1;alert(1)",
}


@pytest.mark.parametrize("name", NONE_OF_OURS)
@pytest.mark.parametrize("types", [kinds.VIDEO, kinds.CAPTIONS, kinds.PICTURE, kinds.DOCUMENT])
def test_what_is_none_of_ours_is_refused_whatever_its_name_and_type_say(name, types):
    for said, type_ in (
        ("leaflet.pdf", "application/pdf"),
        ("knee.mp4", "video/mp4"),
        ("x.svg", "image/svg+xml"),
    ):
        file = SimpleUploadedFile(said, NONE_OF_OURS[name], content_type=type_)
        with pytest.raises(ValidationError, match="whatever its name says"):
            kinds.validate_upload(file, types)


@pytest.mark.parametrize("name", ["../../x.html", "x.mp4.html", "x\x00.html", "/etc/passwd", "\u202e4pm.exe"])
def test_nobody_chooses_the_name_of_a_file(name, settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)
    kept = media.DigestStorage().save(name, SimpleUploadedFile("x", TWO_AT_ONCE["png"]))
    assert re.fullmatch(r"[0-9a-f]{64}\.png", kept)
    assert [path.name for path in tmp_path.iterdir()] == [kept]


@pytest.fixture
def stored(settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)
    storage = media.DigestStorage()
    return {
        kind: storage.save("x", SimpleUploadedFile("x", content)) for kind, content in TWO_AT_ONCE.items()
    }


@pytest.mark.django_db
def test_each_is_answered_as_what_it_was_taken_for(stored, client):
    for kind, name in stored.items():
        response = client.get(f"/media/{name}")
        assert response.getvalue() == TWO_AT_ONCE[kind]
        assert response["Content-Type"] == next(t for t, k in kinds.KINDS.items() if k.extension == kind)
        assert response["X-Content-Type-Options"] == "nosniff"
        assert response["Content-Security-Policy"].startswith("sandbox ")
        assert "allow-scripts" not in response["Content-Security-Policy"]
        for other in ("html", "svg", "js", "php"):
            assert client.get(f"/media/{name.rpartition('.')[0]}.{other}").status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "../../etc/passwd",
        "..%2f..%2fetc%2fpasswd",
        "paper/x.pdf",
        "%2e%2e/x",
        f"{'0' * 64}.mp4%00.html",
        ".part",
    ],
)
@pytest.mark.django_db
def test_no_path_leads_out_of_the_media(client, path):
    assert client.get(f"/media/{path}").status_code in (400, 404)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("policy", [True, False], ids=["policy", "no-policy"])
def test_opened_directly_nothing_in_them_runs(stored, new_page, problems, policy):
    page, ran = new_page(bypass_csp=not policy), []
    page.on("dialog", lambda dialog: (ran.append(dialog.message), dialog.dismiss()))
    for kind, name in stored.items():
        if kind == "pdf":
            continue  # Shown by a viewer of the browser's own, in which no page of ours is.
        page.goto(f"/media/{name}")
        page.wait_for_timeout(50)
        assert page.evaluate("document.contentType") != "text/html"
        assert page.evaluate("document.querySelectorAll('script, [onerror]').length") == 0, kind
    assert ran == []
    problems.clear()  # None of them is whole.


@pytest.mark.django_db(transaction=True)
def test_a_video_that_is_opened_directly_plays(live, new_page):
    page = new_page()
    file = live.document["exercises"]["programmes"][0]["videos"][0]["file"]
    page.goto(media.url(file))
    page.wait_for_function("document.querySelector('video').readyState > 1")
