"""Who has a form open now. Working data, not history: it says nothing of what anybody did, and soon it is gone."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.utils import formats, timezone

# How long somebody counts as there: after opening a page whose script may not run, and after its script was heard.
# A browser lets the script of a page in the background speak once a minute.
OPENED, BEATING = timedelta(minutes=15), timedelta(minutes=2)


class OpenForm(models.Model):
    """Somebody has the form of an item open: since when, when that was last heard, and until when it counts."""

    kind = models.CharField(max_length=50)
    item = models.BigIntegerField()
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    since = models.DateTimeField()
    seen = models.DateTimeField()
    until = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "item", "user"], name="a_form_open_once")]

    def __str__(self):
        name = self.user.get_full_name() or self.user.username
        since, seen = (formats.date_format(timezone.localtime(at), "H:i") for at in (self.since, self.seen))
        return f"{name} has had this open since {since}, last seen {seen}."


def note(item, user, lasting):
    """Note that `user` has the form of `item` open, and that this counts for `lasting`. Forget what counts no longer.

    Each is one statement of its own, so that no save waits for it.
    """
    now = timezone.now()
    gone = OpenForm.objects.filter(until__lte=now)
    if gone.exists():
        gone.delete()
    here = OpenForm(
        kind=item._meta.label_lower, item=item.pk, user=user, since=now, seen=now, until=now + lasting
    )
    known = ["kind", "item", "user"]
    OpenForm.objects.bulk_create(
        [here], update_conflicts=True, unique_fields=known, update_fields=["seen", "until"]
    )


def others(item, user):
    """Return sentences that say who else has the form of `item` open, whoever opened it first comes first."""
    there = OpenForm.objects.filter(kind=item._meta.label_lower, item=item.pk, until__gt=timezone.now())
    return [str(each) for each in there.exclude(user=user).select_related("user").order_by("since", "pk")]
