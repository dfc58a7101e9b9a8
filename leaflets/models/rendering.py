"""What the public was shown: the bodies of an Edition's pages as they were rendered, kept for ever."""

import json
import zlib

from django.db import models
from django.utils.functional import cached_property

from history.canonical import canonical
from history.records import Record
from leaflets import pages
from leaflets.models.edition import Edition, Event


class Rendering(Record):
    """An Edition's pages after an Event, or after a new release of the site, where `event` is null.

    What it says names the SHA-256 of each body and of the style sheet. `leaflets/press.py` is the only writer.
    """

    edition = models.ForeignKey(Edition, models.PROTECT, related_name="renderings")
    event = models.ForeignKey(Event, models.PROTECT, null=True, related_name="renderings")
    at = models.DateTimeField()
    packed = models.BinaryField()

    def __str__(self):
        return f"{self.edition}, rendered {self.at:%Y-%m-%d %H:%M}"

    @cached_property
    def bodies(self):
        """The bodies by name, as HTML: those of `pages.NAMES`, or "withdrawn"."""
        unpacker = zlib.decompressobj(zdict=self.edition.content.encode())
        return json.loads(unpacker.decompress(bytes(self.packed)))

    def page(self, name, preview=None, around=None):
        """Return the whole page called `name`, as of this Rendering, in today's frame; `around` as for `pages.page`."""
        document, body = self.edition.document, self.bodies[name]
        return pages.page(name, document, pages.led(body, document["slug"], preview), preview, around)


def pack(bodies, edition):
    """Return `bodies` compressed. Most of their words stand in the edition's content, which serves as dictionary."""
    packer = zlib.compressobj(9, zdict=edition.content.encode())
    return packer.compress(canonical(bodies).encode()) + packer.flush()
