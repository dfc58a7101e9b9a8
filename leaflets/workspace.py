"""Where a leaflet stands, in words for the people who work on it."""

from collections import Counter
from difflib import SequenceMatcher

from django.contrib.auth import get_user_model
from django.db.models import F, Q
from django.utils import formats, timezone

from history.canonical import canonical, digest
from history.models import Version
from leaflets import roles, safety
from leaflets.models import Edition, Event, Kind, Leaflet, Pin
from leaflets.models.decisions import any_of
from leaflets.models.edition import State

# Two texts that share more pairs of equal words than these, what both begin and end with left out, are shown whole: to
# find the words that stayed takes time that grows with the pairs, a hundredth of a second for these.
MOST_EQUAL = 20_000
USERS_OF = {
    "redflaggroup": "groups",
    "contactroute": "groups__routes",
    "programme": "programmes",
    "exercisevideo": "programmes__videos",
}


def leaflets_using(item):
    """Return the leaflets whose draft holds a shared item, however deep, with where each stands."""
    return tell_standing(list(Leaflet.objects.filter(**{USERS_OF[item._meta.model_name]: item}).distinct()))


def live_editions_holding(item):
    """Return the live editions that hold a Version of a shared item, in the order of their leaflets."""
    live = Event.objects.public().latest_of_each_leaflet().filter(kind=Kind.PUBLISHED)
    pinned = Pin.objects.filter(version__kind=item._meta.label_lower, version__item=item.pk)
    held = live.filter(edition__in=pinned.values("edition")).order_by()
    return list(Edition.objects.filter(pk__in=held.values("edition")).defer("content").order_by("leaflet"))


def tell_standing(leaflets):
    """Give each of `leaflets` its `standing` in words, and `unpublished`: whether its draft is not what is live.

    It gets its `whole` draft too, and the `digest` of that.
    """
    drafts = Leaflet.objects.whole().in_bulk([leaflet.pk for leaflet in leaflets])
    decisions = Event.objects.public().latest_of_each_leaflet().filter(edition__leaflet__in=drafts)
    public = {event.edition.leaflet_id: event for event in decisions.select_related("edition")}
    for leaflet in leaflets:
        decision = public.get(leaflet.pk)
        leaflet.whole = drafts[leaflet.pk]
        leaflet.digest = digest(canonical(leaflet.whole.snapshot()))
        same = decision and leaflet.digest == decision.edition.digest
        leaflet.unpublished = not same or decision.kind == Kind.WITHDRAWN
        leaflet.standing = _standing(decision, same)
    return leaflets


def _standing(decision, same):
    if decision is None:
        return "Not published yet"
    if decision.kind == Kind.WITHDRAWN:
        return "Withdrawn"
    return "Live" if same else "Live, with unpublished changes"


def waiting_together(edition):
    """Return the editions that were submitted together with `edition` and all still wait, itself included, or none."""
    codes = edition.events.first().said.get("together", [])
    found = [each for each in Edition.objects.filter(code__in=codes) if each.state() == State.SUBMITTED]
    return found if edition in found and len(found) > 1 else []


def goes_live(edition):
    """Return the moment from which a scheduled edition is live, in words, or None."""
    if edition.state() != State.SCHEDULED:
        return None
    return moment_in_words(edition.events.get(kind=Kind.PUBLISHED).takes_effect)


def standing(leaflet):
    """Return sentences that say where `leaflet` stands: live, waiting, returned, and whether the draft differs."""
    decision = Event.objects.public().filter(edition__leaflet=leaflet).last()
    sentences = [_public(decision), *filter(None, [moving(leaflet)])]
    newest = leaflet.editions.order_by("number").last()
    if newest and newest.state() in (State.SUBMITTED, State.RETURNED, State.SCHEDULED):
        sentences.append(_newest(newest))
    if newest:
        same = digest(canonical(leaflet.snapshot())) == newest.digest
        sentences.append(f"The draft {'is the same as' if same else 'differs from'} edition {newest.number}.")
    return sentences


def moving(leaflet):
    """Return a sentence that warns of a draft with another address than patients know, or None."""
    decision = Event.objects.public().filter(edition__leaflet=leaflet).select_related("edition").last()
    known = decision.edition.slug if decision else leaflet.slug
    if known == leaflet.slug:
        return None
    return (
        f"Its address changes with the next edition that is published, from /{known}/ to /{leaflet.slug}/. Links, "
        f"bookmarks and paper with the old address will lead to the new one, and no other leaflet can have it. If "
        f"that is not meant, change the address back to {known}."
    )


