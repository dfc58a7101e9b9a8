"""Editing programmes and their exercise videos."""

from django import forms
from django.contrib import admin

from exercises.models import ExerciseVideo, Programme, ProgrammeVideo
from history.admin import VersionedAdmin
from history.fields import ProseField
from history.rows import OrderedTable

PROSE = {ProseField: {"widget": forms.Textarea(attrs={"rows": 3, "cols": 90})}}


class ProgrammeVideoInline(OrderedTable):
    model = ProgrammeVideo
    extra = 1
    fields = ["video", "position"]
    autocomplete_fields = ["video"]
    verbose_name_plural = "videos, in order"


@admin.register(Programme)
class ProgrammeAdmin(VersionedAdmin):
    change_form_template = "admin/shared_item.html"
    search_fields = ["title", "key"]
    prepopulated_fields = {"key": ["title"]}
    fields = ["title", "key", "introduction", "stop_if", "after_exercise"]
    formfield_overrides = PROSE
    inlines = [ProgrammeVideoInline]


@admin.register(ExerciseVideo)
class ExerciseVideoAdmin(VersionedAdmin):
    change_form_template = "admin/shared_item.html"
    list_display = ["title", "level"]
    list_filter = ["level"]
    search_fields = ["title", "key"]
    prepopulated_fields = {"key": ["title"]}
    formfield_overrides = PROSE
    fieldsets = [
        (None, {"fields": ["title", "key", "level", "dose", "steps", "stop_if", "after_exercise"]}),
        (
            "Video",
            {"fields": ["file", "seconds", "provider_url", "captions", "poster", "transcript", "note"]},
        ),
        ("Who answers for it", {"fields": ["owner", "review_months"]}),
    ]
