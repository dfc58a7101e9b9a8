"""Production refuses to start on a missing or unsafe value, and says which."""

import ast
import re
import shutil
import sqlite3
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config import databases, environment, values
from config.mail import mail_settings
from leaflets.mounts import file_system, is_shared
from tests.installed import GOOD, HOST, ROOT, manage, production, run

TABLE = ROOT / "docs" / "settings.md"
# What asks for a variable: the environment itself, and what the settings read it with.
ASKING = re.compile(r"(os\.environ|environment|variables)\.get|env\.(required|optional)|_whole_number|_path")
ROLES = {"DATABASE_URL": "postgres://site@h/db"}
S3 = {"MEDIA_STORE": "s3://leaflets/media", "S3_REGION": "eu-west-2"}
VARIABLE = re.compile("[A-Z][A-Z0-9]*(_[A-Z0-9]+)*")


def start(program="import django; django.setup()", **changes):
    """Start a process with the environment of production, but for changes; None takes a variable away."""
    return run(production("/tmp", **{**GOOD, **changes}), "-c", program)


def test_production_starts_with_good_values():
    assert start().returncode == 0


@pytest.mark.parametrize("name", list(GOOD))
def test_production_refuses_to_start_without_a_value(name):
    assert f"Set {name} in the environment" in start(**{name: None}).stderr


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"SECRET_KEY": "short"}, "SECRET_KEY is too short or too simple"),
        ({"SECRET_KEY": "a" * 60}, "SECRET_KEY is too short or too simple"),
        ({"SECRET_KEY": "abcdefghij" * 6}, "SECRET_KEY is too short or too simple"),
        ({"SECRET_KEY": f"django-insecure-{GOOD['SECRET_KEY']}"}, "SECRET_KEY is too short or too simple"),
        ({"ANCHOR_KEY": "k" * 31}, "ANCHOR_KEY is too short"),
        ({"ALLOWED_HOSTS": "*"}, "ALLOWED_HOSTS may not be *"),
        ({"ALLOWED_HOSTS": "a.example.org,*"}, "ALLOWED_HOSTS may not be *"),
        ({"ALLOWED_HOSTS": ".org"}, "ALLOWED_HOSTS may not be * or begin with a dot"),
        ({"ALLOWED_HOSTS": "*.example.org"}, "ALLOWED_HOSTS may not be *"),
        ({"ALLOWED_HOSTS": "https://leaflets.example.org"}, "ALLOWED_HOSTS: write names of hosts"),
        ({"ALLOWED_HOSTS": "leaflets.example.org:443"}, "ALLOWED_HOSTS: write names of hosts"),
        ({"ALLOWED_HOSTS": " , "}, "ALLOWED_HOSTS: write names of hosts"),
        ({"DEBUG": "1"}, "DEBUG=1 is for one person on one machine, but ALLOWED_HOSTS names another host"),
        ({"DEBUG": "1"}, "DEBUG=1 is for one person on one machine, but SITE_URL leads elsewhere"),
        ({"MEDIA_ROOT": "media"}, "MEDIA_ROOT: write the whole path"),
        ({"MEDIA_STORE": "leaflets"}, "MEDIA_STORE: write s3:// and the name of a bucket"),
        ({"MEDIA_STORE": "s3://Leaflets", "S3_REGION": "eu-west-2"}, "MEDIA_STORE: write s3://"),
        ({"MEDIA_STORE": "s3://leaflets/../x", "S3_REGION": "eu-west-2"}, "MEDIA_STORE: write s3://"),
        ({"MEDIA_STORE": "s3://leaflets"}, "Set S3_REGION beside MEDIA_STORE"),
        ({"S3_ENDPOINT": "https://s3.example.org"}, "MEDIA_STORE: set it beside S3_ENDPOINT or S3_REGION"),
        ({"S3_REGION": "eu-west-2"}, "MEDIA_STORE: set it beside S3_ENDPOINT or S3_REGION"),
        (S3 | {"S3_REGION": "Europe (London)"}, "S3_REGION: write the name of a region"),
        (S3 | {"S3_ENDPOINT": "s3.example.org"}, "S3_ENDPOINT: write https:// and the host"),
        (S3 | {"S3_ENDPOINT": "https://key:secret@s3.example.org"}, "S3_ENDPOINT: write https://"),
        (S3 | {"S3_ENDPOINT": "http://s3.example.org"}, "so it must begin with https://"),
        (S3 | {"S3_ENDPOINT": "http://127.0.0.1:9000"}, "so it must begin with https://"),
        (S3 | {"AWS_ACCESS_KEY_ID": "key"}, "Set both AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"),
        (S3 | {"AWS_SECRET_ACCESS_KEY": "secret"}, "Set both AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"),
        ({"MIRROR_ROOT": "../mirror"}, "MIRROR_ROOT: write the whole path"),
        ({"ANCHOR_FILE": "anchors.jsonl"}, "ANCHOR_FILE: write the whole path"),
        ({"DATABASE_URL": "sqlite:///site.sqlite3"}, "DATABASE_URL: write the whole path of the file"),
        ({"DATABASE_URL": "sqlite://:memory:"}, "DATABASE_URL: write the whole path of the file"),
        ({"DATABASE_URL": "mysql://a:b@c/d"}, "DATABASE_URL: write postgres://"),
        ({"DATABASE_URL": "/srv/site.sqlite3"}, "DATABASE_URL: write postgres://"),
        ({"OWNER_DATABASE_URL": "sqlite:////tmp/x"}, "OWNER_DATABASE_URL names the same PostgreSQL database"),
        (
            ROLES | {"OWNER_DATABASE_URL": "postgres://o@h/other"},
            "OWNER_DATABASE_URL names the same PostgreSQL",
        ),
        (ROLES | {"OWNER_DATABASE_URL": "postgres://site@h/db"}, "the site's own must not be the owner"),
        (ROLES | {"OWNER_DATABASE_URL": "h/db"}, "OWNER_DATABASE_URL: write postgres://"),
        ({"SITE_URL": "https://other.example.org"}, "SITE_URL: its host, other.example.org, must be one of"),
        ({"SITE_URL": "http://leaflets.example.org"}, "SITE_URL: write https:// and the host"),
        ({"SITE_URL": "https://leaflets.example.org/admin"}, "SITE_URL: write https:// and the host"),
        ({"SITE_URL": "https://user@leaflets.example.org"}, "SITE_URL: write https:// and the host"),
        ({"SITE_CONTACT": "leaflets"}, "SITE_CONTACT: write an address"),
        ({"SITE_CONTACT": "a@example.org?cc=b@example.org"}, "SITE_CONTACT: write an address"),
        ({"SITE_COLOUR": "blue"}, "SITE_COLOUR: write # and six digits"),
        ({"SITE_COLOUR": "#ffcc00"}, "SITE_COLOUR: the name of the site stands on it in white"),
        ({"SITE_LOGO": "/nowhere/logo.svg"}, "SITE_LOGO: /nowhere/logo.svg cannot be read"),
        ({"SITE_FOOTER": "/nowhere/footer.txt"}, "SITE_FOOTER: /nowhere/footer.txt cannot be read"),
        ({"SITE_LANGUAGES": "cy, xx"}, "SITE_LANGUAGES: name languages that there is a catalogue for"),
        ({"SITE_LANGUAGES": "../locale"}, "SITE_LANGUAGES: name languages that there is a catalogue for"),
        ({"PROXY_COUNT": "-1"}, "PROXY_COUNT: write how many proxies"),
        ({"PROXY_COUNT": "nginx"}, "PROXY_COUNT: write how many proxies"),
        ({"SECOND_FACTOR": "0"}, "SECOND_FACTOR is 1"),
        ({"SESSION_IDLE": "0"}, "SESSION_IDLE: write a whole number, 1 to 720"),
        ({"SESSION_HOURS": "48"}, "SESSION_HOURS: write a whole number, 1 to 24"),
        ({"PROOF_MINUTES": "often"}, "PROOF_MINUTES: write a whole number, 1 to 60"),
        ({"ADMIN_HOST": "staff.example.org"}, "ADMIN_HOST: write one of the ALLOWED_HOSTS"),
        ({"OIDC_ISSUER": "https://id.example.org"}, "Set OIDC_CLIENT_ID and OIDC_CLIENT_SECRET"),
        ({"METRICS_TOKEN": "short"}, "METRICS_TOKEN: use 32 random letters"),
        ({"METRICS_TOKEN": "a b" * 20}, "METRICS_TOKEN: use 32 random letters"),
        ({"SENTRY_DSN": "https://errors.example.org/1"}, "SENTRY_DSN: write it as"),
        ({"SENTRY_DSN": "http://key@errors.example.org/1"}, "SENTRY_DSN: reports leave this machine"),
        ({"MAIL_FROM": "leaflets"}, "MAIL_FROM: write an address"),
        ({"MAIL_FROM": "a@example.org\nBcc: b@example.org"}, "MAIL_FROM: write an address"),
        ({"EMAIL_URL": "mail.example.org"}, "EMAIL_URL: write smtp://"),
        ({"EMAIL_URL": "smtp://"}, "EMAIL_URL: write smtp://"),
        ({"EMAIL_URL": "console://host"}, "EMAIL_URL: write smtp://"),
        ({"EMAIL_URL": "smtp://mail.example.org:99999"}, "EMAIL_URL: write smtp://"),
        ({"EMAIL_URL": "smtp://mail.example.org/?tls=no"}, "EMAIL_URL: write smtp://"),
    ],
)
def test_production_refuses_to_start_on_an_unsafe_value(changes, sentence):
    assert sentence in start(**changes).stderr


