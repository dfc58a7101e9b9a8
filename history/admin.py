"""An admin whose every save is a Version, with the reason that the editor gives."""

from django import forms
from django.contrib import admin

from history.fields import ProseField

REASON_LIMIT = 2000


class ReasonForm(forms.ModelForm):
    """A form that also asks why."""

    reason = forms.CharField(
        required=False,
        max_length=REASON_LIMIT,
        widget=forms.Textarea(attrs={"rows": 2, "cols": 90}),
        help_text="What you changed and why, in a sentence. It is kept with the history; patients do not see it.",
    )

    def clean_reason(self):
        return ProseField(max_length=REASON_LIMIT, blank=True).clean(self.cleaned_data["reason"], None)


class VersionedAdmin(admin.ModelAdmin):
    """Records a Version of an Item after each save and before each deletion."""

    form = ReasonForm

    def get_fieldsets(self, request, item=None):
        fieldsets = super().get_fieldsets(request, item)
        may_save = self.has_change_permission(request, item) if item else self.has_add_permission(request)
        return [*fieldsets, ("Why", {"fields": ["reason"]})] if may_save else fieldsets

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        # Anew from the database: what the form holds in memory is from before the save.
        item = self.model.objects.get(pk=form.instance.pk)
        item.record(by=request.user, reason=form.cleaned_data["reason"])

    def delete_model(self, request, item):
        item.record_deletion(by=request.user, reason="Deleted in the admin.")
        super().delete_model(request, item)

    def delete_queryset(self, request, items):
        for item in items:
            self.delete_model(request, item)
