"""The parts of a draft: sections, links, evidence, and the places of what it shares with other leaflets."""

from django.core.exceptions import ValidationError
from django.db import models

from exercises import kinds, media
from exercises.models import Programme
from history.fields import AddressField, LineField, ProseField
from history.ordered import Ordered
from leaflets.models.draft import Leaflet
from leaflets.richtext import RichTextField
from triage.links import Link
from triage.models import RedFlagGroup


class Section(Ordered):
    """A heading and rich text."""

    class Placement(models.TextChoices):
        BEFORE_EXERCISES = "before-exercises", "Before the exercises"
        GENERAL_ADVICE = "general-advice", "General advice, after the exercises"

    ordered_within = "leaflet"

    leaflet = models.ForeignKey(Leaflet, models.CASCADE, related_name="sections")
    placement = models.CharField(
        max_length=20, choices=Placement, default=Placement.BEFORE_EXERCISES, help_text="Where it stands."
    )
    heading = LineField(max_length=200)
    body = RichTextField("text")

    def __str__(self):
        return self.heading

    def snapshot(self):
        """Return what the public sees of this section."""
        return {"heading": self.heading, "placement": self.placement, "body": self.body}


class LeafletLink(Link):
    """An information leaflet or link on a leaflet: an address, or a file of ours."""

    ordered_within = "leaflet"

    leaflet = models.ForeignKey(Leaflet, models.CASCADE, related_name="links")
    file = media.MediaField(types=kinds.DOCUMENT, help_text="A PDF, up to 10 MB, instead of a web address.")

    class Meta(Link.Meta):
        verbose_name = "leaflet or link"
        verbose_name_plural = "information leaflets and links"

    def clean(self):
        if self.file and self.url:
            raise ValidationError({"url": "Give a web address or a file, not both."})

    def snapshot(self):
        """Return what the public sees of this link."""
        return {**super().snapshot(), "file": media.describe(self.file)}


class Evidence(Ordered):
    """A source that the leaflet rests on."""

    ordered_within = "leaflet"

    leaflet = models.ForeignKey(Leaflet, models.CASCADE, related_name="evidence")
    citation = ProseField(max_length=1000, help_text="Author, title, year: as it should be cited.")
    url = AddressField("web address", help_text="Begins with https://")

    class Meta(Ordered.Meta):
        verbose_name = "source of evidence"
        verbose_name_plural = "sources of evidence"

    def __str__(self):
        return self.citation

    def snapshot(self):
        """Return what the public sees of this source."""
        return {"citation": self.citation, "url": self.url}


class GroupPlacement(Ordered):
    """The place of a red-flag group on a leaflet. Among groups of one urgency, this order holds."""

    ordered_within = "leaflet"

    leaflet = models.ForeignKey(Leaflet, models.CASCADE, related_name="group_places")
    group = models.ForeignKey(
        RedFlagGroup, models.PROTECT, related_name="leaflet_places", verbose_name="red-flag group"
    )

    class Meta(Ordered.Meta):
        verbose_name = "red-flag group"

    def __str__(self):
        return str(self.group)


class ProgrammePlacement(Ordered):
    """The place of a programme on a leaflet."""

    ordered_within = "leaflet"

    leaflet = models.ForeignKey(Leaflet, models.CASCADE, related_name="programme_places")
    programme = models.ForeignKey(Programme, models.PROTECT, related_name="leaflet_places")

    class Meta(Ordered.Meta):
        verbose_name = "programme"

    def __str__(self):
        return str(self.programme)
