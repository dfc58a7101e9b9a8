from django.core.management.base import BaseCommand, CommandError

from history.canonical import canonical
from leaflets.models import Leaflet


class Command(BaseCommand):
    help = "Write a leaflet's draft, or one of its editions, as an Edition document in canonical form."

    def add_arguments(self, parser):
        parser.add_argument("slug", help="the leaflet's address")
        parser.add_argument(
            "--edition", type=int, metavar="N", help="an edition's number; without it, the draft"
        )

    def handle(self, *, slug, edition, **options):
        leaflet = Leaflet.objects.filter(slug=slug).first()
        if leaflet is None:
            raise CommandError(f"There is no leaflet at the address {slug}.")
        self.stdout.write(self._content(leaflet, edition), ending="")

    def _content(self, leaflet, number):
        if number is None:
            return canonical(leaflet.snapshot())
        edition = leaflet.editions.filter(number=number).first()
        if edition is None:
            raise CommandError(f"{leaflet} has no edition {number}.")
        return edition.content
