"""What a board may make its own: SITE_COLOUR, SITE_LOGO and SITE_FOOTER, each judged before the site starts."""

import math
import re
from base64 import b64encode
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree

from django.core.exceptions import ImproperlyConfigured

LEAST_CONTRAST = 4.5  # WCAG 2.2, 1.4.3
MOST_BYTES = 10_000
HEIGHT, MOST_WIDTH = 40, 280  # In CSS pixels: what a phone of 320 has room for.
SVG = "{http://www.w3.org/2000/svg}svg"
PNG = b"\x89PNG\r\n\x1a\n"
MOST_LINES = 10
LINE = re.compile(
    r"(?P<words>[^|]{1,200}?)(\s*\|\s*(?P<address>https://[\w.:-]+(/\S*)?|mailto:[^@\s?&]+@[^@\s?&]+|tel:\+?\d+))?"
)


class Logo(NamedTuple):
    """A picture as an address that holds all of it, and its size in CSS pixels."""

    address: str
    width: int
    height: int


class FooterLine(NamedTuple):
    """A line at the foot of every public page: words, which lead to `address` if that is not empty."""

    words: str
    address: str


def colour(text):
    """Return `text`, a colour or nothing. Raises ImproperlyConfigured where white words on it are hard to read."""
    if not text:
        return ""
    if not re.fullmatch(r"#[0-9a-fA-F]{6}", text):
        raise ImproperlyConfigured(
            "SITE_COLOUR: write # and six digits or letters from a to f, as in #003087"
        )
    contrast = contrast_with_white(text)
    if contrast < LEAST_CONTRAST:
        raise ImproperlyConfigured(
            f"SITE_COLOUR: the name of the site stands on it in white, and the contrast would be {contrast:.1f} "
            f"to 1. Choose a darker colour, with {LEAST_CONTRAST} to 1 or more."
        )
    return text


def contrast_with_white(colour):
    """Return how much lighter white is than `colour`, from 1 to 21, as WCAG 2.2 measures it."""
    parts = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)


def logo(path):
    """Return the Logo in the file at `path`, if any. Raises ImproperlyConfigured if it is no small PNG or SVG."""
    if not path:
        return None
    content = _read("SITE_LOGO", path)
    if len(content) > MOST_BYTES:
        raise ImproperlyConfigured(
            f"SITE_LOGO: {path} has {len(content)} bytes. Every page carries it: make it {MOST_BYTES} or fewer."
        )
    kind, size = ("image/png", _size_of_png(content)) if content.startswith(PNG) else _svg(content)
    if not size or not all(0 < side < math.inf for side in size):
        raise ImproperlyConfigured(f"SITE_LOGO: {path} is no PNG picture, and no SVG picture with a viewBox.")
    width = max(1, round(HEIGHT * size[0] / size[1]))
    if width > MOST_WIDTH:
        raise ImproperlyConfigured(
            f"SITE_LOGO: {path} is more than {MOST_WIDTH // HEIGHT} times as wide as it is high, "
            "too wide for a small phone."
        )
    return Logo(f"data:{kind};base64,{b64encode(content).decode()}", width, HEIGHT)


def footer(path):
    """Return the FooterLines in the file at `path`, if any. Raises ImproperlyConfigured, saying what is wrong."""
    if not path:
        return ()
    try:
        lines = [line.strip() for line in _read("SITE_FOOTER", path).decode().splitlines()]
    except UnicodeDecodeError:
        raise ImproperlyConfigured(f"SITE_FOOTER: {path} is not written in UTF-8.") from None
    found = [_footer_line(number, line) for number, line in enumerate(lines, 1) if line]
    if len(found) > MOST_LINES:
        raise ImproperlyConfigured(f"SITE_FOOTER: {path} has more than {MOST_LINES} lines.")
    return tuple(found)


def _footer_line(number, line):
    read = LINE.fullmatch(line)
    if not read:
        raise ImproperlyConfigured(
            f"SITE_FOOTER, line {number}: write up to 200 letters, and if they lead somewhere, | and an address that "
            "begins with https://, mailto: or tel:, as in Complaints | https://www.example.org/complaints"
        )
    return FooterLine(read["words"], read["address"] or "")


def _read(name, path):
    try:
        return Path(path).read_bytes()
    except OSError as error:
        raise ImproperlyConfigured(f"{name}: {path} cannot be read: {error.strerror}.") from None


def _size_of_png(content):
    return int.from_bytes(content[16:20]), int.from_bytes(content[20:24])


def _svg(content):
    try:
        root = None if b"<!ENTITY" in content else ElementTree.fromstring(content)
        box = [float(number) for number in re.split(r"[\s,]+", root.get("viewBox").strip())]
    except (ElementTree.ParseError, AttributeError, ValueError):
        return None, None
    return ("image/svg+xml", box[2:]) if root.tag == SVG and len(box) == 4 else (None, None)
