from pathlib import Path

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError

from history.loading import Unloadable
from leaflets import loading


class Command(BaseCommand):
    help = "Make a draft from a file in the Edition document's form. Loading it again changes nothing."

    def add_arguments(self, parser):
        parser.add_argument(
            "file", type=Path, help="the file; media are looked for in the folder media beside it"
        )
        parser.add_argument("--by", metavar="USER", help="user name of the person who loads it")

    def handle(self, *, file, by, **options):
        user = self._user(by)
        try:
            document = loading.read(file.read_bytes())
            reason = f"Loaded from {file.name}."
            leaflet, changed = loading.load(document, file.parent / "media", by=user, reason=reason)
        except OSError as error:
            raise CommandError(f"{file} cannot be read: {error.strerror}.") from error
        except Unloadable as error:
            raise CommandError(f"{file} was not loaded. {error}") from error
        for name in changed:
            self.stdout.write(f"Draft changed: {name}")
        self.stdout.write(f"The draft of “{leaflet}” says what {file} says.")

    def _user(self, name):
        if name is None:
            return None
        user = get_user_model().objects.filter(username=name).first()
        if user is None:
            raise CommandError(f"There is no account with the user name {name}.")
        return user
