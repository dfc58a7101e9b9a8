import shutil
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from exercises.copying import copy
from exercises.folder import Folder as Kept
from exercises.media import DigestStorage, Unreachable
from leaflets.mirror.folder import Folder
from leaflets.mirror.watching import Watcher


class Command(BaseCommand):
    help = (
        "Write the whole public site as static files to MIRROR_ROOT, as the running site does at each change. With "
        "--to they are also copied to a folder, with the style sheet, scripts and media: for any web server, bucket or "
        "content delivery network."
    )

    def add_arguments(self, parser):
        parser.add_argument("--to", type=Path, help="a new or empty folder")

    def handle(self, to, **options):
        if to and to.exists() and any(to.iterdir()):
            raise CommandError(f"{to} is not empty: name a new folder.")
        folder = Folder(settings.MIRROR_ROOT)
        watcher = Watcher(folder)
        watcher.look()
        while watcher.work.is_left:
            watcher.look()
        watcher.writer.write()
        if watcher.problems():
            raise CommandError(" ".join(watcher.problems()))
        self.stdout.write(
            f"{len(watcher.shown.answers):,} addresses are in {folder.root / 'current' / 'site'}."
        )
        if to:
            self._copy(folder, to)
            self.stdout.write(f"They are copied to {to}.")

    def _copy(self, folder, to):
        shutil.copytree(folder.root / "current" / "site", to, dirs_exist_ok=True)
        if Path(settings.STATIC_ROOT).is_dir():
            shutil.copytree(settings.STATIC_ROOT, to / "static", ignore=shutil.ignore_patterns(".*"))
        try:
            copied = copy(DigestStorage().store, Kept(to / "media"))
            wrong = [f"{name} is wrong {why}." for name, why, _ in copied if why]
        except Unreachable as error:
            wrong = [error.sentence]
        if wrong:
            raise CommandError(" ".join(["The pages are copied, but not all media.", *wrong]))
