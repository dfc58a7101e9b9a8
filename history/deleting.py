"""Deleting items in the admin: the page that asks whether also asks why. What was submitted once needs a reason."""

from django import forms
from django.contrib import admin
from django.contrib.admin.actions import delete_selected
from django.contrib.admin.utils import unquote
from django.http import QueryDict

from history.fields import ProseField

REASON_LIMIT = 2000
DELETED = "Deleted in the admin."


class DeletionForm(forms.Form):
    """Asks why these items are deleted."""

    reason = forms.CharField(
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "cols": 80}),
        help_text="Why, in a sentence. It is kept with the history; patients do not see it.",
    )

    def __init__(self, data, *, items):
        super().__init__(data)
        field = self.fields["reason"]
        field.required = any(item.is_held() for item in items)
        field.error_messages["required"] = "Say in a sentence why: this has been submitted before."

    def clean_reason(self):
        return ProseField(max_length=REASON_LIMIT, blank=True).clean(self.cleaned_data["reason"], None)


class DeletingAdmin:
    """Deletes nothing that an edition held without a reason, one by one or from the list."""

    delete_confirmation_template = "admin/delete.html"
    delete_selected_confirmation_template = "admin/delete_several.html"
    actions = ["delete_selected"]

    def delete_view(self, request, object_id, extra_context=None):
        item = self.get_object(request, unquote(object_id))
        form = self._asked(request, [item] if item else [], confirmed=request.method == "POST")
        return super().delete_view(request, object_id, {"form": form, **(extra_context or {})})

    @admin.action(permissions=["delete"], description="Delete selected %(verbose_name_plural)s")
    def delete_selected(self, request, items):
        """Ask why, and delete these items."""
        form = self._asked(request, items, confirmed="post" in request.POST)
        page = delete_selected(self, request, items)
        if page:
            page.context_data["form"] = form
        return page

    def _asked(self, request, items, confirmed):
        """Return the form, and take the confirmation back if the form lacks something: then the page is shown again."""
        form = DeletionForm(request.POST if confirmed else None, items=items)
        request.deletion_reason = form.cleaned_data["reason"] if form.is_valid() else ""
        if confirmed and not form.is_valid():
            request.POST = QueryDict()
        return form

    def delete_model(self, request, item):
        item.delete(by=request.user, reason=request.deletion_reason or DELETED)

    def delete_queryset(self, request, items):
        for item in items:
            self.delete_model(request, item)
