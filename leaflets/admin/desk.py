"""The desk, which is the admin's first page, and the page of all that the checks found."""

from django.contrib import admin
from django.core.paginator import Paginator
from django.shortcuts import render

from leaflets import desk as on_desk
from leaflets import reviews, rules
from leaflets.admin.history import may_look
from leaflets.admin.problems import gravest
from leaflets.models import Kind, Leaflet

# So many of each kind are on the desk; with ?all=, many more.
MOST, MANY = 10, 200
ON_A_PAGE = 25
# So many drafts, and so many of what waits, are checked each time that the desk is shown.
CHECKED = 5


def desk(person, everything=False):
    """Return what is on the desk of `person`, by the names that the template has for it."""
    most = MANY if everything else MOST
    decides, edits = (rules.is_entitled(person, kind) for kind in (Kind.PUBLISHED, Kind.SUBMITTED))
    waiting, count = on_desk.waiting(most)
    returned = on_desk.returned(most)
    own = on_desk.own_work([*(waiting if decides else []), *(returned if edits else [])], person)
    mine, others = on_desk.drafts(person, most) if edits else ([], [])
    return {
        "decides": decides,
        "edits": edits,
        "most": most,
        "waiting": [edition for edition in waiting if edition.pk not in own],
        "waiting_own": [edition for edition in waiting if edition.pk in own],
        "more_waiting": count - len(waiting),
        "returned": [edition for edition in returned if edition.pk in own],
        "returned_others": [edition for edition in returned if edition.pk not in own],
        "drafts": mine,
        "drafts_others": others,
        "scheduled": on_desk.scheduled(most),
        "withdrawn": on_desk.withdrawn(most),
        "due": reviews.due_soon(most),
        "problems": _problems(mine, waiting if decides else []),
    }


@may_look
def problems(request):
    """What the checks find in every leaflet's draft, page by page."""
    page = Paginator(Leaflet.objects.whole(), ON_A_PAGE).get_page(request.GET.get("page"))
    leaflets = list(page.object_list)
    context = {
        **admin.site.each_context(request),
        "title": "Problems found by the checks",
        "page": page,
        "rows": list(zip(leaflets, gravest(leaflets), strict=True)),
    }
    return render(request, "admin/leaflets/problems_page.html", context)


def _problems(drafts, waiting):
    """Return (leaflet, number of problems, the first) of those with any: of the person's drafts and what waits."""
    whole = {leaflet.pk: leaflet.whole for leaflet in drafts[:CHECKED]}
    others = {edition.leaflet_id for edition in waiting[:CHECKED]} - set(whole)
    whole |= Leaflet.objects.whole().in_bulk(others) if others else {}
    leaflets = list(whole.values())
    found = zip(leaflets, gravest(leaflets), strict=True)
    return [(leaflet, len(sentences), sentences[0]) for leaflet, sentences in found if sentences]
