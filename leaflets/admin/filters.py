"""The filters of the timeline, as a form whose answers stand in the address."""

import functools
import operator
import re
from datetime import datetime, time, timedelta

from django import forms
from django.contrib.auth.models import User
from django.db.models import Exists, Max, OuterRef, Q
from django.utils import timezone

from history.models import Version
from leaflets.admin.history import EARLIEST_YEAR
from leaflets.differences import Risk
from leaflets.entries import item_in_words
from leaflets.lanes import ACCOUNT, KINDS, SIGN_IN, Filters, items
from leaflets.models import Event, Leaflet
from leaflets.timeline import Place

LONGEST_SEARCH = 200
DAY_TYPED = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")
ITEM = re.compile("([a-z]+[.][a-z]+):([0-9]{1,18})")
DAY = {
    "required": False,
    "widget": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    "error_messages": {"invalid": "Give a day as it stands in a calendar, such as 2026-11-14."},
}


class FilterForm(forms.Form):
    """What to show of the timeline. `sees_accounts` adds what happened to accounts."""

    q = forms.CharField(
        label="Search",
        required=False,
        max_length=LONGEST_SEARCH,
        widget=forms.TextInput(attrs={"type": "search"}),
        error_messages={"max_length": f"Search for fewer words: up to {LONGEST_SEARCH} characters."},
        help_text="Words in names, reasons and content; each must be there.",
    )
    leaflet = forms.ChoiceField(
        required=False,
        error_messages={
            "invalid_choice": "There is no leaflet with this address now. Choose one of the list."
        },
        help_text="Its editions, and everything in them or in its draft.",
    )
    item = forms.ChoiceField(
        required=False,
        error_messages={
            "invalid_choice": "No item of this kind and number has a history. Choose one of the list."
        },
        help_text="Versions of one item. Choose a leaflet and show it first: then its items stand here.",
    )
    person = forms.ChoiceField(
        required=False,
        error_messages={
            "invalid_choice": "Nobody of this number stands in the history. Choose a person of the list."
        },
    )
    risk = forms.TypedChoiceField(
        required=False,
        coerce=int,
        empty_value=None,
        choices=[("", "Any"), *((risk.value, risk.label) for risk in Risk)],
        error_messages={"invalid_choice": "There is no such risk. Choose one of the list."},
        help_text="The riskiest change of a submission or publication.",
    )
    since = forms.DateField(label="From", **DAY)
    until = forms.DateField(label="To", help_text="This day included, in London time.", **DAY)
    kind = forms.MultipleChoiceField(
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": "There is no kind called %(value)s. Tick some of these."},
        help_text="None ticked shows all.",
    )

    def __init__(self, data, *, sees_accounts):
        super().__init__(data)
        self.sees_accounts = sees_accounts
        self.leaflets = {leaflet.slug: leaflet for leaflet in Leaflet.objects.all()}
        self.people = {str(user.pk): user for user in people(sees_accounts)}
        choices = {
            "leaflet": [("", "All leaflets"), *((slug, str(each)) for slug, each in self.leaflets.items())],
            "item": [("", "All items"), *self._items()],
            "person": [("", "Everybody"), *((pk, in_full(each)) for pk, each in self.people.items())],
            "kind": [pair for pair in KINDS.items() if sees_accounts or pair[0] not in (ACCOUNT, SIGN_IN)],
        }
        for name, pairs in choices.items():
            self.fields[name].choices = pairs
        self._keep_what_was_chosen()

    def clean_leaflet(self):
        return self.leaflets.get(self.cleaned_data["leaflet"])

    def clean_person(self):
        return self.people.get(self.cleaned_data["person"])

    def clean_item(self):
        return _read_item(self.cleaned_data["item"])

    def clean_since(self):
        return _checked_day(self.cleaned_data["since"])

    def clean_until(self):
        return _checked_day(self.cleaned_data["until"])

    def clean(self):
        since, until = self.cleaned_data.get("since"), self.cleaned_data.get("until")
        if since and until and since > until:
            self.add_error("until", "This day is before the day that the period begins with.")
        return self.cleaned_data

    def filters(self):
        """Return the Filters that a valid form holds."""
        given = self.cleaned_data
        return Filters(
            leaflet=given["leaflet"],
            item=given["item"],
            person=given["person"],
            kinds=tuple(given["kind"]),
            since=given["since"] and _midnight(given["since"]),
            until=given["until"] and _midnight(given["until"] + timedelta(days=1)),
            risk=given["risk"],
            words=tuple(given["q"].split()),
            accounts=self.sees_accounts,
        )

    def _items(self):
        leaflet, chosen = self.leaflets.get(self.data.get("leaflet")), _read_item(self.data.get("item", ""))
        return _named([*(items(leaflet) if leaflet else []), *([chosen] if chosen else [])])

    def _keep_what_was_chosen(self):
        """What is in no list stands in it all the same, and a day that is none in its field, to be put right."""
        for name in ("leaflet", "item", "person", "risk", "kind"):
            field = self.fields[name]
            known = {str(value) for value, _ in field.choices}
            unknown = [value for value in self.data.getlist(name) if value and value not in known]
            field.widget.choices = [*field.choices, *((value, f"{value} (not known)") for value in unknown)]
        for name in ("since", "until"):
            if self.data.get(name) and not DAY_TYPED.fullmatch(self.data[name]):
                # A browser's own field for days shows nothing of what is no day.
                self.fields[name].widget.input_type = "text"


class PlaceForm(forms.Form):
    """From where in the timeline: before or after an entry."""

    before = forms.CharField(required=False)
    after = forms.CharField(required=False)

    def clean(self):
        return {name: self._place(text) for name, text in self.cleaned_data.items() if text}

    def _place(self, text):
        try:
            return Place.read(text)
        except ValueError:
            raise forms.ValidationError(
                "This page of the timeline is not known: begin with the newest entries."
            ) from None


def people(sees_accounts):
    """Return whom one may ask for: those who stand in the history, or every account for those who may see them."""
    users = User.objects.order_by("first_name", "last_name", "username")
    if sees_accounts:
        return users
    made = Exists(Version.objects.filter(by=OuterRef("pk"))) | Exists(Event.objects.filter(by=OuterRef("pk")))
    return users.filter(made)


def in_full(user):
    """Return the name of an account and, where that says more, its user name."""
    name = user.get_full_name()
    return f"{name} ({user.username})" if name else user.username


def _read_item(text):
    found = ITEM.fullmatch(text)
    return (found[1], int(found[2])) if found else None


def _named(chosen):
    """The choices for items that have a history, each under the name that it had last, in the order of the names."""
    if not chosen:
        return []
    any_of_them = functools.reduce(operator.or_, (Q(kind=kind, item=item) for kind, item in chosen))
    newest = Version.objects.filter(any_of_them).order_by().values("kind", "item").annotate(Max("sequence"))
    last = Version.objects.in_bulk([each["sequence__max"] for each in newest]).values()
    names = [(f"{v.kind}:{v.item}", item_in_words(v.kind, v.said["item"]["name"])) for v in last]
    return sorted(names, key=lambda pair: pair[1])


def _checked_day(day):
    # Far from here a day has no midnight in London.
    if day and not EARLIEST_YEAR <= day.year <= timezone.localdate().year + 10:
        raise forms.ValidationError(f"Give a day after the year {EARLIEST_YEAR} and within ten years.")
    return day


def _midnight(day):
    return timezone.make_aware(datetime.combine(day, time.min))
