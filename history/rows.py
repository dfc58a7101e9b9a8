"""Rows of an item in the admin: in an order that is typed, moved by buttons or dragged, each field with a name."""

from django import forms
from django.contrib.admin.options import BaseModelAdmin, InlineModelAdmin, TabularInline
from django.contrib.admin.widgets import AutocompleteSelect

from history.fields import in_plain_words


class OrderedFormSet(forms.BaseInlineFormSet):
    """Rows with an order: a number that is typed is the place that the row gets, and the others make room."""

    def add_fields(self, form, index):
        """Give each field a name that is heard: in a table its label is only the head of the column."""
        super().add_fields(form, index)
        row = f"{self.model._meta.verbose_name} {'' if index is None else index + 1}".strip()
        for field in form.fields.values():
            # Inside what Django wraps a choice in, and never in place: all rows share what it holds.
            widget = getattr(field.widget, "widget", field.widget)
            widget.attrs = {**widget.attrs, "aria-label": f"{field.label or 'Row'}: {row}"}

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


def add_one(name):
    """Return what the button says that adds a row: Add a red flag."""
    return f"Add {'an' if name[0] in 'aeiou' else 'a'} {name}"


class Chooser(AutocompleteSelect):
    """A list to search in. While nothing is chosen it says what it is for: empty, it would have no name to be heard."""

    @property
    def media(self):
        """The list's scripts, and the one that names it."""
        return super().media + forms.Media(js=["history/chooser.js"])

    def build_attrs(self, base_attrs, extra_attrs=None):
        """Return the attributes of the list."""
        name = self.field.verbose_name
        return {**super().build_attrs(base_attrs, extra_attrs), "data-placeholder": f"Choose: {name}"}


class ChoosingAdmin(BaseModelAdmin):
    """Searches in lists with a Chooser."""

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        return in_plain_words(super().formfield_for_dbfield(db_field, request, **kwargs))

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs.setdefault("widget", Chooser(db_field, self.admin_site))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


class OrderedInline(ChoosingAdmin, InlineModelAdmin):
    """Rows that are moved by buttons and by dragging, and without script by their numbers."""

    formset = OrderedFormSet
    max_num = 100
    extra = 0

    class Media:
        js = ["history/ordering.js"]
        css = {"all": ["history/ordering.css"]}


class OrderedTable(OrderedInline, TabularInline):
    """Such rows as a table."""

    template = "admin/rows.html"
