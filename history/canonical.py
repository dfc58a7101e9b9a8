"""The one way to write a document down, so that it has one digest.

Canonical form: JSON with sorted keys, no spaces, UTF-8, and only str, int, bool, null, list and dict. It is the
subset of RFC 8785 (JSON Canonicalization Scheme) that leaves floating-point numbers out.
"""

import hashlib
import json

_ENCODER = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False)
# A floating-point number reads as its own text, which is written with quotes: so it is not canonical.
_DECODER = json.JSONDecoder(parse_float=str, parse_constant=str)


class NotCanonical(ValueError):
    """The text is not canonical JSON; the message follows "it is"."""


def canonical(value):
    """Return `value` as canonical JSON text.

    Raises TypeError for anything that canonical form cannot hold, floats included.
    """
    _refuse_other_types(value)
    return _ENCODER.encode(value)


def parse(text):
    """Return what `text`, canonical JSON, says. Raises NotCanonical for any other text.

    To write it again and compare is quicker than to look at each value, and finds a field that is there twice.
    """
    try:
        value = _DECODER.decode(text)
    except (ValueError, RecursionError) as error:
        raise NotCanonical("not JSON") from error
    if _ENCODER.encode(value) != text:
        raise NotCanonical("not in canonical form")
    return value


def written(value):
    """Return as canonical JSON what `parse` or a record gave: its types are not looked at again."""
    return _ENCODER.encode(value)


def digest(text):
    """Return the SHA-256 of `text` in UTF-8, as 64 hexadecimal digits."""
    return hashlib.sha256(text.encode()).hexdigest()


def leaves(value, place=""):
    """Yield (place, leaf) for every text, number, bool and null in `value`, names of fields included.

    A place reads like `red_flag_groups[0].signs[3].text`.
    """
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from leaves(item, f"{place}[{index}]")
    elif isinstance(value, dict):
        for key, item in value.items():
            inner = f"{place}.{key}" if place else key
            yield f"the name of {inner}", key
            yield from leaves(item, inner)
    else:
        yield place, value


def _refuse_other_types(value):
    if isinstance(value, list):
        for item in value:
            _refuse_other_types(item)
    elif isinstance(value, dict):
        for key, item in value.items():
            if not isinstance(key, str):
                raise TypeError(f"Canonical form has only text as keys, not {key!r}.")
            _refuse_other_types(item)
    elif not isinstance(value, str | int | None):
        raise TypeError(f"Canonical form cannot hold {value!r}.")
