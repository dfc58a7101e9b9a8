from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from leaflets.backup import making, or_else


class Command(BaseCommand):
    help = (
        "Write a backup of the database, the media and the anchors, as of one moment, into a folder of TARGET. The "
        "site may be in use. It holds personal data of staff, and what their second factor rests on: keep it encrypted."
    )

    def add_arguments(self, parser):
        parser.add_argument("target", type=Path, metavar="TARGET", help="the folder of backups")
        parser.add_argument("--keep", type=int, metavar="N", help="remove the oldest, so that N are kept")

    def handle(self, *, target, keep, **options):
        if keep is not None and keep < 1:
            raise CommandError("--keep: keep 1 at least.")
        with or_else("There is no new backup."):
            made = making.make(target, keep)
        size, number = made.manifest.bytes() / 1_000_000, len(made.manifest.files)
        self.stdout.write(f"{made.folder} is finished: {number} files, {size:,.1f} MB.")
        if made.problems:
            raise CommandError("\n".join(["But not all media are as they should be.", *made.problems]))
