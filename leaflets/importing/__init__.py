"""Brings in a leaflet that exists as plain text or as an HTML page: read, propose, compose."""

from leaflets.importing import hypertext, plain
from leaflets.importing.composing import compose
from leaflets.importing.drafting import Misplaced
from leaflets.importing.hypertext import Unreadable
from leaflets.importing.proposals import CHOICES, propose
from leaflets.importing.remarking import remarks

__all__ = ["CHOICES", "Misplaced", "Unreadable", "compose", "propose", "read", "remarks"]


def read(source):
    """Return (the Blocks of `source`, what it was read as, sentences on what was left out). It is never run.

    Raises Unreadable.
    """
    if hypertext.LOOKS_LIKE_HTML.search(source):
        blocks, said = hypertext.blocks_of(source)
        return blocks, "an HTML page", said
    return plain.blocks_of(source), "plain text", []
