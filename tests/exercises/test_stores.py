"""Media are kept alike in a folder and in a bucket: once, whole, for ever, and what goes wrong is said in words."""

import io
import tracemalloc
from types import SimpleNamespace

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st

from exercises import blocks, bucket, media
from exercises.media import DigestStorage, Unreachable
from exercises.models import ExerciseVideo
from tests.exercises.clips import mp4
from tests.leaflets.test_admin import form_of, words_of
from tests.stores import keep, stock

MP4 = mp4(15)
NAME = media.name({"sha256": media.digest_of(io.BytesIO(MP4)), "type": "video/mp4"})
LARGE = mp4(15) + bytes(range(256)) * 20_000


def told(*command):
    said = io.StringIO()
    call_command(*command, stdout=said)
    return said.getvalue()


@pytest.mark.looks
def test_what_is_in_a_bucket_is_never_overwritten_and_never_public(s3):
    assert keep(MP4) == NAME
    # Another process, which asked whether it is there before this one stored it.
    DigestStorage().store.add(NAME, ContentFile(b"other"))
    assert s3.read(NAME) == MP4
    key = {"Bucket": s3.name, "Key": f"media/{NAME}"}
    assert s3.client.head_object(**key)["ContentType"] == "video/mp4"
    grants = s3.client.get_object_acl(**key)["Grants"]
    assert [(each["Grantee"]["Type"], each["Permission"]) for each in grants] == [
        ("CanonicalUser", "FULL_CONTROL")
    ]


@pytest.mark.looks
def test_a_bucket_is_asked_for_what_is_needed_and_no_more(s3, client, db, monkeypatch):
    name, asked = keep(LARGE), []
    read = bucket.Bucket.read
    monkeypatch.setattr(
        bucket.Bucket, "read", lambda self, name, *part: asked.append(part) or read(self, name, *part)
    )
    response = client.get(f"/media/{name}", headers={"range": "bytes=1000000-1000001"})
    assert response.getvalue() == LARGE[1_000_000:1_000_002]
    assert asked == [(1_000_000, 1_000_000 + blocks.BLOCK - 1)]
    asked.clear()
    response = client.head(f"/media/{name}")
    assert (response["Content-Length"], asked) == (str(len(LARGE)), [])


@pytest.mark.looks
def test_serving_a_large_file_takes_little_memory(s3, client, db):
    name = keep(LARGE)
    client.get(f"/media/{name}").getvalue()
    tracemalloc.start()
    try:
        assert sum(map(len, client.get(f"/media/{name}"))) == len(LARGE)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < 8 * blocks.BLOCK < len(LARGE) / 2


@pytest.mark.looks
@examples(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_any_walk_through_a_file_in_a_bucket_reads_what_is_there(s3, data):
    name = keep(LARGE)
    with DigestStorage().open(name) as file:
        for _ in range(4):
            place = data.draw(st.integers(0, len(LARGE) + 10))
            size = data.draw(st.integers(0, 300_000))
            assert file.seek(place) == file.tell() == place
            assert file.read(size) == LARGE[place : place + size]
        back = data.draw(st.integers(0, 1000))
        file.seek(-back, io.SEEK_END)
        assert file.read() == LARGE[len(LARGE) - back :]


def test_a_file_that_is_not_there_is_lost_and_nothing_else_is_wrong(store):
    name = keep(MP4)
    store.remove(name)
    assert media.describe(ExerciseVideo(file=name).file)["bytes"] == 0
    assert media.problem(name) == "cannot be read: No such file" + (
        "" if "Bucket" in repr(type(DigestStorage().store)) else " or directory"
    )
    assert DigestStorage().store.problem() is None


@pytest.mark.looks
def test_what_was_seen_is_remembered_while_the_bucket_is_away(s3):
    video = ExerciseVideo(file=keep(MP4))
    known = video.snapshot()["file"]
    s3.lose()
    assert video.snapshot()["file"] == known
    s3.forget()
    for _ in range(2):
        with pytest.raises(Unreachable) as error:
            video.snapshot()
        assert error.value.sentence == "The bucket of media does not answer."


@pytest.mark.looks
def test_a_bucket_that_hangs_is_not_waited_for_by_everybody(s3, monkeypatch):
    now, asked = [1000.0], []
    monkeypatch.setattr(bucket, "time", SimpleNamespace(monotonic=lambda: now[0]))

    def hang(self):
        asked.append(now[0])
        now[0] += 16
        raise Unreachable(bucket.OTHERWISE)

    with monkeypatch.context() as patch:
        patch.setattr(bucket.Bucket, "_listed", hang)
        for _ in range(5):
            with pytest.raises(Unreachable):
                DigestStorage().exists(NAME)
        assert asked == [1000]
        now[0] += bucket.AGAIN
        with pytest.raises(Unreachable):
            DigestStorage().exists(NAME)
        assert len(asked) == 2
    now[0] += bucket.AGAIN
    assert DigestStorage().exists(NAME) is False


@pytest.mark.looks
@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (lambda s3: s3.client.delete_bucket(Bucket=s3.name), "The bucket of media is not there."),
        (lambda s3: s3.lose(), "The bucket of media does not answer."),
    ],
)
def test_a_bucket_that_is_not_as_it_should_be_is_told_of(s3, spoil, sentence, client, db):
    spoil(s3)
    store = DigestStorage().store
    assert store.problem() == sentence
    for ask in (store.exists, store.size, store.open, lambda name: keep(MP4)):
        with pytest.raises(Unreachable) as error:
            ask(NAME)
        assert error.value.sentence == sentence
    for method in (client.get, client.head):
        answer = method(f"/media/{NAME}")
        assert (answer.status_code, answer["Cache-Control"]) == (503, "no-store")
    assert b"This file cannot be shown at the moment." in client.get(f"/media/{NAME}").content


