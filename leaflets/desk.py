"""What is on somebody's desk: editions that wait, come back or are scheduled, and drafts with unpublished changes.

However many leaflets there are, it takes the same number of queries, and looks at no more than the newest of them.
"""

from django.db.models import Exists, Max, OuterRef, Prefetch, Subquery
from django.utils import timezone

from history.models import Version
from leaflets.models import Edition, Event, Kind, Leaflet, Pin
from leaflets.models.edition import State
from leaflets.workspace import USERS_OF, tell_standing

# Drafts are looked for among what was saved last: so many saves, and so many leaflets with something of these in them.
LATEST_SAVES = 300
MOST_LEAFLETS = 200


def waiting(most):
    """Return the editions that wait for review, the longest-waiting first, and how many there are in all.

    Here and below, `most` is how many are returned at most, and an edition's `last` the last Event of it.
    """
    undecided = _newest_editions().exclude(events__kind__in=[Kind.RETURNED, Kind.PUBLISHED])
    return _told(undecided.order_by("pk"), most), undecided.count()


def returned(most):
    """Return the editions that were returned and not submitted anew since, the newest first."""
    return _told(_newest_editions().filter(events__kind=Kind.RETURNED), most)


def withdrawn(most):
    """Return the editions that were withdrawn and that nothing was submitted in place of, the newest first."""
    return _told(_newest_editions().filter(events__kind=Kind.WITHDRAWN), most)


def scheduled(most):
    """Return the editions that go live at a later moment, the earliest first."""
    later = Event.objects.decided().filter(kind=Kind.PUBLISHED, takes_effect__gt=timezone.now())
    still = later.with_state().filter(leaves=State.SCHEDULED).order_by("takes_effect")
    editions = _told(Edition.objects.filter(pk__in=still.values("edition")), most)
    return sorted(editions, key=lambda edition: edition.last.takes_effect)


def own_work(editions, person):
    """Return the keys of those of `editions`, which wait, that `person` submitted or worked on.

    It is the rule of `rules.why_not_publish` for many editions at once.
    """
    same = {"kind": OuterRef("version__kind"), "item": OuterRef("version__item")}
    mine = Version.objects.filter(**same, by=person, number__lte=OuterRef("version__number"))
    newest = Subquery(mine.order_by("-number").values("number")[:1])
    approved = Pin.objects.filter(
        Exists(Event.objects.approvals().filter(edition=OuterRef("edition"))),
        edition__leaflet=OuterRef("edition__leaflet"),
        version__kind=OuterRef("version__kind"),
        version__item=OuterRef("version__item"),
        version__number__gte=OuterRef("mine"),
        version__number__lte=OuterRef("version__number"),
    )
    worked_on = Pin.objects.filter(edition__in=editions).annotate(mine=newest).filter(mine__isnull=False)
    return {
        *worked_on.filter(~Exists(approved)).values_list("edition", flat=True),
        *(edition.pk for edition in editions if edition.first.by_id == person.pk),
    }


def drafts(person, most):
    """Return the leaflets whose draft is not what is live or waits: those `person` worked on since, and the others.

    Those that were saved last come first. Each is told its standing.
    """
    saves = Version.objects.order_by("-at", "-sequence").values_list("kind", "item", "by")
    latest = [*saves.filter(by=person)[:LATEST_SAVES], *saves[:LATEST_SAVES]]
    found = _unpublished(latest)
    mine = [pk for pk, people in found.items() if person.pk in people]
    others = [pk for pk in found if pk not in set(mine)]
    chosen = Leaflet.objects.in_bulk([*mine[:most], *others[:most]])
    tell_standing(list(chosen.values()))
    submitted = set(_submitted(chosen))
    differing = {
        pk for pk, leaflet in chosen.items() if leaflet.unpublished and (pk, leaflet.digest) not in submitted
    }
    return [[chosen[pk] for pk in pks[:most] if pk in differing] for pks in (mine, others)]


def _newest_editions():
    """The newest edition of each leaflet: nothing older waits."""
    newest = Edition.objects.filter(leaflet=OuterRef("pk")).order_by("-number").values("pk")[:1]
    return Edition.objects.filter(pk__in=Leaflet.objects.order_by().values(newest=Subquery(newest)))


def _told(editions, most):
    """The first of `editions`, each with its `first` and `last` Event. What they hold is large, and not needed."""
    found = editions.defer("content").select_related("leaflet")
    found = list(found.prefetch_related(Prefetch("events", Event.objects.order_by("sequence")))[:most])
    for edition in found:
        events = list(edition.events.all())
        edition.first, edition.last = events[0], events[-1]
    return found


def _submitted(leaflets):
    """The (leaflet, digest) of the newest editions of `leaflets`, but for those that were returned or withdrawn."""
    newest = _newest_editions().filter(leaflet__in=leaflets)
    return newest.exclude(events__kind__in=[Kind.RETURNED, Kind.WITHDRAWN]).values_list("leaflet", "digest")


def _unpublished(saves):
    """Return {leaflet: who made them} of the leaflets with `saves` in their draft that the public does not see.

    `saves` are (kind, item, by) of Versions, the newest of each person first.
    """
    holding, found = _holding({save[:2] for save in saves}), {}
    pairs = [(pk, save) for save in saves for pk in holding.get(save[:2], ())]
    leaflets = list(dict.fromkeys(pk for pk, _ in pairs))[:MOST_LEAFLETS]
    newest = _newest({save[:2] for save in saves})
    chosen, public = set(leaflets), _public(leaflets, newest.values())
    for pk, (kind, item, by) in pairs:
        if pk in chosen and (pk, newest[kind, item]) not in public:
            found.setdefault(pk, set()).add(by)
    return found


def _holding(items):
    """Return {(kind, key): leaflets whose draft holds that item}."""
    found = {}
    for model, path in {"leaflet": "pk", **USERS_OF}.items():
        keys = [(kind, item) for kind, item in items if kind.endswith(f".{model}")]
        held = Leaflet.objects.order_by().filter(**{f"{path}__in": [item for _, item in keys]})
        label = keys[0][0] if keys else ""
        for pk, item in held.values_list("pk", path).distinct():
            found.setdefault((label, item), []).append(pk)
    return found


def _newest(items):
    """Return {(kind, key): number in the chain of its newest Version}."""
    kinds, keys = {kind for kind, _ in items}, {item for _, item in items}
    versions = Version.objects.order_by().filter(kind__in=kinds, item__in=keys).values("kind", "item")
    rows = versions.annotate(newest=Max("sequence")).values_list("kind", "item", "newest")
    return {(kind, item): newest for kind, item, newest in rows}


def _public(leaflets, versions):
    """Return {(leaflet, Version)} for those of `versions` that the public sees on these leaflets."""
    decisions = Event.objects.public().latest_of_each_leaflet().filter(edition__leaflet__in=leaflets)
    editions = list(decisions.filter(kind=Kind.PUBLISHED).values_list("edition", flat=True))
    pins = Pin.objects.filter(edition__in=editions, version__in=versions)
    return set(pins.values_list("edition__leaflet", "version"))
