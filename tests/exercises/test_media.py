"""Files are kept under the digest of what they hold, judged by what they hold, and served whole or in parts."""

import hashlib

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from exercises import kinds, media
from exercises.models import ExerciseVideo
from tests.exercises.clips import mp4

MP4 = mp4(15)
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
def stored(store):
    return f"/media/{media.DigestStorage().save('knee.mp4', SimpleUploadedFile('knee.mp4', MP4))}"


@pytest.mark.parametrize("type_", SAMPLES)
def test_a_file_is_what_its_first_bytes_say(type_):
    assert kinds.sniff(SAMPLES[type_]) == type_


@pytest.mark.parametrize(
    "content",
    [b"", b"<html>", b"MZ\x90", b"<svg xmlns=''>", b"PK\x03\x04", b"GIF89a", b"\x1aE\xdf\xa3matroska"],
)
def test_anything_else_is_no_file_of_ours(content):
    assert kinds.sniff(content) is None


def test_a_file_is_named_by_its_digest_and_kept_once(stored, store):
    digest = hashlib.sha256(MP4).hexdigest()
    again = media.DigestStorage().save("other name.mp4", SimpleUploadedFile("x", MP4))
    assert stored == f"/media/{again}" == f"/media/{digest}.mp4"
    assert store.names() == [again]
    assert store.read(again) == MP4


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
        ("captions", VTT + b"x" * kinds.MEGABYTE, "larger than 1 MB"),
        (
            "file",
            mp4(10 * 60 + 1),
            "This video is 10 minutes and 1 seconds long, and 10 minutes are the most. Cut it",
        ),
        ("file", mp4(90 * 60), "This video is 90 minutes and 0 seconds long"),
        ("file", mp4(15)[:-1], "does not say how long the video is: it is damaged"),
        ("file", SAMPLES["video/webm"], "does not say how long the video is: it is damaged"),
        ("file", b"\0\0\0\x20ftypM4A \0\0\0\0M4A ", "not an MP4 video or a WebM video"),
        ("captions", b"WEBVTT\n", "holds no captions"),
        ("captions", VTT + "Müde".encode("latin-1"), "not written in UTF-8. Save it again as UTF-8"),
        (
            "captions",
            b"WEBVTT\n\n1\n00:00:01,000 --> 00:00:02,000\nLie down.\n",
            "Line 4 of this caption file, “00:00:01,000 --> 00:00:02,000”, is no time that browsers read.",
        ),
    ],
)
def test_an_upload_is_judged_by_its_content_and_size(field, content, sentence):
    video = ExerciseVideo(title="T", key="t")
    setattr(video, field, SimpleUploadedFile("good-name.mp4", content))
    with pytest.raises(ValidationError) as error:
        video.clean_fields()
    assert sentence in error.value.message_dict[field][0]


@pytest.mark.django_db
def test_a_good_upload_is_described_in_the_snapshot(store):
    video = ExerciseVideo(title="T", key="t", file=SimpleUploadedFile("x" * 200 + ".exe", MP4))
    video.full_clean()
    video.save()
    digest = hashlib.sha256(MP4).hexdigest()
    snapshot = ExerciseVideo.objects.get().snapshot()
    assert snapshot["file"] == {"sha256": digest, "type": "video/mp4", "bytes": len(MP4)}
    assert (snapshot["captions"], snapshot["poster"]) == (None, None)


@pytest.mark.parametrize(
    "cues", ["00:00.000 --> 00:01.000", "100:00:00.000  -->\t100:00:01.000 line:0 align:start"]
)
def test_captions_are_taken_as_the_standard_writes_them(cues):
    captions = SimpleUploadedFile("c.vtt", f"\ufeffWEBVTT - Knee\r\n\r\n{cues}\r\nLie down.\r\n".encode())
    video = ExerciseVideo(title="T", key="t", captions=captions)
    video.full_clean(validate_unique=False)


@pytest.mark.django_db
def test_the_length_shown_is_that_of_the_file_and_not_what_was_typed(store):
    video = ExerciseVideo(title="T", key="t", file=SimpleUploadedFile("x.mp4", mp4(15.4)), seconds=90)
    video.full_clean()
    video.save()
    assert video.seconds == 15
    video = ExerciseVideo.objects.get()
    video.seconds = 16
    video.full_clean()
    assert video.seconds == 15


def test_the_length_of_a_video_at_a_provider_is_typed():
    video = ExerciseVideo(title="T", key="t", provider_url="https://vimeo.com/76979871", seconds=90)
    video.full_clean(validate_unique=False)
    assert video.seconds == 90
