"""Nothing comes with the site under a licence that nobody has agreed to."""

import pytest

from tests import licences

pytestmark = pytest.mark.looks


@pytest.mark.parametrize(
    ("licence", "allowed"),
    [
        ("MIT", True),
        ("MIT AND BSD-3-Clause", True),
        ("GPL-3.0-only OR MIT", True),
        ("GPL-3.0-only AND MIT", False),
        ("AGPL-3.0-or-later", False),
        ("", False),
        ("MIT, but not on Sundays", False),
    ],
)
def test_a_licence_is_allowed_where_all_of_it_was_agreed_to(licence, allowed):
    assert licences.is_allowed(licence) == allowed


def test_a_package_under_another_licence_is_named_with_what_to_do():
    [sentence] = licences.refused([("good", "1", "MIT"), ("new", "2.0", "AGPL-3.0-only")])
    assert sentence.startswith("new 2.0 stands under “AGPL-3.0-only”. Read its licence:")


def test_a_package_that_says_nothing_or_is_not_here_is_refused():
    assert "no licence that it names" in licences.refused([("x", "1", licences.of_package("is-not-here"))])[0]


def test_a_later_editor_which_is_sold_is_refused(monkeypatch):
    monkeypatch.setattr(licences, "EDITOR", "4.22.0")
    version, licence = licences.of_editor()
    assert licences.refused([("CKEditor", version, licence)])[0].startswith(
        "CKEditor 4.22.1 stands under “commercial”"
    )


def test_all_that_comes_with_the_site_is_allowed():
    found = list(licences.packages())
    assert {"django", "nhsuk-frontend", "CKEditor"} <= {name for name, _, _ in found}
    assert licences.refused(found) == []
