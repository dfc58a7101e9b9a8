"""Every URL, by every role, by every method. What is not in the table below is denied: a new URL fails here."""

import re
from itertools import product

import pytest
from django.apps import apps
from django.contrib.auth.models import Group, User
from django.urls import URLPattern, get_resolver, reverse

from exercises.models import ExerciseVideo
from history.accounts import record_account
from leaflets import look, paper, roles
from leaflets.models import Edition, Section

pytestmark = pytest.mark.django_db

EDITOR, REVIEWER, AUDITOR, ADMINISTRATOR = "editor", "reviewer", "auditor", "administrator"
STAFF = {EDITOR, REVIEWER, AUDITOR, ADMINISTRATOR, "superuser"}
EVERYBODY = STAFF | {"anonymous", "member"}
SUPERUSER = {"superuser"}
EDITORS = {EDITOR, "superuser"}
REVIEWERS = {REVIEWER, "superuser"}
ACCOUNTS = {ADMINISTRATOR, "superuser"}
CONTENT = [
    "triage_redflaggroup",
    "triage_contactroute",
    "exercises_programme",
    "exercises_exercisevideo",
    "leaflets_leaflet",
]

# The name of a URL: who may open it by GET.
MAY_OPEN = {
    "index": EVERYBODY,
    "leaflet": EVERYBODY,
    "check": EVERYBODY,
    "exercises": EVERYBODY,
    "document": EVERYBODY,
    "pdf": EVERYBODY,
    "pdf_large": EVERYBODY,
    **dict.fromkeys(("privacy", "accessibility", "forget", "worker", "feed", "robots", "sitemap"), EVERYBODY),
    "styles": EVERYBODY,
    "copy": EVERYBODY,
    "which_copy": EVERYBODY,
    "leaflet_history": EVERYBODY,
    "media": EVERYBODY,
    "admin:login": EVERYBODY,
    "sign_in": EVERYBODY,
    "second_factor": STAFF,
    "second_factor_set_up": STAFF,
    "admin:index": STAFF,
    "admin:app_list": STAFF,
    "password_change": STAFF,
    "admin_password_reset": EVERYBODY,
    **{f"password_reset_{page}": EVERYBODY for page in ("done", "confirm", "complete")},
    "admin:password_change": STAFF,
    "admin:password_change_done": STAFF,
    "admin:jsi18n": STAFF,
    **{f"admin:{model}_{page}": STAFF for model in CONTENT for page in ("changelist", "change", "history")},
    **{f"admin:{model}_{page}": EDITORS for model in CONTENT for page in ("add", "delete")},
    **{f"admin:leaflets_leaflet_{page}": STAFF for page in ("workspace", "framed")},
    "admin:leaflets_leaflet_preview": STAFF,
    **{f"admin:leaflets_leaflet_{page}": STAFF for page in ("check", "exercises", "ways")},
    "admin:leaflets_leaflet_submit": EDITORS,
    **{
        f"admin:leaflets_edition_{page}": STAFF
        for page in ("changelist", "change", "history", "preview", "check", "exercises")
    },
    "admin:leaflets_edition_decide": REVIEWERS,
    **{f"admin:leaflets_edition_{page}": REVIEWERS for page in ("together", "withdraw_together")},
    "admin:leaflets_leaflet_together": EDITORS,
    "admin:leaflets_leaflet_import": EDITORS,
    **{
        f"history{page}": STAFF
        for page in ("", "_csv", "_xlsx", "_event", "_reviews", "_problems", "_verification")
    },
    "admin:leaflets_leaflet_duplicate": EDITORS,
    "admin:triage_redflaggroup_duplicate": EDITORS,
    **{f"history_{page}": ACCOUNTS | {AUDITOR} for page in ("account", "people", "pack")},
    "as_at": STAFF,
    "rendering": STAFF,
    "as_at_slug": STAFF,
    "compare": STAFF,
    "versions": STAFF,
    "version": STAFF,
    **{f"admin:auth_user_{page}": ACCOUNTS | {AUDITOR} for page in ("changelist", "change", "history")},
    "admin:auth_user_add": ACCOUNTS,
    "admin:auth_user_access": ACCOUNTS,
    "admin:auth_user_password_change": ACCOUNTS,
    **{f"admin:auth_group_{page}": ACCOUNTS | {AUDITOR} for page in ("changelist", "change", "history")},
}
# These answer a POST only, or lead elsewhere: who may use them, and how they answer a GET.
OTHER = {
    "admin:logout": (STAFF, 405),
    "admin:view_on_site": (STAFF, 404),
    "admin:autocomplete": (STAFF, 403),
    "admin:(?P<url>.*)$": (STAFF, 404),
    **{f"admin:{model}_open": (STAFF, 405) for model in CONTENT},
}
SIGNS_OUT = "admin:logout"
POSTED = {SIGNS_OUT: EVERYBODY, **{f"admin:{model}_open": EDITORS for model in CONTENT}}
# Shown by GET only.
READ_ONLY = {
    *("admin:auth_group_change", "admin:jsi18n"),
    *("admin:password_change_done", "password_reset_done", "password_reset_complete"),
}
PUBLIC = {
    *(
        "index",
        "leaflet",
        "check",
        "exercises",
        "document",
        "pdf",
        "pdf_large",
        "leaflet_history",
        "copy",
        "media",
    ),
    *("which_copy", "styles", "privacy", "accessibility", "forget", "worker", "feed", "robots", "sitemap"),
}
NOBODY = {
    # For whoever has given the password only.
    "second_factor_ask",
    # Where no provider is configured.
    "sign_on",
    "sign_on_back",
    "admin:leaflets_edition_add",
    "admin:leaflets_edition_delete",
    "admin:auth_user_delete",
    "admin:auth_group_add",
    "admin:auth_group_delete",
}


