"""The forms behind the buttons: submit, return, publish, review, withdraw. Each asks for a reason."""

from typing import NamedTuple

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render

from leaflets import actions, rules, workspace
from leaflets.models import Kind


class ReasonForm(forms.Form):
    """Asks why. `subject` is what the decision is on, a leaflet or an edition."""

    reason = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 4, "cols": 80}),
        error_messages={"required": "Say in a sentence why. It is kept with the history."},
        help_text="Say in a sentence what and why. It is kept with the history; patients do not see it.",
    )

    def __init__(self, *args, subject, **kwargs):
        super().__init__(*args, **kwargs)


class PublishForm(ReasonForm):
    """Asks also from when, and why each change that may lower safety is right."""

    live_from = forms.DateTimeField(
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}),
        help_text="Leave it empty to publish now. A later moment needs nobody to be here.",
    )

    def __init__(self, *args, subject, **kwargs):
        super().__init__(*args, subject=subject, **kwargs)
        self.changes = rules.to_acknowledge(subject)
        for change in self.changes:
            self.fields[change.id] = forms.CharField(
                label=change.what,
                widget=forms.Textarea(attrs={"rows": 2, "cols": 80}),
                error_messages={"required": "Say in a sentence why this is right. It may lower safety."},
                help_text="This may lower safety: say why it is right.",
            )

    def clean(self):
        given = super().clean()
        given["acknowledged"] = [(change.id, given.pop(change.id, "")) for change in self.changes]
        return given


class ReviewForm(ReasonForm):
    next_review = forms.DateField(
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text="The day by which the whole leaflet must be checked again. Patients see it.",
    )


class Decision(NamedTuple):
    """A button: its words, the page behind it, and the action that it leads to."""

    act: callable
    form: type
    button: str
    explanation: str


DECISIONS = {
    Kind.SUBMITTED: Decision(
        actions.submit,
        ReasonForm,
        "Submit for review",
        "The leaflet is frozen as it is now, with everything that it shares with others. Somebody else checks exactly "
        "this and publishes it. You can go on editing the draft.",
    ),
    Kind.RETURNED: Decision(
        actions.return_to_editor,
        ReasonForm,
        "Return to the editor",
        "This edition will not be published. The editor sees your reason, changes the draft and submits it again.",
    ),
    Kind.PUBLISHED: Decision(
        actions.publish,
        PublishForm,
        "Publish",
        "Patients see exactly this edition, in place of the one that is live. You confirm that you have checked it.",
    ),
    Kind.REVIEWED: Decision(
        actions.review,
        ReviewForm,
        "Record a review",
        "You confirm that the whole leaflet was checked against current evidence. Patients see both dates.",
    ),
    Kind.WITHDRAWN: Decision(
        actions.withdraw,
        ReasonForm,
        "Withdraw",
        "Patients stop seeing this leaflet at once. In its place stands that it was withdrawn, and who to contact. "
        "An edition of it that was scheduled before does not go live either.",
    ),
}


def decide(request, kind, subject, done, context):
    """Show the form of a decision on `subject`, {"leaflet": ...} or {"edition": ...}, and carry it out when posted.

    `done` is where to go afterwards, a function of the edition. What was typed stays when it is refused.
    """
    decision = DECISIONS[kind]
    if not rules.is_entitled(request.user, kind):
        raise PermissionDenied
    form = decision.form(request.POST or None, subject=next(iter(subject.values())))
    if request.method == "POST" and form.is_valid():
        try:
            edition = decision.act(**subject, by=request.user, **form.cleaned_data)
        except actions.Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, f"{edition}: {_outcome(edition, kind)}.")
            return redirect(done(edition))
    elif (
        request.method == "GET"
        and "edition" in subject
        and kind not in rules.FOLLOWS[subject["edition"].state()]
    ):
        messages.error(request, f"{subject['edition']} is {subject['edition'].state().label.lower()}.")
        return redirect(context["back"])
    return render(request, "admin/leaflets/decision.html", {**context, "form": form, "decision": decision})


def _outcome(edition, kind):
    moment = workspace.goes_live(edition)
    return f"scheduled, patients see it from {moment}" if moment else kind.label.lower()
