"""One record of the history on a page of its own: an Event of an edition, or something that happened to an account."""

from urllib.parse import urlencode

from django.contrib import admin
from django.contrib.auth.decorators import permission_required
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from history.accounts import AccountEvent
from leaflets import entries, public, safety, timeline
from leaflets.admin.history import may_look
from leaflets.models import Edition, Event, Kind


def may_see_accounts(view):
    """Staff who may see editions and accounts; others are led to sign in, or refused."""
    return may_look(permission_required("auth.view_user", raise_exception=True)(view))


@may_look
def event(request, sequence):
    """All that an Event says: content, people, comparison, and what the public saw of it."""
    record = get_object_or_404(Event.objects.select_related("edition"), sequence=_number(sequence))
    before, edition = entries.approved_before(record), record.edition
    context = {
        **_context(request, record, Event),
        "edition": edition,
        "before": before,
        "changes": safety.compare(before.document, edition.document) if before else [],
        "together": Edition.objects.filter(code__in=record.said.get("together", [])).order_by("pk"),
        "intervals": [
            each for each in public.intervals(edition.leaflet_id) if each.decision.edition_id == edition.pk
        ],
        "renderings": _renderings(edition),
        "compare": reverse("compare", args=[edition.slug]),
        "told": record.kind == Kind.WITHDRAWN,
    }
    return render(request, "admin/leaflets/event.html", context)


@may_see_accounts
def account(request, sequence):
    """What happened to an account, and what it was before and after."""
    record = get_object_or_404(AccountEvent.objects.with_before(), sequence=_number(sequence))
    before, now = entries.account_before(record), record.said["account"]
    context = {
        **_context(request, record, AccountEvent),
        "account": now,
        "standing": [(words, before and of(before), of(now)) for words, of in STANDING.items()],
    }
    return render(request, "admin/leaflets/account.html", context)


STANDING = {
    "Name": lambda said: said["name"],
    "User name": lambda said: said["username"],
    "Roles": lambda said: entries.roles_in_words(said["roles"]),
    "May sign in": lambda said: "yes" if said["active"] else "no: deactivated",
}


def _number(sequence):
    """A number that no database can hold is that of no record."""
    return min(sequence, timeline.HIGHEST)


def _context(request, record, model):
    shown = entries.entry(None, record)
    earlier = model.objects.filter(digest=record.previous).first()
    return {
        **admin.site.each_context(request),
        "title": shown.what,
        "entry": shown,
        "record": record,
        "earlier": earlier,
    }


def _renderings(edition):
    """The Renderings of an edition, each with the address of the page as the public saw it, or None if nobody did."""
    held = [each for each in public.intervals(edition.leaflet_id) if each.decision.edition_id == edition.pk]
    return [
        (rendering, _seen_at(edition.slug, held, rendering.at))
        for rendering in edition.renderings.select_related("event")
    ]


def _seen_at(slug, held, at):
    for since, until in ((each.since, each.until) for each in held):
        if until is None or at < until:
            at = max(at, since)
            return f"{reverse('as_at_slug', args=[slug])}?{urlencode({'at': at.isoformat()})}"
    return None
