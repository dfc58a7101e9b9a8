"""EMAIL_URL, in the form of an address: which mail server to use, and how."""

from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

FORM = (
    "EMAIL_URL: write smtp://user:password@host:port, or smtps://..., or console: to print mails instead of sending "
    "them. In user and password, write %40 for @, %2F for /, %3A for : and %23 for #."
)
THIS_MACHINE = {"localhost", "127.0.0.1", "::1"}
PORTS = {"smtp": 587, "smtps": 465}


class Mail(NamedTuple):
    """A mail server; `starttls` begins in the clear and goes on encrypted, `tls` is so from the start."""

    backend: str
    host: str = ""
    port: int = 0
    user: str = ""
    password: str = ""
    starttls: bool = False
    tls: bool = False


def mail_settings(url):
    """Return the Mail that `url` stands for. Raises ImproperlyConfigured, which never repeats the password.

    A password reset may travel in a mail, so what leaves this machine is encrypted, or it is not sent.
    """
    if url == "console:":
        return Mail("django.core.mail.backends.console.EmailBackend")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise ImproperlyConfigured(FORM) from None
    if (
        parts.scheme not in PORTS
        or not parts.hostname
        or parts.path.strip("/")
        or parts.query
        or parts.fragment
    ):
        raise ImproperlyConfigured(FORM)
    here = parts.scheme == "smtp" and parts.hostname in THIS_MACHINE
    return Mail(
        "django.core.mail.backends.smtp.EmailBackend",
        parts.hostname,
        port or (25 if here else PORTS[parts.scheme]),
        unquote(parts.username or ""),
        unquote(parts.password or ""),
        starttls=parts.scheme == "smtp" and not here,
        tls=parts.scheme == "smtps",
    )
