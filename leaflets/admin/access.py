"""How somebody gets in, for the Administrator: locked out or not; and what can be undone, each with a reason."""

from typing import NamedTuple

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect, render

from history.accounts import AccountEvent, record_access
from history.fields import ProseField
from leaflets.door import throttle

REASON_LIMIT = 2000


class Act(NamedTuple):
    """A button: the kind of event it records, what it does to an account, its words, and what is said when done."""

    kind: AccountEvent.Kind
    do: callable
    button: str
    done: str


ACTS = {
    "free": Act(
        AccountEvent.Kind.FREED,
        throttle.free,
        "Let them sign in again now",
        "Signing in is possible again at once.",
    ),
}


class AccessForm(forms.Form):
    """Asks what to undo, and why."""

    act = forms.ChoiceField(choices=[(name, act.button) for name, act in ACTS.items()])
    reason = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 2, "cols": 80}),
        error_messages={"required": "Say in a sentence why. It is kept with the history."},
        help_text="Why, in a sentence, such as: Rang me from the ward. It is kept with the history.",
    )

    def clean_reason(self):
        return ProseField(max_length=REASON_LIMIT).clean(self.cleaned_data["reason"], None)


def page(people, request, pk):
    """Show how one of `people`, the admin of accounts, gets in, and undo what is asked for."""
    person = people.get_object(request, str(pk))
    if person is None:
        raise Http404
    if not people.has_change_permission(request, person):
        raise PermissionDenied
    form = AccessForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        act = ACTS[form.cleaned_data["act"]]
        act.do(person)
        record_access(person, act.kind, by=request.user, reason=form.cleaned_data["reason"])
        messages.success(request, f"{person.get_full_name() or person.username}: {act.done}")
        return redirect(request.path)
    context = {
        **admin.site.each_context(request),
        "title": f"Sign-in of {person.get_full_name() or person.username}",
        "opts": people.opts,
        "person": person,
        "form": form,
        "locked_until": throttle.locked_until(person),
        "acts": ACTS,
    }
    return render(request, "admin/leaflets/access.html", context)
