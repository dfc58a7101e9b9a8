from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import DEFAULT_DB_ALIAS

from history import privileges
from history.anchors import in_words
from leaflets.backup import or_else, restoring


class Command(BaseCommand):
    help = (
        "Restore a backup into an empty database, with media and anchors; bring it to this release, verify its "
        "history, and press the public pages. Nothing is touched unless the backup is whole and may be restored here."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "source", type=Path, metavar="SOURCE", help="a backup, or a folder of them: then the newest"
        )
        parser.add_argument("--check", action="store_true", help="say whether it can be restored, and stop")
        parser.add_argument("--replace", action="store_true", help="what is in the database may go")
        parser.add_argument(
            "--set-anchors-aside",
            action="store_true",
            help="history that only the anchors here saw may be given up; they are kept under another name",
        )

    def handle(self, *, source, check, replace, set_anchors_aside, **options):
        if settings.OWNER_DATABASE:
            privileges.connect_as(DEFAULT_DB_ALIAS, settings.OWNER_DATABASE)
        with or_else("It is not restored."):
            folder = restoring.find(source)
            found = restoring.judge(folder, replace=replace, aside=set_anchors_aside)
            made = in_words(datetime.fromisoformat(found.made))
            self.stdout.write(f"{folder} is whole: of {made}, {found.server}, {len(found.files)} files.")
            if check:
                return
            gone = restoring.restore(folder, found, aside=set_anchors_aside)
        if gone:
            self.stdout.write(
                f"The anchors that were here are in {gone}: keep that file, with a note of why."
            )
        self._bring_up()

    def _bring_up(self):
        amiss = restoring.bring_up()
        self.stdout.write("The database, the media and the anchors are restored. Everybody signs in again.")
        call_command("verify_history", stdout=self.stdout, stderr=self.stderr)
        if amiss:
            raise CommandError("\n".join(["But the public site is not as it should be.", *amiss]))
        self.stdout.write("The public pages are pressed.")
