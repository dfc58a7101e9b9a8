"""Who may do what. The roles are fixed here; migrating makes them so, again each time."""

EDITOR, REVIEWER, AUDITOR, ADMINISTRATOR = "Editor", "Reviewer", "Auditor", "Administrator"

MEANING = {
    EDITOR: "writes and corrects leaflets, and submits them for review",
    REVIEWER: "checks what was submitted, publishes, returns or withdraws it, and records reviews",
    AUDITOR: "reads everything, accounts and their history included, and changes nothing",
    ADMINISTRATOR: "makes accounts, gives and takes roles, and reads everything",
}
CONTENT = {
    "triage": ["contactroute", "redflaggroup", "redflag", "note", "groupcontact", "grouplink"],
    "exercises": ["exercisevideo", "programme", "programmevideo"],
    "leaflets": ["leaflet", "section", "leafletlink", "evidence", "groupplacement", "programmeplacement"],
}
LOOKING = {f"{app}.view_{model}" for app, models in CONTENT.items() for model in models} | {
    "leaflets.view_edition",
    "leaflets.view_event",
}
EDITING = {
    f"{app}.{act}_{m}"
    for app, models in CONTENT.items()
    for m in models
    for act in ("add", "change", "delete")
}

PERMISSIONS = {
    EDITOR: LOOKING | EDITING | {"leaflets.submit_edition"},
    REVIEWER: LOOKING | {f"leaflets.{act}_edition" for act in ("return", "publish", "review", "withdraw")},
    AUDITOR: LOOKING | {"auth.view_user", "auth.view_group"},
    ADMINISTRATOR: LOOKING | {"auth.view_user", "auth.add_user", "auth.change_user", "auth.view_group"},
}


def install(using, **kwargs):
    """Make the four roles hold exactly these permissions; a receiver of post_migrate."""
    from django.contrib.auth.models import Group, Permission

    known = Permission.objects.using(using).select_related("content_type")
    by_name = {f"{p.content_type.app_label}.{p.codename}": p for p in known}
    for role, names in PERMISSIONS.items():
        group, _ = Group.objects.using(using).get_or_create(name=role)
        # Migrating one app on a new database comes here before all permissions are there.
        group.permissions.set([by_name[name] for name in names if name in by_name])
