"""Renders what the public is to see, and keeps it.

It is rendered once, when an Event changes it or a release changes the templates, and never again: the public page and
the answer to "what did the public see" are the same bytes.
"""

from itertools import chain

from django.db import connections, transaction

from history.canonical import digest
from history.people import moment
from leaflets import look, pages, public
from leaflets.models import Edition, Event, Kind, Rendering
from leaflets.models.rendering import pack

CHANGES_PAGES = {Kind.PUBLISHED, Kind.REVIEWED, Kind.WITHDRAWN}


def press(event):
    """Render and keep the pages that `event` changes. Call it in the transaction that records the event."""
    if event.kind not in CHANGES_PAGES:
        return
    # A review date stands on the page of the live edition and on that of one that is scheduled.
    others = (
        public.scheduled().filter(leaflet=event.edition.leaflet_id) if event.kind == Kind.REVIEWED else []
    )
    for edition in dict.fromkeys([event.edition, *others]):
        _keep(edition, _render(edition), event, Rendering.next_moment(event.at))


def refresh():
    """Render anew what the public sees or will see, where this release renders it otherwise; return how many.

    Editions that were published before pages were kept get their rendering too.
    """
    never = public.never_rendered().values_list("pk", flat=True)
    return sum(_refresh(Edition.objects.get(pk=pk)) for pk in chain(_shown(), never))


def otherwise():
    """Yield the Editions whose pages, as the public sees or will see them, are not what this release renders."""
    for pk in _shown():
        edition = Edition.objects.get(pk=pk)
        last = edition.renderings.last()
        if last is None or last.said["bodies"] != _digests(_render(edition)):
            yield edition


def after_migration(using, **kwargs):
    """A new release may render what the public sees otherwise; a receiver of post_migrate."""
    # A database that is migrated in part has not all tables yet.
    if Rendering._meta.db_table in connections[using].introspection.table_names():
        refresh()


def _shown():
    decided = Event.objects.public().latest_of_each_leaflet().values_list("edition", flat=True)
    return chain(decided, public.scheduled().values_list("pk", flat=True))


def _refresh(edition):
    with transaction.atomic():
        Rendering.lock_chain()
        bodies, last = _render(edition), edition.renderings.last()
        if last and last.said["bodies"] == _digests(bodies):
            return 0
        _keep(edition, bodies, None, Rendering.next_moment())
        return 1


def _render(edition):
    document, facts = edition.document, public.facts(edition)
    withdrawal = edition.events.filter(kind=Kind.WITHDRAWN).last()
    if withdrawal:
        return pages.withdrawn_bodies(document, facts, withdrawal)
    return pages.bodies(document, facts)


def _keep(edition, bodies, event, at):
    said = {
        "edition": edition.identity(),
        "event": event and event.sequence,
        "at": moment(at),
        "bodies": _digests(bodies),
        "styles": look.digest(),
    }
    Rendering.append(said, edition=edition, event=event, at=at, packed=pack(bodies, edition))


def _digests(bodies):
    return {name: digest(body) for name, body in bodies.items()}
