"""Sets up the demonstration that `make run` serves."""

import os
import secrets
from pathlib import Path

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.db.models import Q

from history.accounts import record_account
from leaflets import actions, loading, roles
from leaflets.models import Leaflet

FILE = Path(loading.__file__).parent / "content" / "lower-back.json"
REASON = "Demonstration: loaded as given, not checked by a clinician."
ACCOUNTS = {
    "editor": ("Erin", "Editor", roles.EDITOR),
    "reviewer": ("Robin", "Reviewer", roles.REVIEWER),
    "auditor": ("Ada", "Auditor", roles.AUDITOR),
    "administrator": ("Amir", "Administrator", roles.ADMINISTRATOR),
}


class Command(BaseCommand):
    help = "Migrate, make one account per role and a live lower-back leaflet. What is there already stays as it is."

    def handle(self, **options):
        if not settings.DEBUG:
            raise CommandError("These accounts are for trying the site on one machine: set DEBUG=1.")
        call_command("migrate", verbosity=0)
        made = list(filter(None, map(self._account, ACCOUNTS)))
        if not Leaflet.objects.filter(Q(slug="lower-back") | Q(editions__slug="lower-back")).exists():
            self._leaflet()
        # Only now, so that nobody is mailed about the demonstration itself.
        for user in made:
            user.email = f"{user.username}@example.org"
            user.save(update_fields=["email"])

    def _account(self, username):
        users = get_user_model().objects
        if users.filter(username=username).exists():
            self.stdout.write(f"{username:14} is there; its password stays as it is")
            return None
        password = os.environ.get("DEMO_PASSWORD") or secrets.token_urlsafe(9)
        first, last, role = ACCOUNTS[username]
        user = users.create_user(username, password=password, first_name=first, last_name=last, is_staff=True)
        user.groups.add(Group.objects.get(name=role))
        record_account(user, by=None, reason="Made for the demonstration.")
        self.stdout.write(f"{username:14} password: {password}")
        return user

    @transaction.atomic
    def _leaflet(self):
        by_name = get_user_model().objects.get_by_natural_key
        document = loading.read(FILE.read_bytes())
        leaflet, _ = loading.load(document, FILE.parent / "media", by=by_name("editor"), reason=REASON)
        edition = actions.submit(leaflet=leaflet, by=by_name("editor"), reason=REASON)
        actions.publish(edition=edition, by=by_name("reviewer"), reason=REASON)
        self.stdout.write(f"“{leaflet}” is live.")
