"""The pages of single sign-on: out to the provider, and back."""

import time

from django.conf import settings
from django.contrib import admin, messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from leaflets.door import entering, sign_on, staying, throttle

LEFT = "sign_on"
BACKEND = "django.contrib.auth.backends.ModelBackend"
NOT_LET_IN = (
    "You were not signed in. Either your organisation did not confirm who you are and that your address is yours, or "
    "no account here goes with it. Try again, or ask an administrator of this site."
)


def _if_configured(view):
    @never_cache
    @require_safe
    def wrapped(request):
        if not settings.OIDC_ISSUER:
            raise Http404
        try:
            return view(request)
        except sign_on.NotVouchedFor:
            messages.error(request, NOT_LET_IN)
            return redirect("admin:login")

    return wrapped


@_if_configured
def out(request):
    """Lead to the provider; with ?again=1 whoever is signed in proves anew who they are."""
    again = "again" in request.GET and admin.site.has_permission(request)
    to = request.GET.get("next", "")
    safe = url_has_allowed_host_and_scheme(to, {request.get_host()}, request.is_secure())
    left = {"at": time.time(), "again": again, "to": to if safe else reverse("admin:index")}
    answer = sign_on.leave(request, **({"max_age": 0, "prompt": "login"} if again else {}))
    request.session[LEFT] = left
    return answer


@_if_configured
def back(request):
    """Let in whom the provider vouches for and who has an account here, as far as the provider is trusted."""
    left = request.session.pop(LEFT, None)
    if left is None:
        raise sign_on.NotVouchedFor
    said = _said(request)
    account = sign_on.account_of(said)
    if left["again"]:
        return _proved_again(request, account, said, left)
    if account is None:
        raise sign_on.NotVouchedFor
    return redirect(entering.arrive(request, account, left["to"], BACKEND, proved=sign_on.vouches(said)))


def _said(request):
    # Each try asks the provider: nobody keeps this site busy with made-up codes. What counts is the address alone.
    guess = throttle.Guess(request, throttle.SIGN_ON, request.GET.get("state", ""))
    if guess.is_refused():
        raise sign_on.NotVouchedFor
    try:
        return sign_on.claims(request)
    except sign_on.NotVouchedFor:
        guess.failed()
        raise


def _proved_again(request, account, said, left):
    same = account is not None and request.user == account
    if not (same and sign_on.vouches(said) and sign_on.is_fresh(said, left["at"])):
        messages.error(request, "That did not prove anew that it is you. Nothing was changed.")
        return redirect("admin:index")
    staying.prove(request)
    context = {**admin.site.each_context(request), "title": "It is you"}
    return render(request, "admin/leaflets/proved_again.html", context)
