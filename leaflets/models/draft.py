"""The draft: what editors change and the public never sees."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Prefetch

from exercises.models import Programme, ProgrammeVideo
from history.fields import LineField, ProseField, ReviewMonthsField, validate_key, validate_language
from history.models import Item, ItemQuerySet
from leaflets.richtext import RichTextField
from triage.models import GroupContact, RedFlagGroup, Urgency

SCHEMA = 1
OWN_WORDS = {
    *("admin", "static", "media", "e", "privacy", "accessibility", "healthz", "readyz", "check", "exercises"),
    *(
        "metrics",
        "history",
        "leaflets",
        "search",
        "sitemap",
        "robots",
        "forget",
        "worker",
        "styles",
        "favicon",
        "feed",
        "api",
        "mirror",
        "manifest",
    ),
}


def validate_slug_is_free(value):
    """Raise ValidationError if `value` is one of the site's own words."""
    if value in OWN_WORDS:
        raise ValidationError(f"“{value}” is an address of the site itself. Choose another.", code="reserved")


class LeafletQuerySet(ItemQuerySet):
    def whole(self):
        """Leaflets with all that `snapshot` and `items` read, in a number of queries that does not grow with them."""
        group, programme = "group_places__group", "programme_places__programme"
        # Joined where many lead to one: asked for by themselves, a thousand of them are too many for SQLite.
        return self.select_related("translated_from").prefetch_related(
            Prefetch("group_places", self.model.groups.through.objects.select_related("group")),
            *(f"{group}__{rows}" for rows in ("signs", "notes", "links")),
            Prefetch(f"{group}__contacts", GroupContact.objects.select_related("route")),
            Prefetch("programme_places", self.model.programmes.through.objects.select_related("programme")),
            Prefetch(f"{programme}__places", ProgrammeVideo.objects.select_related("video")),
            *("sections", "links", "evidence"),
        )


class Leaflet(Item):
    """One self-help page: a body part or a condition, in one language."""

    title = LineField(max_length=200, help_text="Title of the page, as patients see it.")
    slug = models.SlugField(
        "address",
        max_length=80,
        unique=True,
        validators=[validate_key, validate_slug_is_free],
        help_text=(
            "The last part of the page's web address, such as lower-back. If it changes after the leaflet was "
            "published, the old address leads to the new one."
        ),
    )
    language = LineField(
        max_length=20,
        default="en-GB",
        validators=[validate_language],
        help_text="Language tag: en-GB, gd (Gaelic), cy (Welsh), pl (Polish), ar (Arabic).",
    )
    body_part = LineField(
        max_length=100, help_text="Leaflets on one body part stand together in the list: Lower Back."
    )
    condition = LineField(
        max_length=100, blank=True, help_text="If a body part has several leaflets: the condition."
    )
    summary = LineField(
        max_length=300, blank=True, help_text="One sentence for the list of leaflets and search engines."
    )
    owner = LineField("owner team", max_length=200, blank=True, help_text="The team that answers for it.")
    reference = LineField(
        "reference code", max_length=60, blank=True, help_text="The owner team's own code for this leaflet."
    )
    translated_from = models.ForeignKey(
        "Edition",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="translations",
        help_text="If this is a translation: the edition it was made from.",
    )
    review_months = ReviewMonthsField(
        help_text=(
            "How often the whole leaflet must be checked: every so many months. Empty means every 12 months. "
            "Whoever records a review is offered the date. Patients see the date, not this."
        ),
    )
    introduction_heading = LineField(max_length=200, blank=True, help_text="Heading before the red flags.")
    introduction = ProseField(
        max_length=5000, blank=True, help_text="Plain text before the red flags. Keep it short."
    )
    no_red_flags_because = ProseField(
        "no red flags, because",
        max_length=2000,
        blank=True,
        help_text="Only if the leaflet has no red flags: the clinical decision, who made it and why. Patients see it.",
    )
    links_heading = LineField(max_length=200, blank=True, help_text="Heading above the leaflets and links.")
    exercises_heading = LineField(max_length=200, blank=True, help_text="Title of the exercises page.")
    exercises_reminder = ProseField(
        max_length=1000, blank=True, help_text="Reminds patients to read the red flags before the exercises."
    )
    exercises_introduction = RichTextField(blank=True, help_text="Stands before the programmes.")
    videos_heading = LineField(max_length=200, blank=True, help_text="Heading above the programmes.")
    groups = models.ManyToManyField(RedFlagGroup, through="GroupPlacement", related_name="leaflets")
    programmes = models.ManyToManyField(Programme, through="ProgrammePlacement", related_name="leaflets")

    objects = LeafletQuerySet.as_manager()

    class Meta:
        ordering = ["body_part", "condition", "title"]

    def __str__(self):
        return self.title

    def clean(self):
        other = Leaflet.objects.exclude(pk=self.pk).filter(editions__slug=self.slug).first()
        if other:
            raise ValidationError(
                {"slug": f"This was an address of “{other}”, and leads to that for ever. Choose another."}
            )

    def content(self):
        """Return what the public sees of the leaflet itself, its groups and programmes by their keys."""
        return {
            "schema": SCHEMA,
            "slug": self.slug,
            "language": self.language,
            "title": self.title,
            "body_part": self.body_part,
            "condition": self.condition,
            "summary": self.summary,
            "owner": self.owner,
            "reference": self.reference,
            "translated_from": self.translated_from and self.translated_from.name(),
            "introduction": {"heading": self.introduction_heading, "text": self.introduction},
            "red_flag_groups": [place.group.key for place in self.group_places.all()],
            "no_red_flags_because": self.no_red_flags_because,
            "sections": [section.snapshot() for section in self.sections.all()],
            "links": {
                "heading": self.links_heading,
                "items": [link.snapshot() for link in self.links.all()],
            },
            "exercises": {
                "heading": self.exercises_heading,
                "reminder": self.exercises_reminder,
                "introduction": self.exercises_introduction,
                "videos_heading": self.videos_heading,
                "programmes": [place.programme.key for place in self.programme_places.all()],
            },
            "evidence": [source.snapshot() for source in self.evidence.all()],
        }

    def snapshot(self):
        """Return the draft as an Edition document, schema 1 (leaflets/content/edition.schema.json)."""
        content = self.content()
        groups = [place.group.snapshot() for place in self.group_places.all()]
        programmes = [place.programme.snapshot() for place in self.programme_places.all()]
        return {
            **content,
            "red_flag_groups": sorted(groups, key=lambda group: urgency_rank(group["urgency"])),
            "exercises": {**content["exercises"], "programmes": programmes},
        }

    def for_staff(self):
        """Return how often this leaflet is reviewed, if that is said."""
        return {"review_months": self.review_months} if self.review_months else {}

    def items(self):
        """Return the leaflet and every shared item in it, each once."""
        groups = [place.group for place in self.group_places.all()]
        programmes = [place.programme for place in self.programme_places.all()]
        routes = [contact.route for group in groups for contact in group.contacts.all()]
        videos = [place.video for programme in programmes for place in programme.places.all()]
        return list(dict.fromkeys([self, *groups, *routes, *programmes, *videos]))


def urgency_rank(urgency):
    """Return the place of `urgency` among the urgencies, most urgent first; None comes last."""
    return Urgency.values.index(urgency) if urgency else len(Urgency.values)
