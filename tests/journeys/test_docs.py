"""What docs/auditors.md says can be done, can be done: its pages, the words on them, its commands and its pictures."""

import os
from pathlib import Path

import pytest

from docs import screenshot
from tests.journeys.steps import sign_in

pytestmark = pytest.mark.django_db(transaction=True)
ROOT = Path(screenshot.__file__).parent.parent
NOW = "2026-11-23 09:00"


@pytest.fixture
def page(new_page):
    """The page of an auditor after the story, on the day of the pictures."""
    screenshot.story("demo-password")
    with screenshot.clock(NOW):
        page = new_page(viewport={"width": screenshot.WIDTH, "height": screenshot.HEIGHT})
        sign_in(page, "auditor")
        yield page


def test_every_picture_in_the_documents_can_be_taken(page, tmp_path):
    folder = Path(os.environ.get("PICTURES") or tmp_path)
    taken = [*screenshot.take(page, folder), screenshot.take_leaflet(page, folder)]
    for path in taken:
        assert path.stat().st_size < 120_000, path
    assert {path.name for path in taken} == {path.name for path in (ROOT / "docs" / "images").iterdir()}
