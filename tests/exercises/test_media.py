"""Files are kept under the digest of what they hold, judged by what they hold, and served whole or in parts."""

import hashlib

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import given
from hypothesis import strategies as st

from exercises import media, ranges
from exercises.models import ExerciseVideo

MP4 = b"\x00\x00\x00\x20ftypisom" + bytes(range(256)) * 4
VTT = b"WEBVTT\n\n00:00.000 --> 00:01.000\nLie down.\n"
SAMPLES = {
    "video/mp4": MP4,
    "video/webm": b"\x1a\x45\xdf\xa3\x9fB\x86\x81\x01B\x82\x84webm" + b"x" * 40,
    "text/vtt": VTT,
    "image/jpeg": b"\xff\xd8\xff\xe0" + b"x" * 40,
    "image/png": b"\x89PNG\r\n\x1a\n" + b"x" * 40,
    "image/webp": b"RIFF\x10\x00\x00\x00WEBPVP8 ",
    "application/pdf": b"%PDF-1.7\n",
}


@pytest.fixture
def stored(settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)
    return f"/media/{media.DigestStorage().save('knee.mp4', SimpleUploadedFile('knee.mp4', MP4))}"


@pytest.mark.parametrize("type_", SAMPLES)
def test_a_file_is_what_its_first_bytes_say(type_):
    assert media.sniff(SAMPLES[type_]) == type_


@pytest.mark.parametrize(
    "content",
    [b"", b"<html>", b"MZ\x90", b"<svg xmlns=''>", b"PK\x03\x04", b"GIF89a", b"\x1aE\xdf\xa3matroska"],
)
def test_anything_else_is_no_file_of_ours(content):
    assert media.sniff(content) is None


def test_a_file_is_named_by_its_digest_and_kept_once(stored, tmp_path):
    digest = hashlib.sha256(MP4).hexdigest()
    again = media.DigestStorage().save("other name.mp4", SimpleUploadedFile("x", MP4))
    assert stored == f"/media/{again}" == f"/media/{digest}.mp4"
    assert [path.name for path in tmp_path.iterdir()] == [again]
    assert (tmp_path / again).read_bytes() == MP4


def test_a_file_is_never_deleted(stored):
    with pytest.raises(NotImplementedError):
        media.DigestStorage().delete(stored)


@pytest.mark.parametrize(
    ("field", "content", "sentence"),
    [
        (
            "file",
            b"<html><script>alert(1)</script>",
            "not an MP4 video or a WebM video, whatever its name says",
        ),
        ("file", VTT, "not an MP4 video or a WebM video"),
        ("captions", b"1\n00:00 --> 00:01\nSRT", "not a WebVTT caption file"),
        (
            "poster",
            b"<svg xmlns='x' onload='alert(1)'/>",
            "not a JPEG picture or a PNG picture or a WebP picture",
        ),
        ("captions", VTT + b"x" * media.MEGABYTE, "larger than 1 MB"),
    ],
)
def test_an_upload_is_judged_by_its_content_and_size(field, content, sentence):
    video = ExerciseVideo(title="T", key="t")
    setattr(video, field, SimpleUploadedFile("good-name.mp4", content))
    with pytest.raises(ValidationError) as error:
        video.clean_fields()
    assert sentence in error.value.message_dict[field][0]


@pytest.mark.django_db
def test_a_good_upload_is_described_in_the_snapshot(settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)
    video = ExerciseVideo(title="T", key="t", file=SimpleUploadedFile("x" * 200 + ".exe", MP4))
    video.full_clean()
    video.save()
    digest = hashlib.sha256(MP4).hexdigest()
    snapshot = ExerciseVideo.objects.get().snapshot()
    assert snapshot["file"] == {"sha256": digest, "type": "video/mp4", "bytes": len(MP4)}
    assert (snapshot["captions"], snapshot["poster"]) == (None, None)


SIZE = len(MP4)


