"""Production's settings, but with static files as they lie in the sources: to collect them takes half a minute."""

from pathlib import Path

from config.settings import *  # noqa: F403
from config.settings import MIRROR_ROOT, STORAGES

STORAGES = {
    **STORAGES,
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
STATIC_ROOT = Path(MIRROR_ROOT).parent / "static"
STATIC_ROOT.mkdir(exist_ok=True)
