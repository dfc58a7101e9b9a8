"""What must run by itself every day: whether it did lately."""

from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db.models import Max
from django.utils import timezone

from history.anchors import in_words, read
from leaflets import links, paper, reminders
from leaflets.installation import look, right, wrong
from leaflets.models import CheckedAddress, Event, Verification

LATELY = timedelta(days=2)
WITHIN_A_WEEK = timedelta(days=7)


def routine():
    """Yield what is to be said of verifications, anchors, reminders, links, PDFs and old sign-ins."""
    yield from _verified()
    yield from _anchored()
    yield from _reminded()
    yield from _links_checked()
    yield from _printed()
    if Session.objects.filter(expire_date__lt=timezone.now() - LATELY).exists():
        yield look("Sign-ins that ended days ago are still kept: run manage.py clearsessions every day.")
    else:
        yield right("No sign-in is kept that ended days ago.")


def _verified():
    last = Verification.objects.first()
    if last is None:
        yield look("History was never verified: run manage.py verify_history every day.")
    elif last.findings:
        yield wrong(
            f"The verification of {in_words(last.at)} found history broken: {last.findings.splitlines()[0]} Read "
            "Verification in the admin, change nothing, and keep copies of the database and the anchors."
        )
    elif timezone.now() - last.at > WITHIN_A_WEEK:
        yield look(
            f"History was last verified on {in_words(last.at)}: run manage.py verify_history every day."
        )
    else:
        yield right(f"History was whole on {in_words(last.at)}, with {last.anchors} anchors.")


def _anchored():
    try:
        found = read([settings.ANCHOR_FILE] if Path(settings.ANCHOR_FILE).exists() else [])
    except OSError as error:
        yield wrong(f"ANCHOR_FILE cannot be read: {error.strerror}.")
        return
    yield from map(wrong, found.problems)
    if found.last is None:
        yield look("There is no anchor yet: run manage.py anchor every day, best with --mail or --post.")
    elif timezone.now() - found.last > WITHIN_A_WEEK:
        yield look(f"The last anchor is of {in_words(found.last)}: run manage.py anchor every day.")
    else:
        yield right(f"The last anchor is of {in_words(found.last)}.")


def _reminded():
    waiting = reminders.to_remind(timezone.localdate() - LATELY)
    if waiting:
        yield look(
            f"Reviews of which nobody was reminded for days: {len(waiting)}. Run manage.py review_reminders every day, "
            "and give Editors and Reviewers addresses."
        )
    else:
        yield right("Nobody waits for a reminder of a review.")


def _links_checked():
    last = CheckedAddress.objects.aggregate(last=Max("checked_at"))["last"]
    if last and timezone.now() - last <= LATELY:
        yield right(f"Links in leaflets were last asked on {in_words(last)}.")
    elif links.in_use():
        yield look("Links in leaflets were not asked lately: run manage.py check_links every day.")


def _printed():
    missing = sum(1 for _ in paper.missing())
    if missing:
        yield look(
            f"PDFs that are not made yet: {missing}. Run manage.py print_leaflets --watch beside the site."
        )
    elif Event.objects.exists():
        yield right("Every PDF of what is live is made.")