def names(patterns=None, namespace=""):
    """Yield the name of every URL there is; one without a name is known by its pattern."""
    for entry in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(entry, URLPattern):
            yield f"{namespace}{entry.name or entry.pattern}"
        else:
            yield from names(entry.url_patterns, f"{entry.namespace}:" if entry.namespace else namespace)


# Each model's pages once had another address, which leads to the page that is tested here.
ALL = sorted(set(names()) - {"admin:<path:object_id>/"})


def test_every_url_is_in_the_table():
    assert set(ALL) == set(MAY_OPEN) | set(OTHER) | NOBODY


@pytest.fixture
def world(live, editor, reviewer, auditor, administrator, superuser):
    """A path for every name."""
    Section.objects.create(leaflet=live.leaflet, heading="Heat", body="<p>Warm.</p>")
    record_account(editor, by=administrator, reason="New account.")
    for form in paper.FORMS:
        paper.path_of(live.renderings.last(), form).parent.mkdir(exist_ok=True)
        paper.path_of(live.renderings.last(), form).write_bytes(b"%PDF-")
    return {
        "redflaggroup": live.leaflet.groups.first().pk,
        "contactroute": live.leaflet.groups.first().routes.first().pk,
        "programme": live.leaflet.programmes.first().pk,
        "exercisevideo": live.leaflet.programmes.first().videos.first().pk,
        "leaflet": live.leaflet.pk,
        "edition": live.pk,
        "user": editor.pk,
        "group": 1,
    }


def path_of(name, world):
    model = name.split("_")[1] if name.count("_") else None
    special = {
        "leaflet": ["lower-back"],
        "check": ["lower-back"],
        "exercises": ["lower-back"],
        "document": ["lower-back"],
        "pdf": ["lower-back"],
        "pdf_large": ["lower-back"],
        "leaflet_history": ["lower-back"],
        "styles": [look.digest()],
        "copy": [Edition.objects.earliest("pk").code],
        "media": ExerciseVideo.objects.first().captions.name.split("."),
        "as_at_slug": ["lower-back"],
        "rendering": [1, "leaflet"],
        "compare": ["lower-back"],
        "versions": ["redflaggroup", world["redflaggroup"]],
        "version": ["redflaggroup", world["redflaggroup"], 1],
        "password_reset_confirm": ["MQ", "1-2"],
        "history_event": [1],
        "history_account": [1],
        "admin:app_list": ["triage"],
        "admin:leaflets_leaflet_framed": [world["leaflet"], "leaflet"],
        "admin:leaflets_edition_decide": [world["edition"], "withdrawn"],
        "admin:view_on_site": [1, 1],
    }
    if name == "admin:(?P<url>.*)$":
        return "/admin/nothing/"
    if name in special:
        question = "?at=2026-01-01T12:00" if name == "as_at_slug" else ""
        return reverse(name, args=special[name]) + question
    if name.endswith("_together"):
        return f"{reverse(name)}?{model}={world[model]}"
    one = re.search(
        r"_(change|history|delete|preview|check|exercises|ways|submit|workspace|open|duplicate|access|user_password_change)$",
        name,
    )
    return reverse(name, args=[world[model]] if one and model in world else [])


def sign_in(client, role):
    if role == "member":  # Somebody with an account who is no staff.
        client.force_login(User.objects.create_user("member"))
    elif role != "anonymous":
        client.force_login(User.objects.get(username=role))


def is_open(response):
    """Whether the page was shown: not a refusal, and not the way to sign in."""
    if response.streaming:
        response.getvalue()  # The test client closes the file when it has been read.
    if response.status_code in (301, 302):
        return "/login/" not in response["Location"]
    return response.status_code < 400


