"""For the auditor: who holds which role since when, which leaflets are due for review, and whether history is whole."""

import tempfile
from datetime import timedelta

from django.contrib import admin
from django.http import FileResponse
from django.shortcuts import render
from django.utils import timezone

from history.standings import standings
from leaflets import pack, translations
from leaflets.admin.history import may_look
from leaflets.admin.records import may_see_accounts
from leaflets.models import Verification
from leaflets.reviews import reviews

SHOWN = 20
# A history that nobody verified for so long is said to be so.
STALE = timedelta(days=7)


@may_see_accounts
def people(request):
    """Who may do what, since when, and who could before."""
    return _list(request, "people", "People and roles", standings())


@may_look
def due(request):
    """Every live leaflet, when it was reviewed and when it is due, and whether it is behind what it translates."""
    found = reviews()
    behind = translations.behind([review.edition.document for review in found])
    return _list(request, "reviews", "Reviews due", list(zip(found, behind, strict=True)))


@may_look
def verification(request):
    """What the latest verifications of the history found."""
    context = {
        **admin.site.each_context(request),
        "title": "Has anybody rewritten it?",
        "found": Verification.objects.all()[:SHOWN],
        "stale": not Verification.objects.filter(at__gt=timezone.now() - STALE).exists(),
    }
    return render(request, "admin/leaflets/verification.html", context)


@may_see_accounts
def audit_pack(request):
    """The audit pack as a download. It names accounts, so it is for those who may see them."""
    file = tempfile.TemporaryFile()  # noqa: SIM115  The response closes it.
    pack.write(file)
    file.seek(0)
    name = f"audit-pack-{timezone.localdate()}.zip"
    return FileResponse(file, as_attachment=True, filename=name, content_type="application/zip")


def _list(request, name, title, found):
    context = {**admin.site.each_context(request), "title": title, "found": found}
    return render(request, f"admin/leaflets/{name}.html", context)
