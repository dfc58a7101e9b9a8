"""The forms of the decisions. Each asks for a reason. `subject` is what the decision is on, leaflets or editions."""

from django import forms

from leaflets import reviews, rules


class ReasonForm(forms.Form):
    """Asks why."""

    reason = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 4, "cols": 80}),
        error_messages={"required": "Say in a sentence why. It is kept with the history."},
        help_text="Say in a sentence what and why. It is kept with the history; patients do not see it.",
    )

    def __init__(self, *args, subject, **kwargs):
        super().__init__(*args, **kwargs)


class PublishForm(ReasonForm):
    """Asks also from when, and why each change that may lower safety is right. It names the digests that are shown."""

    live_from = forms.DateTimeField(
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}),
        help_text="Leave it empty to publish now. A later moment needs nobody to be here.",
    )
    digests = forms.CharField(
        widget=forms.HiddenInput,
        error_messages={"required": "Look at the edition again, then publish: it is not clear what you saw."},
    )

    def __init__(self, *args, subject, **kwargs):
        super().__init__(*args, subject=subject, **kwargs)
        self.initial["digests"] = " ".join(edition.digest for edition in subject)
        found = [change for edition in subject for change in rules.to_acknowledge(edition)]
        self.changes = {change.id: change for change in found}
        for change in self.changes.values():
            self.fields[change.id] = forms.CharField(
                label=change.what,
                widget=forms.Textarea(attrs={"rows": 2, "cols": 80}),
                error_messages={"required": "Say in a sentence why this is right. It may lower safety."},
                help_text="This may lower safety: say why it is right.",
            )

    def clean(self):
        given = super().clean()
        given["acknowledged"] = [(id, given.pop(id, "")) for id in self.changes]
        given["digests"] = given.get("digests", "").split()
        return given


class ReviewForm(ReasonForm):
    """Asks also for the date of the next review."""

    next_review = forms.DateField(
        # A browser's own field for dates takes this form only.
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, *args, subject, **kwargs):
        super().__init__(*args, subject=subject, **kwargs)
        self.initial["next_review"], interval = reviews.proposed(subject)
        self.fields["next_review"].help_text = (
            f"The day by which the whole leaflet must be checked again. Patients see it. Proposed is {interval}; "
            "choose another day if it should be checked sooner or may wait."
        )


class WithdrawForm(ReasonForm):
    """Asks also what patients are told, and whom they may turn to."""

    told = forms.CharField(
        label="What patients are told",
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "cols": 80}),
        help_text="Plain words that stand in the leaflet’s place, such as what was wrong in it. It may be empty.",
    )
    turn_to = forms.MultipleChoiceField(
        label="Who to contact",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Patients see these in the leaflet’s place. Take the tick away from one that is wrong.",
    )

    def __init__(self, *args, subject, **kwargs):
        super().__init__(*args, subject=subject, **kwargs)
        contacts = list({c["key"]: c for edition in subject for c in edition.contacts()}.values())
        words = [" ".join(filter(None, [c["name"], c["phone"], c["when"]])) for c in contacts]
        keys = [contact["key"] for contact in contacts]
        self.fields["turn_to"].choices = list(zip(keys, words, strict=True))
        self.initial["turn_to"] = keys
        if not contacts:
            del self.fields["turn_to"]
