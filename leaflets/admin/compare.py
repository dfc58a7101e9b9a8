"""Comparing any two editions of a leaflet, or an edition with the draft."""

import re

from django import forms
from django.contrib import admin
from django.db.models import Prefetch
from django.shortcuts import get_object_or_404, render

from leaflets import public
from leaflets.admin.history import may_look
from leaflets.models import Edition, Event, Kind, Leaflet
from leaflets.safety import compare
from leaflets.workspace import moment_in_words

DRAFT = "draft"
# The form lists so many, the live one and those that were asked for; an older one is compared from its own page.
NEWEST = 50


class CompareForm(forms.Form):
    """Which two; each by its number, or as the draft."""

    before = forms.ChoiceField(error_messages={"required": "No edition is live: choose one."})
    after = forms.ChoiceField()

    def __init__(self, asked, choices):
        super().__init__(asked)
        for field in self.fields.values():
            field.choices = choices
            field.error_messages["invalid_choice"] = "This leaflet has no edition “%(value)s”."


@may_look
def editions(request, slug):
    """Show what changed from one edition of the leaflet at `slug`, or its draft, to another.

    ?before= and ?after= are numbers of editions, or "draft". If they are left out: from what is live to the draft.
    """
    leaflet = _leaflet_of(slug)
    live = public.live_editions().filter(leaflet=leaflet).first()
    after = request.GET.get("after") or DRAFT
    before = request.GET.get("before") or _before(live, after)
    choices = _choices(leaflet, live, [before, after])
    form = CompareForm({"before": before, "after": after}, choices)
    shown = form.is_valid()
    context = {
        **admin.site.each_context(request),
        "title": f"Compare: {leaflet}",
        "leaflet": leaflet,
        "form": form,
        "names": [dict(choices).get(number) for number in (before, after)],
        "newest": NEWEST,
        "changes": compare(*(_document(leaflet, number) for number in (before, after))) if shown else None,
        "editions": leaflet.editions.defer("content").filter(number__in=_numbers([before, after])),
        "none": len(choices) == 1,
    }
    return render(
        request, "admin/leaflets/compare.html", context, status=200 if shown or not request.GET else 400
    )


def _leaflet_of(slug):
    """The leaflet whose draft has this address, or whose editions had it."""
    of_edition = Edition.objects.filter(slug=slug).values("leaflet")[:1]
    return Leaflet.objects.filter(slug=slug).first() or get_object_or_404(Leaflet, pk__in=of_edition)


def _before(live, after):
    """The number of the live edition; of the one approved before it, if `after` is the live one; else ""."""
    if live and after == str(live.number):
        live = live.before()
    return str(live.number) if live else ""


def _choices(leaflet, live, asked):
    events = Prefetch("events", Event.objects.only("edition", "kind", "at", "takes_effect", "sequence"))
    found = leaflet.editions.defer("content").prefetch_related(events).order_by("-number")
    newest = list(found[:NEWEST])
    wanted = {*_numbers(asked), *([live.number] if live else [])}
    older = found.filter(number__in=wanted - {edition.number for edition in newest})
    return [
        (DRAFT, "The draft"),
        *((str(edition.number), _name(edition, live)) for edition in [*newest, *older]),
    ]


def _name(edition, live):
    last = [event for event in edition.events.all() if event.kind != Kind.REVIEWED][-1]
    if edition == live:
        return f"Edition {edition.number}, live since {moment_in_words(last.takes_effect)}"
    if last.takes_effect > last.at:
        return f"Edition {edition.number}, published from {moment_in_words(last.takes_effect)}"
    return f"Edition {edition.number}, {last.kind} {moment_in_words(last.at)}"


def _numbers(asked):
    return [int(number) for number in asked if re.fullmatch("[0-9]{1,9}", number)]


def _document(leaflet, number):
    if number == DRAFT:
        return Leaflet.objects.whole().get(pk=leaflet.pk).snapshot()
    return leaflet.editions.get(number=number).document