KEPT = "import django, sys; django.setup(); from exercises.media import DigestStorage; "
LOADED = (
    "print(type(DigestStorage().store).__name__, bool({'boto3', 'botocore', 'storages'} & set(sys.modules)))"
)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, "Folder False"),
        (S3, "Bucket True"),
        (S3 | {"S3_ENDPOINT": "https://s3.example.org:9000/", "S3_REGION": None}, "Bucket True"),
        (S3 | {"AWS_ACCESS_KEY_ID": "key", "AWS_SECRET_ACCESS_KEY": "secret"}, "Bucket True"),
    ],
)
def test_the_client_of_a_bucket_is_loaded_only_where_there_is_one(changes, said):
    assert start(KEPT + LOADED, **changes).stdout.strip() == said


@pytest.mark.parametrize(
    ("value", "used"),
    [(None, []), ("", []), ("cy", ["cy"]), (" cy, ar", ["cy", "ar"]), ("ar cy", ["ar", "cy"])],
)
def test_production_uses_no_catalogue_that_nobody_decided_on(value, used):
    program = "from django.conf import settings; print(settings.SITE_LANGUAGES)"
    assert start(program, SITE_LANGUAGES=value).stdout.strip() == str(used)


@pytest.mark.parametrize(
    ("name", "url"),
    [
        ("EMAIL_URL", "smtp://leaflets:se#cret@mail.example.org"),
        ("DATABASE_URL", "postgres://site:se#cret@h/db"),
        ("OWNER_DATABASE_URL", "postgres://owner:se#cret@h/db"),
    ],
)
def test_a_password_is_never_repeated(name, url):
    refused = start(**{name: url}).stderr
    assert f"{name}: write " in refused
    assert not re.search("cret|'se'", refused)


