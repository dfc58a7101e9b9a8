"""An admin whose every save is a Version, with the reason that the editor gives, and never over somebody else's."""

import json

from django import forms
from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.shortcuts import redirect
from django.utils import formats, timezone

from history.fields import ProseField
from history.models import BEHIND_OUR_BACK, Version

REASON_LIMIT = 2000


class ReasonForm(forms.ModelForm):
    """A form that also asks why, and knows which Version it was opened on."""

    reason = forms.CharField(
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "cols": 90}),
        help_text="What you changed and why, in a sentence. It is kept with the history; patients do not see it.",
    )
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        last = self.instance.versions().last() if self.instance.pk else None
        self.initial["version"] = last.number if last else None

    def clean_reason(self):
        reason = ProseField(max_length=REASON_LIMIT, blank=True).clean(self.cleaned_data["reason"], None)
        if not reason and self.instance.pk and self.instance.is_held():
            raise forms.ValidationError(
                "Say in a sentence what you changed and why: this has been submitted before."
            )
        return reason

    def clean(self):
        super().clean()
        Version.lock_chain()
        last = self.instance.versions().last() if self.instance.pk else None
        if last and self.cleaned_data.get("version") != last.number:
            # What was typed stays. Saving it again is then a decision, not an accident.
            self.data = {**self.data.dict(), self.add_prefix("version"): last.number}
            when = formats.date_format(timezone.localtime(last.at), "j F Y, H:i")
            raise forms.ValidationError(
                f"{last.by_name} saved this on {when}, after you opened it. Your text is still here and is not saved. "
                "Open the page in another tab to see theirs and put both together; saving again replaces theirs.",
                code="stale",
            )


class OrderedFormSet(forms.BaseInlineFormSet):
    """Rows with an order: a number that is typed is the place that the row gets, and the others make room."""

    def save(self, commit=True):
        saved = super().save(commit)
        if commit:
            self._make_room()
        return saved

    def _make_room(self):
        touched = {form.instance.pk: _moved(form) for form in self.forms if "position" in form.changed_data}
        rows = self.model.objects.filter(**{self.fk.name: self.instance})
        in_order = sorted(rows, key=lambda row: (row.position, touched.get(row.pk, 0), row.pk))
        for place, row in enumerate(in_order, 1):
            if row.position != place:
                self.model.objects.filter(pk=row.pk).update(position=place)


def _moved(form):
    """Whether a row goes before (-1) or after (1) the one whose number it took."""
    before, now = form.initial.get("position"), form.cleaned_data.get("position")
    return 1 if before is not None and now is not None and before < now else -1


def _add_one(name):
    """What the button says that adds a row: Add a red flag."""
    return f"Add {'an' if name[0] in 'aeiou' else 'a'} {name}"


class OrderedInline(admin.options.InlineModelAdmin):
    """Rows that are moved by buttons and by dragging, and without script by their numbers."""

    formset = OrderedFormSet
    max_num = 100

    class Media:
        js = ["history/ordering.js"]
        css = {"all": ["history/ordering.css"]}


class VersionedAdmin(admin.ModelAdmin):
    """Records a Version of an Item after each save and before each deletion."""

    form = ReasonForm

    def save_model(self, request, item, form, change):
        if change:
            # What somebody changed behind the application's back is not taken for this editor's work.
            self.model.objects.get(pk=item.pk).record(by=None, reason=BEHIND_OUR_BACK)
        super().save_model(request, item, form, change)

    def get_fieldsets(self, request, item=None):
        fieldsets = super().get_fieldsets(request, item)
        may_save = self.has_change_permission(request, item) if item else self.has_add_permission(request)
        return [*fieldsets, ("Why", {"fields": ["reason", "version"]})] if may_save else fieldsets

    def get_inline_formsets(self, *args, **kwargs):
        inlines = super().get_inline_formsets(*args, **kwargs)
        for inline in inlines:
            said = json.loads(inline.inline_formset_data())
            said["options"]["addText"] = _add_one(inline.opts.verbose_name)
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

    def delete_model(self, request, item):
        item.delete(by=request.user, reason="Deleted in the admin.")

    def delete_queryset(self, request, items):
        for item in items:
            self.delete_model(request, item)
