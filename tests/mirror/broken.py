"""The settings of a release in which the pages of one leaflet cannot be made."""

from pathlib import Path

from config.settings import *  # noqa: F403
from config.settings import BASE_DIR, TEMPLATES

SITE_RELEASE = "broken"
TEMPLATES[0]["DIRS"] = [
    Path(__file__).parent / "broken_templates",
    *TEMPLATES[0]["DIRS"],
    BASE_DIR / "templates",
]
