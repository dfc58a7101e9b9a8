"""How long a video is stands in the file, however it was written."""

import io
from fractions import Fraction
from tempfile import NamedTemporaryFile

import av
import pytest
from hypothesis import given
from hypothesis import strategies as st

from exercises.lengths import length
from tests.exercises.clips import box, mp4
from tests.universe import CONTENT


def encoded(form, seconds, **options):
    """A video of this length, as the library that most programs use writes it."""
    with NamedTemporaryFile(suffix=f".{form}") as written:
        with av.open(written.name, "w", options=options) as output:
            stream = output.add_stream("libvpx" if form == "webm" else "libx264", rate=10)
            stream.width = stream.height = 16
            for number in range(round(seconds * 10)):
                frame = av.VideoFrame(16, 16, "yuv420p")
                frame.pts, frame.time_base = number, Fraction(1, 10)
                output.mux(stream.encode(frame))
            output.mux(stream.encode())
        return written.read()


@pytest.mark.parametrize(
    ("form", "options"),
    [
        ("mp4", {}),
        ("mp4", {"movflags": "faststart"}),
        ("webm", {}),
    ],
)
@pytest.mark.parametrize("seconds", [0.5, 3.2])
def test_the_length_of_a_real_video_is_read(form, options, seconds):
    found = length(io.BytesIO(encoded(form, seconds, **options)), f"video/{form}")
    assert found == pytest.approx(seconds, abs=0.11)


def test_the_length_of_each_demonstration_clip_is_read():
    for file in (CONTENT / "media").glob("*.mp4"):
        with file.open("rb") as clip:
            assert length(clip, "video/mp4") == 15


@given(st.integers(1, 10**6), st.integers(1, 2**31), st.booleans())
def test_the_length_is_exact_whatever_it_is_counted_in(scale, ticks, long):
    found = length(io.BytesIO(mp4(Fraction(ticks, scale), scale=scale, long=long)), "video/mp4")
    assert found == ticks / scale


def test_a_video_written_as_it_was_filmed_says_the_length_of_its_fragments():
    head = mp4(0)[: -108 - 8]
    fragments = box(b"mvex", box(b"mehd", bytes(4) + (2500).to_bytes(4)))
    moov = mp4(0)[-108 - 8 :][8:]
    assert length(io.BytesIO(head + box(b"moov", moov + fragments)), "video/mp4") == 2.5


def test_a_video_that_never_was_finished_says_no_length():
    live = encoded("webm", 1, live="1")
    assert length(io.BytesIO(live), "video/webm") is None
    fragmented = encoded("mp4", 1, movflags="empty_moov+frag_keyframe")
    assert length(io.BytesIO(fragmented), "video/mp4") is None


WHOLE = {"video/mp4": mp4(15), "video/webm": encoded("webm", 0.5)}


@pytest.mark.parametrize("type_", WHOLE)
@given(st.data())
def test_a_damaged_file_never_breaks_the_reading(type_, data):
    content = bytearray(WHOLE[type_][: data.draw(st.integers(0, 400))])
    for place in data.draw(st.lists(st.integers(0, max(0, len(content) - 1)), max_size=5)) if content else []:
        content[place] = data.draw(st.integers(0, 255))
    found = length(io.BytesIO(bytes(content)), type_)
    assert found is None or found > 0


def test_a_file_of_nothing_but_tiny_parts_is_given_up():
    assert length(io.BytesIO(box(b"free", b"") * 100_000 + mp4(15)), "video/mp4") is None


def test_a_box_whose_size_takes_64_bits_is_read_like_any_other():
    movie = mp4(15).partition(b"moov")[2]
    long = b"\0\0\0\1moov" + (16 + len(movie)).to_bytes(8) + movie
    assert length(io.BytesIO(box(b"free", b"") + long), "video/mp4") == 15


@pytest.mark.parametrize("inside", [b"\x1f\x43\xb6\x75\x80", b"\xec\x80", b""])
def test_a_film_that_begins_before_it_says_how_long_it_is_does_not_say_it(inside):
    segment = b"\x18\x53\x80\x67" + bytes([0x80 | len(inside)]) + inside
    assert length(io.BytesIO(b"\xec\x81x" + segment), "video/webm") is None
