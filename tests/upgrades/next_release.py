"""The settings of a release after this one, with migrations of its own."""

from config.settings import *  # noqa: F403

MIGRATION_MODULES = {"leaflets": "tests.upgrades.next_migrations"}
