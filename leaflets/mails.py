"""Mails about what happened to editions: to whom it concerns, in plain text, once it is committed.

A mail holds titles and reasons and leads to the edition that waits, or else to the leaflet's workspace. That it could
not be sent is logged; it undoes and hides nothing, and a mail server that is slow or down holds nobody up.
"""

import logging
from collections import defaultdict
from threading import Thread

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.mail import EmailMessage, get_connection
from django.db import transaction
from django.urls import reverse
from django.utils.text import Truncator

from leaflets import roles
from leaflets.metrics import NOT_SENT
from leaflets.models import Event, Kind
from leaflets.workspace import authors, moment_in_words

LETTER = """{who} {verb} on {when}.

{editions}

Why: {reason}

You get this because {because}.
"""
VERBS = {
    Kind.SUBMITTED: "submitted this for review",
    Kind.RETURNED: "returned this to the editor",
    Kind.PUBLISHED: "published this",
    Kind.WITHDRAWN: "withdrew this",
}
BECAUSE_REVIEWER = "you may publish it: you are a Reviewer and did not work on it"
BECAUSE_AUTHOR = "you submitted it or worked on it"
LONGEST_TITLE = 100
# Whoever decides waits so long for the mail server; then it goes on without them.
PATIENCE_SECONDS = 2
log = logging.getLogger(__name__)


def tell_after(kind, editions):
    """Mail what has just happened to `editions`, an Event of this kind, once the transaction is committed."""
    if kind in VERBS:
        transaction.on_commit(lambda: _tell(kind, editions))


def with_address(*role_names):
    """Return the active people with an address who have one of these roles."""
    people = get_user_model().objects.filter(is_active=True, groups__name__in=role_names)
    return people.exclude(email="").distinct().order_by("pk")


def in_admin(path):
    """Return the web address of a path of the admin, on the host where that lives."""
    return (f"https://{settings.ADMIN_HOST}" if settings.ADMIN_HOST else settings.SITE_URL) + path


def address_of(edition):
    """Return the web address of an edition's page in the admin."""
    return in_admin(reverse("admin:leaflets_edition_change", args=[edition.pk]))


def workspace_of(edition):
    """Return the web address of the workspace of an edition's leaflet."""
    return in_admin(reverse("admin:leaflets_leaflet_workspace", args=[edition.leaflet_id]))


def letter(person, subject, body):
    """Return a mail to one person. Whatever ends a line is a space in the subject: else it would begin a header."""
    return EmailMessage(" ".join(subject.split()), body, to=[person.email])


def send_soon(letters, wait=0):
    """Send `letters` while the caller goes on, after `wait` seconds at most. What cannot be sent is logged."""
    # Not a daemon: a command that ends waits until they are sent.
    thread = Thread(target=send, args=[letters], name="mails")
    thread.start()
    thread.join(wait)


def send(letters):
    """Send `letters` over one connection, log those that cannot be sent, and return those that were."""
    sent = []
    try:
        with get_connection() as connection:
            for mail in letters:
                mail.connection = connection
                if _sent(mail):
                    sent.append(mail)
                else:
                    # A server that refuses one mail may end the conversation: the next begins a new one.
                    connection.close()
    except Exception:
        log.exception("The mail server cannot be reached, so these were not sent: %d mails", len(letters))
    NOT_SENT.inc(len(letters) - len(sent))
    return sent


def _sent(mail):
    try:
        return bool(mail.send())
    except Exception:
        # One address that the server refuses does not keep the mail from the others.
        log.exception("A mail was not sent: %s", mail.subject)
        return False


def _tell(kind, editions):
    try:
        letters = [
            letter(person, *_written(kind, theirs)) for person, theirs in _concerned(kind, editions).items()
        ]
        if letters:
            send_soon(letters, PATIENCE_SECONDS)
    except Exception:
        # Whatever it is, what happened is committed, and whoever did it must be told so.
        log.exception("Nobody was mailed about what stands: %s", kind.label.lower())


def _concerned(kind, editions):
    """Return {person: those of `editions` that concern them}, without whoever did it."""
    found = defaultdict(list)
    if not get_user_model().objects.filter(is_active=True).exclude(email="").exists():
        return found
    for edition in editions:
        wrote_it, did_it = authors(edition), _event(kind, edition).by_id
        if kind == Kind.SUBMITTED:
            people = with_address(roles.REVIEWER).exclude(pk__in=wrote_it)
        else:
            active = get_user_model().objects.filter(is_active=True, pk__in=wrote_it)
            people = active.exclude(email="").order_by("pk")
        for person in people.exclude(pk=did_it):
            # Whoever has another role by now is told nothing that they may not see.
            if person.has_perm("leaflets.view_edition"):
                found[person].append(edition)
    return found


def _event(kind, edition):
    return Event.objects.filter(edition=edition, kind=kind).last()


def _written(kind, editions):
    """Return the subject and the body about `editions`, which had the same happen to them together."""
    event = _event(kind, editions[0])
    title = Truncator(editions[0].document["title"]).chars(LONGEST_TITLE)
    more = f", and {len(editions) - 1} more" if len(editions) > 1 else ""
    later = f", live from {moment_in_words(event.takes_effect)}" if event.takes_effect > event.at else ""
    # What waits is frozen, and the draft in the workspace may have moved on.
    leads_to = address_of if kind == Kind.SUBMITTED else workspace_of
    subject = f"{kind.label}: {title}, edition {editions[0].number}{more}"
    body = LETTER.format(
        who=event.by_name,
        verb=VERBS[kind],
        when=moment_in_words(event.at) + later,
        editions="\n\n".join(f"{edition}\n{leads_to(edition)}" for edition in editions),
        # Set in, so that it cannot be taken for the rest of the letter.
        reason=event.reason.replace("\n", "\n     "),
        because=BECAUSE_REVIEWER if kind == Kind.SUBMITTED else BECAUSE_AUTHOR,
    )
    return subject, body
