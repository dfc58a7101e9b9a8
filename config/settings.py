"""All settings: what is fixed stands here, what differs between installations comes from the environment.

With DEBUG=1 every value has a default that suits one person on one machine. Without it the process refuses to start
on a missing or unsafe value, and says which. docs/settings.md lists them all.
"""

import os
from pathlib import Path

from config import appearance, databases, logs, reports, values
from config.door import door
from config.environment import Environment
from config.mail import mail_settings
from config.media import media_store
from config.sign_on import single_sign_on
from config.watching import watching

BASE_DIR = Path(__file__).resolve().parent.parent
env = Environment(os.environ)
DEBUG = env.debug

SECRET_KEY = env.required("SECRET_KEY", "only-for-one-person-on-one-machine", in_production=values.secret_key)
ALLOWED_HOSTS = env.required(
    "ALLOWED_HOSTS", "127.0.0.1,localhost,[::1]", values.hosts_of_this_machine, values.hosts
)


def _path(name, in_debug):
    return env.required(name, str(in_debug), in_production=values.whole_path(name))


MEDIA_ROOT = _path("MEDIA_ROOT", BASE_DIR / "var" / "media")
_media = env.part(media_store)
# The public site as files, written at each change: what is served while the database is down.
MIRROR_ROOT = _path("MIRROR_ROOT", BASE_DIR / "var" / "mirror")
# Called with the changed paths on its input, to purge copies of them elsewhere.
PURGE_COMMAND = env.optional("PURGE_COMMAND")
_file = BASE_DIR / "var" / "site.sqlite3"
DATABASES = {
    "default": env.required(
        "DATABASE_URL", f"sqlite:///{_file}", databases.database, databases.database_for_many
    )
}
# The role that the site works as.
DATABASE_ROLE = DATABASES["default"]["USER"]
# Whose the tables are, and who migrates them: on PostgreSQL somebody else than the site.
OWNER_DATABASE = env.optional("OWNER_DATABASE_URL", judge=databases.owner_of(DATABASES["default"]))
_beside = Path(DATABASES["default"]["NAME"]).parent
ANCHOR_FILE = _path("ANCHOR_FILE", (_beside if _beside.is_absolute() else BASE_DIR / "var") / "anchors.jsonl")
ANCHOR_KEY = env.optional("ANCHOR_KEY", judge=values.anchor_key)
PROXY_COUNT, SECOND_FACTOR, PROOF_MINUTES, SESSION_IDLE, SESSION_HOURS = env.part(door)
METRICS_TOKEN, SENTRY_DSN = env.part(watching)
SITE_URL = env.required(
    "SITE_URL",
    f"http://127.0.0.1:{env.optional('PORT', '8000')}",
    values.site_url_of_this_machine,
    values.site_url,
)
# Where the admin lives, and nowhere else; without it, wherever the site does.
ADMIN_HOST = env.optional("ADMIN_HOST").lower()
OIDC_ISSUER, OIDC_CLIENT_ID, OIDC_CLIENT_SECRET, OIDC_NAME, OIDC_SECOND_FACTOR = env.part(single_sign_on)
SITE_NAME = OTP_TOTP_ISSUER = env.optional("SITE_NAME", "Self-help leaflets")
SITE_CONTACT = env.optional("SITE_CONTACT", judge=values.contact)
SITE_COLOUR = env.optional("SITE_COLOUR", judge=appearance.colour)
SITE_LOGO = env.optional("SITE_LOGO", judge=appearance.logo)
SITE_FOOTER = env.optional("SITE_FOOTER", judge=appearance.footer)
SITE_LANGUAGES = env.optional(
    "SITE_LANGUAGES", ",".join(values.catalogues()) if DEBUG else "", values.languages
)
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.required("MAIL_FROM", "leaflets@localhost", values.sender)
_mail = env.required("EMAIL_URL", "console:", mail_settings)
EMAIL_BACKEND, EMAIL_HOST, EMAIL_PORT = _mail.backend, _mail.host, _mail.port
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _mail.user, _mail.password
EMAIL_USE_TLS, EMAIL_USE_SSL = _mail.starttls, _mail.tls
EMAIL_TIMEOUT = 10
if not env.wrong:
    env.wrong += values.seen_together(SITE_URL, ADMIN_HOST, ALLOWED_HOSTS)
env.refuse_what_is_wrong()

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
    "config.requests.RequestIdMiddleware",
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
    "default": _media,
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

LOGGING = logs.settings(DEBUG)
reports.start(SENTRY_DSN)
