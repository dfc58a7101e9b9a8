"""Withdrawals, each in a file of its own, written before all else: they hold whatever generation is loaded.

Of a withdrawal and a publication the later decision holds. Where a withdrawal's file is damaged nobody can be sure, and
patients are told whom to contact instead of what to do.
"""

import base64
import hashlib
import json
import logging
import os
from datetime import datetime
from pathlib import Path

from history.canonical import canonical
from leaflets.mirror.answers import PLAIN, ready
from leaflets.mirror.generation import Pages

LOG = logging.getLogger(__name__)
UNSURE = "unsure"


class Withdrawals:
    """The withdrawals below a folder."""

    def __init__(self, folder):
        self.folder = Path(folder)

    def write(self, slug, pages):
        """Keep the Pages that say that the leaflet at `slug` is withdrawn. Raises OSError."""
        body = canonical(_said(pages))
        text = f"{hashlib.sha256(body.encode()).hexdigest()}\n{body}"
        self.folder.mkdir(parents=True, exist_ok=True)
        if self._text(slug) != text:
            part = self.folder / f".{slug}.{os.getpid()}"
            with part.open("w") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            os.replace(part, self.folder / slug)
            _sync(self.folder)

    def forget(self, pages):
        """Remove the withdrawals of what was published again, as Pages by slug have it."""
        for slug in self.slugs():
            now = pages.get(slug)
            if now and not now.withdrawn and self.held(slug, now) is now:
                (self.folder / slug).unlink(missing_ok=True)

    def slugs(self):
        """Return the addresses of withdrawn leaflets."""
        names = os.listdir(self.folder) if self.folder.is_dir() else []
        return [name for name in names if not name.startswith(".")]

    def applied(self, pages):
        """Return Pages by slug as they may be shown where there is nobody to ask: each withdrawal holds."""
        held = {slug: self.held(slug, pages.get(slug)) for slug in self.slugs()}
        return pages | {slug: each for slug, each in held.items() if each}

    def held(self, slug, pages):
        """Return what may be shown of `pages`, the Pages at `slug` or None, where a withdrawal is kept, or None."""
        try:
            withdrawn = self._read(slug)
        except FileNotFoundError:
            return pages
        except (OSError, ValueError, KeyError) as error:
            LOG.error("The withdrawal of %s cannot be read: %s", slug, error)
            return unsure(pages) if pages and not pages.withdrawn else pages
        if pages and pages.since >= withdrawn.since:
            return pages
        # Printed copies, and whatever else stood there, are answered as the leaflet itself.
        everywhere = dict.fromkeys(pages.answers if pages else (), withdrawn.answers[f"/{slug}/"])
        return withdrawn._replace(answers=everywhere | withdrawn.answers)

    def _text(self, slug):
        try:
            return (self.folder / slug).read_text()
        except OSError:
            return None

    def _read(self, slug):
        seal, _, body = (self.folder / slug).read_text().partition("\n")
        if hashlib.sha256(body.encode()).hexdigest() != seal:
            raise ValueError("It is damaged.")
        said = json.loads(body)
        answers = {
            path: ready(status, tuple(map(tuple, headers)), base64.b64decode(content))
            for path, (status, headers, content) in said["answers"].items()
        }
        return Pages(datetime.fromisoformat(said["since"]), True, answers)


def unsure(pages):
    """Return Pages that answer everywhere that nobody can be sure whether the leaflet still holds."""
    said = pages.answers[UNSURE]
    return pages._replace(answers=dict.fromkeys(pages.answers, said) | {UNSURE: said})


def _said(pages):
    return {
        "since": pages.since.isoformat(),
        "answers": {
            path: [
                answer.status,
                [list(item) for item in answer.headers],
                base64.b64encode(answer.body(PLAIN)).decode(),
            ]
            for path, answer in pages.answers.items()
        },
    }


def _sync(folder):
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
