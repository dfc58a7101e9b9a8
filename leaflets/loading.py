"""Makes a draft from an Edition document, whole or not at all."""

import json
from collections import Counter, defaultdict

from django.core.exceptions import ValidationError
from django.db import transaction

from exercises.loading import load_programme, stock
from exercises.models import ExerciseVideo, Programme
from history.canonical import leaves
from history.fields import validate_recordable
from history.loading import Unloadable, replace, store
from history.models import BEHIND_OUR_BACK, Item, Version
from leaflets import document as documents
from leaflets.models import Edition, Leaflet
from leaflets.models.draft import urgency_rank
from triage.loading import link_fields, load_group
from triage.models import ContactRoute, RedFlagGroup

# Of anything: signs of a group, sections of a leaflet. The forms of the admin have room for as many.
MOST = 100
OWN_FIELDS = (
    *("slug", "language", "title", "body_part", "condition", "summary", "owner", "reference"),
    "no_red_flags_because",
)


def read(content):
    """Return the Edition document in `content`, bytes of a file. Raises Unloadable with each thing that is wrong."""
    try:
        document = json.loads(content.decode(), object_pairs_hook=_fields)
    except UnicodeDecodeError as error:
        raise Unloadable(f"byte {error.start}", "the file is not UTF-8 text.") from error
    except json.JSONDecodeError as error:
        raise Unloadable(
            f"line {error.lineno}, column {error.colno}", f"this is not JSON: {error.msg}."
        ) from error
    except ValueError as error:
        raise Unloadable("The document", "a number in it is too long.") from error
    except RecursionError as error:
        raise Unloadable("The document", "it is nested too deeply.") from error
    for place, leaf in leaves(document):
        try:
            validate_recordable(str(leaf))
        except ValidationError as error:
            raise Unloadable(place, error.messages[0]) from error
    _refuse_long_lists(document)
    problems = documents.problems(document)
    if problems:
        raise Unloadable("Not an Edition document", "\n".join(problems))
    return document


def _refuse_long_lists(value, place=""):
    """What no form takes is not loaded: it would keep everybody else from writing, and then no page would show it."""
    if isinstance(value, list) and len(value) > MOST:
        raise Unloadable(
            place, f"it holds {len(value):,} entries, and {MOST} is the most. Divide it among several."
        )
    if isinstance(value, dict):
        for name, inner in value.items():
            _refuse_long_lists(inner, f"{place}.{name}".strip("."))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            _refuse_long_lists(inner, f"{place}[{index}]")


def _fields(pairs):
    fields = dict(pairs)
    for name, times in Counter(name for name, _ in pairs).items():
        if times > 1:
            raise Unloadable(name, "this field is there twice. Which one holds?")
    return fields


def load(document, folder, *, by, reason):
    """Make the draft of the leaflet at the document's slug equal to `document`, shared items included.

    `folder` holds media that are not stored yet, or is None; `by` is the person who loads it, or None. Returns
    (leaflet, names of the items that changed). One transaction: raises Unloadable, and then nothing has changed.
    """
    _refuse_long_lists(document)
    _refuse_wrong_order(document)
    with transaction.atomic():
        # In the order in which submitting locks, so that no two wait for each other.
        Version.lock_chain()
        leaflet = Leaflet.objects.filter(slug=document["slug"]).first() or Leaflet()
        if leaflet.pk and leaflet.snapshot() == document:
            return leaflet, []
        _notice(leaflet, document)
        changed = _load_parts(leaflet, document, folder)
        _refuse_difference(leaflet, document)
        for item in leaflet.items():
            item.record(by=by, reason=reason)
    return leaflet, changed


def shared(document):
    """Yield (model, its part of the document) for each shared item in `document`, as often as it stands there."""
    for group in document["red_flag_groups"]:
        yield RedFlagGroup, group
        for contact in group["contacts"]:
            yield ContactRoute, {name: value for name, value in contact.items() if name != "when"}
    for programme in document["exercises"]["programmes"]:
        yield Programme, programme
        yield from ((ExerciseVideo, video) for video in programme["videos"])


def _notice(leaflet, document):
    """Record what somebody changed behind the application's back: it is not the work of whoever loads the file."""
    keys = defaultdict(set)
    for model, item in shared(document):
        keys[model].add(item["key"])
    there = [item for model, named in keys.items() for item in model.objects.filter(key__in=named)]
    Item.record_all([*([leaflet] if leaflet.pk else []), *there], by=None, reason=BEHIND_OUR_BACK)


def _load_parts(leaflet, document, folder):
    groups = [
        load_group(data, f"red_flag_groups[{index}]")
        for index, data in enumerate(document["red_flag_groups"])
    ]
    exercises = document["exercises"]
    programmes = [
        load_programme(data, f"exercises.programmes[{index}]", folder)
        for index, data in enumerate(exercises["programmes"])
    ]
    store(
        leaflet,
        "The leaflet",
        translated_from=_source(document["translated_from"]),
        introduction_heading=document["introduction"]["heading"],
        introduction=document["introduction"]["text"],
        links_heading=document["links"]["heading"],
        exercises_heading=exercises["heading"],
        exercises_reminder=exercises["reminder"],
        exercises_introduction=exercises["introduction"],
        videos_heading=exercises["videos_heading"],
        **{name: document[name] for name in OWN_FIELDS},
    )
    replace(leaflet.group_places, "red_flag_groups", [{"group": group} for group, _ in groups])
    replace(leaflet.programme_places, "exercises.programmes", [{"programme": item} for item, _ in programmes])
    replace(leaflet.sections, "sections", document["sections"])
    replace(leaflet.links, "links.items", _links(document["links"]["items"], folder))
    replace(leaflet.evidence, "evidence", document["evidence"])
    return [str(item) for item, changed in (*groups, *programmes) if changed] + [str(leaflet)]


def _links(items, folder):
    return [
        {**link_fields(item), "file": stock(item["file"], f"links.items[{index}].file", folder)}
        for index, item in enumerate(items)
    ]


def _source(name):
    if name is None:
        return None
    edition = Edition.objects.filter(slug=name["slug"], number=name["edition"]).first()
    if edition is None:
        raise Unloadable(
            "translated_from", f"there is no edition {name['edition']} of “{name['slug']}” here."
        )
    return edition


def _refuse_wrong_order(document):
    ranks = [urgency_rank(group["urgency"]) for group in document["red_flag_groups"]]
    for index in range(1, len(ranks)):
        if ranks[index] < ranks[index - 1]:
            raise Unloadable(
                f"red_flag_groups[{index}]", "this group is more urgent than the one before it: put it first."
            )


def _refuse_difference(leaflet, document):
    """Nothing is lost or changed on the way in without a word: what would read otherwise is refused."""
    snapshot = Leaflet.objects.get(pk=leaflet.pk).snapshot()
    stored = dict(leaves(snapshot))
    for place, leaf in leaves(document):
        if stored.get(place) != leaf:
            raise Unloadable(
                place, f"this would be stored as {stored.get(place)!r}. Write it that way in the file."
            )
    if snapshot != document:
        raise Unloadable("The document", "it repeats a shared item with other content. Write it once.")
