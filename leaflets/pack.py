"""Writes the audit pack: the whole history in one ZIP file, with scripts that check it without this software.

The same history gives the same bytes. Memory does not grow with the texts, only by some bytes for each edition.
"""

import json
import shutil
import zipfile
import zlib
from pathlib import Path

from django.conf import settings

from exercises import media
from history.canonical import canonical
from history.snapshot import one_moment
from history.verify import AT_A_TIME, OF_ANOTHER_FORM
from leaflets import pack_timeline, pack_verifier
from leaflets.models import Edition, Pin, Rendering
from leaflets.verify import CHAINS, by_edition

README = Path(__file__).parent / "content" / "pack.txt"
# The earliest moment that a ZIP file can name: when a pack was made is no part of it.
MADE = (1980, 1, 1, 0, 0, 0)


def write(file):
    """Write the pack to `file`, open for writing bytes. Everything in it is as of one moment."""
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as pack:
        _copy(pack, "README.txt", README)
        _copy(pack, "verify.py", Path(pack_verifier.__file__))
        _copy(pack, "timeline.py", Path(pack_timeline.__file__))
        # Before the rest: history only grows, so it holds what these saw.
        _copy(pack, "anchors.jsonl", Path(settings.ANCHOR_FILE))
        with one_moment():
            for each in CHAINS:
                _add(pack, f"{each.name}.jsonl", _records(each))
            _add_editions(pack)
            _add(pack, "pins.jsonl", _pins())
            _add_renderings(pack)
            for name, written in (
                ("timeline.csv", pack_timeline.as_csv),
                ("timeline.html", pack_timeline.as_html),
            ):
                _add(pack, name, written(pack_timeline.rows(_contents("events"), _contents("versions"))))


def _records(each):
    fields = ("sequence", "previous", "digest", "content")
    return map(_line, each.records.order_by("sequence").values(*fields).iterator(chunk_size=AT_A_TIME))


def _contents(name):
    records = next(each.records for each in CHAINS if each.name == name)
    return records.order_by("sequence").values_list("content", flat=True).iterator(chunk_size=AT_A_TIME)


def _add_editions(pack):
    """Add each edition's document, and the list of the files that they name."""
    named = set()
    for edition in Edition.objects.order_by("pk").iterator(chunk_size=AT_A_TIME):
        _add(pack, f"editions/{edition.slug}/{edition.number}.json", [edition.content.encode()])
        named.update(_files(edition))
    _add(pack, "media.jsonl", map(_file, sorted(named)))


def _add_renderings(pack):
    """Add each page as the public was shown it."""
    for rendering in Rendering.objects.select_related("edition").iterator(chunk_size=AT_A_TIME):
        for name, body in _bodies(rendering).items():
            _add(pack, f"renderings/{rendering.sequence}-{name}.html", [body.encode()])


def _bodies(rendering):
    try:
        return rendering.bodies
    except (zlib.error, *OF_ANOTHER_FORM):
        # Somebody rewrote it, or its edition, past the application.
        return {}


def _files(edition):
    try:
        return list(pack_verifier.files_in(edition.document))
    except OF_ANOTHER_FORM:
        # Somebody rewrote it past the application. The pack shows it as it is.
        return []


def _file(described):
    said = json.loads(described)
    return _line({**said, "present": media.DigestStorage().exists(said["name"])})


def _pins():
    versions_of = by_edition(
        Pin.objects.order_by("edition", "version").values_list("edition", "version__digest")
    )
    for pk, slug, number in Edition.objects.order_by("pk").values_list("pk", "slug", "number").iterator():
        yield _line({"number": number, "slug": slug, "versions": versions_of(pk)})


def _line(said):
    return f"{canonical(said)}\n".encode()


def _copy(pack, name, path):
    with _opened(pack, name) as target:
        if path.exists():
            with path.open("rb") as source:
                shutil.copyfileobj(source, target)


def _add(pack, name, chunks):
    with _opened(pack, name) as target:
        for chunk in chunks:
            target.write(chunk)


def _opened(pack, name):
    entry = zipfile.ZipInfo(name, MADE)
    entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
    return pack.open(entry, "w", force_zip64=True)
