import pytest
from django.core.exceptions import ValidationError

from history.fields import UNRECORDABLE, validate_recordable
from triage.models import ContactRoute, RedFlag, RedFlagGroup

BAD = ["\x00", "\x07", "\x1b", "\ud800", "\udfff", "\u202e", "\u2066", "\ufffd", "\uffff"]


@pytest.mark.parametrize("character", BAD, ids=lambda c: f"U+{ord(c):04X}")
def test_a_character_that_cannot_be_recorded_is_refused_and_named(character):
    with pytest.raises(ValidationError) as error:
        validate_recordable(f"numb{character}ness")
    assert f"U+{ord(character):04X} after “numb”" in error.value.messages[0]


@pytest.mark.parametrize("text", ["tab\tand\nline", "é – ‘quoted’ 😀", "العربية \u200f", "zero\u200dwidth"])
def test_ordinary_writing_in_any_script_is_kept(text):
    validate_recordable(text)


def test_what_is_allowed_can_always_be_written_as_utf8():
    for code in range(0x110000):
        if not UNRECORDABLE.search(chr(code)):
            chr(code).encode()


def text_fields():
    from django.apps import apps
    from django.db import models

    for app in ("triage", "exercises", "leaflets"):
        for model in apps.get_app_config(app).get_models():
            if model._meta.model_name not in ("edition", "event", "rendering", "verification"):
                for field in model._meta.concrete_fields:
                    if isinstance(field, models.CharField | models.TextField) and not field.choices:
                        yield pytest.param(model, field, id=f"{model._meta.label}.{field.name}")


@pytest.mark.parametrize(("model", "field"), list(text_fields()))
@pytest.mark.parametrize("character", ["\x00", "\ud800"], ids=["NUL", "surrogate"])
def test_every_text_field_refuses_nul_and_lone_surrogates(model, field, character):
    with pytest.raises(ValidationError) as error:
        field.clean(f"a{character}b", model())
    assert error.value.messages[0]


@pytest.mark.parametrize(("model", "field"), list(text_fields()))
def test_every_text_field_refuses_a_paste_of_10_mb(model, field):
    with pytest.raises(ValidationError):
        field.clean("a" * 10_000_000, model())


def test_line_ends_from_a_browser_are_stored_as_one_character():
    assert RedFlag._meta.get_field("text").clean("one\r\ntwo\rthree", RedFlag()) == "one\ntwo\nthree"


def test_a_title_is_one_line():
    with pytest.raises(ValidationError, match="one line"):
        RedFlagGroup._meta.get_field("title").clean("one\ntwo", RedFlagGroup())


@pytest.mark.parametrize(
    "address",
    [
        "http://example.org/",
        "javascript:alert(1)",
        "ftp://example.org/",
        "//example.org/",
        "/relative",
        "https://nhs.uk@evil.example/",
        "https://user:pass@example.org/",
        "data:text/html,x",
    ],
)
def test_an_address_must_be_plain_https(address):
    with pytest.raises(ValidationError):
        ContactRoute._meta.get_field("bsl").clean(address, ContactRoute())


def test_an_https_address_is_kept():
    address = "https://contactscotland-bsl.org/?a=1#b"
    assert ContactRoute._meta.get_field("bsl").clean(address, ContactRoute()) == address


@pytest.mark.parametrize("number", ["111", "+44 (0)131 496 0000", "18001 111"])
def test_a_telephone_number_is_digits_spaces_brackets_and_plus(number):
    assert ContactRoute._meta.get_field("phone").clean(number, ContactRoute()) == number


@pytest.mark.parametrize("number", ["call 111", "111;ext=2", "١١١"])
def test_anything_else_is_no_telephone_number(number):
    with pytest.raises(ValidationError, match="telephone number"):
        ContactRoute._meta.get_field("phone").clean(number, ContactRoute())
