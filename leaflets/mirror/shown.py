"""What this process shows: the Answers by path, and the Pages that they belong to. One thread changes it, many read."""

from leaflets.mirror.addresses import PAPERS
from leaflets.mirror.asking import ask


class Shown:
    """`answers` by path; `pages` by slug; `waiting`, the file of each PDF that is not made yet, by path.

    `complete`: every address is known, so that what is not among the answers is nowhere. `changed`: the paths that
    answer otherwise than before. `unprinted`: the live leaflets that a PDF is not shown of.
    """

    def __init__(self):
        self.answers, self.pages, self.waiting, self.complete = {}, {}, {}, False
        self.changed, self.unprinted = set(), set()

    def replace(self, slug, pages):
        """Show `pages` at their address, and nothing of what stood there before."""
        before = self.pages.get(slug)
        self.changed |= _differences(before.answers if before else {}, pages.answers)
        self.pages[slug] = pages
        self.answers.update(_at_an_address(pages))
        for path in _at_an_address(before) if before else ():
            if path not in pages.answers:
                del self.answers[path]
        if slug and not pages.withdrawn and _papers(slug) - pages.answers.keys():
            self.unprinted.add(slug)
        else:
            self.unprinted.discard(slug)

    def keep_only(self, slugs):
        """Show nothing at any other address than `slugs`."""
        for slug in set(self.pages) - set(slugs):
            for path in _at_an_address(self.pages.pop(slug)):
                del self.answers[path]
            self.unprinted.discard(slug)

    def take_changed(self):
        """Return the paths that changed since this was asked last."""
        changed, self.changed = self.changed, set()
        return changed

    def wait_for(self, slug, papers):
        """Show `papers`, the file of each PDF of the leaflet at `slug` by path, as soon as they are made."""
        self.waiting = {path: file for path, file in self.waiting.items() if slug_of(path) != slug} | papers

    def take_papers(self):
        """Show the PDFs that were made meanwhile; return how many."""
        made = [path for path, file in self.waiting.items() if file.exists()]
        for path in made:
            pages = self.pages.get(slug_of(path))
            if pages and not pages.withdrawn:
                self.replace(slug_of(path), pages._replace(answers={**pages.answers, path: ask(path)}))
            del self.waiting[path]
        return len(made)

    def without_papers(self):
        """Return the slugs of live leaflets with a PDF that is neither shown nor waited for, as after a start."""
        return {
            slug
            for slug in self.unprinted
            if any(
                path not in self.pages[slug].answers and path not in self.waiting for path in _papers(slug)
            )
        }


def slug_of(path):
    """Return the address of the leaflet that a path belongs to, if it belongs to one."""
    # What is asked by CONNECT, and of the server itself, begins with no slash.
    return path.removeprefix("/").partition("/")[0].removesuffix(".json")


def _papers(slug):
    return {path.format(slug) for path in PAPERS.values()}


def _differences(before, after):
    paths = (path for path in before.keys() | after.keys() if path.startswith("/"))
    return {
        path
        for path in paths
        if path not in before or path not in after or before[path].digest != after[path].digest
    }


def _at_an_address(pages):
    return {path: answer for path, answer in pages.answers.items() if path.startswith("/")}
