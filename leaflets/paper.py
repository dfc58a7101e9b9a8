"""The leaflet on paper: a tagged PDF (PDF/UA-1, ISO 14289-1), on A4 in ordinary and in large print.

It is made off the request path by `manage.py print_leaflets` and kept in a folder beside the media. A file's name says
from what it was made, so that a file is never out of date: it is there, or not yet.
"""

import hashlib
import os
import tempfile
from functools import cache
from pathlib import Path

import segno
from django.conf import settings
from django.db.models import Max, Q
from django.template import engines

from history.canonical import canonical, digest
from leaflets import public
from leaflets.models import Event, Kind, Rendering
from leaflets.wording import speaking

FORMS = {"a4": "A4", "large": "large print"}
HERE = Path(__file__).parent
# All that the look of a sheet comes from, but for what it says.
MADE_FROM = (
    HERE / "content" / "paper.css",
    *(settings.BASE_DIR / "templates" / "jinja2").glob("partials/*.html"),
    *(HERE / "locale").glob("*/LC_MESSAGES/django.mo"),
)
TEMPLATE = settings.BASE_DIR / "templates" / "jinja2" / "paper.html"


def path_of(rendering, form):
    """Return the Path at which the PDF of a Rendering stands, or will, in one of FORMS."""
    made_from = canonical([rendering.said["bodies"], _look(), settings.SITE_URL, settings.SITE_NAME])
    return (
        Path(settings.MEDIA_ROOT) / "paper" / f"{rendering.edition.code}-{digest(made_from)[:32]}-{form}.pdf"
    )


def missing():
    """Yield (Rendering, form) of each PDF that is not there, of what the public sees now or from a scheduled moment."""
    for rendering in _newest_renderings().defer("packed", "edition__content"):
        yield from ((rendering, form) for form in FORMS if not path_of(rendering, form).exists())


def make(rendering, form):
    """Make the PDF of a Rendering in one of FORMS, and put it in its place at once and whole."""
    path = path_of(rendering, form)
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".", delete=False) as part:
        part.write(pdf(rendering.edition.document, public.facts(rendering.edition), form))
        part.flush()
        os.fsync(part.fileno())
    os.chmod(part.name, 0o644)
    os.replace(part.name, path)


def pdf(document, facts, form):
    """Return the PDF, bytes, of an Edition document with its Facts in one of FORMS."""
    # They take a moment to load, and need a library of the system that a web process can do without.
    from weasyprint import HTML
    from weasyprint.urls import URLFetcher

    # What stands in the sheet itself; it asks nothing of any host.
    fetcher = URLFetcher(allowed_protocols={"data"})
    made = HTML(string=html(document, facts, form), url_fetcher=fetcher)
    return made.write_pdf(pdf_variant="pdf/ua-1", pdf_identifier=facts.code.encode())


def html(document, facts, form):
    """Return what the sheet says, as HTML."""
    copy_url = f"{settings.SITE_URL}/e/{facts.code}/"
    context = {
        "content": document,
        "edition": facts,
        "form": form,
        "styles": MADE_FROM[0].read_text(),
        "copy_url": copy_url,
        # Damaged by up to a quarter, as paper gets, it can still be read.
        "qr": segno.make(copy_url, error="q", micro=False).svg_data_uri(scale=4, border=2),
    }
    with speaking(document["language"]):
        return engines["public"].get_template("paper.html").render(context)


def _newest_renderings():
    live = Event.objects.public().latest_of_each_leaflet().filter(kind=Kind.PUBLISHED).values("edition")
    shown = Q(edition__in=live) | Q(edition__in=public.scheduled())
    newest = Rendering.objects.filter(shown).order_by().values("edition").annotate(newest=Max("sequence"))
    return Rendering.objects.filter(sequence__in=newest.values("newest")).select_related("edition")


@cache
def _look():
    files = sorted([*MADE_FROM, TEMPLATE])
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()
