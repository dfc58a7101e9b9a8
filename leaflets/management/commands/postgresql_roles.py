import os

import psycopg
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from history import privileges


class Command(BaseCommand):
    help = (
        "Make the two roles of PostgreSQL that OWNER_DATABASE_URL and DATABASE_URL name, and their database, on the "
        "server to which SUPERUSER_DATABASE_URL leads. Run it once, and again after a password has changed: it mends "
        "what is there. Then run migrate."
    )
    requires_system_checks = []

    def handle(self, **options):
        owner, application = settings.OWNER_DATABASE, settings.DATABASES["default"]
        superuser = os.environ.get("SUPERUSER_DATABASE_URL")
        if not (superuser and owner):
            raise CommandError(
                "Set DATABASE_URL and OWNER_DATABASE_URL to the same PostgreSQL database for two roles, and "
                "SUPERUSER_DATABASE_URL, for this command only, to the server for somebody who may make them."
            )
        try:
            privileges.make(superuser, owner, application)
        except psycopg.Error as error:
            raise CommandError(f"The roles cannot be made: {str(error).strip()}") from None
        self.stdout.write(
            f"{owner['USER']} owns the database {owner['NAME']} and migrates it; {application['USER']} is the site's. "
            "Now run manage.py migrate: it grants what the site needs, each time."
        )
