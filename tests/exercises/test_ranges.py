"""A file is served whole or in the part that was asked for, in every case of RFC 9110, so that a bad line is no end."""

import io

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from exercises import ranges
from tests.exercises.clips import mp4
from tests.stores import keep

MP4 = mp4(15) + bytes(range(256)) * 4
SIZE = len(MP4)


@pytest.fixture
def stored(store):
    return f"/media/{keep(MP4)}"


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
        ("bytes=5-" + "9" * 5000, 5, SIZE - 1),
        ("bytes=-" + "9" * 5000, 0, SIZE - 1),
        ("bytes=005-0009", 5, 9),
        ("bytes=,5-9 ,\t,", 5, 9),
    ],
)
def test_a_part_is_served(get, stored, asked, first, last):
    response, body = get(stored, range=asked)
    assert response.status_code == 206
    assert response["Content-Range"] == f"bytes {first}-{last}/{SIZE}"
    assert response["Content-Length"] == str(last - first + 1)
    assert body == MP4[first : last + 1]


@pytest.mark.parametrize(
    "asked", [f"bytes={SIZE}-", "bytes=-0", f"bytes={SIZE}-{SIZE + 5}", "bytes=" + "9" * 5000 + "-"]
)
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
        "bytes=٣-٤",
        "bytes 0-5",
        "bytes=--5",
        # Several at once, in order, overlapping, or many: the whole file holds them all.
        "bytes=0-1,5-6",
        "bytes=0-5,2-9",
        f"bytes={SIZE}-,0-1",
        "bytes=" + ",".join(["0-"] * 200),
    ],
)
def test_a_range_that_is_none_is_answered_with_the_whole_file(get, stored, asked):
    response, body = get(stored, range=asked.encode().decode("latin-1"))
    assert (response.status_code, body) == (200, MP4)


@pytest.mark.parametrize(
    ("if_range", "status"),
    [
        (None, 206),
        ("{etag}", 206),
        ("{date}", 206),
        ("W/{etag}", 200),  # A weak tag says nothing of the bytes.
        ('"other"', 200),
        ("{etag}, {etag}", 200),
        ("Mon, 23 Nov 2015 06:00:00 GMT", 200),
        ("Mon, 23 Nov 2099 06:00:00 GMT", 200),  # Not a later moment either: the very same.
        ("yesterday", 200),
    ],
)
def test_a_download_resumes_only_on_the_same_file(get, stored, if_range, status):
    whole = get(stored)[0]
    headers = {"range": "bytes=5-"}
    if if_range:
        headers["if_range"] = if_range.format(etag=whole["ETag"], date=whole["Last-Modified"])
    response, body = get(stored, **headers)
    assert (response.status_code, body) == (status, MP4[5:] if status == 206 else MP4)


def test_whoever_has_a_part_of_another_file_gets_this_one_even_if_the_part_lies_outside(get, stored):
    assert get(stored, range=f"bytes={SIZE}-", if_range='"other"')[0].status_code == 200


@pytest.mark.parametrize("step", [1000, SIZE - 1])
def test_a_download_that_breaks_off_again_and_again_comes_whole(get, stored, step):
    response, body = get(stored)
    etag, got = response["ETag"], body[:7]
    while len(got) < SIZE:
        response, body = get(stored, range=f"bytes={len(got)}-", if_range=etag)
        assert response.status_code == 206
        assert response["Content-Range"].startswith(f"bytes {len(got)}-")
        got += body[:step]
    assert got == MP4


@pytest.mark.parametrize(
    ("condition", "status"),
    [
        ({"if_none_match": "{etag}"}, 304),
        ({"if_none_match": 'W/{etag}, "other"'}, 304),
        ({"if_none_match": "*"}, 304),
        ({"if_none_match": '"other"'}, 206),
        ({"if_modified_since": "{date}"}, 304),
        ({"if_modified_since": "Mon, 23 Nov 2015 06:00:00 GMT"}, 206),
        ({"if_modified_since": "{date}", "if_none_match": '"other"'}, 206),
        ({"if_match": "{etag}"}, 206),
        ({"if_match": "*"}, 206),
        ({"if_match": '"other"'}, 412),
        ({"if_match": "W/{etag}"}, 412),
        ({"if_unmodified_since": "{date}"}, 206),
        ({"if_unmodified_since": "Mon, 23 Nov 2015 06:00:00 GMT"}, 412),
    ],
)
def test_conditions_come_before_the_part(get, stored, condition, status):
    whole = get(stored)[0]
    condition = {
        name: value.format(etag=whole["ETag"], date=whole["Last-Modified"])
        for name, value in condition.items()
    }
    response, body = get(stored, range="bytes=5-9", **condition)
    assert (response.status_code, body) == (status, MP4[5:10] if status == 206 else b"")


@pytest.mark.parametrize(
    ("asked", "status"), [(None, 200), ("bytes=5-9", 206), (f"bytes={SIZE}-", 416), ("lines=1-2", 200)]
)
def test_every_answer_names_the_file_and_that_it_comes_in_parts(get, stored, asked, status):
    response, _ = get(stored, **({"range": asked} if asked else {}))
    assert response.status_code == status
    assert response["ETag"] == f'"{stored[7:-4]}"'
    assert response["Accept-Ranges"] == "bytes"
    assert response.has_header("Last-Modified")
    assert ("immutable" in response.get("Cache-Control", "")) == (status != 416)


@pytest.mark.parametrize("asked", ["bytes=5-9", f"bytes={SIZE}-"])
def test_asking_for_the_head_gives_the_size_of_the_whole_and_nothing_else(client, stored, db, asked):
    response = client.head(stored, headers={"range": asked, "if-range": '"other"'})
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


def wanted(first, last, size):
    """Which bytes of a file are asked for, told byte by byte in the words of RFC 9110 section 14.1.2."""
    if first is None:
        return [place for place in range(size) if size - place <= last]
    return [place for place in range(size) if first <= place and (last is None or place <= last)]


number = st.integers(0, 40)


@given(number, st.none() | number, st.integers(1, 30), st.sampled_from(["bytes", "Bytes", "BYTES"]))
@example(0, None, 1, "bytes")
def test_a_part_is_what_the_standard_says_byte_by_byte(first, last, size, unit):
    for begins in {first, None} if last is not None else {first}:
        asked = f"{unit}={'' if begins is None else begins}-{'' if last is None else last}"
        try:
            part = ranges.requested(asked, size)
        except ranges.Unsatisfiable:
            assert wanted(begins, last, size) == []
            continue
        if begins is not None and last is not None and last < begins:
            assert part is None  # Malformed: as if nothing had been asked.
        else:
            assert list(range(part[0], part[1] + 1)) == wanted(begins, last, size) != []


@given(st.binary(min_size=1, max_size=50), st.data())
def test_parts_put_together_are_the_file(content, data):
    cuts = sorted(data.draw(st.sets(st.integers(1, max(1, len(content) - 1)))) & set(range(1, len(content))))
    got, file = b"", io.BytesIO(content)
    for first, after in zip([0, *cuts], [*cuts, len(content)], strict=True):
        begin, end = ranges.requested(f"bytes={first}-{after - 1}", len(content))
        file.seek(begin)
        got += file.read(end - begin + 1)
    assert got == content
