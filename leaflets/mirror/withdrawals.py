"""Withdrawals, each in a file of its own, written before all else: they hold whatever generation is loaded.

Of a withdrawal and a publication the later decision holds. Where a withdrawal's file is damaged nobody can be sure, and
patients are told whom to contact instead of what to do.
"""

import base64
import fcntl
import hashlib
import json
import logging
import os
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path

from history.canonical import canonical
from leaflets.disk import sync
from leaflets.mirror.answers import PLAIN, ready
from leaflets.mirror.generation import Pages

LOG = logging.getLogger(__name__)
UNSURE = "unsure"


class Withdrawals:
    """The withdrawals below a folder."""

    def __init__(self, folder):
        self.folder = Path(folder)

    def keep(self, slug, pages):
        """Keep the Pages that say that the leaflet at `slug` is withdrawn; where there is no room, that it may be."""
        try:
            self.write(slug, pages)
        except OSError as error:
            # The page is shown as withdrawn all the same, and the mirror says what is wrong with the disk.
            LOG.error("The withdrawal of %s cannot be kept: %s", slug, error)
            with suppress(OSError):
                # Nothing in it, which takes no room: whoever reads it cannot be sure.
                os.close(os.open(self.folder / slug, os.O_CREAT | os.O_WRONLY))

    def write(self, slug, pages):
        """Keep the Pages that say that the leaflet at `slug` is withdrawn. Raises OSError."""
        body = canonical(_said(pages))
        text = f"{hashlib.sha256(body.encode()).hexdigest()}\n{body}"
        with self._locked():
            if self._text(slug) == text:
                return
            part = self.folder / f".{slug}.{os.getpid()}"
            with part.open("w") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            os.replace(part, self.folder / slug)
            sync(self.folder)

    def forget(self, pages, kept):
        """Remove the withdrawals of what was published again, as Pages by slug have it.

        `kept()` yields the Generations on the disk: each of them may be loaded, so all must have been told.
        """
        live = [slug for slug in self.slugs() if slug in pages and not pages[slug].withdrawn]
        over = [slug for slug in live if self._is_over(slug, pages[slug])]
        generations = list(kept()) if over else ()
        for slug in over:
            with self._locked():
                if all(self._is_over(slug, generation.pages.get(slug)) for generation in generations):
                    (self.folder / slug).unlink(missing_ok=True)

    def slugs(self):
        """Return the addresses of withdrawn leaflets."""
        names = os.listdir(self.folder) if self.folder.is_dir() else []
        return [name for name in names if not name.startswith(".")]

    def applied(self, pages, unlisted=()):
        """Return Pages by slug as they may be shown where there is nobody to ask: each withdrawal holds.

        `unlisted` are the slugs of which nobody is sure where the withdrawals cannot even be listed.
        """
        try:
            slugs = self.slugs()
        except OSError as error:
            LOG.error("The withdrawals cannot be listed: %s", error)
            slugs = [slug for slug in unlisted if slug]
        held = {slug: self.held(slug, pages.get(slug)) for slug in slugs}
        return pages | {slug: each for slug, each in held.items() if each}

    def held(self, slug, pages, doubt=True):
        """Return what may be shown of `pages`, the Pages at `slug` or None, where a withdrawal is kept, or None.

        Where it cannot be read nobody is sure, but for who could ask the database and has no `doubt`.
        """
        try:
            withdrawn = self._read(slug)
        except FileNotFoundError:
            return pages
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            LOG.error("The withdrawal of %s cannot be read: %s", slug, error)
            return unsure(pages) if doubt and pages and not pages.withdrawn else pages
        if pages and pages.since >= withdrawn.since:
            return pages
        # Printed copies, and whatever else stood there, are answered as the leaflet itself.
        everywhere = dict.fromkeys(pages.answers if pages else (), withdrawn.answers[f"/{slug}/"])
        return withdrawn._replace(answers=everywhere | withdrawn.answers)

    def _is_over(self, slug, pages):
        return pages is None or self.held(slug, pages, doubt=False) is pages

    @contextmanager
    def _locked(self):
        """Between the look at a withdrawal and its removal nobody writes a later one."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with open(self.folder.with_name("withdrawing"), "w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

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
