"""Checks the whole history: each chain of Records, each Edition against its submission, and all against anchors."""

import hashlib
import json
import re
import zlib
from functools import partial
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

from django.db import DatabaseError, connection

from exercises import media
from exercises.kinds import KINDS
from history import anchors as kept
from history.canonical import NotCanonical, digest, parse, written
from history.models import AccountEvent, Version
from history.people import moment
from history.snapshot import one_moment
from history.verify import AT_A_TIME, OF_ANOTHER_FORM, Broken, Chain, Head, verify_chain
from leaflets import guards, press
from leaflets.composing import compose
from leaflets.models import Edition, Event, Kind, Pin, Rendering

SEES_OTHER = (
    "Patients see other pages of {} than this release renders from it. If the release is new, run manage.py migrate; "
    "else find out who wrote its last rendering."
)
# What an edition says of a file. In canonical form no text can hold this: its quotes would be escaped.
FILE = re.compile(r'{"bytes":[0-9]+,"sha256":"[0-9a-f]{64}","type":"(?:' + "|".join(KINDS) + ')"}')
NO_ANCHORS = kept.Anchors({}, 0, None, [])


class Verdict(NamedTuple):
    """What a verification found.

    `heads` are {name: Head} of what is whole, `findings` a sentence for each thing that is not, `anchors` how many
    anchors were compared, and `last_anchor` the moment of the latest, or None.
    """

    heads: dict
    findings: list
    anchors: int
    last_anchor: object


def verify(anchors=NO_ANCHORS):
    """Recompute everything and return the Verdict. Read `anchors` (history.anchors.read) before: history only grows."""
    heads, findings = {}, list(anchors.problems)
    findings += [
        f"Anchors name the chain of {name}, which is not there." for name in anchors.ends if name not in NAMES
    ]
    checks = {chain.name: partial(verify_chain, chain, anchors.ends.get(chain.name, {})) for chain in CHAINS}
    files = set()
    with one_moment():
        for name, check in {**checks, "editions": partial(_editions, files)}.items():
            try:
                heads[name] = check()
            except Broken as broken:
                findings.append(str(broken))
            except (DatabaseError, ValueError) as error:
                findings.append(f"The database cannot read all {name}: {error}")
        if not findings:
            # Whoever may write to the database can add a rendering that fits its chain; but not one that fits this.
            findings += [*_own_work(), *(SEES_OTHER.format(edition) for edition in press.otherwise())]
    findings += _lost(files)
    return Verdict(heads, findings, anchors.number, anchors.last)


def anchor_after(kind):
    """Write an anchor once a decision of this kind is committed, if it changes what the public sees."""
    if kind in (Kind.PUBLISHED, Kind.WITHDRAWN):
        kept.after_commit(CHAINS)


def _version(version, said):
    item = said["item"]
    if (version.kind, version.item, version.number) != (item["kind"], item["id"], said["number"]):
        return "its columns name another item than its content."
    if version.by_id != (said["by"] and said["by"]["id"]):
        return "its columns name another person than its content."
    return None if moment(version.at) == said["at"] else "its columns name another moment than its content."


def _event(event, said):
    if event.kind != said["kind"]:
        return "its columns name another kind than its content."
    if event.by_id != said["by"]["id"]:
        return "its columns name another person than its content."
    if event.edition.identity() != said["edition"]:
        return "it happened to another edition than its content says."
    if (moment(event.at), moment(event.takes_effect)) != (said["at"], said["takes_effect"]):
        return "its columns name another moment than its content."
    if event.risk != said.get("risk"):
        return "its columns name another risk than its content."
    due = event.next_review and event.next_review.isoformat()
    return None if due == said["next_review"] else "its columns name another review date than its content."


def _rendering(rendering, said):
    if (rendering.edition.identity(), rendering.event_id) != (said["edition"], said["event"]):
        return "its columns name another edition or event than its content."
    if moment(rendering.at) != said["at"]:
        return "its columns name another moment than its content."
    try:
        kept = {name: digest(body) for name, body in rendering.bodies.items()}
    except zlib.error:
        return "what was rendered cannot be read."
    return None if kept == said["bodies"] else "what was rendered is not what was kept."


