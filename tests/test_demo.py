from io import StringIO

import pytest
from django.contrib.auth import authenticate
from django.contrib.auth.models import User
from django.core.management import call_command

from leaflets import public
from leaflets.models import Event, Leaflet

# Migrating inside a transaction that has written already is more than PostgreSQL allows.
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def demo(settings, monkeypatch):
    settings.DEBUG = True
    monkeypatch.setenv("DEMO_PASSWORD", "chosen-password")

    def demo():
        out = StringIO()
        call_command("demo", stdout=out)
        return out.getvalue()

    return demo


def test_the_demonstration_has_a_live_leaflet_and_an_account_for_each_role(demo, mailoutbox):
    said = demo()
    assert mailoutbox == []
    assert public.decision("lower-back").kind == "published"
    for username, role in {
        "editor": "Editor",
        "reviewer": "Reviewer",
        "auditor": "Auditor",
        "administrator": "Administrator",
    }.items():
        user = authenticate(username=username, password="chosen-password")
        assert [group.name for group in user.groups.all()] == [role]
        assert not user.is_superuser
        assert user.email == f"{username}@example.org"
        assert f"{username:14} password: chosen-password" in said


def test_without_a_chosen_password_each_account_has_one_of_its_own(demo, monkeypatch):
    monkeypatch.delenv("DEMO_PASSWORD")
    passwords = {line.split()[-1] for line in demo().splitlines() if "password:" in line}
    assert len(passwords) == 4
    assert min(map(len, passwords)) >= 12


def test_run_again_it_leaves_a_leaflet_that_has_moved(demo):
    demo()
    Leaflet.objects.update(slug="back")
    demo()
    assert [leaflet.slug for leaflet in Leaflet.objects.all()] == ["back"]


def test_run_again_it_changes_nothing(demo):
    demo()
    User.objects.filter(username="editor").update(first_name="Renamed")
    before = list(User.objects.values()), list(Event.objects.values())
    said = demo()
    assert (list(User.objects.values()), list(Event.objects.values())) == before
    assert "password: " not in said
