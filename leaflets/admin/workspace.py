"""The workspace of a leaflet: its draft as patients will see it, where it stands, and what may be done next."""

from typing import NamedTuple

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.http import urlencode

from history.canonical import canonical, digest
from history.returning import leading_back
from leaflets import pages, reviews, rules, workspace
from leaflets.admin.decisions import DECISIONS
from leaflets.admin.editlinks import EditLinks, framed
from leaflets.admin.previews import preview_ways
from leaflets.admin.problems import Report, reports
from leaflets.models import Kind, Leaflet
from leaflets.models.edition import State

PAGES = {"leaflet": "Leaflet", "check": "Check", "exercises": "Exercises"}
WIDTHS = {"phone": "Phone", "desktop": "Desktop"}
MOST_WORK = 20


class Step(NamedTuple):
    """Something that a person may do next: the address where it is done, and the words of the button."""

    address: str
    words: str


def shown(request, pk):
    """Show the workspace. ?page= and ?width= say what stands in the frame, ?at= the edit link that one came from."""
    leaflet = _whole(request, pk)
    page, width = (_chosen(request, name, of) for name, of in (("page", PAGES), ("width", WIDTHS)))
    here, newest = workspace_of(pk, page, width), leaflet.editions.order_by("number").last()
    waiting = newest if newest and newest.state() == State.SUBMITTED else None
    work = list(workspace.new_work(leaflet)[: MOST_WORK + 1])
    report = _leading_back(reports([leaflet])[0], here)
    context = {
        **admin.site.each_context(request),
        "is_nav_sidebar_enabled": False,
        "title": str(leaflet),
        "leaflet": leaflet,
        "page": page,
        "width": width,
        "alone": preview_ways("leaflet", pk)[page],
        "frame": _frame(request, pk, page, width),
        "pages": [(PAGES[each], workspace_of(pk, each, width), each == page) for each in PAGES],
        "widths": [(WIDTHS[each], workspace_of(pk, page, each), each == width) for each in WIDTHS],
        "sentences": workspace.standing(leaflet),
        "newest": newest,
        "live": workspace.live_edition(leaflet),
        "waiting": waiting,
        "reviewers": waiting and workspace.reviewers_of(waiting),
        "changes": workspace.draft_changes(leaflet),
        "due": reviews.day_due(leaflet),
        "report": report,
        "steps": list(_steps(request.user, leaflet, newest, report, here)),
        "work": work[:MOST_WORK],
        "more_work": len(work) > MOST_WORK,
    }
    return render(request, "admin/leaflets/workspace.html", context)


def previewed(request, pk, name):
    """The draft's page called `name` for the frame, with links to the forms for whoever may change it."""
    if name not in PAGES:
        raise Http404
    leaflet, width = _whole(request, pk), _chosen(request, "width", WIDTHS)
    links = EditLinks(leaflet, request.user, workspace_of(pk, name, width))
    ways = {each: workspace_of(pk, each, width) for each in PAGES}
    preview = pages.Preview("", back="", **ways, edit=links)
    return HttpResponse(framed(pages.previewed(name, leaflet.snapshot(), None, preview)))


def workspace_of(pk, page=None, width=None):
    """Return the address of a leaflet's workspace, with this page in the frame and at this width, if they are given."""
    chosen = urlencode({name: value for name, value in {"page": page, "width": width}.items() if value})
    return reverse("admin:leaflets_leaflet_workspace", args=[pk]) + (f"?{chosen}" if chosen else "")


def _whole(request, pk):
    if not request.user.has_perms(["leaflets.view_leaflet", "leaflets.view_edition"]):
        raise PermissionDenied
    return get_object_or_404(Leaflet.objects.whole(), pk=pk)


def _chosen(request, name, choices):
    chosen = request.GET.get(name)
    return chosen if chosen in choices else next(iter(choices))


def _frame(request, pk, page, width):
    """The address of the page in the frame, at the block that one came from."""
    at = request.GET.get("at", "")
    place = f"#{at}" if at.startswith("edit-") and at[5:].isdecimal() else ""
    return f"{reverse('admin:leaflets_leaflet_framed', args=[pk, page])}?width={width}{place}"


def _leading_back(report, here):
    return Report(
        *([each._replace(address=leading_back(each.address, here)) for each in found] for found in report)
    )


def _steps(person, leaflet, newest, report, here):
    """Yield the Steps that `person` may take now: to edit, to submit, to decide."""
    if person.has_perm("leaflets.change_leaflet"):
        form = reverse("admin:leaflets_leaflet_change", args=[leaflet.pk])
        yield Step(leading_back(form, here), "Edit the leaflet’s fields and what stands on it")
    if rules.is_entitled(person, Kind.SUBMITTED) and not report.errors and _is_new(leaflet):
        yield Step(
            reverse("admin:leaflets_leaflet_submit", args=[leaflet.pk]), DECISIONS[Kind.SUBMITTED].button
        )
    live = workspace.live_edition(leaflet)
    for edition in dict.fromkeys(filter(None, [newest, live])):
        for kind in rules.may_follow(edition, person):
            address = reverse("admin:leaflets_edition_decide", args=[edition.pk, kind])
            yield Step(address, f"{DECISIONS[kind].button}: edition {edition.number}")


def _is_new(leaflet):
    try:
        rules.check_unchanged(leaflet, digest(canonical(leaflet.snapshot())))
    except rules.Refused:
        return False
    return True
