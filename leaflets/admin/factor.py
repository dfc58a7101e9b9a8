"""The pages of the second factor: asked for after the password, set up with a QR code, looked after by the person."""

from base64 import b32encode
from binascii import unhexlify

import segno
from django import forms
from django.contrib import admin, messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from leaflets.admin.proving import code_field
from leaflets.door import entering, factor, staying

KEY = "key_to_set_up"
NOT_FROM_IT = (
    "This code is not from this key. Scan or type the key again, and give the code that the app shows now."
)
MOVE, CODES, OFF = "move", "codes", "off"


class CodeForm(forms.Form):
    """Asks for a code."""

    code = code_field()


class FirstCodeForm(forms.Form):
    """Asks for a code from the app that is being set up: there are no recovery codes yet."""

    code = code_field()
    code.help_text = f"The {factor.DIGITS} digits that the app shows now."


@never_cache
@sensitive_post_parameters()
def ask(request):
    """Ask whoever is half in for a code, and let them in."""
    user = entering.half_in(request)
    if user is None:
        return redirect("admin:login")
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        why_not = factor.why_not(user, form.cleaned_data["code"])
        device = factor.device_of(user)
        if not why_not and device:
            return redirect(entering.finish(request, user, device))
        form.add_error("code", why_not or factor.WRONG)
    return _page(request, "ask", "Second factor: a code", form=form)


@never_cache
@sensitive_post_parameters()
def set_up(request):
    """Show a new key to whoever is half in, or signed in, and make the app that knows it their second factor."""
    half = entering.half_in(request)
    user = half or (request.user if admin.site.has_permission(request) else None)
    if user is None:
        return redirect("admin:login")
    if factor.device_of(user) and (half or KEY not in request.session or staying.must_prove_again(request)):
        # Another app is no way in for somebody who has the password only, or found a screen unlocked.
        return redirect("second_factor_ask" if half else "second_factor")
    key = request.session.setdefault(KEY, factor.new_key())
    form = FirstCodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        done = factor.set_up(user, key, form.cleaned_data["code"], replacing=not half)
        if done:
            return _done(request, user, half, *done)
        form.add_error("code", NOT_FROM_IT)
    return _page(request, "set_up", "Set up the second factor", form=form, **_shown(user, key))


@admin.site.admin_view
@sensitive_post_parameters()
def own(request):
    """What the person's own second factor is, and what they can do about it."""
    user, device = request.user, factor.device_of(request.user)
    form = CodeForm(request.POST or None)
    act = request.POST.get("act")
    if request.method == "POST" and device and form.is_valid():
        why_not = factor.why_not(user, form.cleaned_data["code"])
        if not why_not:
            staying.prove(request, device)
            return _acted(request, act)
        form.add_error("code", why_not)
    more = {"device": device, "left": factor.codes_left(user), "required": factor.is_required(user)}
    return _page(request, "own", "Your second factor at sign-in", form=form, **more)


def _acted(request, act):
    user = request.user
    if act == MOVE:
        request.session[KEY] = factor.new_key()
        return redirect("second_factor_set_up")
    if act == CODES:
        return _codes(request, factor.renew_codes(user), reverse("second_factor"))
    if act == OFF and not factor.is_required(user):
        factor.reset(user, by=user, reason="", what="taken away by the person")
        request.session[staying.DOOR] |= {"device": None, "proved": None}
        request.session.modified = True
        messages.success(request, "You sign in with your password alone from now on.")
    return redirect("second_factor")


def _done(request, user, half, device, codes):
    del request.session[KEY]
    if half:
        return _codes(request, codes, entering.finish(request, user, device))
    staying.prove(request, device)
    return _codes(request, codes, reverse("second_factor"))


def _codes(request, codes, to):
    return _page(request, "codes", "Your recovery codes", codes=codes, to=to)


def _shown(user, key):
    address = factor.address_for_app(user, key)
    letters = b32encode(unhexlify(key)).decode()
    return {
        "picture": segno.make(address, micro=False).svg_data_uri(scale=5, border=4, light="#fff"),
        "key": " ".join(letters[start : start + 4] for start in range(0, len(letters), 4)),
        "address": address,
    }


def _page(request, name, title, **context):
    context = {**admin.site.each_context(request), "title": title, **context}
    return render(request, f"admin/leaflets/factor_{name}.html", context)
