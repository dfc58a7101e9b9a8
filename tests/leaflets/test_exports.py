"""The timeline as CSV and XLSX: all of the filter, and nothing that a spreadsheet would run."""

import csv
import io
import zipfile
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from history.people import moment
from leaflets import exports, timeline
from leaflets.lanes import Filters
from leaflets.models import Event

pytestmark = pytest.mark.django_db
SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
EVIL = '=HYPERLINK("https://example.org","click")'


@pytest.fixture
def evil(live, change, editor):
    """A version whose reason and name begin like formulas."""
    draft = change("+44 131 and so on")
    draft.summary = "Else there is no change."
    draft.save()
    draft.record(by=editor, reason=EVIL)
    return draft


@pytest.fixture
def download(auditor, client):
    client.force_login(auditor)
    return lambda form, **question: client.get(f"/admin/history/timeline.{form}", question)


def table(response):
    text = response.getvalue().decode()
    assert text.startswith("\ufeff")
    return list(csv.DictReader(io.StringIO(text[1:])))


def test_the_csv_holds_every_entry_of_the_filter_and_not_one_page(evil, download, editor, monkeypatch):
    monkeypatch.setattr(timeline, "AT_A_TIME", 3)
    rows = table(download("csv", kind=["version", "submitted", "published"]))
    everything = list(timeline.everything(Filters(kinds=("version", "submitted", "published"))))
    assert [row["Digest"] for row in rows] == [record.digest for _, record in everything]
    assert len(rows) > 12
    published = Event.objects.get(kind="published")
    [row] = [row for row in rows if row["Kind"] == "Published"]
    assert row["When (UTC)"] == moment(published.at)
    assert (row["Who"], row["Roles then"], row["Why"]) == ("Reviewer", "Reviewer", "Checked.")


def test_nothing_in_the_csv_is_a_formula(evil, download):
    rows = table(download("csv", leaflet="lower-back"))
    assert rows[0]["Why"] == f"'{EVIL}"
    cells = [cell for row in rows for cell in row.values()]
    assert not [cell for cell in cells if cell.startswith(exports.FORMULAS)]


@given(st.text())
def test_no_text_becomes_a_formula_and_none_is_lost(text):
    [cell] = next(
        csv.reader(io.StringIO(csv.writer(exports._Echo()).writerow([exports._harmless(text)]), newline="")),
        [""],
    )
    assert not cell.startswith(("=", "+", "-", "@", "\t", "\r"))
    assert cell in (text, f"'{text}")


def test_every_cell_of_the_xlsx_is_text(evil, download):
    response = download("xlsx", leaflet="lower-back")
    assert response["Content-Disposition"] == 'attachment; filename="timeline.xlsx"'
    with zipfile.ZipFile(io.BytesIO(response.getvalue())) as book:
        sheet = ElementTree.fromstring(book.read("xl/worksheets/sheet1.xml"))  # noqa: S314 (written by us just now)
        assert not [name for name in book.namelist() if "rels" in name and b"example.org" in book.read(name)]
    cells = list(sheet.iter(f"{SHEET}c"))
    assert {cell.get("t") for cell in cells} == {"inlineStr"}
    assert not list(sheet.iter(f"{SHEET}f"))
    assert EVIL in ["".join(cell.itertext()) for cell in cells]
    rows = list(sheet.iter(f"{SHEET}row"))
    assert len(rows) == len(table(download("csv", leaflet="lower-back"))) + 1


def test_a_long_history_goes_on_on_another_sheet(evil, download, monkeypatch):
    monkeypatch.setattr(exports, "MOST_ROWS", 4)
    with zipfile.ZipFile(io.BytesIO(download("xlsx", kind="version").getvalue())) as book:
        assert "xl/worksheets/sheet3.xml" in book.namelist()


def test_what_happened_to_accounts_is_not_given_to_those_who_may_not_see_it(live, editor, client):
    client.login(username="editor", password="demo-password")
    assert "signed in" not in client.get("/admin/history/timeline.csv").getvalue().decode()
