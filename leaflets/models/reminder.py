"""What people were reminded of by mail, and when, so that they are not told the same every day. No part of history."""

from django.db import models


class Reminder(models.Model):
    """One mail about one leaflet that was due for review on `next_review`, and was due soon or overdue by then."""

    class Kind(models.TextChoices):
        """What a leaflet can be when people are reminded of it."""

        SOON = "soon", "Due soon"
        OVERDUE = "overdue", "Overdue"

    leaflet = models.ForeignKey("Leaflet", models.CASCADE, related_name="reminders")
    next_review = models.DateField()
    kind = models.CharField(max_length=7, choices=Kind)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["at"], name="reminders_by_moment")]

    def __str__(self):
        return f"{self.leaflet}: {self.get_kind_display().lower()}, {self.next_review}"
