"""Checks the whole history: the chains of Versions and Events, and every Edition against both."""

import zlib

from history.canonical import canonical, digest
from history.models import AccountEvent, Version
from history.people import moment
from history.verify import AT_A_TIME, Broken, Head, verify_chain
from leaflets.models import Edition, Event, Kind, Rendering


def verify():
    """Return {name of a chain: its Head}. Raises Broken at the first thing that is not what it was."""
    return {
        "versions": verify_chain(Version.objects.all(), _version),
        "events": verify_chain(Event.objects.select_related("edition"), _event),
        "editions": _editions(),
        "renderings": verify_chain(Rendering.objects.select_related("edition"), _rendering),
        "accounts": verify_chain(AccountEvent.objects.all(), _account_event),
    }


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


def _editions():
    """Every Edition is what its submission says it was."""
    submissions = Event.objects.filter(kind=Kind.SUBMITTED).select_related("edition")
    number = 0
    for event in submissions.iterator(chunk_size=AT_A_TIME):
        number += 1
        edition, said = event.edition, event.said
        if digest(edition.content) != said["edition"]["digest"]:
            raise Broken(f"{edition._meta.label} {edition.pk}: its content is not what was submitted.")
        if edition.pinned() != said.get("pins"):
            raise Broken(f"{edition._meta.label} {edition.pk}: it holds other versions than were submitted.")
    orphan = Edition.objects.exclude(events__kind=Kind.SUBMITTED).first()
    if orphan:
        raise Broken(f"{orphan._meta.label} {orphan.pk}: it was never submitted.")
    return Head(
        number, digest(canonical(list(Edition.objects.order_by("pk").values_list("digest", flat=True))))
    )
