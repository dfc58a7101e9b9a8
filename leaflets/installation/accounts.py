"""The people: whether somebody can make accounts and publish, and gets in by more than a password."""

from django.conf import settings
from django.contrib.auth import get_user_model

from history.models import AccountEvent
from leaflets import roles
from leaflets.door import factor
from leaflets.installation import look, right, wrong

NAMED = 5
DEMONSTRATION = "Made for the demonstration."


def accounts():
    """Yield what is to be said of the accounts."""
    people = get_user_model().objects.filter(is_active=True).order_by("username")
    yield from _somebody(people)
    yield from _second_factors(people)
    made_for_it = [
        event.account.username
        for event in AccountEvent.objects.filter(account__is_active=True).select_related("account")
        if event.said["reason"] == DEMONSTRATION
    ]
    if made_for_it:
        yield wrong(f"Accounts of the demonstration are active: {_names(made_for_it)}. Deactivate them.")
    silent = people.filter(groups__name__in=[roles.EDITOR, roles.REVIEWER], email="").distinct()
    if silent:
        yield look(f"Without an address, and so never mailed: {_names(each.username for each in silent)}.")


def _somebody(people):
    makers = people.filter(groups__name=roles.ADMINISTRATOR) | people.filter(is_superuser=True)
    if not makers.exists():
        yield wrong("Nobody can make accounts. Make the first: manage.py createsuperuser")
    reviewers = people.filter(groups__name=roles.REVIEWER).count()
    if reviewers < 2:
        yield look(
            f"Reviewers: {reviewers}. Nobody publishes what they worked on, so at least two keep a withdrawal from "
            "waiting for one person."
        )
    else:
        yield right(f"Reviewers: {reviewers}. Somebody can publish while another is away.")
    supers = [each.username for each in people.filter(is_superuser=True)]
    if supers and people.filter(groups__name=roles.ADMINISTRATOR).exists():
        yield look(
            f"Superusers may do everything: {_names(supers)}. An Administrator is there; deactivate them."
        )


def _second_factors(people):
    mighty = [each for each in people if factor.is_required(each)]
    bare = [each for each in mighty if not factor.device_of(each)]
    names = _names(each.username for each in bare)
    if not mighty:
        return
    if not bare:
        yield right("Whoever may publish or make accounts has a second factor.")
    elif settings.OIDC_ISSUER and settings.OIDC_SECOND_FACTOR:
        yield look(f"Without a second factor here, and so only let in by single sign-on: {names}.")
    else:
        yield look(
            f"Without a second factor yet: {names}. Whoever has the password first sets it up: let them sign in now."
        )


def _names(names):
    names = list(names)
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return ", ".join(names[:NAMED]) + more
