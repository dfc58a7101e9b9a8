"""Whatever is asked for as a part of a file: all of it, exactly the part that is named in the answer, or 416."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st

from exercises import media, views
from tests.exercises.clips import mp4

pytestmark = pytest.mark.looks
FILE = mp4(15) + bytes(range(256)) * 4
SIZE = len(FILE)
PIECES = [
    *"=-, \t0123456789",
    "bytes",
    "bytes=",
    "lines=",
    "Bytes=",
    str(SIZE),
    str(SIZE - 1),
    "9" * 40,
    "\xb2",
    "\x1f",
]
ODD = st.text(st.characters(max_codepoint=255), max_size=20)
HEADERS = st.lists(st.sampled_from(PIECES) | ODD, max_size=12).map("".join)
ALMOST = st.from_regex(
    r"bytes=\d{0,5}-\d{0,5}(,\d{0,4}-\d{0,4})?", fullmatch=True, alphabet="bytes=-,0123456789"
)


@pytest.fixture
def stored(settings, tmp_path, db):
    settings.MEDIA_ROOT = str(tmp_path)
    return media.DigestStorage().save("knee.mp4", SimpleUploadedFile("knee.mp4", FILE)).partition(".")[0]


def check(stem, asked, method="GET", if_range=None):
    """Ask for a part as somebody may, and hold the answer to what it says of itself."""
    headers = {"Range": asked} | ({"If-Range": if_range} if if_range is not None else {})
    response = views.serve(RequestFactory().generic(method, "/", headers=headers), stem, "mp4")
    body = response.getvalue()
    response.close()
    if method == "HEAD":
        # There are parts of what GET gives, and of nothing else.
        assert (response.status_code, body, response["Content-Length"]) == (200, b"", str(SIZE))
        return
    match response.status_code:
        case 200:
            assert body == FILE
        case 206:
            first, last, size = map(
                int, re.fullmatch(r"bytes (\d+)-(\d+)/(\d+)", response["Content-Range"]).groups()
            )
            assert 0 <= first <= last < size == SIZE
            assert body == FILE[first : last + 1]
            assert response["Content-Length"] == str(len(body))
        case status:
            assert (status, body, response["Content-Range"]) == (416, b"", f"bytes */{SIZE}")


def test_any_header_gives_the_file_or_exactly_the_part_that_it_names_or_nothing(stored):
    @given(HEADERS | ALMOST, st.sampled_from(["GET", "HEAD"]), st.none() | HEADERS | st.just(f'"{stored}"'))
    def holds(asked, method, if_range):
        check(stored, asked, method, if_range)

    holds()