def withdrawn_twin(edition):
    """Return the Event that withdrew an earlier edition with exactly this content, or None if none was."""
    twins = {"edition__leaflet": edition.leaflet_id, "edition__digest": edition.digest}
    earlier = Event.objects.filter(**twins, edition__number__lt=edition.number, kind=Kind.WITHDRAWN)
    return earlier.select_related("edition").order_by("sequence").last()


def live_edition(leaflet):
    """Return the Edition of `leaflet` that the public sees, or None if it sees none."""
    decision = Event.objects.public().filter(edition__leaflet=leaflet).select_related("edition").last()
    return decision.edition if decision and decision.kind == Kind.PUBLISHED else None


def new_work(leaflet):
    """Return the Versions of all that is in the draft since the edition approved last, the newest first."""
    last = Event.objects.approvals(leaflet).last()
    held = last.edition.versions().values_list("kind", "item", "number") if last else []
    held = {(kind, item): number for kind, item, number in held}
    items = [(item._meta.label_lower, item.pk) for item in leaflet.items()]
    newer = [Q(kind=kind, item=pk, number__gt=held.get((kind, pk), 0)) for kind, pk in items]
    # Sorted by an expression: by the key itself, PostgreSQL walks the whole chain to find the few.
    return Version.objects.filter(any_of(newer)).order_by((F("sequence") + 0).desc())


def authors(edition):
    """Return the keys of whoever submitted `edition` or worked on it since the edition approved before."""
    submitted = edition.events.get(kind=Kind.SUBMITTED).by_id
    return {submitted, *edition.new_versions().exclude(by=None).values_list("by", flat=True)}


def reviewers_of(edition):
    """Return the names of the Reviewers who did not work on `edition`, and so may publish it."""
    people = get_user_model().objects.filter(is_active=True, groups__name=roles.REVIEWER).order_by("pk")
    return [person.get_full_name() or person.username for person in people.exclude(pk__in=authors(edition))]


def changes(edition):
    """Return the Changes from the edition approved before to `edition`; None if there was none."""
    before = edition.before()
    return safety.compare(before.document, edition.document) if before else None


def draft_changes(leaflet):
    """Return the Changes from the edition approved last to the draft; None if there was none."""
    last = Event.objects.approvals(leaflet).last()
    return safety.compare(last.edition.document, leaflet.snapshot()) if last else None


def marked(before, after, between=" "):
    """Return the words of two texts as (kind, words), kind being "same", "removed" or "added".

    What stands `between` two words may be a line end: then each line is marked as a whole.
    """
    old, new = before.split(between), after.split(between)
    head = _shared(old, new)
    tail = _shared(old[head:][::-1], new[head:][::-1])
    ends = len(old) - tail, len(new) - tail
    parts = [
        ("same", old[:head]),
        *_middle(old[head : ends[0]], new[head : ends[1]]),
        ("same", old[ends[0] :]),
    ]
    return [(kind, between.join(words)) for kind, words in parts if any(words)]


def _shared(old, new):
    """How many words two lists have in common at their beginning."""
    pairs = enumerate(zip(old, new, strict=False))
    return next((place for place, (one, other) in pairs if one != other), min(len(old), len(new)))


def _middle(old, new):
    often = Counter(new)
    if sum(often[word] for word in old) > MOST_EQUAL:
        return [("removed", old), ("added", new)]
    parts = []
    for tag, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        parts += [("same", old[i:j])] if tag == "equal" else [("removed", old[i:j]), ("added", new[k:m])]
    return parts


def _public(decision):
    if decision is None:
        return "Patients cannot see this leaflet yet: no edition has been published."
    edition, since = decision.edition, moment_in_words(decision.takes_effect)
    if decision.kind == Kind.WITHDRAWN:
        withdrawn = (
            f"Edition {edition.number} was withdrawn on {since} by {decision.by_name}: “{decision.reason}”"
        )
        return f"{withdrawn} To bring it back, an editor submits it or the draft again, and somebody else publishes."
    return f"Edition {edition.number} (code {edition.code}) is live since {since}."


def _newest(edition):
    event = edition.events.last()
    said = f"{moment_in_words(event.at)} by {event.by_name}: “{event.reason}”"
    if event.kind == Kind.PUBLISHED:
        return f"Edition {edition.number} goes live on {goes_live(edition)}."
    if event.kind == Kind.RETURNED:
        return f"Edition {edition.number} was returned on {said}"
    return f"Edition {edition.number} waits for review; submitted on {said}"


def moment_in_words(value):
    """Return a moment as staff read it: 23 November 2026, 14:05."""
    return formats.date_format(timezone.localtime(value), "j F Y, H:i")
