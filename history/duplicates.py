"""Duplicating an item on a page of its own in the admin."""

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse

from history.fields import in_plain_words
from history.models import Version


class DuplicateForm(forms.ModelForm):
    """Asks for what differs in the copy of an item. A subclass names the fields and what stands in them at first."""

    def __init__(self, *args, source, **kwargs):
        self.source = source
        super().__init__(*args, initial=self.suggested(), **kwargs)
        for field in self.fields.values():
            in_plain_words(field)

    def suggested(self):
        """Return what stands in the fields at first."""
        raise NotImplementedError

    def duplicate(self, by):
        """Store the copy that `by` asks for, and return it."""
        raise NotImplementedError


class DuplicatingAdmin:
    """Adds to an admin a page that duplicates one item: for whoever may add such items."""

    duplicate_form = None

    def get_urls(self):
        name = f"{self.opts.app_label}_{self.opts.model_name}_duplicate"
        return [
            path("<int:pk>/duplicate/", self.admin_site.admin_view(self.duplicate), name=name),
            *super().get_urls(),
        ]

    def change_view(self, request, object_id, form_url="", extra_context=None):
        return super().change_view(
            request, object_id, form_url, {"may_duplicate": True, **(extra_context or {})}
        )

    def duplicate(self, request, pk):
        """GET asks what differs in the copy; POST makes it, all of it or nothing."""
        if not (self.has_add_permission(request) and self.has_view_permission(request)):
            raise PermissionDenied
        with transaction.atomic():
            if request.method == "POST":
                # One at a time, so that a key or address that is free stays so.
                Version.lock_chain()
            source = get_object_or_404(self.model, pk=pk)
            form = self.duplicate_form(request.POST or None, source=source)
            copy = form.duplicate(request.user) if form.is_valid() else None
        if copy:
            messages.success(request, f"“{copy}” is a copy of “{source}”. Change in it what differs.")
            return redirect(self._page(copy))
        context = {**self.admin_site.each_context(request), "opts": self.opts, "form": form}
        title = f"Duplicate “{source}”"
        return render(
            request, "admin/duplicate.html", {**context, "title": title, "back": self._page(source)}
        )

    def _page(self, item):
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", args=[item.pk])
