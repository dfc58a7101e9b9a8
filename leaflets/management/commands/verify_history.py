from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from history.anchors import in_words, read
from leaflets.models import Verification
from leaflets.verify import verify


class Command(BaseCommand):
    help = "Recompute the whole history, compare it with its anchors, name what is not what it was, and exit with 1."

    def add_arguments(self, parser):
        parser.add_argument(
            "--anchors",
            action="append",
            default=[],
            metavar="FILE",
            help="anchors kept elsewhere, one a line",
        )

    def handle(self, *, anchors, **options):
        verdict = verify(self._read(anchors))
        self._keep(verdict)
        if verdict.findings:
            raise CommandError("\n".join(["History is broken.", *verdict.findings]))
        for name, head in verdict.heads.items():
            self.stdout.write(f"{name:10} {head.records:7}  {head.digest}")
        self.stdout.write(self._told(verdict))

    def _keep(self, verdict):
        records = sum(head.records for head in verdict.heads.values())
        found = {"findings": "\n".join(verdict.findings), "records": records}
        try:
            Verification.objects.create(anchors=verdict.anchors, last_anchor=verdict.last_anchor, **found)
        except DatabaseError as error:
            self.stderr.write(f"This verification could not be noted for the auditor's page: {error}")

    def _read(self, more):
        own = [settings.ANCHOR_FILE] if Path(settings.ANCHOR_FILE).exists() else []
        try:
            return read([*own, *more])
        except OSError as error:
            raise CommandError(f"{error.filename} cannot be read: {error.strerror}.") from error

    def _told(self, verdict):
        if verdict.last_anchor is None:
            return (
                f"History is whole. But there is no anchor, neither in {settings.ANCHOR_FILE} nor elsewhere: "
                "a history that was rewritten to its end would look the same. Write one: manage.py anchor"
            )
        return (
            f"History is whole and agrees with its anchors: {verdict.anchors} read, the last of "
            f"{in_words(verdict.last_anchor)}. Only what was rewritten since then would not show."
        )
