"""Links to information for patients, wherever they stand."""

from django.core.exceptions import ValidationError
from django.db import models

from history.fields import AddressField, LineField, validate_language
from history.ordered import Ordered


def validate_languages(value):
    """Raise ValidationError unless `value` is language tags separated by spaces."""
    for tag in value.split():
        validate_language(tag)
    if value != " ".join(value.split()):
        raise ValidationError("Put one space between languages.", code="spaces")


class Kind(models.TextChoices):
    """What sort of information a link leads to."""

    LEAFLET = "leaflet", "Leaflet"
    WEB_PAGE = "web-page", "Web page"
    CARD = "card", "Card to carry"
    VIDEO = "video", "Video"
    AUDIO = "audio", "Audio"
    OTHER_LANGUAGES = "other-languages", "Other languages"
    EASY_READ = "easy-read", "Easy Read"
    BSL = "bsl", "British Sign Language"


class Link(Ordered):
    """An information leaflet or link. It may have no address yet: its words are kept all the same."""

    text = LineField(max_length=300, help_text="The words of the link: what the patient will find there.")
    url = AddressField("web address", help_text="Begins with https://")
    kind = models.CharField(max_length=20, choices=Kind, help_text="What sort of information it is.")
    languages = LineField(
        max_length=200,
        blank=True,
        default="en-GB",
        validators=[validate_languages],
        help_text="Language tags separated by spaces: en-GB, gd (Gaelic), cy (Welsh), pl (Polish), ar (Arabic).",
    )
    format = LineField(
        max_length=60, blank=True, help_text="What the patient gets, such as PDF, 2 pages. It may be empty."
    )
    landing_page = AddressField(help_text="If the address is a file: the page that describes it, or empty.")

    class Meta(Ordered.Meta):
        abstract = True

    def __str__(self):
        return self.text

    def snapshot(self):
        """Return what the public sees of this link."""
        return {
            "text": self.text,
            "url": self.url,
            "kind": self.kind,
            "languages": self.languages.split(),
            "format": self.format,
            "landing_page": self.landing_page,
        }
