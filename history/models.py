"""Versions: what each item held after each change, who made it, when and why."""

from collections import Counter

from django.conf import settings
from django.db import models, transaction

from history.accounts import AccountEvent
from history.people import UNKNOWN, as_they_are, moment
from history.presence import OpenForm
from history.records import Record, moment_after

__all__ = ["AccountEvent", "Item", "OpenForm", "Version"]

STAFF = "staff"
BEHIND_OUR_BACK = "Changed outside the application; noticed afterwards."
UNSAID = "Saved by a program that did not say for whom, or why."


class Deletes(models.Func):
    """Whether the content of a Version records a deletion; in SQL without parameters, so that an index answers it."""

    output_field = models.BooleanField()
    # Canonical JSON: these keys are neighbours in the Version itself, and no text holds quotes that are not escaped.
    template = """(%(function)s(%(expressions)s, '"content":null,"item":{') > 0)"""
    function = "INSTR"

    def as_postgresql(self, compiler, connection, **context):
        return self.as_sql(compiler, connection, function="STRPOS", **context)


class Version(Record):
    """An item's whole content at one save, or its deletion. `by` is null where nobody knows who made the change."""

    kind = models.CharField(max_length=50)
    item = models.BigIntegerField()
    number = models.PositiveIntegerField()
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="versions")

    class Meta(Record.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "item", "number"], name="a_version_number_once_on_an_item"
            )
        ]
        # The timeline's ways through them: all, an item's, a person's, the deletions.
        indexes = [
            models.Index(fields=["at", "sequence"], name="versions_by_moment"),
            models.Index(fields=["kind", "item", "at", "sequence"], name="versions_of_an_item"),
            models.Index(fields=["by", "at", "sequence"], name="versions_by_a_person"),
            models.Index(fields=["at", "sequence"], name="deletions", condition=models.Q(Deletes("content"))),
        ]

    def __str__(self):
        return f"{self.said['item']['name']}, version {self.number}"

    @classmethod
    def last_of(cls, items):
        """Return the last Version of each of `items` that has one, as {(kind, id of the item): Version}."""
        last = [models.Subquery(item.versions().order_by("-number").values("sequence")[:1]) for item in items]
        return {(v.kind, v.item): v for v in cls.objects.filter(sequence__in=last)}

    @property
    def by_name(self):
        """The name that the person had then."""
        by = self.said["by"]
        return by["name"] if by else UNKNOWN


class ItemQuerySet(models.QuerySet):
    """Items. Each of those that are deleted at once is recorded."""

    def delete(self):
        """Delete these items one by one, all or none; return as Django does how many rows went, in all and by model."""
        rows = Counter()
        with transaction.atomic():
            for item in self:
                rows.update(item.delete()[1])
        return rows.total(), dict(rows)

    delete.alters_data = delete.queryset_only = True


class Item(models.Model):
    """Something that editors change and that has Versions: a leaflet, or what leaflets share.

    Whoever saves it, or a row of it, records it in the same transaction. What nobody recorded by its end is recorded
    then, as by somebody unknown.
    """

    objects = ItemQuerySet.as_manager()
    _seen_to = False

    class Meta:
        abstract = True

    def save(self, *args, **kwargs):
        super().save(*args, **kwargs)
        self.see_to_its_version()

    def see_to_its_version(self):
        """Look once the transaction is committed whether what this item holds by then is recorded."""
        if not self._seen_to:
            self._seen_to = True
            # What goes wrong then undoes nothing and is logged: a submission looks again.
            transaction.on_commit(self._record_unsaid, robust=True)

    def _record_unsaid(self):
        self._seen_to = False
        item = type(self).objects.filter(pk=self.pk).first()
        last = item and item.versions().last()
        if item and not (last and last.said["content"] == item.recorded()):
            item.record(by=None, reason=UNSAID)

    def content(self):
        """Return all that the public sees of this item itself; other items in it stand by their keys."""
        raise NotImplementedError

    def for_staff(self):
        """Return what only staff see of this item, {field: value} without what is empty. It is recorded too."""
        return {}

    def recorded(self):
        """Return what a Version of this item holds: its content, and what only staff see under a key of its own."""
        # Where there is nothing, there is no key: Versions from before there was any say the same.
        return {**self.content(), **({STAFF: self.for_staff()} if self.for_staff() else {})}

    def versions(self):
        """Return the Versions of this item, the oldest first."""
        # In the order of an index of the item's own, so that no database looks for them in the whole chain.
        return Version.objects.filter(kind=self._meta.label_lower, item=self.pk).order_by("number")

    def is_held(self):
        """Return whether anything refers to a Version of this item, as an edition does."""
        relations = [f"{relation.name}__isnull" for relation in Version._meta.related_objects]
        return any(self.versions().filter(**{relation: False}).exists() for relation in relations)

    def record(self, *, by, reason):
        """Record a Version if the content is not what the last one holds; return the last Version.

        Raises ValueError if there is no reason, though an edition holds a Version of this item.
        """
        return self.record_all([self], by=by, reason=reason)[0]

    @staticmethod
    def record_all(items, *, by, reason):
        """Record each of `items`, of any kinds, as `record` does; return the last Version of each, in their order."""
        with transaction.atomic():
            Version.lock_chain()
            last = Version.last_of(items)
            return [item._record(last.get((item._meta.label_lower, item.pk)), by, reason) for item in items]

    def _record(self, last, by, reason):
        content = self.recorded()
        if last and last.said["content"] == content:
            return last
        if not reason.strip() and self.is_held():
            raise ValueError(f"{self} has been submitted before: a change of it is recorded with a reason.")
        return self._append(last, content, by, reason)

    def delete(self, *args, by=None, reason="Deleted outside the admin.", **kwargs):
        """Delete this item, and record that: who did it, if known, and why."""
        with transaction.atomic():
            Version.lock_chain()
            self._append(self.versions().last(), None, by, reason)
            return super().delete(*args, **kwargs)

    def _append(self, last, content, by, reason):
        kind, end = self._meta.label_lower, Version.end()
        at = moment_after(end)
        number = last.number + 1 if last else 1
        said = {
            "item": {"kind": kind, "id": self.pk, "name": str(self)},
            "number": number,
            "at": moment(at),
            "by": as_they_are(by),
            "reason": reason,
            "content": content,
        }
        return Version.append(said, last=end, kind=kind, item=self.pk, number=number, at=at, by=by)
