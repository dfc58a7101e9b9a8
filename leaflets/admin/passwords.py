"""Passwords that people set for themselves: changed when signed in, or after a link by mail. Each is recorded."""

import logging

from django.conf import settings
from django.contrib import admin, messages
from django.contrib.auth import views
from django.contrib.auth.forms import PasswordResetForm
from django.core.mail import EmailMessage
from django.db import transaction
from django.shortcuts import redirect
from django.urls import reverse

from history.accounts import record_password
from leaflets import mails
from leaflets.door import throttle

CONSOLE = "django.core.mail.backends.console.EmailBackend"
SUBJECT = "Set a new password for the self-help leaflets"
LETTER = """Somebody asked to set a new password for your account, {username}. If that was you, open this link:

{address}

It works once, within an hour. If it was not you, do nothing: your password stays as it is.
"""
log = logging.getLogger(__name__)


class AskForm(PasswordResetForm):
    """Mails a link to every active account with the address."""

    def send_mail(self, subject, template, context, sender, address, html_email_template_name=None):
        """Send a link to this site, whatever host was asked, without waiting: the time it takes tells nothing."""
        if settings.EMAIL_BACKEND == CONSOLE and not settings.DEBUG:
            log.warning(
                "A link for a new password was asked for, but EMAIL_URL is console: it is not printed."
            )
            return
        path = reverse("password_reset_confirm", args=[context["uid"], context["token"]])
        letter = LETTER.format(username=context["user"].get_username(), address=mails.in_admin(path))
        mails.send_soon([EmailMessage(SUBJECT, letter, to=[address])])


class _Page:
    """Gives Django's pages for passwords the site's header."""

    def get_context_data(self, **context):
        names = {"site_header": admin.site.site_header, "site_title": admin.site.site_title}
        return super().get_context_data(**names, **context)


class Ask(_Page, views.PasswordResetView):
    form_class = AskForm

    def form_valid(self, form):
        """Answer alike however often it is asked, but mail no more than so many links."""
        guess = throttle.Guess(self.request, throttle.LINK, form.cleaned_data["email"])
        if guess.is_refused():
            log.warning("Links for a new password were asked for too often: none is sent for a while.")
            return redirect(self.get_success_url())
        guess.failed()
        return super().form_valid(form)


class Sent(_Page, views.PasswordResetDoneView):
    pass


class Set(_Page, views.PasswordResetConfirmView):
    template_name = "admin/leaflets/password_set.html"

    def get_user(self, uidb64):
        """A link that was sent before the account was deactivated leads nowhere."""
        user = super().get_user(uidb64)
        return user if user and user.is_active else None

    @transaction.atomic
    def form_valid(self, form):
        answer = super().form_valid(form)
        record_password(self.user, by=self.user, reason="By a link sent to the account's address.")
        return answer


class Done(_Page, views.PasswordResetCompleteView):
    pass


@admin.site.admin_view
@transaction.atomic
def change(request):
    """The admin's own page, the record that it lacks, and an end to guessing on a screen found unlocked."""
    guess = throttle.Guess(request, throttle.SIGN_IN, request.user.get_username())
    if request.method == "POST" and guess.is_refused():
        messages.error(request, "Too many wrong passwords. Nothing was changed: wait a quarter of an hour.")
        return redirect("password_change")
    answer = admin.site.password_change(request)
    if request.method == "POST" and answer.status_code == 302:
        record_password(request.user, by=request.user, reason="Changed by the person.")
    elif request.method == "POST" and "old_password" in answer.context_data["form"].errors:
        guess.failed()
    return answer
