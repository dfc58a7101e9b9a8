"""Two lists for the auditor: who holds which role since when, and which leaflets are due for review."""

from django.contrib import admin
from django.shortcuts import render

from history.standings import standings
from leaflets.admin.history import may_look
from leaflets.admin.records import may_see_accounts
from leaflets.reviews import reviews


@may_see_accounts
def people(request):
    """Who may do what, since when, and who could before."""
    return _list(request, "people", "People and roles", standings())


@may_look
def due(request):
    """Every live leaflet, when it was reviewed, and when it is due."""
    return _list(request, "reviews", "Reviews due", reviews())


def _list(request, name, title, found):
    context = {**admin.site.each_context(request), "title": title, "found": found}
    return render(request, f"admin/leaflets/{name}.html", context)
