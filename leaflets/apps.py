from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in
from django.core import checks
from django.db.models.signals import post_migrate, pre_migrate


class LeafletsConfig(AppConfig):
    name = "leaflets"
    # The app and its first model would otherwise have one name: Home › Leaflets › Leaflets.
    verbose_name = "Leaflets and editions"

    def ready(self):
        from leaflets import guards, press, roles
        from leaflets.door import staying

        user_logged_in.connect(staying.begin)
        pre_migrate.connect(guards.lift, sender=self)
        post_migrate.connect(guards.install, sender=self)
        post_migrate.connect(roles.install, sender=self)
        post_migrate.connect(press.after_migration, sender=self)
        checks.register(guards.check, checks.Tags.database)
