"""The auditor's timeline: all that happened, filtered, page by page, and as files for a spreadsheet."""

from urllib.parse import urlencode

from django.contrib import admin
from django.http import FileResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse

from history.models import Version
from leaflets import exports, timeline
from leaflets.admin import versions
from leaflets.admin.filters import FilterForm, PlaceForm
from leaflets.admin.history import may_look
from leaflets.entries import entry
from leaflets.models import Event

PAGE_SIZE = 50
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@may_look
def shown(request):
    """One page of the timeline under the filters in the address."""
    form, places = filter_form(request), PlaceForm(request.GET)
    if not (form.is_valid() & places.is_valid()):
        return _page(request, form, places, status=400)
    page = timeline.page(form.filters(), PAGE_SIZE, **places.cleaned_data)
    return _page(request, form, places, page=page, rows=[_row(*each) for each in page.entries])


@may_look
def as_csv(request):
    """All entries under the filters as a CSV file."""
    form = filter_form(request)
    if not form.is_valid():
        return _page(request, form, PlaceForm({}), status=400)
    lines = exports.as_csv(form.filters())
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="timeline.csv"'
    return response


@may_look
def as_xlsx(request):
    """All entries under the filters as an XLSX file."""
    form = filter_form(request)
    if not form.is_valid():
        return _page(request, form, PlaceForm({}), status=400)
    file = exports.as_xlsx(form.filters())
    return FileResponse(file, as_attachment=True, filename="timeline.xlsx", content_type=XLSX)


def filter_form(request):
    """Return the form of the filters in the address."""
    return FilterForm(request.GET, sees_accounts=request.user.has_perm("auth.view_user"))


def link(record):
    """Return the address of the page that a record of the timeline opens to, or None if it has none."""
    if isinstance(record, Event):
        return reverse("history_event", args=[record.sequence])
    if isinstance(record, Version):
        return versions.path_of(record)
    return reverse("history_account", args=[record.sequence])


def _row(place, record):
    return {
        "entry": entry(place, record),
        "link": link(record),
        "item": f"{record.kind}:{record.item}" if isinstance(record, Version) else None,
    }


def _page(request, form, places, page=None, rows=(), status=200):
    chosen = {
        name: [value for value in form.data.getlist(name) if value]
        for name in form.fields
        if name in form.data
    }
    context = {
        **admin.site.each_context(request),
        "title": "History",
        "form": form,
        "places": places,
        "page": page,
        "rows": rows,
        "chosen": any(chosen.values()),
        "filters": urlencode(chosen, doseq=True),
    }
    return render(request, "admin/leaflets/timeline.html", context, status=status)
