"""Everything that happens to an Edition. The only writer of Editions and Events.

Each action checks the person's permission, locks the leaflet, looks at what it has become, and writes one Event. It
raises Refused, with a sentence for the person who asked, and then nothing is written. What may follow what is FOLLOWS.
"""

import secrets
from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from history.canonical import canonical, digest
from history.fields import validate_recordable
from history.models import BEHIND_OUR_BACK, Item, Version
from history.people import as_they_are, moment
from leaflets import readiness, safety
from leaflets.models import Edition, Event, Kind, Leaflet, Pin
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
# Neither digits nor letters that look or sound alike, and no vowels, so that no code is a word.
CODE_LETTERS = "34679CDFGHJKMNPQRTWXY"
REASON_LIMIT = 2000
# Somebody who means now may say it a moment ago.
SLACK = timedelta(minutes=1)
LONGEST_SCHEDULE = timedelta(days=366)
LONGEST_REVIEW = timedelta(days=5 * 366)


class Refused(Exception):
    """The action was not done; the message says why and what to do."""


def submit(*, leaflet, by, reason):
    """Freeze the draft of `leaflet` as a new Edition that waits for review, and return it."""
    reason = _checked_reason(by, Kind.SUBMITTED, reason)
    with transaction.atomic():
        # Whoever saves an item holds this chain until the save is whole: no half-saved item is frozen.
        Version.lock_chain()
        leaflet = Leaflet.objects.whole().select_for_update(of=("self",)).get(pk=leaflet.pk)
        document = leaflet.snapshot()
        problems = readiness.errors(document)
        if problems:
            raise Refused(" ".join(["This leaflet cannot be submitted yet.", *problems]))
        content = canonical(document)
        _refuse_unchanged(leaflet, digest(content))
        last = leaflet.editions.order_by("number").last()
        edition = Edition.objects.create(
            leaflet=leaflet,
            number=last.number + 1 if last else 1,
            slug=leaflet.slug,
            code=_free_code(),
            content=content,
            digest=digest(content),
        )
        versions = Item.record_all(leaflet.items(), by=None, reason=BEHIND_OUR_BACK)
        Pin.objects.bulk_create(Pin(edition=edition, version=version) for version in versions)
        _record(edition, Kind.SUBMITTED, by, reason, pins=edition.pinned())
    return edition


def return_to_editor(*, edition, by, reason):
    """Send a waiting or scheduled `edition` back, with the reason, and return it."""
    return _decide(edition, Kind.RETURNED, by, reason)


def publish(*, edition, by, reason, live_from=None, acknowledged=()):
    """Make `edition` what the public sees, now or from the moment `live_from`, and return it.

    `acknowledged` are pairs (id of a Change, why it is right), one for each of `to_acknowledge`.
    """

    def more(edition):
        own_work = why_not_publish(edition, by)
        if own_work:
            raise Refused(own_work)
        if live_from:
            _check_schedule(edition, live_from)
        return {"takes_effect": live_from, "acknowledged": _acknowledged(edition, dict(acknowledged))}

    return _decide(edition, Kind.PUBLISHED, by, reason, more)


def to_acknowledge(edition):
    """Return the Changes since the edition approved last that a reviewer must acknowledge before publishing."""
    before = edition.before()
    return safety.to_acknowledge(before.document, edition.document) if before else []


def review(*, edition, by, reason, next_review):
    """Record that the whole live `edition` was checked and is next due on the date `next_review`; return it."""
    today = timezone.localdate()
    if not today < next_review <= today + LONGEST_REVIEW:
        raise Refused("Next review: choose a date after today, within five years.")
    return _decide(edition, Kind.REVIEWED, by, reason, lambda edition: {"next_review": next_review})


def withdraw(*, edition, by, reason):
    """Take the live `edition` away from the public at once, and return it."""
    return _decide(edition, Kind.WITHDRAWN, by, reason)


def is_entitled(by, kind):
    """Return whether the role of `by` lets them add an Event of this kind at all."""
    return by.is_active and by.has_perm(f"leaflets.{PERMISSION[kind]}_edition")