@pytest.fixture
def get(client, db):
    """Ask for a file and read what comes: get(path, header=value) returns (response, bytes)."""

    def get(path, **headers):
        response = client.get(
            path, headers={name.replace("_", "-"): value for name, value in headers.items()}
        )
        return response, response.getvalue()

    return get


def test_the_whole_file_is_served_to_be_kept_for_ever(get, stored):
    response, body = get(stored)
    assert body == MP4
    assert response["Content-Type"] == "video/mp4"
    assert response["Cache-Control"] == "public, max-age=31536000, immutable"
    assert response["Accept-Ranges"] == "bytes"


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [
        ("bytes=0-0", 0, 0),
        ("bytes=0-", 0, SIZE - 1),
        ("bytes=5-9", 5, 9),
        ("bytes=-1", SIZE - 1, SIZE - 1),
        (f"bytes=-{SIZE * 9}", 0, SIZE - 1),
        (f"bytes=10-{SIZE * 9}", 10, SIZE - 1),
        ("BYTES=5-9", 5, 9),
    ],
)
def test_a_part_is_served(get, stored, asked, first, last):
    response, body = get(stored, range=asked)
    assert response.status_code == 206
    assert response["Content-Range"] == f"bytes {first}-{last}/{SIZE}"
    assert response["Content-Length"] == str(last - first + 1)
    assert body == MP4[first : last + 1]


@pytest.mark.parametrize("asked", [f"bytes={SIZE}-", "bytes=-0", f"bytes={SIZE}-{SIZE + 5}"])
def test_a_part_outside_the_file_cannot_be_served(get, stored, asked):
    response, _ = get(stored, range=asked)
    assert (response.status_code, response["Content-Range"]) == (416, f"bytes */{SIZE}")


@pytest.mark.parametrize(
    "asked",
    [
        "lines=0-5",
        "bytes=",
        "bytes=-",
        "bytes=9-5",
        "bytes=a-b",
        "bytes=0-1,5-6",
        "bytes=٣-٤",
        "bytes=" + "9" * 5000 + "-",
    ],
)
def test_a_range_that_is_none_is_answered_with_the_whole_file(get, stored, asked):
    response, body = get(stored, range=asked.encode().decode("latin-1"))
    assert (response.status_code, body) == (200, MP4)


@pytest.mark.parametrize(
    ("if_range", "status"),
    [(None, 206), ("right", 206), ('"other"', 200), ("Mon, 23 Nov 2026 06:00:00 GMT", 200)],
)
def test_a_download_resumes_only_on_the_same_file(get, stored, if_range, status):
    etag = get(stored)[0]["ETag"]
    headers = {"range": "bytes=5-"} | (
        {"if_range": etag if if_range == "right" else if_range} if if_range else {}
    )
    assert get(stored, **headers)[0].status_code == status


def test_a_file_that_the_browser_has_is_not_sent_again(get, stored):
    etag = get(stored)[0]["ETag"]
    assert get(stored, if_none_match=etag)[0].status_code == 304
    assert get(stored, if_none_match='"other"')[0].status_code == 200


def test_asking_for_the_head_gives_the_size_and_nothing_else(client, stored, db):
    response = client.head(stored)
    assert (response.status_code, response["Content-Length"], response.getvalue()) == (200, str(SIZE), b"")
    response.close()


@pytest.mark.parametrize(
    "path", ["0" * 64 + ".mp4", "../settings.py", "x.mp4", "0" * 64 + ".html", "0" * 64 + ".mp4/"]
)
def test_nothing_else_is_served(client, stored, path):
    assert client.get(f"/media/{path}").status_code == 404


@given(st.text(alphabet="bytes=0123456789-, ", max_size=30), st.integers(1, 10_000))
def test_any_header_gives_a_part_inside_the_file_or_none(header, size):
    try:
        part = ranges.requested(header, size)
    except ranges.Unsatisfiable:
        return
    if part is not None:
        assert 0 <= part[0] <= part[1] < size
