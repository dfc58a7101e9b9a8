import logging
import os

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

site = get_wsgi_application()


def refuse_unguarded_history():
    """Production does not run on a database whose history anybody could rewrite. One that is down is no reason."""
    from leaflets import guards

    for warning in guards.check(None, ["default"]):
        if warning.id == guards.UNGUARDED and not settings.DEBUG:
            raise ImproperlyConfigured(f"{warning.msg} {warning.hint}")
        logging.getLogger(__name__).warning("%s", warning.msg)


def in_front_of(django):
    """Return the application that answers patients from memory and asks `django` for the rest."""
    from leaflets.mirror import front

    database = settings.DATABASES["default"]
    if database["ENGINE"] == "django.db.backends.sqlite3":
        # Where the file is lost, an empty one would be made in its place.
        database["NAME"] = f"file:{database['NAME']}?mode=rw"
    started = front.start(django, settings.MIRROR_ROOT, refuse_unguarded_history)
    if "pool" in database["OPTIONS"]:
        connections = database["OPTIONS"]["pool"]["connection_class"]
        connections.is_silent = staticmethod(lambda: not started.watcher.hears())
    return started


application = in_front_of(site)
