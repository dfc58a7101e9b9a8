"""The pages behind the buttons: submit, return, publish, review, withdraw, submit again."""

from typing import NamedTuple

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect, render

from leaflets import actions, rules, workspace
from leaflets.admin import proving
from leaflets.admin.forms import PublishForm, ReasonForm, ReviewForm, WithdrawForm
from leaflets.admin.problems import Report
from leaflets.models import Kind

AGAIN = "again"
MOST_TOGETHER = 100
# What patients see changes at once: whoever does it has proved lately who they are.
PROVED = {Kind.PUBLISHED, Kind.WITHDRAWN}


class Decision(NamedTuple):
    """A button: the Event that it leads to and the action, its words and the page behind it."""

    kind: Kind
    act: callable
    form: type
    button: str
    explanation: str


DECISIONS = {
    Kind.SUBMITTED: Decision(
        Kind.SUBMITTED,
        actions.submit_together,
        ReasonForm,
        "Submit for review",
        "The leaflet is frozen as it is now, with everything that it shares with others. Somebody else checks exactly "
        "this and publishes it. You can go on editing the draft.",
    ),
    AGAIN: Decision(
        Kind.SUBMITTED,
        actions.republish,
        ReasonForm,
        "Submit this edition again",
        "A new edition with exactly this content waits for review. Somebody else publishes it. The draft stays as it "
        "is.",
    ),
    Kind.RETURNED: Decision(
        Kind.RETURNED,
        actions.return_to_editor,
        ReasonForm,
        "Return to the editor",
        "This edition will not be published. The editor sees your reason, changes the draft and submits it again.",
    ),
    Kind.PUBLISHED: Decision(
        Kind.PUBLISHED,
        actions.publish_together,
        PublishForm,
        "Publish",
        "Patients see exactly this; if an edition is live, it takes its place. You confirm that you have checked it.",
    ),
    Kind.REVIEWED: Decision(
        Kind.REVIEWED,
        actions.review,
        ReviewForm,
        "Record a review",
        "You confirm that the whole leaflet was checked against current evidence. Patients see both dates.",
    ),
    Kind.WITHDRAWN: Decision(
        Kind.WITHDRAWN,
        actions.withdraw_together,
        WithdrawForm,
        "Withdraw",
        "Patients stop seeing this leaflet at once. In its place stands that it was withdrawn, and who to contact. "
        "An edition of it that was scheduled before does not go live either.",
    ),
}


class Part(NamedTuple):
    """One leaflet or edition that a decision is on: its preview, its Report if there is one, and what it changes."""

    subject: object
    preview: str
    report: Report | None
    changes: list


def decide(request, name, subject, parts, done, context):
    """Show the form of a decision, and carry it out when posted. What was typed stays when it is refused.

    `subject` is what the action takes, such as {"edition": ...} or {"leaflets": [...]}; `parts` are its Parts. `done`
    is where to go afterwards, a function of the first edition. `context` has "back", the address to go back to.
    """
    decision = DECISIONS[name]
    check_entitled(request, decision.kind)
    form = decision.form(request.POST or None, subject=next(iter(subject.values())))
    if decision.kind in PROVED:
        proving.ask(request, form)
    if request.method == "POST" and form.is_valid() and proving.is_proved(request, form):
        try:
            decided = decision.act(**subject, by=request.user, **form.cleaned_data)
        except actions.Refused as refused:
            form.add_error(None, str(refused))
        else:
            return _told(request, decided if isinstance(decided, list) else [decided], decision.kind, done)
    context = {**context, "form": form, "decision": decision, "parts": parts}
    return render(request, "admin/leaflets/decision.html", context)


def check_entitled(request, kind):
    """Refuse somebody whose role does not let them decide this, before anything is worked out for them."""
    if not rules.is_entitled(request.user, kind):
        raise PermissionDenied


def whole_numbers(texts):
    """Return the keys in `texts`, as a query string has them, each once; what is no key is left out.

    Raises Http404 for more than are decided on at once.
    """
    numbers = list(dict.fromkeys(int(text) for text in texts if text.isdecimal() and len(text) < 18))
    if len(numbers) > MOST_TOGETHER:
        raise Http404
    return numbers


def _told(request, editions, kind, done):
    for edition in editions:
        moment = workspace.goes_live(edition)
        outcome = f"scheduled, patients see it from {moment}" if moment else kind.label.lower()
        messages.success(request, f"{edition}: {outcome}.")
    return redirect(done(editions[0]))
