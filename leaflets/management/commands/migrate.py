from django.conf import settings
from django.core.management.base import CommandError
from django.core.management.commands import migrate
from django.db import connections

from history import privileges
from leaflets import guards


class Command(migrate.Command):
    """Django's own, as the role that owns the tables where there is one. History is guarded again afterwards, and the
    site's role may do again what it must and no more, even where a migration fails.
    """

    def handle(self, *args, **options):
        using, owner = options["database"], settings.OWNER_DATABASE
        if owner:
            privileges.connect_as(using, owner)
        if not privileges.may_migrate(connections[using]):
            raise CommandError(
                f"The role {connections[using].settings_dict['USER']} may not make tables, and that is right for the "
                "site's own. Set OWNER_DATABASE_URL too, and migrate again."
            )
        try:
            super().handle(*args, **options)
        finally:
            guards.install(using)
            if owner:
                privileges.grant(connections[using], settings.DATABASE_ROLE, guards.guarded_tables())
