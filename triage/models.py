"""The red-flag library: groups of red flags, what to do about them, and who to contact.

Urgency follows the care cards of the NHS design system (https://service-manual.nhs.uk/design-system/components/card):
emergency is red and black, urgent is red, non-urgent is blue. A clinician chooses it; nothing here infers it.
"""

from django.db import models

from history.fields import AddressField, LineField, ProseField, validate_key, validate_phone
from history.models import Item
from history.ordered import Ordered
from triage.links import Link


class Urgency(models.TextChoices):
    """How soon to seek help, the most urgent first."""

    EMERGENCY = "emergency", "Emergency: call 999 or go to A&E now"
    URGENT = "urgent", "Urgent: get help today"
    NON_URGENT = "non-urgent", "Non-urgent: see a health professional"


class ContactRoute(Item):
    """Who to contact: a service, with its number and hours."""

    key = models.SlugField(
        max_length=80,
        unique=True,
        validators=[validate_key],
        help_text="A short name for files and history, such as nhs-24. Patients do not see it.",
    )
    name = LineField(max_length=100, help_text="Who it is, as patients know it: NHS 24, or Your GP.")
    phone = LineField(
        "telephone number",
        max_length=30,
        blank=True,
        validators=[validate_phone],
        help_text="As it should be read, with spaces. On a phone, touching it calls the number.",
    )
    hours = LineField(
        max_length=200,
        blank=True,
        help_text="When the service answers, the same on every leaflet: 24 hours a day, every day.",
    )
    text_relay = LineField(
        max_length=60,
        blank=True,
        validators=[validate_phone],
        help_text="Number for people who are deaf or cannot speak, such as 18001 111.",
    )
    bsl = AddressField(
        "British Sign Language service",
        help_text="Web address of the video interpreting service, beginning with https://",
    )

    class Meta:
        ordering = ["name"]

    def __str__(self):
        return f"{self.name} ({self.phone})" if self.phone else self.name

    def content(self):
        """Return what the public sees of this route."""
        return {
            "key": self.key,
            "name": self.name,
            "phone": self.phone,
            "hours": self.hours,
            "text_relay": self.text_relay,
            "bsl": self.bsl,
        }

    snapshot = content


class RedFlagGroup(Item):
    """Red flags that share one cause, one urgency and one thing to do. Leaflets share it."""

    key = models.SlugField(
        max_length=80,
        unique=True,
        validators=[validate_key],
        help_text="A short name for files and history, such as cauda-equina-syndrome. Patients do not see it.",
    )
    title = LineField(
        max_length=200, help_text="The heading of the card, such as Cauda Equina Syndrome (CES)."
    )
    urgency = models.CharField(
        max_length=10,
        choices=Urgency,
        blank=True,
        help_text=(
            "A clinical decision. It sets the colour and the words of the card, and its place on the page. "
            "A leaflet cannot be submitted while this is empty."
        ),
    )
    warning = ProseField(
        max_length=1000,
        blank=True,
        help_text="One sentence that stands first, in bold. Leave it empty if there is none.",
    )
    lead = ProseField(
        "what to do",
        max_length=5000,
        blank=True,
        help_text="Who to contact and how soon, in words. It stands before the red flags.",
    )
    numbered = models.BooleanField(
        "number the red flags", default=False, help_text="Tick it if the text refers to them as (1), (2)."
    )
    after = ProseField(
        "text after the red flags", max_length=5000, blank=True, help_text="Plain text, or empty."
    )
    routes = models.ManyToManyField(ContactRoute, through="GroupContact", related_name="groups")

    class Meta:
        verbose_name = "red-flag group"
        ordering = ["title"]

    def __str__(self):
        return self.title

    def content(self):
        """Return what the public sees of this group, its contact routes by their keys.

        The urgency is null while nobody has chosen one.
        """
        return {
            "key": self.key,
            "title": self.title,
            "urgency": self.urgency or None,
            "warning": self.warning,
            "lead": self.lead,
            "numbered": self.numbered,
            "signs": [sign.snapshot() for sign in self.signs.all()],
            "after": self.after,
            "notes": [note.text for note in self.notes.all()],
            "contacts": [contact.content() for contact in self.contacts.all()],
            "links": [link.snapshot() for link in self.links.all()],
        }

    def snapshot(self):
        """Return all that the public sees of this group."""
        return {**self.content(), "contacts": [contact.snapshot() for contact in self.contacts.all()]}


class RedFlag(Ordered):
    """One sign."""

    ordered_within = "group"

    group = models.ForeignKey(RedFlagGroup, models.CASCADE, related_name="signs")
    text = ProseField(
        "red flag", max_length=1000, help_text="One sign, in the words a patient would use. Plain text."
    )
    parts = ProseField(
        "sub-list",
        max_length=2000,
        blank=True,
        help_text="If this sign has a list of its own, write each part on a line.",
    )

    class Meta(Ordered.Meta):
        verbose_name = "red flag"

    def __str__(self):
        return self.text

    def snapshot(self):
        """Return what the public sees of this sign."""
        return {"text": self.text, "parts": [line for line in self.parts.split("\n") if line]}


class Note(Ordered):
    """A circumstance that lowers the threshold for seeking help."""

    ordered_within = "group"

    group = models.ForeignKey(RedFlagGroup, models.CASCADE, related_name="notes")
    text = ProseField(
        "note",
        max_length=3000,
        help_text="For example: NOTE: If you have osteoporosis, smaller amounts of force may cause problems.",
    )

    def __str__(self):
        return self.text


class GroupContact(Ordered):
    """A contact route in a group, and when to use it."""

    ordered_within = "group"

    group = models.ForeignKey(RedFlagGroup, models.CASCADE, related_name="contacts")
    route = models.ForeignKey(ContactRoute, models.PROTECT, related_name="uses", verbose_name="who")
    when = LineField(
        max_length=200,
        blank=True,
        help_text="When to use it for these red flags: within normal hours (8:30-6pm), or at other times.",
    )

    class Meta(Ordered.Meta):
        verbose_name = "contact"

    def __str__(self):
        return str(self.route)

    def content(self):
        """Return this contact with its route by its key."""
        return {"key": self.route.key, "when": self.when}

    def snapshot(self):
        """Return what the public sees of this contact."""
        return {**self.route.snapshot(), "when": self.when}


class GroupLink(Link):
    """Further information on a group."""

    ordered_within = "group"

    group = models.ForeignKey(RedFlagGroup, models.CASCADE, related_name="links")
