from leaflets.richtext.allowed import LIMIT, MOST_TAGS, SCHEMES, sanitise
from leaflets.richtext.checking import validate_rich
from leaflets.richtext.fields import RichTextField
from leaflets.richtext.reading import addresses_of, forbidden, letters_of, lines_of

__all__ = [
    "LIMIT",
    "MOST_TAGS",
    "SCHEMES",
    "RichTextField",
    "addresses_of",
    "forbidden",
    "letters_of",
    "lines_of",
    "sanitise",
    "validate_rich",
]
