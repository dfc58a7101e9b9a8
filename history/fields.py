"""Text that can be recorded exactly: what an editor may type into a field whose content goes into history.

A null character is refused by PostgreSQL and kept by SQLite, a lone surrogate has no UTF-8 form, U+FFFD stands for a
character that was lost on the way, and the invisible characters that turn the direction of writing make a text read
differently from what it holds (Unicode TR 36).
"""

import re
import unicodedata

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import (
    MaxLengthValidator,
    MaxValueValidator,
    MinValueValidator,
    RegexValidator,
    URLValidator,
)
from django.db import models

UNRECORDABLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069\ufffd-\uffff]",
)


def validate_recordable(value):
    """Raise ValidationError if `value` holds a character that cannot be recorded exactly."""
    found = UNRECORDABLE.search(value)
    if found:
        before = UNRECORDABLE.sub("", value[max(0, found.start() - 30) : found.start()])
        where = f"after “{before}”" if before else "at the beginning"
        raise ValidationError(
            f"Remove the character U+{ord(found[0]):04X} {where}: it cannot be stored or shown. "
            "It may be invisible; delete the words around it and type them again.",
            code="unrecordable",
        )


def validate_name(value):
    """Raise ValidationError if `value` holds a character that is not seen: two names could look alike by it."""
    validate_recordable(value)
    for place, letter in enumerate(value):
        if unicodedata.category(letter) in ("Cc", "Cf", "Zl", "Zp"):
            raise ValidationError(
                f"Remove the invisible character U+{ord(letter):04X} after “{value[:place]}”: "
                "nobody could tell this name from the one without it.",
                code="invisible",
            )


def validate_one_line(value):
    """Raise ValidationError if `value` is longer than one line."""
    if "\n" in value:
        raise ValidationError("Write this on one line.", code="lines")


validate_https = URLValidator(
    schemes=["https"], message="Enter a full web address that begins with https://", code="https"
)
validate_phone = RegexValidator(
    r"\A[0-9+() ]*\Z", "Enter a telephone number with digits, spaces, brackets and + only.", code="phone"
)
validate_key = RegexValidator(
    r"\A[a-z0-9]+(-[a-z0-9]+)*\Z",
    "Use small letters, digits and single hyphens, such as lower-back.",
    code="key",
)


def in_plain_words(field):
    """Return a form's `field`; if it is for an address or a key, a wrong one is refused in our words."""
    if isinstance(field, forms.SlugField):
        field.error_messages["invalid"] = validate_key.message
    return field


validate_language = RegexValidator(
    r"\A[a-z]{2,3}(-[A-Za-z0-9]{2,8})*\Z", "Enter a language tag such as en-GB, gd or ar.", code="language"
)


class _Recordable:
    """Line ends as one character, and nothing that cannot be recorded.

    The browser is not told of the limit: it would cut what is pasted without a word. The model says so instead.
    """

    def formfield(self, **kwargs):
        return super().formfield(**{**kwargs, "max_length": None})

    def to_python(self, value):
        value = super().to_python(value)
        return value.replace("\r\n", "\n").replace("\r", "\n") if isinstance(value, str) else value

    def clean(self, value, model_instance):
        if isinstance(value, str):
            validate_recordable(self.to_python(value))
        return super().clean(value, model_instance)


class LineField(_Recordable, models.CharField):
    """One line of plain text."""

    default_validators = [validate_one_line]


class ProseField(_Recordable, models.TextField):
    """Plain text of any number of lines, with a limit that holds outside forms too."""

    def __init__(self, *args, max_length, **kwargs):
        super().__init__(*args, max_length=max_length, **kwargs)

    @property
    def validators(self):
        return [*super().validators, MaxLengthValidator(self.max_length)]


class ReviewMonthsField(models.PositiveSmallIntegerField):
    """How often something must be reviewed: every so many months, up to five years; null if that is not said."""

    default_validators = [MinValueValidator(1), MaxValueValidator(60)]

    def __init__(self, *args, **kwargs):
        super().__init__(
            *args, **{"verbose_name": "months between reviews", "null": True, "blank": True, **kwargs}
        )


class AddressField(LineField):
    """A web address: https only, no user name hidden in it."""

    default_validators = [*LineField.default_validators, validate_https]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **{"max_length": 500, "blank": True, **kwargs})

    def clean(self, value, model_instance):
        value = super().clean(value, model_instance)
        if value and "@" in value.split("/")[2]:
            raise ValidationError("Remove the user name before the @ from this web address.", code="user")
        return value
