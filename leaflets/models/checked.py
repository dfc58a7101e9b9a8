"""Which web addresses in leaflets answer, as far as they were asked. Working data, no part of history."""

from django.db import models
from django.utils import formats, timezone

from history.fields import LineField

LONGEST = 2000


class CheckedAddress(models.Model):
    """What came of asking a web address the last time. `problem` is empty, and `failing_since` null, if it answered."""

    address = LineField(max_length=LONGEST, unique=True)
    checked_at = models.DateTimeField()
    problem = LineField(max_length=300, blank=True)
    failing_since = models.DateTimeField(null=True)

    def __str__(self):
        return f"{self.address}: {self.problem or 'answers'}"

    @property
    def failed_twice(self):
        """Whether it failed on two days at least: one failure may be the weather's."""
        return bool(self.failing_since) and timezone.localdate(self.failing_since) < timezone.localdate(
            self.checked_at
        )

    def in_words(self):
        """Return what is wrong, as the end of a sentence."""
        last, first = (
            formats.date_format(timezone.localtime(moment), "j F Y")
            for moment in (self.checked_at, self.failing_since)
        )
        return f"did not answer on {last} ({self.problem}), for the first time on {first}"
