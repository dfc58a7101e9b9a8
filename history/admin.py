"""An admin whose every save is a Version, with the reason that the editor gives, and never over somebody else's."""

import json
from contextlib import nullcontext

from django import forms
from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied
from django.db import transaction
from django.http import Http404, JsonResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils import formats, timezone
from django.views.decorators.http import require_POST

from history import presence, sheets, stale
from history.deleting import REASON_LIMIT, DeletingAdmin
from history.fields import ProseField
from history.models import BEHIND_OUR_BACK, Version
from history.returning import ReturningAdmin
from history.rows import ChoosingAdmin, add_one

ASKED = "Say in a sentence what you changed and why: this has been submitted before."


class ReasonForm(forms.ModelForm):
    """A form that also asks why, and knows which Version it was opened on and what it held then."""

    reason = forms.CharField(
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "cols": 90}),
        help_text="What you changed and why, in a sentence. It is kept with the history; patients do not see it.",
    )
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    opened = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        last = self.instance.versions().last() if self.instance.pk else None
        self.initial["version"] = last.number if last else None
        if "reason" in self.fields and self.instance.pk and self.instance.is_held():
            self.fields["reason"].required = True
            self.fields["reason"].error_messages["required"] = ASKED

    def clean_reason(self):
        return ProseField(max_length=REASON_LIMIT, blank=True).clean(self.cleaned_data["reason"], None)

    def clean(self):
        super().clean()
        Version.lock_chain()
        last = self.instance.versions().last() if self.instance.pk else None
        if last and self.cleaned_data.get("version") != last.number:
            when = formats.date_format(timezone.localtime(last.at), "j F Y, H:i")
            raise forms.ValidationError(
                f"{last.by_name} saved this on {when}, after you opened it. Your text is still here and is not saved. "
                "Look at both side by side, and say what should become of them.",
                code="stale",
            )
        # Somebody may have submitted it since this form was made.
        if self.cleaned_data.get("reason") == "" and self.instance.pk and self.instance.is_held():
            self.add_error("reason", ASKED)
        if "put_back" in self.data:
            raise forms.ValidationError(
                "This is what you typed before. It is not saved yet: look at it, then save.", code="put_back"
            )


class PlainAdmin(ChoosingAdmin, admin.ModelAdmin):
    """Takes no patterns from an address: one is enough to keep the whole process busy for good, public pages too."""

    def lookup_allowed(self, lookup, value, request):
        return not lookup.endswith("regex") and super().lookup_allowed(lookup, value, request)

    def get_search_results(self, request, items, term):
        # No text holds it, and PostgreSQL would not be asked.
        return super().get_search_results(request, items, term.replace("\x00", ""))

    def get_changeform_initial_data(self, request):
        """Fill in nothing that stands in an address: an urgency is chosen, not followed as a link."""
        return {}


class VersionedAdmin(ReturningAdmin, DeletingAdmin, PlainAdmin):
    """Records a Version of an Item after each save."""

    form = ReasonForm

    def get_urls(self):
        name = f"{self.opts.app_label}_{self.opts.model_name}_open"
        view = self.admin_site.admin_view(require_POST(self.open_view))
        return [path("<int:pk>/open/", view, name=name), *super().get_urls()]

    def open_view(self, request, pk):
        """Note that this person still has the form open; answer who else has."""
        item = self.get_object(request, str(pk))
        if item is None:
            raise Http404
        if not self.has_change_permission(request, item):
            raise PermissionDenied
        presence.note(item, request.user, presence.BEATING)
        return JsonResponse({"others": presence.others(item, request.user)})

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        with transaction.atomic() if request.method == "POST" else nullcontext():
            if request.method == "POST" and object_id:
                stale.settle(self, request, object_id)
            return super().changeform_view(request, object_id, form_url, extra_context)

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        form, formsets = (
            context["adminform"].form,
            [each.formset for each in context["inline_admin_formsets"]],
        )
        if change and self.has_change_permission(request, obj):
            context.update(self._opening(request, form, formsets))
        # Without the place in the page that a link led to: there, nobody would see why a save was refused.
        form_url = form_url or request.get_full_path()
        return super().render_change_form(request, context, add, change, form_url, obj)

    def _opening(self, request, form, formsets):
        """What the page of a form that can be saved shows beside it, and what the form remembers."""
        item = form.instance
        if not form.is_bound:
            form.initial["opened"] = sheets.dumped(form, formsets)
            presence.note(item, request.user, presence.OPENED)
        refused = form.has_error(NON_FIELD_ERRORS, "stale")
        return {
            "stale": refused and stale.compare(self, request, form, formsets),
            "others": presence.others(item, request.user),
            "open_url": reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_open", args=[item.pk]),
        }

    def save_model(self, request, item, form, change):
        if change:
            # What somebody changed behind the application's back is not taken for this editor's work.
            self.model.objects.get(pk=item.pk).record(by=None, reason=BEHIND_OUR_BACK)
        super().save_model(request, item, form, change)

    def get_fieldsets(self, request, item=None):
        fieldsets = super().get_fieldsets(request, item)
        may_save = self.has_change_permission(request, item) if item else self.has_add_permission(request)
        return [*fieldsets, ("Why", {"fields": ["reason", "version", "opened"]})] if may_save else fieldsets

    def get_inline_formsets(self, *args, **kwargs):
        inlines = super().get_inline_formsets(*args, **kwargs)
        for inline in inlines:
            said = json.loads(inline.inline_formset_data())
            said["options"]["addText"] = add_one(inline.opts.verbose_name)
            inline.inline_formset_data = json.dumps(said)
        return inlines

    def history_view(self, request, object_id, extra_context=None):
        """Lead to the item's Versions, which hold all that Django's own log would leave out."""
        item = self.get_object(request, unquote(object_id))
        if item is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        return redirect("versions", self.opts.model_name, item.pk)

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        # Anew from the database: what the form holds in memory is from before the save.
        item = self.model.objects.get(pk=form.instance.pk)
        item.record(by=request.user, reason=form.cleaned_data["reason"])
