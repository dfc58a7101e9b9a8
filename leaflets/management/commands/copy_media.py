from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from exercises.copying import copy
from exercises.folder import Folder
from exercises.media import DigestStorage


class Command(BaseCommand):
    help = (
        "Copy media that are not there yet from a folder to where the site keeps its own, or from there to a folder, "
        "and read all of them again: exits with 1 if one is not what its name says. Nothing is removed or overwritten."
    )

    def add_arguments(self, parser):
        way = parser.add_mutually_exclusive_group(required=True)
        way.add_argument(
            "--from", dest="source", type=Path, metavar="FOLDER", help="into the site's own place"
        )
        way.add_argument(
            "--to", dest="target", type=Path, metavar="FOLDER", help="out of the site's own place"
        )

    def handle(self, *, source, target, **options):
        if source and not source.is_dir():
            raise CommandError(f"There is no folder {source}.")
        here = DigestStorage().store
        copied, wrong = 0, []
        try:
            for name, why, new in copy(*((Folder(source), here) if source else (here, Folder(target)))):
                copied += bool(new and not why)
                wrong += [f"{name} is wrong {why}."] if why else []
        except OSError as error:
            raise CommandError(
                f"Not all was copied: {error.strerror}. Mend that, and run this again."
            ) from error
        self.stdout.write(f"Copied: {copied}.")
        if wrong:
            raise CommandError("\n".join(wrong))
