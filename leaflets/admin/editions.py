"""Editions: what was submitted, what happened to it, and the buttons for what may happen next."""

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch
from django.http import Http404, HttpResponse
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import formats, timezone

from leaflets import actions, pages, workspace
from leaflets.admin.decisions import DECISIONS, decide
from leaflets.models import Edition, Event, Kind
from leaflets.models.edition import State


@admin.register(Edition)
class EditionAdmin(admin.ModelAdmin):
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
            path("<int:pk>/preview/", wrap(self.preview), name="leaflets_edition_preview"),
            path(
                "<int:pk>/preview/exercises/", wrap(self.preview_exercises), name="leaflets_edition_exercises"
            ),
            path("<int:pk>/decide/<slug:kind>/", wrap(self.decide), name="leaflets_edition_decide"),
            *super().get_urls(),
        ]

    def change_view(self, request, object_id, form_url="", extra_context=None):
        """Show the edition; there is nothing in it to change."""
        edition = self._seen(request, object_id)
        context = {
            **self.admin_site.each_context(request),
            "title": str(edition),
            "opts": self.opts,
            "edition": edition,
            "state": edition.state(),
            "goes_live": workspace.goes_live(edition),
            "buttons": [(kind, DECISIONS[kind]) for kind in actions.may_follow(edition, request.user)],
            "own_work": actions.why_not_publish(edition, request.user),
            "new_versions": edition.new_versions(),
            "changes": workspace.changes(edition),
        }
        return TemplateResponse(request, "admin/leaflets/edition.html", context)

    def preview(self, request, pk):
        """The edition's leaflet page as patients see it."""
        edition = self._seen(request, pk)
        return HttpResponse(pages.leaflet(edition.document, None, _preview(edition)))

    def preview_exercises(self, request, pk):
        """The edition's exercises page as patients see it."""
        edition = self._seen(request, pk)
        return HttpResponse(pages.exercises(edition.document, None, _preview(edition)))

    def decide(self, request, pk, kind):
        """Return, publish, review or withdraw."""
        edition = self._seen(request, pk)
        if kind not in set(Kind.values) - {Kind.SUBMITTED}:
            raise Http404
        context = {
            **self.admin_site.each_context(request),
            "title": f"{DECISIONS[Kind(kind)].button}: {edition}",
            "preview": reverse("admin:leaflets_edition_preview", args=[pk]),
            "changes": workspace.changes(edition),
            "back": reverse("admin:leaflets_edition_change", args=[pk]),
        }
        return decide(request, Kind(kind), {"edition": edition}, lambda edition: context["back"], context)

    def _seen(self, request, pk):
        edition = self.get_object(request, str(pk))
        if edition is None:
            raise Http404
        if not self.has_view_permission(request, edition):
            raise PermissionDenied
        return edition


def _preview(edition):
    return pages.Preview(
        _banner(edition),
        back=reverse("admin:leaflets_edition_change", args=[edition.pk]),
        leaflet=reverse("admin:leaflets_edition_preview", args=[edition.pk]),
        exercises=reverse("admin:leaflets_edition_exercises", args=[edition.pk]),
    )


def _banner(edition):
    state = edition.state()
    if state == State.LIVE:
        return f"Edition {edition.number} is live: patients see this."
    return f"Edition {edition.number}, {state.label.lower()}: patients cannot see this."
