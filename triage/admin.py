"""Editing red flags, notes and contacts: one page a group."""

from django import forms
from django.contrib import admin

from history.admin import OrderedInline, VersionedAdmin
from history.fields import ProseField
from triage.models import ContactRoute, GroupContact, GroupLink, Note, RedFlag, RedFlagGroup


class _Inline(OrderedInline, admin.TabularInline):
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
    extra = 0
    verbose_name = "link"
    verbose_name_plural = "further information"
    fields = ["text", "url", ("kind", "languages"), ("format", "landing_page"), "position"]


@admin.register(RedFlagGroup)
class RedFlagGroupAdmin(VersionedAdmin):
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
