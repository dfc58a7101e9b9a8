"""All settings: what is fixed stands here, what differs between installations comes from the environment.

With DEBUG=1 every value has a default that suits one person on one machine. Without it the process refuses to start
on a missing or unsafe value, and says which.
"""

import os
import re
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

from config import appearance
from config.databases import database
from config.door import door
from config.mail import mail_settings
from config.sign_on import single_sign_on

BASE_DIR = Path(__file__).resolve().parent.parent
DEBUG = os.environ.get("DEBUG", "") == "1"


def _from_environment(name, in_debug):
    value = os.environ.get(name) or (in_debug if DEBUG else None)
    if value is None:
        raise ImproperlyConfigured(
            f"Set {name} in the environment (or DEBUG=1 to try the site on one machine)."
        )
    return value


SECRET_KEY = _from_environment("SECRET_KEY", "only-for-one-person-on-one-machine")
if not DEBUG and (len(SECRET_KEY) < 50 or len(set(SECRET_KEY)) < 10):
    raise ImproperlyConfigured("SECRET_KEY is too short or too simple: use 50 random characters or more.")
ALLOWED_HOSTS = _from_environment("ALLOWED_HOSTS", "127.0.0.1,localhost,[::1]").replace(" ", "").split(",")
if not DEBUG and "*" in ALLOWED_HOSTS:
    raise ImproperlyConfigured("ALLOWED_HOSTS may not be *: name the hosts that this site answers for.")
MEDIA_ROOT = _from_environment("MEDIA_ROOT", str(BASE_DIR / "var" / "media"))
# The public site as files, written at each change: what is served while the database is down.
MIRROR_ROOT = _from_environment("MIRROR_ROOT", str(BASE_DIR / "var" / "mirror"))
# Called with the changed paths on its input, to purge copies of them elsewhere.
PURGE_COMMAND = os.environ.get("PURGE_COMMAND", "")
DATABASES = {
    "default": database(_from_environment("DATABASE_URL", f"sqlite:///{BASE_DIR / 'var' / 'site.sqlite3'}"))
}
_beside = Path(DATABASES["default"]["NAME"]).parent
ANCHOR_FILE = _from_environment(
    "ANCHOR_FILE", str((_beside if _beside.is_absolute() else BASE_DIR / "var") / "anchors.jsonl")
)
ANCHOR_KEY = os.environ.get("ANCHOR_KEY", "")
if 0 < len(ANCHOR_KEY) < 32:
    raise ImproperlyConfigured("ANCHOR_KEY is too short: use 32 random characters or more, or none at all.")
PROXY_COUNT, SECOND_FACTOR, PROOF_MINUTES, SESSION_IDLE, SESSION_HOURS = door(os.environ, DEBUG)
SITE_URL = _from_environment("SITE_URL", f"http://127.0.0.1:{os.environ.get('PORT') or 8000}")
if not re.fullmatch(r"https?://[\w.\[\]:-]+", SITE_URL) or not (DEBUG or SITE_URL.startswith("https://")):
    raise ImproperlyConfigured("SITE_URL: write https:// and the host, as in https://leaflets.example.org")
# Where the admin lives, and nowhere else; without it, wherever the site does.
ADMIN_HOST = os.environ.get("ADMIN_HOST", "").lower()
if ADMIN_HOST and ADMIN_HOST not in ALLOWED_HOSTS:
    raise ImproperlyConfigured("ADMIN_HOST: write one of the ALLOWED_HOSTS, without a port")
OIDC_ISSUER, OIDC_CLIENT_ID, OIDC_CLIENT_SECRET, OIDC_NAME, OIDC_SECOND_FACTOR = single_sign_on(
    os.environ, DEBUG
)
SITE_NAME = OTP_TOTP_ISSUER = os.environ.get("SITE_NAME") or "Self-help leaflets"
SITE_CONTACT = os.environ.get("SITE_CONTACT", "")
if SITE_CONTACT and not re.fullmatch(r"[^@\s?&]+@[^@\s?&]+", SITE_CONTACT):
    raise ImproperlyConfigured(
        "SITE_CONTACT: write an address that patients may write to, as in leaflets@example.org"
    )