def may_follow(edition, by):
    """Return the kinds of Event that `by` may add to `edition` now, in the order of Kind."""
    possible = {kind for kind in FOLLOWS[edition.state()] if is_entitled(by, kind)}
    if Kind.PUBLISHED in possible and why_not_publish(edition, by):
        possible.remove(Kind.PUBLISHED)
    return [kind for kind in Kind if kind in possible]


def why_not_publish(edition, by):
    """Return why `edition` is the own work of `by`, as a sentence, or None if it is not."""
    if edition.events.get(kind=Kind.SUBMITTED).by_id == by.pk:
        return "You submitted this edition, so somebody else must publish it."
    own = edition.new_versions().filter(by=by).first()
    return f"You worked on this edition ({own}), so somebody else must publish it." if own else None


def _decide(edition, kind, by, reason, more=lambda edition: {}):
    """Write an Event, with what `more` of the locked edition gives; it may raise Refused."""
    reason = _checked_reason(by, kind, reason)
    with transaction.atomic():
        leaflet = Leaflet.objects.select_for_update().get(pk=edition.leaflet_id)
        edition = Edition.objects.get(pk=edition.pk, leaflet=leaflet)
        state = edition.state()
        if kind not in FOLLOWS[state]:
            raise Refused(f"{edition} is {state.label.lower()}, so it cannot be {kind.label.lower()}.")
        _record(edition, kind, by, reason, **more(edition))
    return edition


def _check_schedule(edition, live_from):
    now = timezone.now()
    if live_from < now - SLACK:
        raise Refused("Live from: this moment has passed. Leave it empty to publish now.")
    if live_from > now + LONGEST_SCHEDULE:
        raise Refused("Live from: choose a moment within a year.")
    later = edition.leaflet.editions.filter(events__kind=Kind.PUBLISHED, events__takes_effect__gt=now)
    for other in later.exclude(pk=edition.pk):
        if other.state() == State.SCHEDULED:
            raise Refused(f"{other} is scheduled already. Return it first, then schedule this one.")


def _acknowledged(edition, reasons):
    said = [
        {"what": change.what, "reason": _one_line_end(reasons.get(change.id, ""))}
        for change in to_acknowledge(edition)
    ]
    for each in said:
        if not each["reason"]:
            raise Refused(f"Say why this is right: {each['what']}.")
        _check_text(each["reason"])
    return said


def _checked_reason(by, kind, reason):
    if not is_entitled(by, kind):
        raise Refused(f"Your role does not let you do this: {PERMISSION[kind]} an edition.")
    reason = _one_line_end(reason)
    if not reason:
        raise Refused("Reason: say in a sentence why. It is kept with the history.")
    _check_text(reason)
    return reason


def _one_line_end(text):
    return text.replace("\r\n", "\n").strip()


def _check_text(reason):
    if len(reason) > REASON_LIMIT:
        raise Refused(f"Reason: keep it under {REASON_LIMIT} characters.")
    try:
        validate_recordable(reason)
    except ValidationError as error:
        raise Refused(f"Reason: {error.messages[0]}") from error


def _refuse_unchanged(leaflet, new_digest):
    for edition in leaflet.editions.filter(digest=new_digest):
        if edition.state() in (State.SUBMITTED, State.SCHEDULED, State.LIVE):
            raise Refused(f"Nothing has changed since {edition}, which is {edition.state().label.lower()}.")


def _free_code():
    while True:
        letters = [secrets.choice(CODE_LETTERS) for _ in range(6)]
        code = "".join([*letters[:3], "-", *letters[3:]])
        if not Edition.objects.filter(code=code).exists():
            return code


def _record(edition, kind, by, reason, takes_effect=None, next_review=None, **more):
    Event.lock_chain()
    last = Event.objects.last()
    # A clock that was set back does not put this before what happened already.
    at = max(timezone.now(), last.at) if last else timezone.now()
    if takes_effect is None or takes_effect <= at:
        takes_effect = at
    said = {
        "kind": kind.value,
        "at": moment(at),
        "takes_effect": moment(takes_effect),
        "next_review": next_review and next_review.isoformat(),
        "reason": reason,
        **more,
        "by": as_they_are(by),
        "edition": edition.identity(),
    }
    Event.append(
        said, edition=edition, kind=kind, at=at, takes_effect=takes_effect, next_review=next_review, by=by
    )
