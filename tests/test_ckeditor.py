"""docs/ckeditor.md: each advisory has a test, and what it is about is not there."""

import re
from pathlib import Path

import pytest
from django.apps import apps
from django.contrib.staticfiles.finders import get_finders
from django.urls import NoReverseMatch, reverse

from leaflets.richtext.editor import CONFIG, UNUSED
from tests.payloads import PAYLOADS, RUN

pytestmark = pytest.mark.looks

ROOT = Path(__file__).parent.parent
SAID = (ROOT / "docs" / "ckeditor.md").read_text()
ROWS = re.findall(r"^\| (?!advisory|what \||-)(.+) \|$", SAID, re.M)
TESTS = "\n".join(path.read_text() for path in (ROOT / "tests").rglob("test_*.py"))


def test_every_row_names_a_test_that_exists():
    assert len(ROWS) == 14
    for row in ROWS:
        [name] = re.findall(r"`(test_\w+)`", row.split(" | ")[-1])
        assert f"def {name}(" in TESTS, row


def test_it_counts_the_payloads_rightly():
    assert re.findall(r"The (\d+) payloads|; (\d+)\nof them run", SAID) == [
        (str(len(PAYLOADS)), ""),
        ("", str(len(RUN))),
    ]


def test_every_advisory_against_the_version_here_is_listed():
    listed = set(re.findall(r"CVE-\d{4}-\d+", "\n".join(ROWS[:5])))
    assert listed == {
        *("CVE-2024-24815", "CVE-2024-24816", "CVE-2023-4771"),
        *("CVE-2024-43407", "CVE-2024-43411"),
    }


def test_nothing_is_served_that_an_advisory_is_about():
    patterns = apps.get_app_config("staticfiles").ignore_patterns
    served = [path for finder in get_finders() for path, _ in finder.list(patterns) if "ckeditor" in path]
    plugins = {path.split("/plugins/")[1].split("/")[0] for path in served if "/plugins/" in path}
    assert "divarea" in plugins
    assert not plugins & set(
        "iframe iframedialog embed embedbase preview codesnippet codesnippetgeshi wsc scayt image image2 widget ajax "
        "colordialog autolink dialogadvtab fakeobjects flash uploadimage uploadwidget sourcedialog docprops".split()
    )
    assert not [path for path in served if re.search(r"sample|\.(html?|php|aspx?|swf)$", path)]
    for name in ("ckeditor_upload", "ckeditor_browse"):
        with pytest.raises(NoReverseMatch):
            reverse(name)


def test_what_makes_the_editor_dangerous_is_not_configured():
    assert not {"fullPage", "extraAllowedContent", "protectedSource", "filebrowserUploadUrl"} & set(CONFIG)
    assert {"sourcearea", "preview", "iframe", "colordialog", "dialogadvtab", "widget"} <= set(
        UNUSED.split(",")
    )
    assert not re.search(r"script|style|\*|on\w+\]|iframe", CONFIG["allowedContent"])