SITE_COLOUR = appearance.colour(os.environ.get("SITE_COLOUR", ""))
SITE_LOGO = appearance.logo(os.environ.get("SITE_LOGO", ""))
SITE_FOOTER = appearance.footer(os.environ.get("SITE_FOOTER", ""))
# The languages that the site's own words on a leaflet can be in, beside English.
_catalogues = sorted(path.name for path in (BASE_DIR / "leaflets" / "locale").glob("[a-z]*"))
SITE_LANGUAGES = re.split(r"[\s,]+", os.environ.get("SITE_LANGUAGES", ",".join(_catalogues) if DEBUG else ""))
SITE_LANGUAGES = [tag for tag in SITE_LANGUAGES if tag]
if not set(SITE_LANGUAGES) <= set(_catalogues):
    raise ImproperlyConfigured(
        f"SITE_LANGUAGES: name languages that there is a catalogue for, separated by commas: {', '.join(_catalogues)}"
    )
DEFAULT_FROM_EMAIL = SERVER_EMAIL = _from_environment("MAIL_FROM", "leaflets@localhost")
if not re.fullmatch(r"[^@\n]+@[^@\s]+", DEFAULT_FROM_EMAIL):
    raise ImproperlyConfigured("MAIL_FROM: write an address, as in Leaflets <leaflets@example.org>")
_from_url = mail_settings(_from_environment("EMAIL_URL", "console:"))
EMAIL_BACKEND, EMAIL_HOST, EMAIL_PORT = _from_url.backend, _from_url.host, _from_url.port
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _from_url.user, _from_url.password
EMAIL_USE_TLS, EMAIL_USE_SSL = _from_url.starttls, _from_url.tls
EMAIL_TIMEOUT = 10
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    # Before the plain static files, so that what the old editor brings along is pruned.
    "config.static.PrunedStaticFilesConfig",
    "ckeditor",
    "axes",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
    "history",
    "triage",
    "exercises",
    "leaflets",
]

MIDDLEWARE = [
    "config.headers.HeadersMiddleware",
    "config.hosts.AdminHostMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "leaflets.door.staying.StayingMiddleware",
    "leaflets.admin.signed_out.SignedOutMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "NAME": "public",
        "DIRS": [BASE_DIR / "templates" / "jinja2"],
        "OPTIONS": {"environment": "leaflets.jinja.environment"},
    },
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
# The first refuses who has failed too often, and lets nobody in.
AUTHENTICATION_BACKENDS = ["leaflets.door.throttle.Throttled", "django.contrib.auth.backends.ModelBackend"]
AXES_HANDLER = "leaflets.door.throttle.Handler"
AXES_ENABLE_ADMIN = AXES_VERBOSE = False
PASSWORD_RESET_TIMEOUT = 60 * 60
LOGIN_URL = "admin:login"
CSRF_FAILURE_VIEW = "leaflets.admin.signed_out.forged"

LANGUAGE_CODE = "en-gb"
# Before the words of Django and of the admin, so that none of ours is said in theirs.
LOCALE_PATHS = [BASE_DIR / "leaflets" / "locale"]
TIME_ZONE = "Europe/London"
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "var" / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = DEBUG
# By default it would let every other site read them.
WHITENOISE_ALLOW_ALL_ORIGINS = False

# A paste of 10 MB must reach the form, which then says in a sentence what to do; nothing typed is lost.
DATA_UPLOAD_MAX_MEMORY_SIZE = 40 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000

# Five advisories against CKEditor 4.22 have no free fix. Full pages, source mode, samples, the uploader and the
# version check are off (config/static.py prunes them), and leaflets/richtext/ sanitises on every way in and out.
SILENCED_SYSTEM_CHECKS = [
    "ckeditor.W001",
    # config/headers.py sends X-Frame-Options and Referrer-Policy, each side its own.
    "security.W002",
    "security.W022",
    # Its middleware would tell whoever is refused for a while so; here every failure is answered alike.
    "axes.W002",
]

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = SESSION_HOURS * 60 * 60
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SECURE_REFERRER_POLICY = SECURE_CROSS_ORIGIN_OPENER_POLICY = None  # Each side has its own.
if not DEBUG:
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = True
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-session", "__Host-csrf"
    SECURE_HSTS_SECONDS = 63072000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = True
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"without_links": {"()": "config.logs.WithoutLinks"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "filters": ["without_links"]}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}