def test_all_that_is_wrong_is_told_at_once_and_nothing_else():
    said = manage(
        production("/tmp", SECRET_KEY="short", ALLOWED_HOSTS="*", MAIL_FROM=None, PROXY_COUNT="x"), "check"
    )
    told = said.stderr.strip().splitlines()
    assert said.returncode == 1
    assert [re.split("[ :]", line)[0] for line in told] == [
        "SECRET_KEY",
        "ALLOWED_HOSTS",
        "PROXY_COUNT",
        "Set",
    ]
    assert "MAIL_FROM" in told[3]


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "[::1]", "site.localhost", "LOCALHOST, 127.0.0.1"]
)
def test_one_person_on_one_machine_may_name_it(host):
    assert values.hosts_of_this_machine(host)


@given(st.text())
def test_no_text_makes_the_site_answer_for_hosts_that_nobody_named(text):
    try:
        names = values.hosts(text)
    except environment.ImproperlyConfigured:
        return
    assert names
    assert not any(name.startswith(".") or "*" in name or "," in name for name in names)


MOUNTS = r"""
/dev/vda1 / ext4 rw 0 0
server:/share /srv nfs4 rw 0 0
/dev/vdb /srv/local ext4 rw 0 0
//server/share /mnt/board\040share cifs rw 0 0
host /vm 9p rw 0 0
user@host: /home/user/far fuse.sshfs rw 0 0
fuse-overlayfs /box fuse.fuse-overlayfs rw 0 0
tmpfs /over tmpfs rw 0 0
server:/x /over nfs rw 0 0
"""


