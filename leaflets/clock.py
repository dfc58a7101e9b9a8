"""What time it is for the public: a clock that is set back an hour takes nothing back that patients were shown."""

from datetime import timedelta

from django.utils import timezone

# A clock that was further ahead than this was wrong, and what it said is not held to.
MOST_AHEAD = timedelta(hours=2)
_latest = None


def now():
    """Return the moment that it is, not before what `not_before` was told."""
    moment = timezone.now()
    return max(moment, _latest) if _latest and _latest - moment < MOST_AHEAD else moment


def not_before(moment):
    """Let `now` say no moment before this one, at which this site was seen by the public."""
    global _latest
    _latest = max(moment, _latest or moment)
