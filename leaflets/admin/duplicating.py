"""The form that duplicates a leaflet."""

from django import forms

from history.duplicates import DuplicateForm
from leaflets import consistency
from leaflets.duplicating import duplicate_leaflet
from leaflets.models import Leaflet

SHARED, COPIED = "shared", "copied"


class DuplicateLeafletForm(DuplicateForm):
    """Asks for the copy's title and place, and whether what it shares stays shared."""

    explanation = (
        "All of the leaflet is copied: its sections, links and sources. The copy is a new draft: patients do not see "
        "it until it is submitted and published."
    )
    items = forms.ChoiceField(
        label="Red-flag groups and exercise programmes",
        choices=[
            (
                SHARED,
                "Keep them shared, for another body part or condition: a correction reaches both leaflets",
            ),
            (
                COPIED,
                "Copy them too, with their videos, for another language: each is then translated on its own",
            ),
        ],
        widget=forms.RadioSelect,
        error_messages={
            "required": "Choose one. Shared, a correction reaches both leaflets; copied, it does not."
        },
        help_text="Contact routes stay shared in both cases.",
    )

    class Meta:
        model = Leaflet
        fields = ["title", "slug", "body_part", "condition", "language"]

    def clean(self):
        """Refuse to share red flags between languages: translated on one leaflet, they would be so on the other."""
        fields = super().clean()
        another = consistency.base(fields.get("language", "")) != consistency.base(self.source.language)
        if another and fields.get("language") and fields.get("items") == SHARED:
            self.add_error(
                "items",
                "A leaflet in another language needs red flags and exercises of its own: copy them too. Shared, they "
                "would be translated on the other leaflet as well.",
            )
        return fields

    def suggested(self):
        return {name: getattr(self.source, name) for name in ("title", "body_part", "condition", "language")}

    def duplicate(self, by):
        fields = dict(self.cleaned_data)
        with_items = fields.pop("items") == COPIED
        return duplicate_leaflet(self.source, by=by, with_items=with_items, **fields)
