"""Who somebody is at the provider of single sign-on. No part of history, which says when it was linked."""

from django.conf import settings
from django.db import models

from history.fields import LineField


class SignOn(models.Model):
    """An account, and the subject by which its provider knows the person: it stays when names and addresses change."""

    account = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="sign_on")
    issuer = LineField(max_length=255)
    subject = LineField(max_length=255)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["issuer", "subject"], name="a_subject_has_one_account")
        ]

    def __str__(self):
        return f"{self.account} at {self.issuer}"