@pytest.mark.parametrize(
    ("path", "kind", "shared"),
    [
        ("/var/lib/site.sqlite3", "ext4", False),
        ("/srv/site.sqlite3", "nfs4", True),
        ("/srvice/site.sqlite3", "ext4", False),
        ("/srv/local/../site.sqlite3", "nfs4", True),
        ("/srv/local/site.sqlite3", "ext4", False),
        ("/mnt/board share/site.sqlite3", "cifs", True),
        ("/vm/site.sqlite3", "9p", True),
        ("/home/user/far/deep/site.sqlite3", "fuse.sshfs", True),
        ("/box/site.sqlite3", "fuse.fuse-overlayfs", False),
        ("/over/site.sqlite3", "nfs", True),
    ],
)
def test_a_network_path_is_known_by_what_is_mounted_there(path, kind, shared):
    assert (file_system(path, MOUNTS), is_shared(kind)) == (kind, shared)


def test_production_refuses_to_start_with_sqlite_on_a_network_path(tmp_path):
    (tmp_path / "mounts").write_text(f"/dev/vda / ext4 rw 0 0\nserver:/share {tmp_path} nfs4 rw 0 0\n")
    mounted = f"from leaflets import mounts; mounts.MOUNTS = {str(tmp_path / 'mounts')!r}; import config.wsgi"
    refused = start(mounted, DATABASE_URL=f"sqlite:///{tmp_path}/site.sqlite3").stderr
    assert (
        f"DATABASE_URL: {tmp_path}/site.sqlite3 lies on a network file system (nfs4), where SQLite loses"
        in refused
    )


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("SESSION_COOKIE_SECURE = False", "SESSION_COOKIE_SECURE"),
        ("CSRF_COOKIE_SECURE = False", "CSRF_COOKIE_SECURE"),
        ("SESSION_COOKIE_HTTPONLY = False", "SESSION_COOKIE_HTTPONLY"),
        ("SECURE_SSL_REDIRECT = False", "SECURE_SSL_REDIRECT"),
        ("SECURE_HSTS_SECONDS = 0", "SECURE_HSTS_SECONDS"),
        ("ALLOWED_HOSTS = []", "ALLOWED_HOSTS"),
    ],
)
def test_no_site_is_served_with_settings_that_somebody_made_unsafe(tmp_path, line, sentence):
    (tmp_path / "board.py").write_text(f"from config.settings import *\n{line}\n")
    own = production(tmp_path, DJANGO_SETTINGS_MODULE="board", PYTHONPATH=str(tmp_path))
    refused = run(own, "-c", f"import sys; sys.path.insert(0, {str(ROOT)!r}); import config.wsgi").stderr
    assert "ImproperlyConfigured: " in refused
    assert sentence in refused.rpartition("ImproperlyConfigured: ")[2]


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """The environment of a site in production on SQLite, migrated."""
    environment = production(tmp_path_factory.mktemp("installed"))
    assert manage(environment, "migrate", "-v0").returncode == 0
    return environment


def spoiled(installed, sql):
    """Change the database behind the site's back."""
    connection = sqlite3.connect(installed["DATABASE_URL"].removeprefix("sqlite:///"))
    connection.execute(sql)
    connection.commit()
    connection.close()


def test_production_starts_on_a_database_that_is_migrated(installed):
    assert run(installed, "-c", "import config.wsgi").returncode == 0


@pytest.mark.parametrize(
    ("sql", "sentence"),
    [
        ("DROP TRIGGER leaflets_event_no_delete", "The trigger leaflets_event_no_delete is missing"),
        (
            "DELETE FROM django_migrations WHERE name LIKE '0011%' AND app = 'leaflets'",
            "Migrations are not applied: leaflets.0011_sign_on. Run `manage.py migrate`",
        ),
    ],
)
def test_production_refuses_to_start_on_a_database_that_is_not_fit(installed, tmp_path, sql, sentence):
    shutil.copy(installed["DATABASE_URL"].removeprefix("sqlite:///"), tmp_path / "site.sqlite3")
    environment = {**installed, "DATABASE_URL": f"sqlite:///{tmp_path}/site.sqlite3"}
    spoiled(environment, sql)
    refused = run(environment, "-c", "import config.wsgi")
    assert refused.returncode == 1
    assert sentence in refused.stderr.rpartition("ImproperlyConfigured: ")[2]


def test_a_database_without_any_table_is_not_migrated(tmp_path):
    environment = production(tmp_path)
    spoiled(environment, "PRAGMA user_version = 1")
    assert (
        "Migrations are not applied: contenttypes.0001_initial"
        in run(environment, "-c", "import config.wsgi").stderr
    )


def test_production_may_print_its_mails_if_told_so():
    assert start(EMAIL_URL="console:").returncode == 0


