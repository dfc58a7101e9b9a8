"""Everything that happens to an Edition. The only writer of Editions and Events.

Each action checks the person's permission, locks the leaflet, looks at what it has become, and writes one Event for
each edition. It raises Refused, with a sentence for the person who asked, and then nothing is written. What may follow
what, and what each needs, is in `leaflets/rules.py`.
"""

import secrets
from datetime import timedelta
from functools import partial

from django.db import transaction
from django.utils import timezone

from history.canonical import canonical, digest
from history.models import BEHIND_OUR_BACK, Item, Version
from history.people import as_they_are, moment
from leaflets import mails, press, readiness, rules, verify, workspace
from leaflets.mirror import watching
from leaflets.models import Edition, Event, Kind, Leaflet, Pin
from leaflets.rules import Refused

# Neither digits nor letters that look or sound alike, and no vowels, so that no code is a word.
CODE_LETTERS = "34679CDFGHJKMNPQRTWXY"
INSTANT = timedelta(microseconds=1)


def submit(*, leaflet, by, reason):
    """Freeze the draft of `leaflet` as a new Edition that waits for review, and return it."""
    [edition] = submit_together(leaflets=[leaflet], by=by, reason=reason)
    return edition


def submit_together(*, leaflets, by, reason):
    """Freeze the drafts of `leaflets` as new Editions, all or none, and return them in the order of their leaflets."""
    rules.check_permission(by, Kind.SUBMITTED)
    reason = rules.checked_reason(reason)
    with transaction.atomic():
        # Whoever saves an item holds this chain until the save is whole: no half-saved item is frozen.
        Version.lock_chain()
        pks = [leaflet.pk for leaflet in leaflets]
        editions = [_freeze(leaflet) for leaflet in _locked(Leaflet.objects.whole(), pks)]
        _record_submissions(editions, by, reason)
    return editions


def republish(*, edition, by, reason):
    """Submit the content of `edition`, which was public once, again as a new Edition, and return that.

    The draft stays as it is. Somebody else publishes the new edition, as any other.
    """
    rules.check_permission(by, Kind.SUBMITTED)
    reason = rules.checked_reason(reason)
    with transaction.atomic():
        Version.lock_chain()
        [leaflet] = _locked(Leaflet.objects, [edition.leaflet_id])
        if not rules.may_be_republished(edition):
            raise Refused(
                f"{edition} is {edition.state().label.lower()}: only what was public once is republished."
            )
        rules.check_sealed(edition, None)
        again = _edition(leaflet, edition.document)
        _pin(again, edition.versions())
        _record_submissions([again], by, reason, again=edition.number)
    return again


def return_to_editor(*, edition, by, reason):
    """Send a waiting or scheduled `edition` back, with the reason, and return it."""
    return _decide([edition], Kind.RETURNED, by, reason)[0]


def publish(*, edition, by, reason, live_from=None, acknowledged=(), digest=None):
    """Make `edition` what the public sees, now or from the moment `live_from`, and return it.

    `acknowledged` are pairs (id of a Change, why it is right), one for each of `rules.to_acknowledge`. `digest` is that
    of the edition which the person saw, if known: another one is refused.
    """
    return publish_together(
        editions=[edition],
        by=by,
        reason=reason,
        live_from=live_from,
        acknowledged=acknowledged,
        digests=[digest],
    )[0]


def publish_together(*, editions, by, reason, live_from=None, acknowledged=(), digests=None):
    """Make `editions` what the public sees, all or none, and return them; arguments as for `publish`.

    A change that several of them share is acknowledged once.
    """
    seen = dict(zip([edition.pk for edition in editions], digests or [], strict=False))
    reasons = dict(acknowledged)

    def more(edition):
        rules.check_sealed(edition, seen.get(edition.pk))
        new = list(edition.new_versions())
        own_work = rules.why_not_publish(edition, by, new)
        if own_work:
            raise Refused(own_work)
        if live_from:
            rules.check_schedule(edition, live_from)
        changes = workspace.changes(edition) or []
        said = rules.acknowledged(reasons, new, changes)
        return {"takes_effect": live_from, "risk": _risk(changes), "acknowledged": said}

    return _decide(editions, Kind.PUBLISHED, by, reason, more)


def review(*, edition, by, reason, next_review):
    """Record that the whole live `edition` was checked and is next due on the date `next_review`; return it."""
    rules.check_next_review(next_review)
    return _decide([edition], Kind.REVIEWED, by, reason, lambda edition: {"next_review": next_review})[0]


