"""How somebody gets in, for the Administrator, and what of it can be undone, each with a reason."""

from typing import NamedTuple

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect, render

from history.accounts import AccountEvent, record_access
from history.fields import ProseField
from leaflets.admin import proving
from leaflets.door import factor, sign_on, throttle

REASON_LIMIT = 2000


NEVER_OWN = "Another administrator does this for you: whoever found your screen unlocked could do it as well."


class Act(NamedTuple):
    """A button: what it does to an account, by whom and why; its words, and what is said when it is done."""

    do: callable
    button: str
    done: str


def _free(person, *, by, reason):
    throttle.free(person)
    factor.free(person)
    record_access(person, AccountEvent.Kind.FREED, by=by, reason=reason)


ACTS = {
    "free": Act(_free, "Let them try again now", "Signing in is possible again at once."),
    "reset": Act(
        factor.reset,
        "Reset the second factor",
        "The second factor is gone and every sign-in has ended; at the next one it is set up anew.",
    ),
    "unlink": Act(
        sign_on.unlink,
        "Unlink single sign-on",
        "Unlinked. Whoever next comes with this account's verified address is linked to it.",
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
    proving.ask(request, form)
    if request.method == "POST" and person == request.user:
        form.add_error(None, NEVER_OWN)
    if request.method == "POST" and form.is_valid() and proving.is_proved(request, form):
        act = ACTS[form.cleaned_data["act"]]
        act.do(person, by=request.user, reason=form.cleaned_data["reason"])
        messages.success(request, f"{person.get_full_name() or person.username}: {act.done}")
        return redirect(request.path)
    context = {
        **admin.site.each_context(request),
        "title": f"Sign-in of {person.get_full_name() or person.username}",
        "opts": people.opts,
        "person": person,
        "form": form,
        "locked_until": throttle.locked_until(person),
        "device": factor.device_of(person),
        "required": factor.is_required(person),
        "left": factor.codes_left(person),
        "acts": {name: act for name, act in ACTS.items() if name != "unlink" or hasattr(person, "sign_on")},
    }
    return render(request, "admin/leaflets/access.html", context)
