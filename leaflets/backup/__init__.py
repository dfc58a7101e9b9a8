"""Backups: all that a site cannot be made again without, in a folder, whole or not at all.

manifest    what is in a backup, by digest; a folder without one that is whole is no backup
databases   how each kind of database is written to a file, and read back
files       media and small files: written to the disk, hashed, linked where the backup before has them
anchoring   what anchors here saw that a backup does not hold
making      makes a backup, and removes old ones
restoring   judges a backup, and puts it in place
"""

from contextlib import contextmanager

from django.core.management.base import CommandError
from django.db import DatabaseError


class Refused(Exception):
    """What was asked for is not done; the message says why, for whoever runs the command."""


@contextmanager
def or_else(undone):
    """Raise CommandError with the sentence `undone` and why, where what is done meanwhile is refused or fails."""
    try:
        yield
    except Refused as refused:
        raise CommandError(f"{undone} {refused}") from refused
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        raise CommandError(f"{undone} {where}{error.strerror}.") from error
    except DatabaseError as error:
        raise CommandError(f"{undone} The database does not answer as it should: {error}") from error