@pytest.mark.parametrize("role", sorted(EVERYBODY))
def test_who_may_open_what(client, world, role):
    sign_in(client, role)
    opened = {name for name in ALL if name not in OTHER and is_open(client.get(path_of(name, world)))}
    # Signed in already, one is led from the sign-in page to the desk.
    assert opened == {name for name, who in MAY_OPEN.items() if role in who}


@pytest.mark.parametrize("role", sorted(EVERYBODY))
def test_what_only_answers_a_post(client, world, role):
    sign_in(client, role)
    for name, (who, status) in OTHER.items():
        response = client.get(path_of(name, world))
        assert response.status_code == (status if role in who else 302), name


@pytest.mark.looks
@pytest.mark.parametrize("role", sorted(EVERYBODY))
def test_head_is_answered_as_get_and_neither_changes_anything(client, world, role):
    sign_in(client, role)
    before = rows()
    for name in ALL:
        told = client.head(path_of(name, world))
        shown = is_open(told)
        assert name in OTHER or shown == (role in MAY_OPEN.get(name, ())), name
    assert rows() == before


@pytest.mark.looks
@pytest.mark.parametrize("role", sorted(EVERYBODY))
def test_nobody_may_use_any_other_method(client, world, role):
    sign_in(client, role)
    before = rows()
    for name, method in product(ALL, ("PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")):
        assert client.generic(method, path_of(name, world), "reason=Because.").status_code == 405, name
    assert rows() == before


@pytest.mark.parametrize("role", sorted(EVERYBODY))
def test_who_may_post_where(client, world, role):
    """Whoever may not is refused whatever is sent; of nothing being sent, whoever may is told what is missing."""
    sign_in(client, role)
    before, sent = rows(), {"reason": "Because.", "post": "yes", "title": "Changed"}
    for name in (name for name in ALL if role not in may_post(name)):
        assert is_refused(client.post(path_of(name, world), sent)), name
    answered = {name: client.post(path_of(name, world)) for name in sorted(ALL, key=SIGNS_OUT.__eq__)}
    assert {name for name, response in answered.items() if not is_refused(response)} == {
        name for name in ALL if role in may_post(name)
    }
    changed = {label for label, held in rows().items() if held != before[label]}
    assert changed == set(), changed


def rows():
    """All that is stored, but for who is signed in, who has a form open, and how often a password was wrong."""
    models = [
        model
        for model in apps.get_models()
        if model._meta.label
        not in ("auth.User", "sessions.Session", "history.OpenForm", "axes.AccessAttempt")
    ]
    users = User.objects.values_list("username", "is_active", "is_staff", "is_superuser", "password")
    return {model._meta.label: list(model.objects.order_by("pk").values()) for model in models} | {
        "users": list(users.exclude(username="member").order_by("pk"))
    }


def is_refused(response):
    """Whether it is a refusal, nowhere, or no page to post to; or whoever asked is led, or told, to sign in."""
    is_open(response)
    return response.status_code in (403, 404, 405) or "/login/" in response.get("Location", "")


def may_post(name):
    """Who may post to a URL: on the staff's side those who may open it, less those who may only look there."""
    if name in NOBODY or name in PUBLIC:
        return set()
    if name in OTHER:
        return POSTED.get(name, set())
    if any(name == f"admin:{model}_change" for model in CONTENT):
        return EDITORS
    if name == "admin:auth_user_change":
        return ACCOUNTS
    return set() if name in READ_ONLY else MAY_OPEN[name]


@pytest.mark.parametrize("kind", ["returned", "published", "reviewed", "withdrawn", "submitted", "nonsense"])
@pytest.mark.parametrize("role", [EDITOR, AUDITOR, ADMINISTRATOR])
def test_no_decision_by_direct_post(client, submitted, request, role, kind):
    client.force_login(request.getfixturevalue(role))
    path = f"/admin/leaflets/edition/{submitted.pk}/decide/{kind}/"
    response = client.post(path, {"reason": "Because.", "next_review": "2099-01-01"})
    assert response.status_code == (404 if kind in ("submitted", "nonsense") else 403)
    assert submitted.events.count() == 1


def test_roles_hold_what_the_roles_say(db):
    for role, expected in roles.PERMISSIONS.items():
        held = Group.objects.get(name=role).permissions.values_list("content_type__app_label", "codename")
        assert {f"{app}.{name}" for app, name in held} == expected


def test_an_auditor_changes_nothing():
    assert all(".view_" in name for name in roles.PERMISSIONS[roles.AUDITOR])


def test_nobody_but_an_editor_changes_content():
    for role in (roles.REVIEWER, roles.ADMINISTRATOR, roles.AUDITOR):
        changing = {
            n
            for n in roles.PERMISSIONS[role]
            if not n.startswith("auth.") and re.search(r"\.(add|change|delete)_", n)
        }
        assert changing == set()
