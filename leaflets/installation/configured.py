"""The settings, as far as they are no reason to refuse a start."""

from django.conf import settings
from django.core import checks

from leaflets.installation import look, right, wrong

CONSOLE = "django.core.mail.backends.console.EmailBackend"


def settled():
    """Yield what is to be said of the settings. Those that are unsafe have kept this from running at all."""
    if settings.DEBUG:
        yield wrong("DEBUG=1 is for one person on one machine. Remove it, and look again.")
    found = [
        each
        for each in checks.run_checks(include_deployment_checks=not settings.DEBUG)
        if not each.is_silenced()
    ]
    for each in found:
        yield wrong(f"{each.msg} {each.hint or ''} ({each.id})")
    if not found:
        yield right("Django's own deployment check finds nothing.")
    if settings.ANCHOR_KEY:
        yield right(
            "Anchors are signed with ANCHOR_KEY. Keep a copy of it where the database's owner cannot read it."
        )
    else:
        yield look(
            "ANCHOR_KEY is not set: whoever can write to ANCHOR_FILE could make up anchors. Set 32 random characters."
        )
    if settings.OWNER_DATABASE:
        yield look(
            "OWNER_DATABASE_URL is set here. Give it to manage.py migrate only: a site that knows it does not start."
        )
    if not settings.SITE_CONTACT:
        yield look("SITE_CONTACT is not set: patients are told of no address to write to about a leaflet.")


def mail():
    """Yield whether mails can be sent."""
    from django.core.mail import get_connection

    if settings.EMAIL_BACKEND == CONSOLE:
        yield look(
            "EMAIL_URL is console: so mails are printed and reach nobody, links for a new password included."
        )
        return
    server = f"The mail server {settings.EMAIL_HOST}:{settings.EMAIL_PORT}"
    try:
        connection = get_connection()
        connection.open()
        connection.close()
    except OSError as error:
        yield wrong(f"{server} cannot be used: {error}. Look at EMAIL_URL, and at what lies between.")
    else:
        yield right(
            f"{server} takes connections"
            + (", and the user's password." if settings.EMAIL_HOST_USER else ".")
        )
