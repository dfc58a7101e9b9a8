"""The site for granian to serve in the bench: as in production, but for http, and static files where they are."""

import os

os.environ["DEBUG"] = "1"

os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"

from django.conf import settings

settings.DEBUG = False

from config.wsgi import application as application  # noqa: E402  The setting comes before.
