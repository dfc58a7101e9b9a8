"""The site for granian to serve in the bench: as in production, but for http, and static files where they are."""

import os

os.environ["DEBUG"] = "1"

os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"

from django.conf import settings

from config import starting

settings.DEBUG = False
# By http, and so not to be served to anybody.
starting.refuse_unsafe = lambda: None

from config.wsgi import application as application  # noqa: E402  The setting comes before.
