import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

django = get_wsgi_application()

# What needs the models, which are there by now.
from leaflets import guards
from leaflets.mirror import front

application = front.start(django, settings.MIRROR_ROOT, guards.refuse_unguarded_history)
