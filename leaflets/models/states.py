"""What can happen to an Edition, and what it is after that."""

from django.db import models


class Kind(models.TextChoices):
    """What can happen to an Edition."""

    SUBMITTED = "submitted", "Submitted"
    RETURNED = "returned", "Returned"
    PUBLISHED = "published", "Published"
    REVIEWED = "reviewed", "Reviewed"
    WITHDRAWN = "withdrawn", "Withdrawn"


class State(models.TextChoices):
    """What an Edition is, derived from its Events and those of the leaflet's other Editions."""

    SUBMITTED = "submitted", "Submitted"
    RETURNED = "returned", "Returned"
    SCHEDULED = "scheduled", "Scheduled"
    LIVE = "live", "Live"
    SUPERSEDED = "superseded", "Superseded"
    WITHDRAWN = "withdrawn", "Withdrawn"
