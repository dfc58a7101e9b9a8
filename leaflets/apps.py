from django.apps import AppConfig
from django.core import checks
from django.db.models.signals import post_migrate


class LeafletsConfig(AppConfig):
    name = "leaflets"

    def ready(self):
        from leaflets import guards, roles

        post_migrate.connect(guards.install, sender=self)
        post_migrate.connect(roles.install, sender=self)
        checks.register(guards.check, checks.Tags.database)
