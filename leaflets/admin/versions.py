"""The Versions of one item: the list of them, and what each holds, who made it and what it changed.

They are found by the item's kind and number alone, so that those of a deleted item stay within reach.
"""

import re

from django.contrib import admin
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import render
from django.urls import reverse

from exercises.models import ExerciseVideo, Programme
from history.models import Version
from leaflets.admin.history import may_look
from leaflets.admin.readable import readable
from leaflets.models import Edition, Leaflet
from leaflets.safety import compare_versions
from triage.models import ContactRoute, RedFlagGroup

MODELS = {
    model._meta.model_name: model for model in (Leaflet, RedFlagGroup, ContactRoute, Programme, ExerciseVideo)
}
ON_A_PAGE = 50
MOST_EDITIONS = 20


@may_look
def listed(request, kind, item):
    """List the Versions of the item number `item` of a kind, the newest first."""
    versions = _versions(kind, item)
    newest = versions.first()
    if newest is None:
        raise Http404
    page = Paginator(versions, ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        **_about(request, kind, item, newest.said),
        "title": f"Versions: {newest.said['item']['name']}",
        "page": page,
        "rows": [(version, version.said) for version in page.object_list],
    }
    return render(request, "admin/leaflets/versions.html", context)


@may_look
def one(request, kind, item, number):
    """Show one Version, and what it changed since the one before, or since the one that ?with= names."""
    version = _versions(kind, item).filter(number=number).first()
    if version is None:
        raise Http404
    other, error = _other(version, request.GET.get("with", "").strip())
    said = version.said
    before = other.said["content"] if other else None
    editions = Edition.objects.filter(pins__version=version)
    context = {
        **_about(request, kind, item, said),
        "title": f"{said['item']['name']}, version {number}",
        "version": version,
        "said": said,
        "other": other,
        "error": error,
        "changes": [] if error else compare_versions(kind, before, said["content"]),
        "content": said["content"] and readable(said["content"]),
        "editions": editions.select_related("leaflet").defer("content")[:MOST_EDITIONS],
        "edition_count": editions.count(),
        "newer": _versions(kind, item).filter(number=number + 1).exists(),
    }
    return render(request, "admin/leaflets/version.html", context, status=400 if error else 200)


def path_of(version):
    """Return the address of a Version's page."""
    return reverse("version", args=[version.kind.rpartition(".")[2], version.item, version.number])


def _versions(kind, item):
    if kind not in MODELS:
        raise Http404
    return Version.objects.filter(kind=MODELS[kind]._meta.label_lower, item=item).order_by("-number")


def _other(version, asked):
    """Return the Version to compare with, None before the first, and a sentence if there is none such as was asked."""
    others = Version.objects.filter(kind=version.kind, item=version.item).order_by("-number")
    if not asked:
        return others.filter(number__lt=version.number).first(), ""
    found = others.filter(number=asked).first() if re.fullmatch("[0-9]{1,9}", asked) else None
    return found, "" if found else f"There is no version “{asked}”. Give the number of another version."


def _about(request, kind, item, said):
    meta = MODELS[kind]._meta
    there = MODELS[kind].objects.filter(pk=item).exists()
    return {
        **admin.site.each_context(request),
        "kind": kind,
        "kind_words": meta.verbose_name,
        "item": item,
        "name": said["item"]["name"],
        "page_of_item": reverse(f"admin:{meta.app_label}_{kind}_change", args=[item]) if there else None,
    }
