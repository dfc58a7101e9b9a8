"""Rows that have an order inside their parent."""

from django.db import models


class Ordered(models.Model):
    """A row with a place among its siblings; left empty, it goes to the end.

    A subclass names the foreign key of its parent, an Item, in `ordered_within`.
    """

    ordered_within = None

    position = models.PositiveIntegerField(
        "order",
        blank=True,
        help_text="The lowest number comes first. Leave it empty to add at the end.",
    )

    class Meta:
        abstract = True
        ordering = ["position", "pk"]

    def save(self, *args, **kwargs):
        if self.position is None:
            siblings = type(self).objects.filter(**{self.ordered_within: getattr(self, self.ordered_within)})
            last = siblings.aggregate(last=models.Max("position"))["last"]
            self.position = 1 if last is None else last + 1
        super().save(*args, **kwargs)
        self._see_to_version()

    def delete(self, *args, **kwargs):
        deleted = super().delete(*args, **kwargs)
        self._see_to_version()
        return deleted

    def _see_to_version(self):
        getattr(self, self.ordered_within).see_to_its_version()