@pytest.mark.parametrize(
    ("url", "host", "port", "starttls", "tls"),
    [
        ("smtp://mail.example.org", "mail.example.org", 587, True, False),
        ("smtp://mail.example.org:2525", "mail.example.org", 2525, True, False),
        ("smtps://mail.example.org", "mail.example.org", 465, False, True),
        ("smtp://localhost", "localhost", 25, False, False),
        ("smtp://[::1]:1025", "::1", 1025, False, False),
    ],
)
def test_mail_that_leaves_this_machine_is_encrypted(url, host, port, starttls, tls):
    found = mail_settings(url)
    assert (found.host, found.port, found.starttls, found.tls) == (host, port, starttls, tls)


@given(st.text(min_size=1), st.text(min_size=1))
def test_any_user_and_password_can_be_written(user, password):
    url = f"smtp://{quote(user, safe='')}:{quote(password, safe='')}@mail.example.org"
    assert (mail_settings(url).user, mail_settings(url).password) == (user, password)


def test_the_demonstration_is_refused_in_production():
    said = manage(production("/tmp"), "demo").stderr
    assert "These accounts are for trying the site on one machine" in said


REALISTIC = {
    "DATABASE_URL": "postgres://site:secret@db.example.org/leaflets?sslmode=verify-full",
    "OIDC_ISSUER": "https://login.example.org/tenant/v2.0",
    "OIDC_CLIENT_ID": "leaflets",
    "OIDC_CLIENT_SECRET": "secret",
    "ALLOWED_HOSTS": f"{HOST}, staff.example.org",
    "ADMIN_HOST": "staff.example.org",
    "SITE_COLOUR": "#5b2a86",
    "SITE_CONTACT": "leaflets@example.org",
    "ANCHOR_KEY": "k" * 32,
}
CHECK = ("check", "--deploy", "--fail-level", "WARNING")


@pytest.mark.parametrize("more", [{}, REALISTIC], ids=["the least", "a board's"])
def test_djangos_own_deployment_check_is_silent(more):
    result = manage(production("/tmp", **more), *CHECK)
    assert (result.returncode, result.stderr) == (0, "")


def test_no_check_is_silenced_that_says_nothing(tmp_path):
    (tmp_path / "loud.py").write_text("from config.settings import *\nSILENCED_SYSTEM_CHECKS = []\n")
    loud = production(tmp_path, DJANGO_SETTINGS_MODULE="loud", PYTHONPATH=str(tmp_path))
    said = manage(loud, *CHECK).stderr
    from config.settings import SILENCED_SYSTEM_CHECKS

    assert set(re.findall(r"\((\w+\.W\d+)\)", said)) == set(SILENCED_SYSTEM_CHECKS)


def read_somewhere():
    """The variables that our own code asks the environment for."""
    for path in [*ROOT.glob("config/*.py"), *ROOT.glob("*/management/commands/*.py"), ROOT / "manage.py"]:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and ASKING.fullmatch(ast.unparse(node.func)):
                yield from (each.value for each in node.args if isinstance(each, ast.Constant))


def in_the_table():
    """Each variable in the table of the documents, and its row."""
    rows = [line.split(" | ") for line in TABLE.read_text().splitlines() if re.match(r"\| `[A-Z]", line)]
    return [(name, row) for row in rows for name in re.findall("`([A-Z0-9_]+)`", row[0])]


def test_every_variable_is_in_the_table_once_and_no_other():
    read = {each for each in read_somewhere() if VARIABLE.fullmatch(str(each))}
    assert sorted(name for name, _ in in_the_table()) == sorted(read)


def test_the_table_says_of_each_variable_what_it_is_and_whether_production_needs_it():
    needed = {name for name, row in in_the_table() if row[-1].strip(" |") == "yes"}
    assert needed == set(GOOD)
    assert all(len(row) == 5 for _, row in in_the_table())


def test_the_readme_points_to_the_table_and_repeats_none_of_it():
    readme = (ROOT / "README.md").read_text()
    assert "docs/settings.md" in readme
    assert "| `DATABASE_URL` |" not in readme


def test_what_an_address_asks_of_postgresql_comes_after_what_we_ask():
    found = databases.database("postgres://a@h/b?sslmode=require&options=-c%20statement_timeout%3D5s")
    databases.limit(found)
    assert found["OPTIONS"]["sslmode"] == "require"
    assert found["OPTIONS"]["options"].startswith("-c statement_timeout=60s")
    assert found["OPTIONS"]["options"].endswith(f"{databases.LIMITS} -c statement_timeout=5s")
    assert found["OPTIONS"]["pool"]["max_size"] == 16
    assert found["CONN_MAX_AGE"] == 0
