"""Editions and what happened to them. Both are written once: `leaflets/actions.py` is the only writer."""

import json

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from history.compressed import CompressedTextField
from history.models import Version
from history.records import Record
from leaflets.models.decisions import EventQuerySet, any_of
from leaflets.models.states import Kind, State


class Edition(models.Model):
    """A leaflet's whole content, frozen at submission.

    `content` is the Edition document in canonical form and `digest` its SHA-256. `code` is what a reader can quote.
    """

    leaflet = models.ForeignKey("Leaflet", models.PROTECT, related_name="editions")
    number = models.PositiveIntegerField()
    slug = models.CharField("address", max_length=80)
    code = models.CharField(max_length=7, unique=True)
    content = CompressedTextField()
    digest = models.CharField(max_length=64)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["leaflet", "number"], name="an_edition_number_once_on_a_leaflet")
        ]
        indexes = [
            models.Index(fields=["slug", "leaflet"], name="editions_by_slug"),
            models.Index(fields=["leaflet", "digest"], name="editions_by_digest"),
        ]
        permissions = [
            ("submit_edition", "Can submit a leaflet for review"),
            ("return_edition", "Can return an edition to its editor"),
            ("publish_edition", "Can publish an edition"),
            ("review_edition", "Can record a review"),
            ("withdraw_edition", "Can withdraw an edition"),
        ]

    def __str__(self):
        return f"{self.document['title']}, edition {self.number}"

    @property
    def document(self):
        """The Edition document, as a dict."""
        return json.loads(self.content)

    def contacts(self):
        """Return whom its red-flag groups tell patients to contact, each once, as the document has them."""
        found = {}
        for group in self.document["red_flag_groups"]:
            for contact in group["contacts"]:
                found.setdefault(contact["key"], contact)
        return list(found.values())

    def before(self):
        """Return the edition of this leaflet that was approved last before this one and not withdrawn, or None."""
        # Only the newest submission can be published, so editions are approved in the order of their numbers.
        earlier = Event.objects.approvals(self.leaflet_id).filter(edition__number__lt=self.number)
        last = earlier.order_by("edition__number").last()
        return last and last.edition

    def new_versions(self):
        """Return the Versions that went into this edition since the one approved last, the oldest first."""
        pinned = [
            Q(kind=v.kind, item=v.item, number__gt=v.held, number__lte=v.number)
            for v in self.versions().annotate(held=self._held_before())
        ]
        return Version.objects.filter(any_of(pinned)) if pinned else Version.objects.none()

    def _held_before(self):
        """The newest version of an item, up to the one pinned here, that an approved edition of the leaflet held."""
        # An edition that is submitted again may hold less than what was approved last: what was never approved is new.
        approved = Event.objects.approvals(self.leaflet_id).filter(edition__number__lt=self.number)
        holding = Pin.objects.filter(
            version=OuterRef("pk"), edition__in=approved.order_by().values("edition")
        )
        same = {"kind": OuterRef("kind"), "item": OuterRef("item"), "number__lte": OuterRef("number")}
        held = Version.objects.filter(Exists(holding), **same).order_by("-number")
        return Coalesce(Subquery(held.values("number")[:1]), 0)

    def versions(self):
        """Return the Version of each item in this edition."""
        return Version.objects.filter(pins__edition=self)

    def pinned(self):
        """Return the digests of the Versions in this edition, in the order in which they were made."""
        return list(self.versions().order_by("sequence").values_list("digest", flat=True))

    def identity(self):
        """Return what an Event says of the edition that it happened to."""
        return {
            "leaflet": self.leaflet_id,
            "slug": self.slug,
            "number": self.number,
            "code": self.code,
            "digest": self.digest,
        }

    def name(self):
        """Return how another document refers to this edition."""
        return {"slug": self.slug, "edition": self.number}

    def state(self, at=None):
        """Return the State of this edition at a moment (default: now), or None before it was submitted."""
        last = self.events.until(at).exclude(kind=Kind.REVIEWED).with_state(at).last()
        return last and State(last.leaves)


class Pin(models.Model):
    """The Version of an item that an Edition holds."""

    edition = models.ForeignKey(Edition, models.PROTECT, related_name="pins")
    version = models.ForeignKey(Version, models.PROTECT, related_name="pins")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["edition", "version"], name="a_version_once_in_an_edition")
        ]

    def __str__(self):
        return f"{self.edition} holds {self.version}"


class Event(Record):
    """Something that happened to an Edition: who, when, why. Status is the last Event, never a column."""

    edition = models.ForeignKey(Edition, models.PROTECT, related_name="events")
    kind = models.CharField(max_length=10, choices=Kind)
    at = models.DateTimeField()
    takes_effect = models.DateTimeField(db_index=True)
    next_review = models.DateField(null=True)
    risk = models.PositiveSmallIntegerField(null=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="events")

    objects = EventQuerySet.as_manager()

    class Meta(Record.Meta):
        indexes = [
            # Holds all that decides what is live, so that it is found without reading the events themselves.
            models.Index(
                fields=["edition", "kind", "sequence", "takes_effect", "at"], name="events_by_edition"
            ),
            models.Index(fields=["at", "sequence"], name="events_by_moment"),
        ]

    def __str__(self):
        return f"{self.edition} {self.kind} by {self.said['by']['name']}"

    @property
    def reason(self):
        """Why, in the words of the person who did it."""
        return self.said["reason"]

    @property
    def by_name(self):
        """The name that the person had then."""
        return self.said["by"]["name"]
