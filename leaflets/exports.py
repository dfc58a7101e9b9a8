"""The timeline as a table for spreadsheets: CSV and XLSX, row by row, and nothing in it runs as a formula."""

import csv
import tempfile

import xlsxwriter

from history.people import moment
from leaflets import timeline
from leaflets.entries import entry
from leaflets.models import Event

HEADINGS = [
    *("When (UTC)", "Kind", "What", "Who", "User name", "Roles then", "Why", "Risk"),
    *("Takes effect (UTC)", "Chain", "Number in chain", "Digest"),
]
FORMULAS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
# A sheet holds no more than 1,048,576 rows; the rest goes on a further sheet.
MOST_ROWS = 1_000_000


def rows(filters):
    """Yield the headings, then every entry of the timeline under `filters`, the newest first, as lists of text."""
    yield HEADINGS
    for place, record in timeline.everything(filters):
        yield _row(entry(place, record))


def as_csv(filters):
    """Yield the timeline as the lines of a CSV file, UTF-8 with a byte order mark, as spreadsheets want it."""
    writer = csv.writer(_Echo(), quoting=csv.QUOTE_ALL)
    yield "\ufeff".encode()
    for row in rows(filters):
        yield writer.writerow([_harmless(cell) for cell in row]).encode()


def as_xlsx(filters):
    """Return the timeline as an XLSX file, open for reading; every cell is text. It is gone when it is closed."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 (whoever sends it closes it)
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(file, options) as book:
        for number, row in enumerate(rows(filters)):
            if number % MOST_ROWS == 0:
                sheet = book.add_worksheet()
            for column, cell in enumerate(row):
                sheet.write_string(number % MOST_ROWS, column, cell)
    file.seek(0)
    return file


def _row(shown):
    record, who = shown.record, shown.who
    takes_effect = moment(record.takes_effect) if isinstance(record, Event) else ""
    return [
        moment(record.at),
        shown.sort,
        shown.what,
        who["name"],
        who["username"],
        ", ".join(who["roles"]),
        shown.why,
        shown.risk,
        takes_effect,
        shown.place.chain,
        str(record.sequence),
        record.digest,
    ]


def _harmless(cell):
    """A spreadsheet takes what begins like this for a formula, whatever its quotes in the file."""
    return f"'{cell}" if cell.startswith(FORMULAS) else cell


class _Echo:
    """A file that gives back what is written to it."""

    def write(self, text):
        return text
