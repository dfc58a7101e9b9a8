"""What the values in the environment must be like. Each function returns what its text stands for, or refuses it."""

import re
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

from config.mail import THIS_MACHINE

LANGUAGES = Path(__file__).resolve().parent.parent / "leaflets" / "locale"
HOST = r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:.]+\]"


def secret_key(text):
    """Return `text` if nobody guesses it: 50 characters or more, not the same ones over and over."""
    repeats = text in (text + text)[1:-1]
    if len(text) < 50 or len(set(text)) < 10 or repeats or text.startswith("django-insecure-"):
        raise ImproperlyConfigured(
            "SECRET_KEY is too short or too simple: use 50 random characters or more, as from "
            "`openssl rand -base64 48`."
        )
    return text


def anchor_key(text):
    """Return `text`, a key or nothing."""
    if 0 < len(text) < 32:
        raise ImproperlyConfigured(
            "ANCHOR_KEY is too short: use 32 random characters or more, or none at all."
        )
    return text


def hosts(text):
    """Return the names of hosts in `text`, a list. None stands for several, so nobody else can name the site."""
    names = [name.strip().lower() for name in text.split(",") if name.strip()]
    if any("*" in name or name.startswith(".") for name in names):
        raise ImproperlyConfigured(
            "ALLOWED_HOSTS may not be * or begin with a dot: name the hosts that this site answers for."
        )
    if not names or not all(re.fullmatch(HOST, name) for name in names):
        raise ImproperlyConfigured(
            "ALLOWED_HOSTS: write names of hosts, separated by commas, without https:// and without ports"
        )
    return names


def hosts_of_this_machine(text):
    """Return `hosts` of text, if they are names of this machine: DEBUG=1 shows errors and lets anybody publish."""
    names = hosts(text)
    if not all(is_this_machine(name) for name in names):
        raise ImproperlyConfigured(
            "DEBUG=1 is for one person on one machine, but ALLOWED_HOSTS names another host. Remove DEBUG to serve "
            "others; to try the site, name 127.0.0.1, localhost and [::1] only."
        )
    return names


def site_url(text):
    """Return `text`, the address of the site: https and a host."""
    if not re.fullmatch(r"https://[\w.\[\]:-]+", text):
        raise ImproperlyConfigured(
            "SITE_URL: write https:// and the host, as in https://leaflets.example.org"
        )
    return text


def site_url_of_this_machine(text):
    """Return `text`, the address of the site: http or https, and this machine."""
    found = re.fullmatch(r"https?://([\w.-]+|\[[\w:]+\])(:\d+)?", text)
    if not (found and is_this_machine(found[1])):
        raise ImproperlyConfigured(
            "DEBUG=1 is for one person on one machine, but SITE_URL leads elsewhere. Remove DEBUG to serve others."
        )
    return text


def is_this_machine(host):
    """Return whether `host` names the machine that asks."""
    return host.strip("[]") in THIS_MACHINE or host.endswith(".localhost")


def whole_path(name):
    """Return the judge of `name`, a path: one that leads somewhere else for each working directory will not do."""

    def judge(text):
        if not Path(text).is_absolute():
            raise ImproperlyConfigured(f"{name}: write the whole path, beginning with /")
        return text

    return judge


def contact(text):
    """Return `text`, an address that patients may write to, or nothing."""
    if text and not re.fullmatch(r"[^@\s?&]+@[^@\s?&]+", text):
        raise ImproperlyConfigured(
            "SITE_CONTACT: write an address that patients may write to, as in leaflets@example.org"
        )
    return text


def sender(text):
    """Return `text`, from whom mails are."""
    if not re.fullmatch(r"[^@\n]+@[^@\s]+", text):
        raise ImproperlyConfigured("MAIL_FROM: write an address, as in Leaflets <leaflets@example.org>")
    return text


def catalogues():
    """Return the languages that the site's own words on a leaflet can be in, beside English."""
    return sorted(path.name for path in LANGUAGES.glob("[a-z]*"))


def languages(text):
    """Return the languages in `text`, a list."""
    tags = [tag for tag in re.split(r"[\s,]+", text) if tag]
    if not set(tags) <= set(catalogues()):
        raise ImproperlyConfigured(
            "SITE_LANGUAGES: name languages that there is a catalogue for, separated by commas: "
            + ", ".join(catalogues())
        )
    return tags


def seen_together(site_url, admin_host, allowed_hosts):
    """Yield a sentence for each of these names that is not among the hosts that the site answers for."""
    host = re.sub(r":\d+$", "", site_url.partition("://")[2]).lower()
    if host not in allowed_hosts:
        yield f"SITE_URL: its host, {host}, must be one of the ALLOWED_HOSTS."
    if admin_host and admin_host not in allowed_hosts:
        yield "ADMIN_HOST: write one of the ALLOWED_HOSTS, without a port"
