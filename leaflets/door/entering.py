"""Getting in: with the password alone, or half in until the second factor is proved or set up.

Whoever is half in is not signed in: every page takes them for anybody, and history has no sign-in of theirs.
"""

import time

from django.contrib import auth
from django.urls import reverse
from django.utils.crypto import constant_time_compare

from leaflets.door import factor, staying

HALF = "half_in"
MINUTES = 10


def arrive(request, user, to, backend=None, proved=False):
    """Let `user` in, who has given the password, or half in; return where to go, `to` in the end.

    `proved` says that a provider vouches for a second factor of its own, and is trusted to.
    """
    device = factor.device_of(user)
    if proved or not (device or factor.is_required(user)):
        auth.login(request, user, backend)
        if proved:
            staying.prove(request)
        return to
    request.session.flush()
    request.session[HALF] = {
        "user": user.pk,
        "backend": backend or user.backend,
        "hash": user.get_session_auth_hash(),
        "at": time.time(),
        "to": to,
    }
    return reverse("second_factor_ask" if device else "second_factor_set_up")


def half_in(request):
    """Return who has given a password and nothing more yet, or None: after MINUTES, or where it has changed."""
    half = request.session.get(HALF)
    if half is None or time.time() - half["at"] > MINUTES * 60:
        return None
    user = auth.get_user_model().objects.filter(pk=half["user"], is_active=True, is_staff=True).first()
    return user if user and constant_time_compare(half["hash"], user.get_session_auth_hash()) else None


def finish(request, user, device):
    """Sign `user` in, who was half in and has proved the second factor by `device`; return where to go."""
    half = request.session.pop(HALF)
    auth.login(request, user, half["backend"])
    staying.prove(request, device)
    return half["to"]
