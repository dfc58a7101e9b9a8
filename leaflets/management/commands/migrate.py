from django.core.management.commands import migrate

from leaflets import guards


class Command(migrate.Command):
    """Django's own, but history is guarded again afterwards even where a migration fails."""

    def handle(self, *args, **options):
        try:
            super().handle(*args, **options)
        finally:
            guards.install(options["database"])
