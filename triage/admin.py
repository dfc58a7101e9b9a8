"""Editing red flags, notes and contacts: one page a group."""

from django import forms
from django.contrib import admin

from history.admin import VersionedAdmin
from history.copying import free_key
from history.duplicates import DuplicateForm, DuplicatingAdmin
from history.fields import ProseField
from history.rows import OrderedInline, OrderedTable
from triage.duplicating import duplicate_group
from triage.models import ContactRoute, GroupContact, GroupLink, Note, RedFlag, RedFlagGroup


class _Inline(OrderedTable):
    extra = 1
    formfield_overrides = {ProseField: {"widget": forms.Textarea(attrs={"rows": 2, "cols": 70})}}


class RedFlagInline(_Inline):
    model = RedFlag
    fields = ["text", "parts", "position"]
    formfield_overrides = {ProseField: {"widget": forms.Textarea(attrs={"rows": 3, "cols": 50})}}


class NoteInline(_Inline):
    model = Note
    fields = ["text", "position"]


class GroupContactInline(_Inline):
    model = GroupContact
    fields = ["route", "when", "position"]
    autocomplete_fields = ["route"]
    verbose_name_plural = "who to contact, and when"


class GroupLinkInline(OrderedInline, admin.StackedInline):
    model = GroupLink
    verbose_name = "link"
    verbose_name_plural = "further information"
    fields = ["text", "url", ("kind", "languages"), ("format", "landing_page"), "position"]


class DuplicateGroupForm(DuplicateForm):
    explanation = (
        "All of the group is copied: its red flags, notes, links, contacts and urgency. No leaflet holds the copy "
        "until you put it on one. If both are to say the same, put this group itself on the other leaflet instead."
    )

    class Meta:
        model = RedFlagGroup
        fields = ["title", "key"]

    def suggested(self):
        return {"title": self.source.title, "key": free_key(RedFlagGroup, self.source.key)}

    def duplicate(self, by):
        return duplicate_group(self.source, by=by, **self.cleaned_data)


@admin.register(RedFlagGroup)
class RedFlagGroupAdmin(DuplicatingAdmin, VersionedAdmin):
    duplicate_form = DuplicateGroupForm
    change_form_template = "admin/shared_item.html"
    list_display = ["title", "urgency_shown", "sign_count"]
    search_fields = ["title", "signs__text", "key"]
    prepopulated_fields = {"key": ["title"]}
    fields = ["title", "key", "urgency", "warning", "lead", "numbered", "after"]
    formfield_overrides = {ProseField: {"widget": forms.Textarea(attrs={"rows": 3, "cols": 90})}}
    inlines = [GroupContactInline, RedFlagInline, NoteInline, GroupLinkInline]

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("signs")

    @admin.display(description="urgency")
    def urgency_shown(self, group):
        return group.get_urgency_display() or "Not chosen yet"

    @admin.display(description="red flags")
    def sign_count(self, group):
        return len(group.signs.all())


@admin.register(ContactRoute)
class ContactRouteAdmin(VersionedAdmin):
    change_form_template = "admin/shared_item.html"
    list_display = ["name", "phone", "hours"]
    search_fields = ["name", "phone", "key"]
    prepopulated_fields = {"key": ["name"]}
    fields = ["name", "key", "phone", "hours", "text_relay", "bsl"]
