"""Whatever is brought in: a sentence that says why not, or a draft, and either soon."""

import itertools
import time
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from leaflets import document as documents
from leaflets import importing
from leaflets.admin import import_forms
from tests.leaflets.test_import_pages import ADDRESS, at_work, chosen, upload  # noqa: F401
from tests.universe import LOWER_BACK

TESTS = Path(__file__).parent.parent
REAL = [
    path.read_bytes()
    for path in (
        TESTS / "leaflets/seed-lower-back.txt",
        LOWER_BACK,
        *sorted((TESTS / "leaflets/pages").glob("*.html")),
        *sorted((TESTS / "journeys/pasted").glob("*.html")),
    )
]
TOKENS = (
    b"<table>|<td colspan=9999999>|<ul><li>|</ul>|<ol start=7>|<dl>|<a href='javascript:x'>|<!--|-->|<![CDATA[|"
    b"<svg><style>|<script>|</script>|<textarea>|\x00|\xff\xfe|\xef\xbb\xbf|\xed\xa0\x80|&#xD800;|&#0;|&bogus;|%PDF|PK\x03\x04|{\\rtf|"
    b'{"schema":1}|[[[[|{"a":|1e999|"\\ud800"|Call 999|Exercises|\xe2\x80\xa8|\xe2\x80\xae|\xc2\x85|'
    b"\n\n|\xe2\x80\xa2 |1. |  - "
).split(b"|")
SLOW = 4
NUMBERS = itertools.count()


@st.composite
def changed(draw):
    """A real file of some kind in which some places were changed as no editor would."""
    source = draw(st.sampled_from(REAL))
    for _ in range(draw(st.integers(0, 6))):
        at = draw(st.integers(0, len(source)))
        to = min(len(source), at + draw(st.sampled_from([0, 0, 1, 5, 50, 5000])))
        put = draw(st.sampled_from(TOKENS) | st.binary(max_size=4) | st.just(source[at:to] * 3))
        source = source[:at] + put + source[to:]
    return source


ANY = changed() | st.binary(max_size=300) | st.lists(st.sampled_from(TOKENS), max_size=20).map(b"".join)


def check(content):
    """Bring in `content` up to the draft, which is not stored; what is wrong with it must be said in sentences."""
    begun = time.thread_time()
    said = list(_sentences(content))
    assert all(sentence.strip() for sentence in said)
    assert time.thread_time() - begun < SLOW


def _sentences(content):
    form = import_forms.SourceForm({}, {"file": SimpleUploadedFile("page.txt", content)})
    if not form.is_valid():
        for wrong in form.errors.values():
            yield from wrong
    elif not form.cleaned_data["document"]:
        blocks = form.cleaned_data["blocks"]
        about = {"slug": "neck", "language": "en-GB", "title": "Neck pain", "body_part": "Neck"}
        try:
            document, told = importing.compose(blocks, importing.propose(blocks), **about)
            yield from (*told, *documents.problems(document))
        except importing.Misplaced as misplaced:
            yield str(misplaced)


@pytest.mark.looks
@given(ANY)
def test_any_file_becomes_a_document_or_is_refused_in_a_sentence(content):
    check(content)


@pytest.mark.django_db
def test_any_file_that_is_uploaded_becomes_a_draft_or_is_refused(at_work):  # noqa: F811
    @settings(max_examples=settings().max_examples // 5)
    @given(ANY)
    def holds(content):
        with transaction.atomic():
            response = upload(at_work, content)
            if response.status_code == 200:
                about = {
                    "title": "Any",
                    "slug": f"any-{next(NUMBERS)}",
                    "body_part": "Any",
                    "language": "en-GB",
                }
                response = at_work.post(ADDRESS, chosen(response, **about))
            assert response.status_code in (302, 400)
            transaction.set_rollback(True)

    holds()
