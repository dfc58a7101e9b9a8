"""What may happen to an Edition, by whom, and what must be said for it. `leaflets/actions.py` keeps to these rules."""

from datetime import timedelta

from django.core.exceptions import ValidationError
from django.utils import timezone

from history.canonical import digest
from history.fields import validate_recordable
from leaflets import public, workspace
from leaflets.differences import Change, Risk
from leaflets.models import Kind
from leaflets.models.edition import State

FOLLOWS = {
    State.SUBMITTED: {Kind.RETURNED, Kind.PUBLISHED},
    State.RETURNED: set(),
    State.SCHEDULED: {Kind.RETURNED},
    State.LIVE: {Kind.REVIEWED, Kind.WITHDRAWN},
    State.SUPERSEDED: set(),
    State.WITHDRAWN: set(),
}
PERMISSION = {
    Kind.SUBMITTED: "submit",
    Kind.RETURNED: "return",
    Kind.PUBLISHED: "publish",
    Kind.REVIEWED: "review",
    Kind.WITHDRAWN: "withdraw",
}
TEXT_LIMIT = 2000
# Somebody who means now may say it a moment ago.
SLACK = timedelta(minutes=1)
LONGEST_SCHEDULE = timedelta(days=366)
LONGEST_REVIEW = timedelta(days=5 * 366)


class Refused(Exception):
    """The action was not done; the message says why and what to do."""


def is_entitled(by, kind):
    """Return whether the role of `by` lets them add an Event of this kind at all."""
    return by.is_active and by.has_perm(f"leaflets.{PERMISSION[kind]}_edition")


def may_follow(edition, by):
    """Return the kinds of Event that `by` may add to `edition` now, in the order of Kind."""
    possible = {kind for kind in FOLLOWS[edition.state()] if is_entitled(by, kind)}
    if Kind.PUBLISHED in possible and why_not_publish(edition, by):
        possible.remove(Kind.PUBLISHED)
    return [kind for kind in Kind if kind in possible]


def why_not_publish(edition, by, new=None):
    """Return why `edition` is the own work of `by`, as a sentence, or None if it is not.

    `new` are its new versions, if they are known.
    """
    if edition.events.get(kind=Kind.SUBMITTED).by_id == by.pk:
        return "You submitted this edition, so somebody else must publish it."
    for version in edition.new_versions() if new is None else new:
        if version.by_id == by.pk:
            return f"You worked on this edition ({version}), so somebody else must publish it."
    return None


def may_be_republished(edition):
    """Return whether `edition` was public once and no longer is, so that it may be submitted again as it is."""
    if edition.state() not in (State.SUPERSEDED, State.WITHDRAWN):
        return False
    return any(each.decision.edition_id == edition.pk for each in public.intervals(edition.leaflet_id))


def to_acknowledge(edition):
    """Return the Changes since the edition approved last that a reviewer must acknowledge before publishing."""
    return _weaker(edition.new_versions(), workspace.changes(edition) or [])


def _weaker(new, changes):
    weaker = [change for change in changes if change.risk == Risk.LOWERS]
    nobodys = [str(version) for version in new if version.by_id is None]
    if nobodys:
        what = "Changed outside the application, by somebody unknown"
        weaker.append(Change(Risk.LOWERS, what, "", "\n".join(nobodys)))
    return weaker


def acknowledged(reasons, new, changes):
    """Return what the Event says of `reasons`, {id of a Change: why it is right}. Refuses if one is missing.

    `new` are the edition's new versions, and `changes` those since the edition approved last.
    """
    said = []
    for change in _weaker(new, changes):
        reason = checked(
            f"Say why this is right: {change.what}.", reasons.get(change.id, ""), "Why it is right"
        )
        said.append({"what": change.what, "reason": reason})
    return said


def check_permission(by, kind):
    """Refuse somebody whose role does not let them do this."""
    if not is_entitled(by, kind):
        raise Refused(f"Your role does not let you do this: {PERMISSION[kind]} an edition.")


def check_follows(edition, kind):
    """Refuse what may not follow on the state of `edition`."""
    state = edition.state()
    if kind not in FOLLOWS[state]:
        raise Refused(f"{edition} is {state.label.lower()}, so it cannot be {kind.label.lower()}.")


def check_sealed(edition, seen):
    """Refuse an edition that is not what was submitted, or not of the digest that the person saw, if it is given."""
    submission = edition.events.get(kind=Kind.SUBMITTED)
    if not digest(edition.content) == edition.digest == submission.said["edition"]["digest"]:
        raise Refused(
            f"{edition} is not what was submitted: its content was changed in the database. Tell the auditor."
        )
    if seen is not None and seen != edition.digest:
        raise Refused(f"{edition} is not what you saw: the digest differs. Look at it again.")


def check_schedule(edition, live_from):
    """Refuse a moment that has passed or is too far off, and a second scheduled edition of one leaflet."""
    now = timezone.now()
    if live_from < now - SLACK:
        raise Refused("Live from: this moment has passed. Leave it empty to publish now.")
    if live_from > now + LONGEST_SCHEDULE:
        raise Refused("Live from: choose a moment within a year.")
    later = edition.leaflet.editions.filter(events__kind=Kind.PUBLISHED, events__takes_effect__gt=now)
    for other in later.exclude(pk=edition.pk):
        if other.state() == State.SCHEDULED:
            raise Refused(f"{other} is scheduled already. Return it first, then schedule this one.")


def check_next_review(day):
    """Refuse a date that is not after today and within five years."""
    today = timezone.localdate()
    if not today < day <= today + LONGEST_REVIEW:
        raise Refused("Next review: choose a date after today, within five years.")


def check_unchanged(leaflet, new_digest):
    """Refuse what is submitted, scheduled or live already."""
    for edition in leaflet.editions.filter(digest=new_digest):
        if edition.state() in (State.SUBMITTED, State.SCHEDULED, State.LIVE):
            raise Refused(f"Nothing has changed since {edition}, which is {edition.state().label.lower()}.")


def checked_reason(reason):
    """Return a reason as history keeps it; refuse an empty one."""
    return checked("Reason: say in a sentence why. It is kept with the history.", reason, "Reason")


def checked(if_empty, text, name):
    """Return `text`, called `name` in refusals, as history keeps it. Refuses it with `if_empty` if that is not None."""
    text = text.replace("\r\n", "\n").strip()
    if not text and if_empty:
        raise Refused(if_empty)
    if len(text) > TEXT_LIMIT:
        raise Refused(f"{name}: keep it under {TEXT_LIMIT} characters.")
    try:
        validate_recordable(text)
    except ValidationError as error:
        raise Refused(f"{name}: {error.messages[0]}") from error
    return text
