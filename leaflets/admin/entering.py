"""Signing in: the same answer to everybody who does not get in."""

from django.contrib.admin.forms import AdminAuthenticationForm

from leaflets.door import throttle

REFUSED = (
    "Please enter the correct username and password. Note that both fields may be case-sensitive. After "
    f"{throttle.PER_BOTH} wrong passwords everything is refused for {throttle.WINDOW.seconds // 60} minutes, the "
    "right one too: wait so long, or ask an administrator of this site to let you in."
)


class SignInForm(AdminAuthenticationForm):
    """Says no more to a wrong password than to an unknown name, a deactivated account, or too many tries."""

    error_messages = {**AdminAuthenticationForm.error_messages, "invalid_login": REFUSED, "inactive": REFUSED}
