import os
import time

from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.db.models import Max

from leaflets import paper
from leaflets.models import Rendering

SECONDS = 2


class Command(BaseCommand):
    help = (
        "Make the PDFs of live and scheduled leaflets that are not there yet. Run it after every deployment and, with "
        "--watch, beside the site: it then looks every few seconds for what was published."
    )

    def add_arguments(self, parser):
        parser.add_argument("--watch", action="store_true", help="go on looking, until stopped")

    def handle(self, watch, **options):
        try:
            import weasyprint  # noqa: F401
        except OSError as error:
            raise CommandError(
                f"PDFs need the library Pango, which this machine lacks (Debian: apt-get install libpango-1.0-0 "
                f"libpangoft2-1.0-0 libharfbuzz-subset0). {error}"
            ) from None
        self.print_missing()
        started_by, seen = os.getppid(), None
        if watch:
            self.stdout.write("Looking for what is published, to make PDFs of it.")
            self.stdout.flush()
        # It ends with the process that it was started beside.
        while watch and os.getppid() == started_by:
            newest = Rendering.objects.aggregate(Max("sequence"))
            if newest != seen:
                self.print_missing()
                seen = newest
            connection.close()
            time.sleep(SECONDS)

    def print_missing(self):
        for rendering, form in paper.missing():
            begun = time.monotonic()
            paper.make(rendering, form)
            took = time.monotonic() - begun
            self.stdout.write(f"{rendering.edition}, {paper.FORMS[form]}: made in {took:.1f} s.")
