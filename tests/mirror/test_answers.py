"""An answer is given as RFC 9110 has it: encodings, validators, HEAD."""

import gzip

import brotli
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leaflets.mirror.answers import PREFERRED, chosen, named, ready

pytestmark = pytest.mark.looks

PAGE = b"<p>Call 999.</p>" * 100
HTML = (
    ("Content-Type", "text/html; charset=utf-8"),
    ("X-Frame-Options", "DENY"),
    ("Cache-Control", "max-age=0"),
)
UNPACK = {"identity": bytes, "gzip": gzip.decompress, "br": brotli.decompress}


def give(answer, method="GET", **headers):
    started = []
    environ = {"REQUEST_METHOD": method, **{f"HTTP_{name.upper()}": value for name, value in headers.items()}}
    body = b"".join(answer.give(environ, lambda *given: started.extend(given)))
    return started[0], dict(started[1]), body


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [
        ("", "identity"),
        ("gzip", "gzip"),
        ("gzip, deflate, br", "br"),
        ("GZIP;q=1.0, br;q=0.5", "gzip"),
        ("br;q=0, gzip;q=0.1", "gzip"),
        ("*", "br"),
        ("*;q=0", "identity"),
        ("identity;q=0, *;q=0", "identity"),
        ("identity, gzip;q=0.5", "identity"),
        ("br;q=nonsense, gzip", "gzip"),
        ("zstd", "identity"),
        (", ,gzip ; q=0.5 ,", "gzip"),
    ],
)
def test_the_encoding_is_one_that_is_accepted_and_wanted_most(accepted, encoding):
    assert chosen(accepted, True) == encoding


@given(st.text(alphabet="gzip, br;q=01.*identyх\t", max_size=60))
def test_any_header_chooses_some_encoding(accepted):
    assert chosen(accepted, True) in PREFERRED


@pytest.mark.parametrize("encoding", PREFERRED)
def test_an_answer_is_the_same_page_in_every_encoding(encoding):
    status, headers, body = give(ready("200 OK", HTML, PAGE), accept_encoding=encoding)
    assert UNPACK[encoding](body) == PAGE
    assert status == "200 OK"
    assert headers["Content-Length"] == str(len(body))
    assert headers.get("Content-Encoding", "identity") == encoding
    assert headers["Vary"] == "Accept-Encoding"


def test_each_encoding_has_a_validator_of_its_own():
    answer = ready("200 OK", HTML, PAGE)
    assert len({give(answer, accept_encoding=each)[1]["ETag"] for each in PREFERRED}) == 3


@pytest.mark.parametrize("pattern", ["{}", "W/{}", '"other", {}', "*", '"a",W/"b",{} '])
def test_what_a_browser_has_already_is_not_sent_again(pattern):
    answer = ready("200 OK", HTML, PAGE)
    etag = give(answer, accept_encoding="br")[1]["ETag"]
    status, headers, body = give(answer, accept_encoding="br", if_none_match=pattern.format(etag))
    assert (status, body) == ("304 Not Modified", b"")
    assert headers == {"ETag": etag, "Cache-Control": "max-age=0", "Vary": "Accept-Encoding"}


def test_a_page_whose_headers_changed_is_sent_again_with_them():
    before, after = ready("200 OK", HTML, PAGE), ready("200 OK", HTML[:1], PAGE)
    assert give(after, if_none_match=give(before)[1]["ETag"])[0] == "200 OK"


@pytest.mark.parametrize("known", ['"other"', "nonsense", "", 'W/"other"'])
def test_what_a_browser_has_not_is_sent(known):
    assert give(ready("200 OK", HTML, PAGE), if_none_match=known)[2] == PAGE


def test_another_encoding_is_another_representation():
    answer = ready("200 OK", HTML, PAGE)
    packed = give(answer, accept_encoding="gzip")[1]["ETag"]
    assert give(answer, if_none_match=packed)[0] == "200 OK"


@given(st.text(max_size=80))
def test_a_header_that_does_not_hold_the_validator_never_names_it(header):
    etag = '"0123456789abcdef"'
    assert named(header, etag) == (header.strip() == "*" or etag in header)


def test_a_withdrawal_is_sent_whole_whatever_a_browser_has():
    gone = ready("410 Gone", HTML, PAGE)
    status, _, body = give(gone, if_none_match="*")
    assert (status, body) == ("410 Gone", PAGE)


def test_head_has_the_headers_and_no_body():
    answer = ready("200 OK", HTML, PAGE)
    _, headers, _ = give(answer, accept_encoding="gzip")
    assert give(answer, "HEAD", accept_encoding="gzip") == ("200 OK", headers, b"")


@pytest.mark.parametrize(("type_", "body"), [("application/pdf", PAGE), ("text/html", b"short")])
def test_what_does_not_get_smaller_is_not_packed(type_, body):
    answer = ready("200 OK", (("Content-Type", type_),), body)
    _, headers, sent = give(answer, accept_encoding="br, gzip")
    assert sent == body
    assert not {"Content-Encoding", "Vary"} & set(headers)
