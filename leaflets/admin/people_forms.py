"""The forms of accounts: who somebody is, where mails reach them, and what they may do."""

from django import forms
from django.contrib.auth.forms import UserChangeForm, UserCreationForm
from django.contrib.auth.models import User

from history.fields import ProseField, validate_name
from leaflets import roles

REASON_LIMIT = 2000
# Links for a new password and news of submissions go to the address: those who decide must have one.
MAILED = {roles.EDITOR, roles.REVIEWER}
NEEDS_REASON = {"groups": "roles", "is_active": "whether it is active", "email": "the e-mail address"}
HELP = {
    "username": "What the person types to sign in, such as rreviewer. Letters, digits and @ . + - _ only.",
    "email": (
        "Links for a new password go here, and mails about submissions and reviews. Editors and Reviewers must have "
        "one, each of their own."
    ),
    "is_active": (
        "Take the tick away when somebody leaves: they can no longer sign in, from that moment. That is the only way "
        "to end an account. It is never deleted, because history names it; with the tick it is back."
    ),
    "password": (
        "Nobody can see it. Best ask the person to press “Forgotten your login credentials?” where they sign in; or "
        "set one here and tell it to them in private."
    ),
    "password1": (
        "At least 12 characters. Tell it to the person in private, and ask them to change it: top right, under Change "
        "password."
    ),
    "password2": "The same again.",
}


class Roles(forms.ModelMultipleChoiceField):
    """Roles to tick, each with what it lets people do."""

    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, role):
        return f"{role.name}: {roles.MEANING[role.name]}" if role.name in roles.MEANING else role.name


class _PersonForm(forms.ModelForm):
    """What is asked of an account that is made and of one that is changed."""

    reason = forms.CharField(
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "cols": 80}),
        help_text="Why, in a sentence, such as: Joined the team on 1 November. It is kept with the history.",
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name, text in HELP.items():
            if name in self.fields:
                self.fields[name].help_text = text

    def clean_username(self):
        username = self._name("username")
        others = User.objects.exclude(pk=self.instance.pk)
        if username and others.filter(username__iexact=username).exists():
            raise forms.ValidationError(
                "Somebody has this user name already, or one that differs in capitals only."
            )
        return username

    def clean_first_name(self):
        return self._name("first_name")

    def clean_last_name(self):
        return self._name("last_name")

    def clean_email(self):
        email = self._name("email")
        other = email and User.objects.filter(email__iexact=email).exclude(pk=self.instance.pk).first()
        if other:
            name = other.get_full_name() or other.username
            raise forms.ValidationError(
                f"{name} has this address already. Each person needs one of their own."
            )
        return email

    def clean_reason(self):
        return ProseField(max_length=REASON_LIMIT, blank=True).clean(self.cleaned_data["reason"], None)

    def clean(self):
        given = super().clean()
        if not (given.get("first_name") or given.get("last_name") or self.errors):
            self.add_error("first_name", "Give the person’s name: history says who did what by it.")
        names = {role.name for role in given.get("groups") or ()}
        if (
            given.get("is_active", True)
            and names & MAILED
            and not given.get("email")
            and "email" not in self.errors
        ):
            self.add_error(
                "email", "Give an address: Editors and Reviewers get mails and links for a new password."
            )
        changed = [words for name, words in NEEDS_REASON.items() if name in self.changed_data]
        if self.instance.pk and changed and not given.get("reason") and "reason" not in self.errors:
            self.add_error("reason", f"Say in a sentence why: {' and '.join(changed)} changed.")
        return given

    def _name(self, field):
        validate_name(self.cleaned_data[field])
        return self.cleaned_data[field]


class NewPersonForm(_PersonForm, UserCreationForm):
    """Asks for a new account."""


class PersonForm(_PersonForm, UserChangeForm):
    """Asks what an account shall be from now on."""
