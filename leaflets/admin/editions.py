"""Editions: what was submitted, what happened to it, and the buttons for what may happen next."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import formats, timezone

from history.admin import PlainAdmin
from leaflets import pages, rules, workspace
from leaflets.admin.decisions import AGAIN, DECISIONS, Part, check_entitled, decide, whole_numbers
from leaflets.admin.previews import preview_ways, previews
from leaflets.admin.problems import worth_a_look
from leaflets.models import Edition, Event, Kind
from leaflets.models.edition import State

TOGETHER = [
    ("together/", Kind.PUBLISHED, "together"),
    ("withdraw/", Kind.WITHDRAWN, "withdraw_together"),
]


@admin.register(Edition)
class EditionAdmin(PlainAdmin):
    list_display = ["__str__", "state_shown", "code", "submitted"]
    list_filter = ["leaflet"]
    search_fields = ["code", "slug", "leaflet__title"]

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, edition=None):
        return False

    def has_delete_permission(self, request, edition=None):
        return False

    def get_queryset(self, request):
        events = Prefetch("events", Event.objects.with_state())
        return super().get_queryset(request).prefetch_related(events)

    @admin.display(description="state")
    def state_shown(self, edition):
        return [State(e.leaves) for e in edition.events.all() if e.kind != Kind.REVIEWED][-1].label

    @admin.display
    def submitted(self, edition):
        event = edition.events.first()
        return f"{formats.date_format(timezone.localtime(event.at), 'j F Y')} by {event.by_name}"

    def get_urls(self):
        wrap = self.admin_site.admin_view
        return [
            *previews("edition", wrap(self.preview)),
            path("<int:pk>/decide/<slug:kind>/", wrap(self.decide), name="leaflets_edition_decide"),
            *(
                path(address, wrap(self.together), {"kind": kind}, name=f"leaflets_edition_{name}")
                for address, kind, name in TOGETHER
            ),
            *super().get_urls(),
        ]

    def change_view(self, request, object_id, form_url="", extra_context=None):
        """Show the edition; there is nothing in it to change."""
        edition = self._seen(request, object_id)
        together = workspace.waiting_together(edition)
        context = {
            **self.admin_site.each_context(request),
            "title": str(edition),
            "opts": self.opts,
            "edition": edition,
            "state": edition.state(),
            "goes_live": workspace.goes_live(edition),
            "buttons": [(kind, DECISIONS[kind]) for kind in _possible(edition, request.user)],
            "together": together,
            "others": [other for other in together if other != edition],
            "own_work": rules.why_not_publish(edition, request.user),
            "new_versions": edition.new_versions(),
            "withdrawn_twin": workspace.withdrawn_twin(edition),
            "changes": workspace.changes(edition),
        }
        return TemplateResponse(request, "admin/leaflets/edition.html", context)

    def preview(self, request, pk, name):
        """One of the edition's pages as patients see it."""
        edition = self._seen(request, pk)
        return HttpResponse(pages.previewed(name, edition.document, None, _preview(edition)))

    def decide(self, request, pk, kind):
        """Return, publish, review, withdraw, or submit again."""
        edition = self._seen(request, pk)
        if kind not in set(DECISIONS) - {Kind.SUBMITTED}:
            raise Http404
        name = AGAIN if kind == AGAIN else Kind(kind)
        several = name in (Kind.PUBLISHED, Kind.WITHDRAWN)
        subject = {"editions": [edition]} if several else {"edition": edition}
        possible = (
            rules.may_be_republished(edition) if name == AGAIN else name in rules.FOLLOWS[edition.state()]
        )
        if request.method == "GET" and not possible and rules.is_entitled(request.user, DECISIONS[name].kind):
            messages.error(request, f"{edition} is {edition.state().label.lower()}.")
            return redirect(_page(edition))
        return self._decided(request, name, subject, [edition], back=_page(edition))

    def together(self, request, kind):
        """Publish or withdraw several editions, all or none: ?edition=1&edition=2."""
        check_entitled(request, kind)
        chosen = [self._seen(request, pk) for pk in whole_numbers(request.GET.getlist("edition"))]
        if not chosen:
            raise Http404
        return self._decided(request, kind, {"editions": chosen}, chosen, back=reverse("admin:index"))

    def _decided(self, request, name, subject, editions, back):
        judged = name in (Kind.PUBLISHED, Kind.RETURNED)
        reports = worth_a_look(editions) if judged else [None] * len(editions)
        parts = [
            Part(
                edition,
                preview_ways("edition", edition.pk)["leaflet"],
                report,
                workspace.changes(edition) if judged else [],
            )
            for edition, report in zip(editions, reports, strict=True)
        ]
        context = {
            **self.admin_site.each_context(request),
            "title": f"{DECISIONS[name].button}: {', '.join(map(str, editions))}",
            "back": back,
        }
        return decide(request, name, subject, parts, _page, context)

    def _seen(self, request, pk):
        edition = self.get_object(request, str(pk))
        if edition is None:
            raise Http404
        if not self.has_view_permission(request, edition):
            raise PermissionDenied
        return edition


def _possible(edition, by):
    again = rules.may_be_republished(edition) and rules.is_entitled(by, Kind.SUBMITTED)
    return [*rules.may_follow(edition, by), *([AGAIN] if again else [])]


def _page(edition):
    return reverse("admin:leaflets_edition_change", args=[edition.pk])


def _preview(edition):
    return pages.Preview(_banner(edition), back=_page(edition), **preview_ways("edition", edition.pk))


def _banner(edition):
    state = edition.state()
    if state == State.LIVE:
        return f"Edition {edition.number} is live: patients see this."
    return f"Edition {edition.number}, {state.label.lower()}: patients cannot see this."
