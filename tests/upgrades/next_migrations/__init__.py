"""The migrations of this release, and one of the next."""

from leaflets import migrations

__path__ = [*__path__, *migrations.__path__]
