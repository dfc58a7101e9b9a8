"""Whole numbers in addresses, no larger than a database can hold: a larger one is an address that there is not."""

from django.urls.converters import IntConverter

LARGEST = 2**63 - 1


class BigConverter(IntConverter):
    """A whole number that fits into 64 bits."""

    def to_python(self, value):
        """Return the number. Raises ValueError, which the resolver takes for no match."""
        number = int(value) if len(value) < 20 else LARGEST + 1
        if number > LARGEST:
            raise ValueError(value)
        return number
