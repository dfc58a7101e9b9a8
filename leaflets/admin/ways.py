"""Every way through a draft's check, for the people who answer for it."""

from typing import NamedTuple

from django.contrib import admin
from django.shortcuts import render
from django.urls import reverse

from leaflets import pages, paths


class Row(NamedTuple):
    """A way in words: the titles of the groups that are denied, and the group that is not, None at the exercises."""

    denied: list
    group: dict | None


def ways_through(request, leaflet):
    """Show every way through the check of `leaflet`, a draft, as read from the page that patients will get."""
    document = leaflet.snapshot()
    context = {
        **admin.site.each_context(request),
        "title": f"Every way through the check of {leaflet}",
        "leaflet": leaflet,
        "rows": rows(document),
        "check": reverse("admin:leaflets_leaflet_check", args=[leaflet.pk]),
    }
    return render(request, "admin/leaflets/ways.html", context)


def rows(document):
    """Return the Row of each way through the check of an Edition document, the most urgent group first."""
    body = pages.bodies(document, None)["check"]
    groups = {f"step-{number}": group for number, group in enumerate(document["red_flag_groups"], 1)}
    return [_row(way.sections, groups) for way in paths.ways(body)]


def _row(sections, groups):
    *steps, end = sections
    if end == paths.NONE:
        return Row([groups[step]["title"] for step in steps], None)
    return Row([groups[step]["title"] for step in steps[:-1]], groups[end.replace("advice", "step")])
