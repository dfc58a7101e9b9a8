"""Makes a long history quickly: the rows that the actions write, in bulk, under the eyes of every trigger.

One leaflet, the one that is measured, has its editions in the first half only: what is looked for is then old, which is
the hardest case for a database that begins to look at the newest end.
"""

from django.db import transaction
from django.utils import timezone

from exercises.models import ExerciseVideo, Programme
from history.canonical import canonical, digest
from history.models import Version
from history.people import as_they_are, moment
from history.records import GENESIS
from leaflets import loading, pages
from leaflets.models import Edition, Event, Kind, Leaflet, Pin, Rendering
from leaflets.models.rendering import pack
from tests.universe import CONTENT, LOWER_BACK
from triage.models import RedFlagGroup

AT_ONCE = 50
MANY_AT_ONCE = 500
MODEL = "lower-back"
RETURNED_EACH = 10
# What is changed for each edition: one text of each of these items, so 10 versions.
TEXTS = {Leaflet: "introduction", RedFlagGroup: "lead", Programme: "introduction", ExerciseVideo: "dose"}


class Chain:
    """Makes the records that `append` would write one by one, and writes them together."""

    def __init__(self, model):
        last = model.objects.last()
        self.model, self.rows = model, []
        self.sequence, self.digest = (last.sequence, last.digest) if last else (0, GENESIS)

    def add(self, said, **columns):
        """Return the next record, not stored yet; arguments as for Record.append."""
        self.sequence += 1
        content = canonical({**said, "sequence": self.sequence})
        previous, self.digest = self.digest, digest(self.digest + content)
        record = self.model(
            sequence=self.sequence, content=content, previous=previous, digest=self.digest, **columns
        )
        self.rows.append(record)
        return record

    def write(self):
        """Store what was added since."""
        self.model.objects.bulk_create(self.rows)
        self.rows = []


class Draft:
    """A leaflet in memory: it is changed and frozen here again and again, and saved at the end."""

    def __init__(self, leaflet):
        self.leaflet = Leaflet.objects.whole().get(pk=leaflet.pk)
        self.items = self.leaflet.items()
        self.texts = {item: getattr(item, TEXTS[type(item)]) for item in self.items if type(item) in TEXTS}
        self.last = {item: item.versions().last() for item in self.items}
        self.number = leaflet.editions.count()
        self.bodies = pages.bodies(self.leaflet.snapshot(), None)

    def change(self, versions, by):
        """Change one text of each item, and the first sign of a group, and add the Versions to their chain."""
        for item, text in self.texts.items():
            setattr(item, TEXTS[type(item)], f"{text} Checked again in round {self.number}.")
            for sign in item.signs.all()[:1] if isinstance(item, RedFlagGroup) else []:
                sign.text = f"{sign.text.split(' (')[0]} (round {self.number})"
            self.last[item] = _version(versions, item, self.last[item].number + 1, by)

    def edition(self):
        """Return the next Edition, not stored yet."""
        self.number += 1
        content = canonical(self.leaflet.snapshot())
        code = f"{self.leaflet.pk:03d}-{self.number:03d}"
        fields = {"number": self.number, "slug": self.leaflet.slug, "code": code}
        return Edition(leaflet=self.leaflet, content=content, digest=digest(content), **fields)

    def rendered(self, edition):
        """Return the bodies of an edition's pages, about as long and as different as they are."""
        return {
            name: f"{body}<p>Edition {edition.number}, {edition.code}</p>"
            for name, body in self.bodies.items()
        }

    @transaction.atomic
    def save(self):
        """Make the draft in the database what the last edition holds."""
        for item in self.texts:
            item.save()
            for sign in item.signs.all() if isinstance(item, RedFlagGroup) else []:
                sign.save()


def more_leaflets(count, by, first=0):
    """Load the lower-back document `count` times as other leaflets, numbered from `first`, and return these."""
    content = LOWER_BACK.read_text().replace("cauda-equina", "lower-back-cauda-equina")
    content, leaflets = content.replace("demonstration-", "lower-back-demonstration-"), []
    for number in range(first, first + count):
        mine = content.replace("lower-back", f"part-{number}").replace("Lower Back", f"Part {number}")
        document = loading.read(mine.encode())
        leaflets.append(loading.load(document, CONTENT / "media", by=by, reason="Loaded.")[0])
    return leaflets


def fill(measured, others, editions, editor, reviewer):
    """Give `measured` and each of `others` so many more editions: each is published, or now and then returned."""
    chains, people = (Chain(Version), Chain(Event), Chain(Rendering)), [_person(editor), _person(reviewer)]
    measured, others = Draft(measured), [Draft(leaflet) for leaflet in others]
    turns = others * editions
    for _ in range(editions):
        _write([measured, *turns[: AT_ONCE - 1]], chains, people)
        turns = turns[AT_ONCE - 1 :]
    for start in range(0, len(turns), AT_ONCE):
        _write(turns[start : start + AT_ONCE], chains, people)
    for draft in [measured, *others]:
        draft.save()


