"""The words of a paragraph of HTML as they come in, with their emphasis and their links."""

from html import escape

from leaflets.importing.blocks import Line, squeeze
from leaflets.richtext import LIMIT, MOST_TAGS, SCHEMES, sanitise

SAFE = tuple(f"{scheme}:" for scheme in sorted(SCHEMES))


class Run:
    """Words as they come in, until the paragraph, item or cell ends."""

    def __init__(self):
        self.text, self.rich, self.links, self.link, self.wordless = [], [], [], None, []
        self._worded = False

    def add(self, words):
        self.text.append(words)
        self.rich.append(escape(words, quote=False))
        self._worded = self._worded or not words.isspace()
        if self.link:
            self.link[0].append(words)

    def break_line(self):
        """Where no word stands yet, there is nothing to break."""
        self.text.append(" ")
        self.rich.append("<br>" if self._worded else "")

    def begin_link(self, url):
        self.end_link()
        if not url:
            return
        self.link = ([], url)
        if url.startswith(SAFE):
            self.rich.append(f'<a href="{escape(url)}">')

    def end_link(self):
        """An address that has no place in rich text stands beside its words, to be mended."""
        if self.link:
            words, url = squeeze("".join(self.link[0])), self.link[1]
            self.rich.append(
                "</a>" if url.startswith(SAFE) else escape(f" [{url}]" if words else "", quote=False)
            )
            if words:
                self.links.append((words, url))
            else:
                self.wordless.append(url)
            self.link = None

    def is_too_rich(self):
        """Return whether it has more formatting than any rich text may have."""
        return sum(map(len, self.rich)) <= LIMIT and "".join(self.rich).count("<") > MOST_TAGS

    def line(self):
        """Return the Line of what came in, or None if there are no words."""
        self.end_link()
        text, rich = squeeze("".join(self.text)), "".join(self.rich)
        # Words alone are safe as they are, and most lines of a large table are no more.
        return Line(text, squeeze(sanitise(rich) if "<" in rich else rich), self.links) if text else None
