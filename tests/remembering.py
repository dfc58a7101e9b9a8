"""Makes a state by its action once in each worker, and again by the same statements: most of a test's time went there.

A state is made anew wherever something else than accounts was written before it, where a test has set the clock
or keeps media elsewhere, and in tests of real transactions.
"""

import re

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib.auth.models import User
from django.core.management.color import no_style
from django.db import connection
from django.utils import timezone

WRITES = re.compile(r"\s*(?:INSERT|UPDATE|DELETE|REPLACE|WITH)\b", re.I)
OF_ACCOUNTS = re.compile(r'[A-Z ]+"(?:auth_\w+|history_accountevent)"')
NOW = timezone.now
APPS = ("history", "triage", "exercises", "leaflets")

_made = {}


class Remembered:
    """The states of one test: `remembered(name, make)` returns what `make()` returns, made or remembered."""

    def __init__(self, media):
        self.state, self.written, self.media = "", [], media

    def __call__(self, name, make):
        if (
            not connection.in_atomic_block
            or self.written
            or timezone.now is not NOW
            or _media() != self.media
        ):
            return make()
        key = (self.state, name, *_people(), *_shown_everywhere())
        if key not in _made:
            made = make()
            _made[key] = type(made), made.pk, self.written
        else:
            with connection.cursor() as cursor:
                for sql, params, many in _made[key][2]:
                    (cursor.executemany if many else cursor.execute)(sql, params)
        self.state, self.written = name, []
        model, pk, _ = _made[key]
        return model.objects.get(pk=pk)

    def watch(self, execute, sql, params, many, context):
        """Note what is written, but for accounts."""
        if WRITES.match(sql) and not OF_ACCOUNTS.match(sql):
            self.written.append((sql, params, many))
        return execute(sql, params, many, context)


@pytest.fixture(scope="session")
def media(_settings):
    """Where all tests keep media but those that say otherwise: there are the files of what is remembered."""
    return _media()


@pytest.fixture
def remembered(db, media):
    states = Remembered(media)
    if connection.in_atomic_block:
        _number_from_one()
    with connection.execute_wrapper(states.watch):
        yield states


def _media():
    return settings.MEDIA_ROOT, str(settings.STORAGES["default"])


def _people():
    fields = "pk", "username", "first_name", "is_superuser", "groups__name"
    return User.objects.order_by("pk", "groups__name").values_list(*fields)


def _shown_everywhere():
    return [repr(getattr(settings, name)) for name in sorted(dir(settings)) if name.startswith("SITE_")]


def _number_from_one():
    """Let new rows have the numbers that they had when they were remembered. SQLite counts what is there anyway."""
    models = [User, *(model for app in APPS for model in apps.get_app_config(app).get_models())]
    with connection.cursor() as cursor:
        for sql in connection.ops.sequence_reset_sql(no_style(), models):
            cursor.execute(sql)