def withdraw(*, edition, by, reason, told="", turn_to=None):
    """Take the live `edition` away from the public at once, and return it; arguments as for `withdraw_together`."""
    return withdraw_together(editions=[edition], by=by, reason=reason, told=told, turn_to=turn_to)[0]


def withdraw_together(*, editions, by, reason, told="", turn_to=None):
    """Take the live `editions` away from the public at once, all or none, and return them.

    In the place of each stands `told`, plain text to patients, and whom to contact: those of the edition's contacts
    whose keys are in `turn_to`, all of them if it is None.
    """
    told = rules.checked(None, told, "What patients are told")

    def more(edition):
        contacts = [contact for contact in edition.contacts() if turn_to is None or contact["key"] in turn_to]
        if edition.contacts() and not contacts and not told:
            raise Refused(f"Who to contact ({edition}): leave at least one, or tell patients where to turn.")
        return {"told": told, "turn_to": contacts}

    return _decide(editions, Kind.WITHDRAWN, by, reason, more)


def _decide(editions, kind, by, reason, more=lambda edition: {}):
    """Write an Event for each edition, with what `more` of the locked edition gives; it may raise Refused."""
    rules.check_permission(by, kind)
    reason = rules.checked_reason(reason)
    with transaction.atomic():
        _locked(Leaflet.objects, [edition.leaflet_id for edition in editions])
        found = [Edition.objects.get(pk=edition.pk) for edition in editions]
        for edition in found:
            rules.check_follows(edition, kind)
            _record(edition, kind, by, reason, **more(edition))
        verify.anchor_after(kind)
        mails.tell_after(kind, found)
    return found


def _locked(leaflets, pks):
    """Return these leaflets, locked until the transaction ends, in one order for all: no two wait for each other."""
    return list(leaflets.select_for_update(of=("self",)).filter(pk__in=pks).order_by("pk"))


def _freeze(leaflet):
    document = leaflet.snapshot()
    problems = readiness.errors(document)
    if problems:
        raise Refused(" ".join([f"“{leaflet}” cannot be submitted yet.", *problems]))
    edition = _edition(leaflet, document)
    _pin(edition, Item.record_all(leaflet.items(), by=None, reason=BEHIND_OUR_BACK))
    return edition


def _edition(leaflet, document):
    content = canonical(document)
    rules.check_unchanged(leaflet, digest(content))
    last = leaflet.editions.order_by("number").last()
    return Edition.objects.create(
        leaflet=leaflet,
        number=last.number + 1 if last else 1,
        slug=document["slug"],
        code=_free_code(),
        content=content,
        digest=digest(content),
    )


def _pin(edition, versions):
    Pin.objects.bulk_create(Pin(edition=edition, version=version) for version in versions)


def _free_code():
    while True:
        letters = [secrets.choice(CODE_LETTERS) for _ in range(6)]
        code = "".join([*letters[:3], "-", *letters[3:]])
        if not Edition.objects.filter(code=code).exists():
            return code


def _risk(changes):
    """Return how the riskiest of the changes since the edition approved last bears on safety; None without any."""
    return changes[0].risk.value if changes else None


def _record_submissions(editions, by, reason, **more):
    together = {"together": [edition.code for edition in editions]} if len(editions) > 1 else {}
    for edition in editions:
        said = {"risk": _risk(workspace.changes(edition)), "pins": edition.pinned(), **together, **more}
        _record(edition, Kind.SUBMITTED, by, reason, **said)
    mails.tell_after(Kind.SUBMITTED, editions)


def _record(edition, kind, by, reason, takes_effect=None, next_review=None, risk=None, **more):
    last = Event.end()
    # A clock that was set back puts this behind what has happened all the same, and no two events at one moment.
    at = max(timezone.now(), last.at + INSTANT) if last else timezone.now()
    if takes_effect is None or takes_effect <= at:
        takes_effect = at
    said = {
        "kind": kind.value,
        "at": moment(at),
        "takes_effect": moment(takes_effect),
        "next_review": next_review and next_review.isoformat(),
        "reason": reason,
        "risk": risk,
        **more,
        "by": as_they_are(by),
        "edition": edition.identity(),
    }
    columns = {"kind": kind, "at": at, "takes_effect": takes_effect, "next_review": next_review, "risk": risk}
    event = Event.append(said, last=last, edition=edition, by=by, **columns)
    press.press(event)
    transaction.on_commit(partial(watching.wait_until_shown, event.sequence), robust=True)
