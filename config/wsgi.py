import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

django = get_wsgi_application()

# What needs the models, which are there by now.
from config import databases, headers, starting
from leaflets import fitness
from leaflets.mirror import front

starting.refuse_unsafe()
database = settings.DATABASES["default"]
databases.limit(database)
if database["ENGINE"] == "django.db.backends.sqlite3":
    # Where the file is lost, an empty one would be made in its place.
    database["NAME"] = f"file:{database['NAME']}?mode=rw"

application = front.start(django, settings.MIRROR_ROOT, fitness.refuse_unfit, headers.bare())

if "pool" in database["OPTIONS"]:
    connections = database["OPTIONS"]["pool"]["connection_class"]
    connections.is_silent = staticmethod(lambda: not application.watcher.hears())
