"""The draft of a leaflet: editing, seeing it as patients will, and submitting it."""

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path, reverse

from history.admin import VersionedAdmin
from history.duplicates import DuplicatingAdmin
from history.fields import ProseField
from history.rows import OrderedInline, OrderedTable
from leaflets import pages, rules, workspace
from leaflets.admin.decisions import Part, check_entitled, decide, whole_numbers
from leaflets.admin.duplicating import DuplicateLeafletForm
from leaflets.admin.importing import bring_in
from leaflets.admin.previews import preview_ways, previews
from leaflets.admin.problems import reports
from leaflets.admin.ways import ways_through
from leaflets.admin.workspace import previewed, shown, workspace_of
from leaflets.models import (
    Evidence,
    GroupPlacement,
    Kind,
    Leaflet,
    LeafletLink,
    ProgrammePlacement,
    Section,
)

PREVIEW = "Draft: patients cannot see this."


class GroupPlacementInline(OrderedTable):
    model = GroupPlacement
    autocomplete_fields = ["group"]
    verbose_name_plural = "red-flag groups (the most urgent always stand first)"


class ProgrammePlacementInline(OrderedTable):
    model = ProgrammePlacement
    autocomplete_fields = ["programme"]
    verbose_name_plural = "exercise programmes"


class SectionInline(OrderedInline, admin.StackedInline):
    model = Section
    fields = ["heading", "placement", "body", "position"]


class LinkInline(OrderedInline, admin.StackedInline):
    model = LeafletLink
    fields = ["text", "url", "file", ("kind", "languages"), ("format", "landing_page"), "position"]


class EvidenceInline(OrderedTable):
    model = Evidence
    fields = ["citation", "url", "position"]
    formfield_overrides = {ProseField: {"widget": forms.Textarea(attrs={"rows": 2, "cols": 70})}}


class LeafletList(ChangeList):
    """The list of leaflets, which leads to their workspaces."""

    def url_for_result(self, leaflet):
        return workspace_of(leaflet.pk)


@admin.register(Leaflet)
class LeafletAdmin(DuplicatingAdmin, VersionedAdmin):
    duplicate_form = DuplicateLeafletForm
    change_form_template = "admin/leaflets/leaflet.html"
    change_list_template = "admin/leaflets/leaflet_list.html"
    list_display = ["title", "body_part", "language", "owner", "standing"]
    list_filter = ["body_part", "language"]
    search_fields = ["title", "body_part", "condition", "groups__title", "groups__signs__text"]
    prepopulated_fields = {"slug": ["title"]}
    autocomplete_fields = ["translated_from"]
    formfield_overrides = {ProseField: {"widget": forms.Textarea(attrs={"rows": 3, "cols": 90})}}
    inlines = [GroupPlacementInline, SectionInline, LinkInline, ProgrammePlacementInline, EvidenceInline]
    fieldsets = [
        (None, {"fields": ["title", "slug", ("body_part", "condition"), "summary", "language"]}),
        (
            "Before the red flags",
            {"fields": ["introduction_heading", "introduction", "no_red_flags_because"]},
        ),
        (
            "Headings and exercises",
            {
                "fields": [
                    *("links_heading", "exercises_heading", "exercises_reminder"),
                    *("exercises_introduction", "videos_heading"),
                ]
            },
        ),
        ("Who answers for it", {"fields": ["owner", "review_months", "reference", "translated_from"]}),
    ]

    @admin.display(description="where it stands")
    def standing(self, leaflet):
        return leaflet.standing

    def get_changelist(self, request, **kwargs):
        return LeafletList

    def get_changelist_instance(self, request):
        changelist = super().get_changelist_instance(request)
        workspace.tell_standing(changelist.result_list)
        return changelist

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        moving = workspace.moving(form.instance)
        if moving and "slug" in form.changed_data:
            messages.warning(request, moving)

    def get_prepopulated_fields(self, request, leaflet=None):
        return {} if leaflet else super().get_prepopulated_fields(request, leaflet)

    def change_view(self, request, object_id, form_url="", extra_context=None):
        found = self.get_object(request, unquote(object_id))
        leaflet = found and Leaflet.objects.whole().get(pk=found.pk)
        extra = {
            "leaflet": leaflet,
            "report": leaflet and reports([leaflet])[0],
            "may_submit": rules.is_entitled(request.user, Kind.SUBMITTED),
        }
        return super().change_view(request, object_id, form_url, {**extra, **(extra_context or {})})

    def get_urls(self):
        wrap = self.admin_site.admin_view
        return [
            path("<int:pk>/workspace/", wrap(shown), name="leaflets_leaflet_workspace"),
            path("<int:pk>/workspace/<slug:name>/", wrap(previewed), name="leaflets_leaflet_framed"),
            *previews("leaflet", wrap(self.preview)),
            path("<int:pk>/ways/", wrap(self.ways), name="leaflets_leaflet_ways"),
            path("<int:pk>/submit/", wrap(self.submit), name="leaflets_leaflet_submit"),
            path("import/", wrap(bring_in), name="leaflets_leaflet_import"),
            path("together/", wrap(self.together), name="leaflets_leaflet_together"),
            *super().get_urls(),
        ]

    def preview(self, request, pk, name):
        """One of the draft's pages as patients will see it."""
        return HttpResponse(pages.previewed(name, self._seen(request, pk).snapshot(), None, _preview(pk)))

    def ways(self, request, pk):
        """Every way through the draft's check."""
        return ways_through(request, self._seen(request, pk))

    def submit(self, request, pk):
        """Submit the draft for review."""
        return self._submit(request, [self._seen(request, pk)], back=workspace_of(pk))

    def together(self, request):
        """Submit several drafts, all or none: ?leaflet=1&leaflet=2."""
        check_entitled(request, Kind.SUBMITTED)
        chosen = [self._seen(request, pk) for pk in whole_numbers(request.GET.getlist("leaflet"))]
        if not chosen:
            raise Http404
        return self._submit(request, chosen, back=reverse("admin:index"))

    def _submit(self, request, chosen, back):
        parts = [
            Part(
                leaflet,
                preview_ways("leaflet", leaflet.pk)["leaflet"],
                report,
                workspace.draft_changes(leaflet),
            )
            for leaflet, report in zip(chosen, reports(chosen), strict=True)
        ]
        context = {
            **self.admin_site.each_context(request),
            "title": f"Submit for review: {', '.join(map(str, chosen))}",
            "back": back,
        }
        return decide(request, Kind.SUBMITTED, {"leaflets": chosen}, parts, _workspace_of, context)

    def _seen(self, request, pk):
        leaflet = get_object_or_404(Leaflet.objects.whole(), pk=pk)
        if not self.has_view_permission(request, leaflet):
            raise PermissionDenied
        return leaflet


def _workspace_of(edition):
    return workspace_of(edition.leaflet_id)


def _preview(pk):
    return pages.Preview(PREVIEW, back=workspace_of(pk), **preview_ways("leaflet", pk))