def _account_event(event, said):
    if (event.kind, event.account_id) != (said["kind"], said["account"]["id"]):
        return "its columns name another account or kind than its content."
    if event.by_id != (said["by"] and said["by"]["id"]):
        return "its columns name another person than its content."
    return None if moment(event.at) == said["at"] else "its columns name another moment than its content."


def _editions(files):
    """Every Edition is what its submission says it was. What it says of files is added to `files`."""
    number, digests = 0, hashlib.sha256()
    submissions = Event.objects.filter(kind=Kind.SUBMITTED).order_by("edition")
    said_of = by_edition(submissions.values_list("edition", "content"))
    held = ("version__digest", "version__kind", "version__content")
    pins_of = by_edition(Pin.objects.order_by("edition", "version").values_list("edition", *held))
    for edition in Edition.objects.order_by("pk").iterator(chunk_size=AT_A_TIME):
        try:
            problem = _edition(
                edition, [parse(content) for content in said_of(edition.pk)], pins_of(edition.pk)
            )
        except OF_ANOTHER_FORM as error:
            problem = f"its submission is not of the form that it should be: {error!r}."
        if problem:
            raise Broken(f"{edition._meta.label} {edition.pk}: {problem}")
        files.update(FILE.findall(edition.content))
        digests.update(f'{"," if number else "["}"{edition.digest}"'.encode())
        number += 1
    digests.update(b"]" if number else b"[]")
    return Head(number, digests.hexdigest())


def _edition(edition, submissions, held):
    if not submissions:
        return "it was never submitted."
    found = digest(edition.content)
    for said in submissions:
        if found != said["edition"]["digest"]:
            return "its content is not what was submitted."
        if [sealed for sealed, _, _ in held] != said.get("pins"):
            return "it holds other versions than were submitted."
    if found != edition.digest:
        return "its content does not have its digest."
    # What their versions make, written down once, is quicker to compare than the content read.
    if (
        written(compose((kind, json.loads(content)["content"]) for _, kind, content in held))
        == edition.content
    ):
        return None
    try:
        parse(edition.content)
    except NotCanonical as error:
        return f"its content is {error}."
    return "it is not what its versions hold."


def _lost(files):
    """Every file that an edition names is there as it was."""
    for name in map(media.name, map(json.loads, sorted(files))):
        try:
            problem = media.problem(name)
        except media.Unreachable as error:
            yield f"The files that editions name could not be read. {error.sentence}"
            return
        if problem:
            yield f"The file {name}, which an edition names, {problem}."


def _own_work():
    """Nobody published what they worked on: the rule that the database holds, asked of all that was published."""
    with connection.cursor() as cursor:
        cursor.execute(guards.OWN_WORK)
        for (sequence,) in cursor.fetchall():
            yield f"{Event._meta.label} {sequence}: somebody published what they had submitted or worked on."


def by_edition(rows):
    """Return a function that gives the values of one edition after another.

    `rows` is a query of (edition, value) in the order of editions; it is read once, as far as it is asked for.
    """
    groups = groupby(rows.iterator(chunk_size=AT_A_TIME), itemgetter(0))
    ahead = next(groups, None)

    def of(edition):
        nonlocal ahead
        while ahead and ahead[0] < edition:
            ahead = next(groups, None)
        return (
            [row[1] if len(row) == 2 else row[1:] for row in ahead[1]]
            if ahead and ahead[0] == edition
            else []
        )

    return of


# Every chain that there is. What checks, anchors and exports history reads this.
CHAINS = (
    Chain("versions", Version.objects.all(), _version),
    Chain("events", Event.objects.select_related("edition").defer("edition__content"), _event),
    Chain("renderings", Rendering.objects.select_related("edition"), _rendering),
    Chain("accounts", AccountEvent.objects.all(), _account_event),
)
NAMES = {chain.name for chain in CHAINS}
