"""All Answers of one state of the site, and how they are written down: a line of JSON for each address.

The last line is the SHA-256 of those before it, so that half a file, or a damaged one, is never taken for a whole one.
"""

import hashlib
import json
from datetime import datetime
from typing import NamedTuple

from history.canonical import canonical
from leaflets.mirror.addresses import Marker
from leaflets.mirror.answers import Answer, shared


class Damaged(Exception):
    """What was read is not what was written."""


class Pages(NamedTuple):
    """The Answers that belong to one address, by path, and since when what it says holds.

    `since` is the moment of the decision that is shown, `withdrawn` whether that was a withdrawal. Answers that stand
    at no address of their own have names that begin with no slash.
    """

    since: datetime | None
    withdrawn: bool
    answers: dict


class Generation(NamedTuple):
    """What the public was to see at the moment `at`: the Pages by slug ("" for those of no leaflet).

    `marker` says how far the history had come, `release` what rendered it.
    """

    marker: Marker
    release: str
    at: datetime
    pages: dict

    def by_path(self):
        """Return all Answers that stand at an address, by path."""
        return {
            path: answer
            for pages in self.pages.values()
            for path, answer in pages.answers.items()
            if path.startswith("/")
        }


def file_of(slug, path):
    """Return the name of the file that holds the answer at `path`: under site/ as a web server looks for it."""
    if not path.startswith("/"):
        return f"other/{slug or 'site'}/{path}.html"
    return f"site{path}index.html" if path.endswith("/") else f"site{path}"


def lines(generation):
    """Yield what is to be written of a Generation, as text lines."""
    headers = list(
        {answer.headers: None for pages in generation.pages.values() for answer in pages.answers.values()}
    )
    numbers = {each: number for number, each in enumerate(headers)}
    seal = hashlib.sha256()
    for said in _said(generation, headers, numbers):
        line = canonical(said) + "\n"
        seal.update(line.encode())
        yield line
    yield seal.hexdigest() + "\n"


def _said(generation, headers, numbers):
    yield {
        "marker": list(generation.marker),
        "release": generation.release,
        "at": generation.at.isoformat(),
        "headers": [[list(item) for item in each] for each in headers],
    }
    for slug, pages in generation.pages.items():
        yield {
            "slug": slug,
            "since": pages.since and pages.since.isoformat(),
            "withdrawn": pages.withdrawn,
            "answers": {
                path: [answer.status, numbers[answer.headers], answer.digest, answer.packed]
                for path, answer in pages.answers.items()
            },
        }


def read(text, source):
    """Return the Generation that was written as `text`; `source` reads the bodies. Raises Damaged."""
    body, _, seal = text.rstrip("\n").rpartition("\n")
    if hashlib.sha256(f"{body}\n".encode()).hexdigest() != seal:
        raise Damaged("It is not whole.")
    first, *rest = map(json.loads, body.split("\n"))
    headers = [shared(tuple((name, value) for name, value in each)) for each in first["headers"]]
    pages = {said["slug"]: _pages(said, headers, source) for said in rest}
    return Generation(Marker(*first["marker"]), first["release"], datetime.fromisoformat(first["at"]), pages)


def _pages(said, headers, source):
    answers = {
        path: Answer(status, headers[number], digest, packed, source=source, file=file_of(said["slug"], path))
        for path, (status, number, digest, packed) in said["answers"].items()
    }
    return Pages(said["since"] and datetime.fromisoformat(said["since"]), said["withdrawn"], answers)
