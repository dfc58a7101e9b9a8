"""What a process that serves the site must not be started with. Commands may be."""

from django.conf import settings
from django.core import checks
from django.core.exceptions import ImproperlyConfigured


def refuse_unsafe():
    """Raise ImproperlyConfigured in production on settings that Django's own deployment check finds fault with.

    The environment cannot lead to such; a module of settings that changes ours can, as by cookies that go over http.
    """
    if settings.DEBUG:
        return
    found = checks.run_checks(tags=[checks.Tags.security], include_deployment_checks=True)
    wrong = [f"{each.msg} ({each.id})" for each in found if not each.is_silenced()]
    if settings.OWNER_DATABASE:
        wrong.append(
            "Take OWNER_DATABASE_URL out of the site's own environment: it is for manage.py migrate only. Whoever "
            "breaks into the site would find the owner's password there, and could rewrite history."
        )
    if wrong:
        raise ImproperlyConfigured("\n".join(wrong))