@pytest.mark.looks
def test_a_file_whose_bytes_cannot_be_had_is_not_begun(s3, client, db):
    name = keep(MP4)
    s3.lose()
    assert client.get(f"/media/{name}").status_code == 503
    assert client.get(f"/media/{name}", headers={"range": "bytes=5-9"}).status_code == 503
    assert client.get(f"/media/{name}", headers={"if-none-match": "*"}).status_code == 304


def test_an_upload_that_cannot_be_stored_is_said_so_and_nothing_typed_is_lost(store, draft, editor, client):
    stock()
    video = ExerciseVideo.objects.first()
    save = form_of(client, editor, f"/admin/exercises/exercisevideo/{video.pk}/change/")
    store.lose()
    page = save(title="Another title", poster=SimpleUploadedFile("a.png", b"\x89PNG\r\n\x1a\n" + b"x" * 90))
    assert page.status_code == 200
    assert "This file was not stored, because the place where files are kept does not take it now." in (
        words_of(page)
    )
    assert 'value="Another title"' in page.content.decode()
    assert ExerciseVideo.objects.get(pk=video.pk).title == video.title


@pytest.mark.looks
def test_staff_are_told_where_the_files_are_out_of_reach(s3, draft, editor, client):
    stock()
    video = ExerciseVideo.objects.first()
    path = f"/admin/exercises/exercisevideo/{video.pk}/change/"
    save = form_of(client, editor, path)
    s3.lose()
    page = save(title="Another title")
    assert "This file cannot be read now, because the place where files are kept does not answer." in (
        words_of(page)
    )
    assert 'value="Another title"' in page.content.decode()
    s3.forget()
    page = client.get(path)
    assert page.status_code == 503
    assert "The files are out of reach. Nothing that you typed was saved." in words_of(page)


@pytest.mark.looks
def test_media_move_to_a_bucket_and_back_whole(s3, tmp_path):
    old, back = tmp_path / "old", tmp_path / "back"
    (old / "paper").mkdir(parents=True)
    (old / NAME).write_bytes(MP4)
    (old / "notes.txt").write_text("Not ours.")
    assert told("copy_media", "--from", str(old)) == "Copied: 1.\n"
    assert told("copy_media", "--from", str(old)) == "Copied: 0.\n"
    assert told("copy_media", "--to", str(back)) == "Copied: 1.\n"
    assert [(path.name, path.read_bytes()) for path in back.iterdir()] == [(NAME, MP4)]


def test_what_is_not_what_its_name_says_is_not_copied(store, tmp_path):
    (tmp_path / "old").mkdir()
    (tmp_path / "old" / NAME).write_bytes(b"other")
    with pytest.raises(CommandError, match=f"{NAME} is wrong where it comes from: it is not what it was."):
        told("copy_media", "--from", str(tmp_path / "old"))
    assert store.names() == []
    keep(MP4)
    store.spoil(NAME, b"other")
    (tmp_path / "old" / NAME).write_bytes(MP4)
    with pytest.raises(CommandError, match="where it was to be copied to: it is not what it was"):
        told("copy_media", "--from", str(tmp_path / "old"))


@pytest.mark.looks
def test_copying_from_nowhere_or_to_where_nobody_answers_is_refused(s3, tmp_path):
    with pytest.raises(CommandError, match="There is no folder"):
        told("copy_media", "--from", str(tmp_path / "none"))
    (tmp_path / NAME).write_bytes(MP4)
    s3.lose()
    with pytest.raises(CommandError, match="Not all was copied: the bucket of media does not answer"):
        told("copy_media", "--from", str(tmp_path))
