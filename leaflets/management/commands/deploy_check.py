from collections import Counter

from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from leaflets import installation
from leaflets.installation import LOOK, RIGHT, WRONG
from leaflets.installation.accounts import accounts
from leaflets.installation.configured import mail, settled
from leaflets.installation.database import database
from leaflets.installation.folders import folders
from leaflets.installation.routine import routine
from leaflets.installation.site import site

PARTS = {
    "Settings": settled,
    "Database": database,
    "Folders": folders,
    "Mail": mail,
    "The running site": site,
    "Accounts": accounts,
    "Every day": routine,
}


class Command(BaseCommand):
    help = (
        "Walk this installation and say of each part whether it is as it should be, and if not, what to do. Run it as "
        "the user and with the environment of the site, while the site runs. Exits with 1 if anything is wrong. It "
        "changes nothing; one sign-in fails, as nobody."
    )
    requires_system_checks = []

    def handle(self, **options):
        counted = Counter()
        if connection.connection is None:
            # Not from a pool, which would try again and again and keep the reason to itself.
            connection.settings_dict["OPTIONS"].pop("pool", None)
        for title, part in PARTS.items():
            self.stdout.write(f"\n{title}")
            for finding in installation.findings(part):
                counted[finding.level] += 1
                self.stdout.write(f"  {finding.level:5}  {finding.sentence}")
                self.stdout.flush()
        self.stdout.write(f"\n{counted[RIGHT]} right, {counted[LOOK]} to look at, {counted[WRONG]} wrong.")
        if counted[WRONG]:
            raise CommandError("Mend what is wrong, and look again.")
