"""Mails to Editors and Reviewers about what is overdue for review or due within a month, not the same every day."""

from datetime import timedelta

from django.utils import formats, timezone

from leaflets import mails, roles
from leaflets.models import Reminder
from leaflets.reviews import SOON, reviews

AGAIN = timedelta(days=7)
LETTER = """These leaflets are overdue for review or due within a month:

{lines}

Whoever is a Reviewer opens the workspace, checks the whole leaflet against current evidence, and records the review
there with its next date. A date moves only so, never by a save.

You get this because you are an Editor or a Reviewer. It comes again in a week for what has not been reviewed by then.
"""


def to_remind(day=None):
    """Return the Reviews that people must be reminded of on a day (default: today), as far as they have not been since.

    Left out is what they were reminded of within a week, unless it has become overdue, or has another date, since then.
    """
    since = (day or timezone.localdate()) - AGAIN
    told = {
        (reminder.leaflet_id, reminder.next_review, reminder.kind)
        for reminder in Reminder.objects.filter(at__gt=timezone.now() - 3 * AGAIN)
        if timezone.localdate(reminder.at) > since
    }
    # Who was told that it is overdue need not be told that it soon will be.
    told |= {(leaflet, due, Reminder.Kind.SOON.value) for leaflet, due, _ in told}
    return [review for review in reviews(day, within=SOON) if _key(review) not in told]


def remind(found):
    """Mail the Reviews in `found` to every Editor and Reviewer with an address, one mail each.

    Return (how many were mailed, how many could not be). What reached nobody is not remembered: it is sent again the
    next time.
    """
    lines = "\n\n".join(_line(review) for review in found)
    letters = [
        mails.letter(person, _subject(found), LETTER.format(lines=lines))
        for person in mails.with_address(roles.EDITOR, roles.REVIEWER)
    ]
    sent = mails.send(letters)
    if sent:
        keys = [
            dict(zip(("leaflet_id", "next_review", "kind"), _key(review), strict=True)) for review in found
        ]
        Reminder.objects.bulk_create(Reminder(**key, at=timezone.now()) for key in keys)
    return len(sent), len(letters) - len(sent)


def _key(review):
    kind = Reminder.Kind.OVERDUE if review.days_overdue else Reminder.Kind.SOON
    return review.edition.leaflet_id, review.due, kind.value


def _subject(found):
    overdue = sum(bool(review.days_overdue) for review in found)
    counts = {"overdue": overdue, "due within a month": len(found) - overdue}
    return "Reviews: " + ", ".join(f"{number} {words}" for words, number in counts.items() if number)


def _line(review):
    day = formats.date_format(review.due, "j F Y")
    days = f"{review.days_overdue} day{'s' if review.days_overdue > 1 else ''}"
    due = f"overdue by {days}, since {day}" if review.days_overdue else f"due on {day}"
    last = "" if review.last else ", never reviewed"
    owner = f"Owner team: {review.owner}\n" if review.owner else ""
    title = f"{review.title}, edition {review.edition.number}"
    return f"{title}: {due}{last}\n{owner}{mails.workspace_of(review.edition)}"
