"""A copy of a leaflet, for a new body part or condition, or to be translated."""

from django.db import transaction

from exercises.duplicating import duplicate_programme
from exercises.models import Programme
from history.copying import copy_row, free_key, reason_for
from history.models import Version
from leaflets.workspace import live_edition
from triage.duplicating import duplicate_group
from triage.models import RedFlagGroup


def duplicate_leaflet(leaflet, *, by, with_items, **fields):
    """Store a copy of `leaflet` with these own fields, record it as made by `by`, and return it. All or nothing.

    `fields` are title, slug, language, body_part and condition. Red-flag groups and programmes stay shared, or are
    copied too if `with_items`. In another language the copy is a translation of the edition that is live, if one is.
    """
    with transaction.atomic():
        Version.lock_chain()
        copy = copy_row(leaflet, **fields, **_not_copied(leaflet, fields))
        for rows in (leaflet.sections, leaflet.links, leaflet.evidence):
            for row in rows.all():
                copy_row(row, leaflet=copy)
        (_copy_items if with_items else _share_items)(leaflet, copy, by)
        copy.record(by=by, reason=reason_for(leaflet))
    return copy


def _not_copied(leaflet, fields):
    """What would be false of the copy: the code of the other, its source, a decision on another body part."""
    translated = fields["language"].lower() != leaflet.language.lower()
    same = (fields["body_part"], fields["condition"]) == (leaflet.body_part, leaflet.condition)
    return {
        "reference": "",
        "translated_from": live_edition(leaflet) if translated else None,
        # Where a body part has another name in another language, the decision was made on the same one.
        "no_red_flags_because": leaflet.no_red_flags_because if translated or same else "",
    }


def _share_items(leaflet, copy, by):
    for places in (leaflet.group_places, leaflet.programme_places):
        for place in places.all():
            copy_row(place, leaflet=copy)


def _copy_items(leaflet, copy, by):
    ending, videos = copy.language.lower(), {}
    for place in leaflet.group_places.all():
        key = _key(RedFlagGroup, place.group, ending)
        copy_row(
            place, leaflet=copy, group=duplicate_group(place.group, key=key, title=place.group.title, by=by)
        )
    for place in leaflet.programme_places.all():
        key = _key(Programme, place.programme, ending)
        programme = duplicate_programme(place.programme, key=key, ending=ending, by=by, videos=videos)
        copy_row(place, leaflet=copy, programme=programme)


def _key(model, item, ending):
    return free_key(model, f"{item.key[: 79 - len(ending)]}-{ending}")
