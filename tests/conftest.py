"""What all tests share: settings, a database that may be emptied, no network, and the content they start from."""

import os
import shutil
import socket
from pathlib import Path
from unittest import mock

import django
import hypothesis
import pytest

# The settings read these, and the models need the settings: both before the imports below.
os.environ.setdefault("DEBUG", "1")
os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
django.setup()

from django.conf import settings
from django.db import connection
from django.template import engines
from django.test import TransactionTestCase, override_settings

from history import triggers
from leaflets import guards

pytest_plugins = ["tests.browser", "tests.remembering", "tests.stores", "tests.universe"]

# How long an example takes says more of what else the machine does.
hypothesis.settings.register_profile("here", deadline=None)
# What `make fuzz` asks for: as many examples as somebody has the patience for.
hypothesis.settings.register_profile(
    "fuzz", deadline=None, max_examples=int(os.environ.get("EXAMPLES", "5000"))
)
hypothesis.settings.load_profile("here")

HERE = ("127.0.0.1", "::1", "localhost")


@pytest.fixture(scope="session", autouse=True)
def _settings(tmp_path_factory):
    """What tests have otherwise: media of each worker's own, fast passwords, static files looked up when asked for."""
    with override_settings(
        MEDIA_ROOT=str(tmp_path_factory.mktemp("media")),
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
        WHITENOISE_AUTOREFRESH=True,
    ):
        yield


@pytest.fixture(autouse=True)
def _anchors_of_its_own(tmp_path_factory):
    """Each test has its own history, and so its own anchors."""
    with override_settings(ANCHOR_FILE=str(tmp_path_factory.mktemp("anchors") / "anchors.jsonl")):
        yield


@pytest.fixture(autouse=True)
def _as_at_first():
    """Templates hold the site's address before a test changes it; what another test printed is not there yet."""
    engines["public"].env  # noqa: B018
    shutil.rmtree(Path(settings.MEDIA_ROOT) / "paper", ignore_errors=True)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix, tmp_path_factory):
    """SQLite in a file of this worker's own: what is in memory knows neither WAL nor several connections."""
    if connection.vendor == "sqlite":
        connection.settings_dict["TEST"]["NAME"] = str(tmp_path_factory.mktemp("database") / "test.sqlite3")


@pytest.fixture(scope="session", autouse=True)
def _history_may_be_emptied_between_tests():
    """Lift the guard over append-only tables while a transactional test's rows are flushed, and only then."""
    flush = TransactionTestCase._fixture_teardown

    def lift_and_flush(test_case):
        if "test" in Path(connection.settings_dict["NAME"]).name:
            triggers.remove(connection, guards.all_triggers())
        try:
            flush(test_case)
        finally:
            guards.install(connection.alias)

    with mock.patch.object(TransactionTestCase, "_fixture_teardown", lift_and_flush):
        yield


@pytest.fixture(scope="session", autouse=True)
def _no_network():
    """Refuse every connection that leaves this machine."""
    connect = socket.socket.connect

    def connect_here(self, address):
        if self.family != socket.AF_UNIX and address[0] not in HERE:
            raise RuntimeError(f"A test reached for the network: {address}")
        return connect(self, address)

    with mock.patch.object(socket.socket, "connect", connect_here):
        yield
