"""Signing in: the same answer to everybody who does not get in, and the way to the second factor."""

from django.conf import settings
from django.contrib import admin
from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.auth.views import LoginView
from django.shortcuts import redirect
from django.urls import reverse_lazy

from leaflets.door import entering, throttle

REFUSED = (
    "Please enter the correct username and password. Note that both fields may be case-sensitive. After "
    f"{throttle.PER_BOTH} wrong passwords everything is refused for {throttle.WINDOW.seconds // 60} minutes, the "
    "right one too: wait so long, or ask an administrator of this site to let you in."
)


class SignInForm(AdminAuthenticationForm):
    """Says no more to a wrong password than to an unknown name, a deactivated account, or too many tries."""

    error_messages = {**AdminAuthenticationForm.error_messages, "invalid_login": REFUSED, "inactive": REFUSED}


class SignIn(LoginView):
    """The admin's own page, and after it the second factor."""

    authentication_form = SignInForm
    template_name = "admin/login.html"
    next_page = reverse_lazy("admin:index")

    def get(self, request, *args, **kwargs):
        return redirect("admin:index") if admin.site.has_permission(request) else super().get(request)

    def form_valid(self, form):
        return redirect(entering.arrive(self.request, form.get_user(), self.get_success_url()))

    def get_context_data(self, **context):
        return super().get_context_data(
            **admin.site.each_context(self.request),
            title="Log in",
            subtitle=None,
            app_path=self.request.get_full_path(),
            sign_on=settings.OIDC_ISSUER and settings.OIDC_NAME,
            username=self.request.user.get_username(),
            **context,
        )
