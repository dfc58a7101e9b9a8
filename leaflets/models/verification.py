"""What verifications of the history found, and when: for the people who read that, not for proof."""

from django.db import models


class Verification(models.Model):
    """One run of verify_history. `findings` has a sentence on each line, none if history was whole."""

    at = models.DateTimeField(auto_now_add=True)
    records = models.PositiveBigIntegerField()
    anchors = models.PositiveIntegerField()
    last_anchor = models.DateTimeField(null=True)
    findings = models.TextField(blank=True)

    class Meta:
        ordering = ["-pk"]

    def __str__(self):
        return "History is broken" if self.findings else "History is whole"
