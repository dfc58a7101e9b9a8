"""How long a sign-in lasts, and what it has proved. It ends with the account, the password, a role, the second factor.

Django itself ends it with the account and with the password. What else there is to know of a sign-in is kept with it,
in its session, and looked at each time that somebody asks for a page as that person.
"""

import time
from functools import partial

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.utils.functional import SimpleLazyObject

from leaflets.door import factor

DOOR = "door"
# How exactly it is known when somebody was last here, in seconds.
NOTED_EVERY = 60


class StayingMiddleware:
    """Takes nobody for a person whose sign-in has ended, or has not proved what it must. No view sees another."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        # Only when somebody asks who it is: a public page never does.
        request.user = SimpleLazyObject(partial(_whoever_stays, request, request.user))
        return self.get_response(request)


def begin(sender, request, user, **kwargs):
    """Note when a sign-in began and with which roles; a receiver of user_logged_in."""
    now = time.time()
    request.session[DOOR] = {"began": now, "seen": now, "roles": _roles(user), "device": None, "proved": None}


def prove(request, device=None):
    """Note that whoever is signed in has just proved it again: by `device`, or without one by the provider."""
    door = request.session[DOOR]
    request.session[DOOR] = {**door, "device": device and device.pk, "proved": time.time()}


def must_prove_again(request):
    """Return whether so long has passed since the last proof that it is asked for again before what weighs most."""
    proved = request.session[DOOR]["proved"]
    return proved is not None and time.time() - proved > settings.PROOF_MINUTES * 60


def has_ended(door, user, now):
    """Return whether the sign-in of `user` of which `door` was noted has ended by the moment `now`, in seconds."""
    if now - door["began"] > settings.SESSION_HOURS * 3600 or now - door["seen"] > settings.SESSION_IDLE * 60:
        return True
    if set(door["roles"]) - set(_roles(user)):
        return True
    device = factor.device_of(user)
    if device:
        # Set up or changed elsewhere since, and this one may be somebody else's.
        return door["device"] != device.pk and not (door["proved"] and door["device"] is None)
    return door["device"] is not None or (door["proved"] is None and factor.is_required(user))


def _whoever_stays(request, user):
    if not user.is_authenticated:
        return user
    door, now = request.session.get(DOOR), time.time()
    if door is None or has_ended(door, user, now):
        request.session.flush()
        return AnonymousUser()
    # What a page that lies open sends by itself is nobody at work.
    if now - door["seen"] > NOTED_EVERY and not request.path.endswith("/open/"):
        request.session[DOOR] = {**door, "seen": now}
    return user


def _roles(user):
    flags = {"superuser": user.is_superuser, "staff": user.is_staff}
    named = user.groups.order_by("pk").values_list("pk", flat=True)
    return [*named, *(name for name, held in flags.items() if held)]
