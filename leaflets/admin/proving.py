"""A proof that it is still the same person, asked for in a form: what was typed beside it stays where it is."""

from django import forms
from django.urls import reverse

from leaflets.door import factor, staying

LATE = "It is a while since you proved that it is you. Give a code: nothing that you typed is lost."
THERE = (
    "It is a while since you proved that it is you. Do so below, and send this again: nothing typed is lost."
)
LONGEST = 40


def code_field(**options):
    """Return the field that asks for a code."""
    told = {"required": "Type the code that the app shows, or a recovery code.", **options}
    return forms.CharField(
        label="Code",
        max_length=LONGEST,
        error_messages=told,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "size": 20, "spellcheck": "false"}),
        help_text=f"The {factor.DIGITS} digits that the app on your phone shows now, or one of your recovery codes.",
    )


def ask(request, form):
    """Let `form` ask for a code, if the last proof is too old for what it is about to do.

    Whoever has no app was vouched for by the provider of single sign-on, and `proved_at` leads there again.
    """
    if not staying.must_prove_again(request):
        return
    if factor.device_of(request.user) is None:
        form.proved_at = f"{reverse('sign_on')}?again=1"
    else:
        form.fields["code"] = code_field(required=LATE)


def is_proved(request, form):
    """Return whether nothing is to be proved, or was by the code in a valid `form`; else tell the form why not."""
    if hasattr(form, "proved_at"):
        form.add_error(None, THERE)
        return False
    if "code" not in form.fields:
        return True
    why_not = factor.why_not(request.user, form.cleaned_data.pop("code"))
    if why_not:
        form.add_error("code", why_not)
        return False
    staying.prove(request, factor.device_of(request.user))
    return True
