"""Every way through a check, read from the page itself: the proof that no answer leads past an unanswered group.

The steps of a check are fragments of one page (templates/jinja2/bodies/check.html), so the ways through it are the
links between its sections.
"""

from html.parser import HTMLParser
from typing import NamedTuple

FIRST, NONE = "step-1", "none"


class Way(NamedTuple):
    """A way through a check: the sections that are passed, in order, and the addresses that its end leads to."""

    sections: tuple
    leads_to: tuple


def ways(body):
    """Return every Way through the check that is `body`, HTML, from its first step; none if it asks nothing.

    A link back to a step that was passed is a way back, no further way.
    """
    reading = _Sections()
    reading.feed(body)
    return list(_onward(reading.links, (FIRST,))) if FIRST in reading.links else []


def _onward(links, passed):
    within = [link[1:] for link in links[passed[-1]] if link.startswith("#")]
    ahead = [section for section in within if section not in passed]
    if not ahead:
        yield Way(passed, tuple(link for link in links[passed[-1]] if not link.startswith("#")))
    for section in ahead:
        yield from _onward(links, (*passed, section))


class _Sections(HTMLParser):
    """The links in each section of a check, by the id of the section."""

    def __init__(self):
        super().__init__()
        self.links, self._section = {}, None

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if tag == "section":
            self._section = self.links.setdefault(attrs.get("id"), [])
        if tag == "a" and self._section is not None:
            self._section.append(attrs.get("href", ""))

    def handle_endtag(self, tag):
        if tag == "section":
            self._section = None
