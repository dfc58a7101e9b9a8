"""Resets a second factor where no Administrator can: for whoever runs the server."""

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError

from leaflets.door import factor


class Command(BaseCommand):
    help = "Take away the second factor of an account, so that its next sign-in sets up a new one. It is recorded."

    def add_arguments(self, parser):
        parser.add_argument("username")
        parser.add_argument("--reason", required=True, help="why, in a sentence, kept with the history")

    def handle(self, username, reason, **options):
        user = get_user_model().objects.filter(username=username).first()
        if user is None:
            raise CommandError(f"There is no account {username}.")
        factor.reset(user, by=None, reason=reason)
        self.stdout.write(f"The next sign-in of {username} sets up a new second factor.")