@transaction.atomic
def _write(drafts, chains, people):
    versions, events, renderings = chains
    (editor, reviewer), made = people, []
    for draft in drafts:
        draft.change(versions, editor)
        made.append(
            (draft, draft.edition(), sorted(draft.last.values(), key=lambda version: version.sequence))
        )
    versions.write()
    Edition.objects.bulk_create([edition for _, edition, _ in made])
    Pin.objects.bulk_create([Pin(edition=edition, version=v) for _, edition, held in made for v in held])
    for draft, edition, held in made:
        decided = Kind.RETURNED if edition.number % RETURNED_EACH == RETURNED_EACH // 2 else Kind.PUBLISHED
        _event(events, edition, Kind.SUBMITTED, editor, pins=[version.digest for version in held])
        more = {"acknowledged": []} if decided == Kind.PUBLISHED else {}
        event = _event(events, edition, decided, reviewer, **more)
        if decided == Kind.PUBLISHED:
            _rendering(renderings, event, draft.rendered(edition))
    events.write()
    renderings.write()


def many_live(edition, count, editor, reviewer, first=0):
    """Publish `count` leaflets more, numbered from `first`: each as `edition` is, at an address of its own."""
    model, bodies = Leaflet.objects.whole().get(pk=edition.leaflet_id), edition.renderings.last().bodies
    said, document = model.content(), edition.document
    people, pinned = (
        (_person(editor), _person(reviewer)),
        list(edition.versions().exclude(kind=model._meta.label_lower)),
    )
    for start in range(first, first + count, MANY_AT_ONCE):
        chains = Chain(Version), Chain(Event), Chain(Rendering)
        with transaction.atomic():
            numbers = range(start, min(start + MANY_AT_ONCE, first + count))
            mine = {number: _named(number) for number in numbers}
            leaflets = Leaflet.objects.bulk_create([_copied(model, **each) for each in mine.values()])
            editions = [
                (
                    _version(chains[0], leaflet, 1, people[0], {**said, **each}),
                    _edition(leaflet, {**document, **each}, n),
                )
                for leaflet, (n, each) in zip(leaflets, mine.items(), strict=True)
            ]
            _publish(editions, pinned, bodies, chains, people)


def _named(number):
    return {"slug": f"part-{number}", "title": f"Part {number}", "body_part": f"Region {number % 40}"}


def _copied(model, **named):
    fields = {field.attname: getattr(model, field.attname) for field in model._meta.concrete_fields[1:]}
    return Leaflet(**{**fields, **named})


def _edition(leaflet, document, number):
    content, code = canonical(document), f"P{number:05d}"
    fields = {"number": 1, "slug": leaflet.slug, "code": f"{code[:3]}-{code[3:]}"}
    return Edition(leaflet=leaflet, content=content, digest=digest(content), **fields)


def _publish(editions, pinned, bodies, chains, people):
    versions, events, renderings = chains
    versions.write()
    Edition.objects.bulk_create([edition for _, edition in editions])
    Pin.objects.bulk_create(
        [Pin(edition=edition, version=v) for own, edition in editions for v in (own, *pinned)]
    )
    for own, edition in editions:
        pins = [version.digest for version in (*pinned, own)]
        _event(events, edition, Kind.SUBMITTED, people[0], pins=pins)
        event = _event(events, edition, Kind.PUBLISHED, people[1], acknowledged=[])
        mine = {name: body.replace(f"/{MODEL}/", f"/{edition.slug}/") for name, body in bodies.items()}
        _rendering(
            renderings,
            event,
            {name: body.replace("Lower Back", edition.document["title"]) for name, body in mine.items()},
        )
    events.write()
    renderings.write()


def _person(user):
    return user, as_they_are(user)


def _version(versions, item, number, by, content=None):
    kind, at, (user, as_is) = item._meta.label_lower, timezone.now(), by
    said = {
        "item": {"kind": kind, "id": item.pk, "name": str(item)},
        "number": number,
        "at": moment(at),
        "by": as_is,
        "reason": f"Checked again, number {number}.",
        "content": content or item.content(),
    }
    return versions.add(said, kind=kind, item=item.pk, number=number, at=at, by=user)


def _event(events, edition, kind, by, **more):
    at, (user, as_is) = timezone.now(), by
    said = {
        "kind": kind.value,
        "at": moment(at),
        "takes_effect": moment(at),
        "next_review": None,
        "reason": "Checked against the guideline and the comments of two physiotherapists.",
        **more,
        "by": as_is,
        "edition": edition.identity(),
    }
    return events.add(said, edition=edition, kind=kind, at=at, takes_effect=at, by=user)


def _rendering(renderings, event, bodies):
    said = {
        "edition": event.edition.identity(),
        "event": event.sequence,
        "at": moment(event.at),
        "bodies": {name: digest(body) for name, body in bodies.items()},
        "styles": None,
    }
    packed = pack(bodies, event.edition)
    renderings.add(said, edition=event.edition, event=event, at=event.at, packed=packed)
