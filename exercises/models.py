"""The exercise library: programmes of exercise videos, and the videos."""

from django.core.exceptions import ValidationError
from django.db import models

from exercises import kinds, media
from history.fields import AddressField, LineField, ProseField, ReviewMonthsField, validate_key
from history.models import Item
from history.ordered import Ordered


class Level(models.TextChoices):
    """How demanding an exercise is."""

    BEGINNER = "beginner", "Beginner"
    PROGRESSIVE = "progressive", "Progressive"
    GENERAL = "general", "General"


class ExerciseVideo(Item):
    """One exercise, shown in a video and told in words that stand alone."""

    key = models.SlugField(
        max_length=80,
        unique=True,
        validators=[validate_key],
        help_text="A short name for files and history, such as single-knee-hug. Patients do not see it.",
    )
    title = LineField(max_length=200, help_text="Name of the exercise.")
    level = models.CharField(max_length=20, choices=Level, blank=True)
    dose = ProseField(
        max_length=500,
        blank=True,
        help_text="How much and how often, in words: 10 times, hold for 5 seconds, twice a day.",
    )
    steps = ProseField(
        max_length=10000,
        blank=True,
        help_text="How to do it: write each step on a line. They are numbered for the patient.",
    )
    stop_if = ProseField(max_length=3000, blank=True, help_text="When to stop this exercise.")
    after_exercise = ProseField(max_length=3000, blank=True, help_text="What to do or expect afterwards.")
    note = LineField(max_length=300, blank=True, help_text="Shown under the video, for example who made it.")
    file = media.MediaField(
        "video file",
        types=kinds.VIDEO,
        help_text="MP4 or WebM, up to 100 MB and 10 minutes. MP4 plays on the oldest phones.",
    )
    seconds = models.PositiveSmallIntegerField(
        "length in seconds",
        null=True,
        blank=True,
        help_text="Shown before the video is loaded. That of a video file is read from it; give that of a video at a "
        "provider.",
    )
    provider_url = AddressField(
        "video at a provider",
        help_text=(
            "Web address of the video, if it is not a file of ours. A video on YouTube or Vimeo plays on the page once "
            "a patient asks for it, and not before; any other address is a link that leaves this site."
        ),
    )
    captions = media.MediaField(
        types=kinds.CAPTIONS, help_text="A WebVTT file (.vtt). Every video needs captions."
    )
    poster = media.MediaField(
        "still picture",
        types=kinds.PICTURE,
        help_text="Shown until the video plays. JPEG, PNG or WebP, up to 1 MB.",
    )
    transcript = ProseField(
        max_length=20000,
        blank=True,
        help_text="All that is said and shown, in words, for people who cannot see or play the video.",
    )
    owner = LineField(
        "owner team",
        max_length=200,
        blank=True,
        help_text="The team that answers for the video. Patients do not see it.",
    )
    review_months = ReviewMonthsField(
        help_text=(
            "If the video must be checked more often than the leaflets it is on: every so many months, such as 6. "
            "Whoever reviews such a leaflet is offered the sooner date. Patients do not see it."
        ),
    )

    class Meta:
        verbose_name = "exercise video"
        ordering = ["title"]

    def __str__(self):
        return self.title

    def clean(self):
        if self.file and self.provider_url:
            raise ValidationError(
                {"provider_url": "Give a video file or its address at a provider, not both."}
            )
        if self.file:
            try:
                self.seconds = media.seconds(self.file) or self.seconds
            except media.Unreachable as error:
                raise ValidationError({"file": media.NOT_READ}) from error

    def content(self):
        """Return what the public sees of this exercise."""
        return {
            "key": self.key,
            "title": self.title,
            "level": self.level,
            "dose": self.dose,
            "steps": [line for line in self.steps.split("\n") if line],
            "stop_if": self.stop_if,
            "after_exercise": self.after_exercise,
            "note": self.note,
            "file": media.describe(self.file),
            "seconds": self.seconds,
            "provider_url": self.provider_url,
            "captions": media.describe(self.captions),
            "poster": media.describe(self.poster),
            "transcript": self.transcript,
        }

    snapshot = content

    def for_staff(self):
        """Return who answers for this video, and how often it is reviewed."""
        return {name: value for name in ("owner", "review_months") if (value := getattr(self, name))}


class Programme(Item):
    """A named, ordered group of exercise videos. Leaflets share it."""

    key = models.SlugField(
        max_length=80,
        unique=True,
        validators=[validate_key],
        help_text="A short name for files and history, such as lower-back-beginner. Patients do not see it.",
    )
    title = LineField(max_length=200, help_text="Name of the programme: Beginner lower back exercises.")
    introduction = ProseField(max_length=5000, blank=True, help_text="Plain text before the videos.")
    stop_if = ProseField(max_length=3000, blank=True, help_text="When to stop any of these exercises.")
    after_exercise = ProseField(
        max_length=3000, blank=True, help_text="What to do or expect after these exercises."
    )
    videos = models.ManyToManyField(ExerciseVideo, through="ProgrammeVideo", related_name="programmes")

    class Meta:
        ordering = ["title"]

    def __str__(self):
        return self.title

    def content(self):
        """Return what the public sees of this programme, its videos by their keys."""
        return {
            "key": self.key,
            "title": self.title,
            "introduction": self.introduction,
            "stop_if": self.stop_if,
            "after_exercise": self.after_exercise,
            "videos": [place.video.key for place in self.places.all()],
        }

    def snapshot(self):
        """Return all that the public sees of this programme."""
        return {**self.content(), "videos": [place.video.snapshot() for place in self.places.all()]}


class ProgrammeVideo(Ordered):
    """The place of a video in a programme."""

    ordered_within = "programme"

    programme = models.ForeignKey(Programme, models.CASCADE, related_name="places")
    video = models.ForeignKey(ExerciseVideo, models.PROTECT, related_name="places")

    class Meta(Ordered.Meta):
        verbose_name = "video"

    def __str__(self):
        return str(self.video)
