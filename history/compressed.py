"""Long text that SQLite keeps compressed. PostgreSQL compresses long values by itself."""

import zlib

from django.db import models


class CompressedTextField(models.TextField):
    """Text in Python. In SQLite its bytes are zlib's; triggers there read it by UNZIPPED(column)."""

    def get_db_prep_value(self, value, connection, prepared=False):
        value = super().get_db_prep_value(value, connection, prepared)
        if connection.vendor == "sqlite" and isinstance(value, str):
            return memoryview(zlib.compress(value.encode(), 9))
        return value

    def from_db_value(self, value, expression, connection):
        """Return what was stored as text, also what was stored before this field compressed it."""
        return unzipped(value)


def unzipped(value):
    """Return the text of a stored value, compressed or not."""
    if not isinstance(value, bytes):
        return value
    try:
        return zlib.decompress(value).decode()
    except zlib.error as error:
        raise ValueError(f"Stored text is damaged: {error}") from error


def register(connection, **kwargs):
    """Give SQLite the function UNZIPPED; a receiver of connection_created."""
    if connection.vendor == "sqlite":
        connection.connection.create_function("UNZIPPED", 1, unzipped, deterministic=True)
