"""The timeline of an audit pack, for reading and printing. It needs Python 3.11 or later and nothing else.

    python3 timeline.py PACK.zip

makes timeline.csv and timeline.html anew from the records in the pack, and compares them with the pack's own; it exits
with 1 if they are not the same. That the records themselves are what they were, verify.py checks.

Each row is a record of events.jsonl or versions.jsonl: when (in UTC), what happened, to what, who did it, with name
and roles as they were then, and why.
"""

import csv
import heapq
import html
import io
import itertools
import json
import sys
import zipfile
from operator import itemgetter

COLUMNS = ["When (UTC)", "What", "To what", "Who", "Why"]
KINDS = {
    "triage.redflaggroup": "red-flag group",
    "triage.contactroute": "contact route",
    "exercises.programme": "programme",
    "exercises.exercisevideo": "exercise video",
    "leaflets.leaflet": "leaflet",
}
# To a spreadsheet, a cell that begins so is a formula (OWASP, "CSV injection").
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
BEFORE = """<!doctype html>
<html lang="en-GB">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>Timeline of the self-help leaflets</title>
<style>
body { font: 16px/1.5 Arial, sans-serif; margin: 1em; color: #212b32; background: #fff }
table { border-collapse: collapse; width: 100% }
caption { text-align: left; font-size: 1.5em; font-weight: bold; padding-bottom: .5em }
th, td { text-align: left; vertical-align: top; padding: .4em .8em .4em 0; border-bottom: 1px solid #768692 }
td { white-space: pre-line; overflow-wrap: anywhere; hyphens: auto }
td:first-child { white-space: nowrap; hyphens: none }
tr { break-inside: avoid }
@media (max-width: 45em) { body { font-size: 14px } td:first-child { white-space: normal; min-width: 6em } }
@media print { body { font-size: 9pt; margin: 0 } }
</style>
<main>
<table>
<caption>What happened, the oldest first</caption>
"""
AFTER = "</tbody>\n</table>\n</main>\n</html>\n"


def rows(events, versions):
    """Yield the rows of the timeline, each five texts, from the contents of the records, oldest first."""
    both = heapq.merge(map(_row, events), map(_row, versions), key=itemgetter(0))
    return (cells for _, cells in both)


def as_csv(rows):
    """Yield the timeline as bytes of CSV, safe to open in a spreadsheet."""
    yield b"\xef\xbb\xbf"
    for cells in itertools.chain([COLUMNS], rows):
        line = io.StringIO()
        csv.writer(line).writerow(
            f"'{cell}" if cell.lstrip(" ").startswith(FORMULA) else cell for cell in cells
        )
        yield line.getvalue().encode(errors="replace")


def as_html(rows):
    """Yield the timeline as bytes of a page that needs nothing else, and no script."""
    titles = "".join(f'<th scope="col">{column}</th>' for column in COLUMNS)
    yield f"{BEFORE}<thead>\n<tr>{titles}</tr>\n</thead>\n<tbody>\n".encode()
    for cells in rows:
        inner = "".join(f"<td>{html.escape(cell)}</td>" for cell in cells)
        yield f"<tr>{inner}</tr>\n".encode(errors="replace")
    yield AFTER.encode()


def _row(content):
    try:
        said = json.loads(content)
        what, to_what = _happened(said) if "edition" in said else _changed(said)
        acknowledged = [f"{each['what']}: {each['reason']}" for each in said.get("acknowledged") or []]
        why = "\n".join([said["reason"], *acknowledged])
        return said["at"], [_moment(said["at"]), what, to_what, _person(said["by"]), why]
    except (AttributeError, KeyError, TypeError, ValueError):
        return "", ["", "This record cannot be read", "", "", str(content)]


def _happened(event):
    edition, what = event["edition"], event["kind"].capitalize()
    if event["takes_effect"] != event["at"]:
        what += f", from {_moment(event['takes_effect'])}"
    if event["next_review"]:
        what += f", next review {event['next_review']}"
    return what, f"{edition['slug']}, edition {edition['number']}, code {edition['code']}"


def _changed(version):
    what = "Deleted" if version["content"] is None else "Made" if version["number"] == 1 else "Changed"
    item = version["item"]
    return what, f"{item['name']} ({KINDS.get(item['kind'], item['kind'])}), version {version['number']}"


def _person(by):
    return f"{by['name']} ({by['username']}), {', '.join(by['roles']) or 'no role'}" if by else "Not known"


def _moment(text):
    return text[:19].replace("T", " ")


def _contents(pack, name):
    with pack.open(name) as lines:
        for line in lines:
            yield json.loads(line)["content"]


def _is_same(pack, name, chunks):
    with pack.open(name) as file:
        return all(file.read(len(chunk)) == chunk for chunk in chunks) and not file.read(1)


def main():
    """Compare the timelines in the pack with its records, and return the exit code."""
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    different = []
    with zipfile.ZipFile(sys.argv[1]) as pack:
        for name, written in (("timeline.csv", as_csv), ("timeline.html", as_html)):
            made = written(rows(_contents(pack, "events.jsonl"), _contents(pack, "versions.jsonl")))
            if not _is_same(pack, name, made):
                different.append(name)
    told = "".join(f"{name} does not say what the records say.\n" for name in different)
    print(told or "Both timelines say what the records say.\n", end="")
    return 1 if different else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (KeyError, OSError, ValueError, zipfile.BadZipFile) as error:
        sys.exit(f"This cannot be read. {error}")
