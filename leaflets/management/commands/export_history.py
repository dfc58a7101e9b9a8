import os
import tempfile
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from leaflets import pack


class Command(BaseCommand):
    help = "Write the whole history as an audit pack that can be checked without this software."

    def add_arguments(self, parser):
        parser.add_argument(
            "target", type=Path, metavar="TARGET.zip", help="where to write it; it may not be there"
        )

    def handle(self, *, target, **options):
        if target.exists():
            raise CommandError(f"{target} is there already: choose another name.")
        try:
            self._write(target)
        except OSError as error:
            raise CommandError(f"{target} cannot be written: {error.strerror or error}.") from error
        except (DatabaseError, ValueError) as error:
            raise CommandError(f"The database cannot be read: {error}") from error
        self.stdout.write(f"{target} is written. Its README.txt says how to check it.")

    def _write(self, target):
        with tempfile.NamedTemporaryFile(dir=target.parent, prefix=f".{target.name}.", delete=False) as part:
            try:
                pack.write(part)
                part.flush()
                os.fsync(part.fileno())
                os.replace(part.name, target)
            except BaseException:
                os.unlink(part.name)
                raise
