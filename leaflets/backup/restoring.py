"""Judges a backup before anything is touched, and puts it in place."""

from django.conf import settings
from django.core.files import File
from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from exercises.media import DigestStorage
from history import privileges
from leaflets.backup import Refused, anchoring, databases, files, manifest
from leaflets.backup.making import finished
from leaflets.mirror import watching
from leaflets.mirror.folder import Folder

NAMES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}


def find(source):
    """Return the folder of the backup that `source` names: itself, or the newest in it."""
    if (source / manifest.NAME).exists():
        return source
    within = finished(source) if source.is_dir() else []
    if not within:
        raise Refused(f"{source} is no backup, and there is none in it.")
    return within[-1]


def judge(folder, *, replace=False, aside=False):
    """Return the Manifest of the backup in `folder`, which may be restored here. Raises Refused; changes nothing.

    `replace`: what is in the database may go. `aside`: history that only the anchors here saw may be given up.
    """
    found = manifest.read(folder)
    manifest.refuse_damaged(folder, found)
    _refuse_other_database(found)
    if not privileges.may_migrate(connection):
        raise Refused(
            f"The role {connection.settings_dict['USER']} may not make tables. Set OWNER_DATABASE_URL too."
        )
    databases.programs()
    if not (replace or databases.is_empty()):
        raise Refused(
            f"The database {connection.settings_dict['NAME']} is not empty. Restore into a new one; or, if nothing in "
            "it is needed any more, make a backup of it and add --replace."
        )
    lost = anchoring.disagreements(found, folder)
    if lost and not aside:
        raise Refused(
            f"{' '.join(lost)} Look for a newer backup. If there is none, add --set-anchors-aside: then the anchors in "
            f"{settings.ANCHOR_FILE} are kept beside it under another name, for the auditors, and no longer compared."
        )
    return found


def restore(folder, found, *, aside=False):
    """Put the backup in `folder` in place, whose Manifest was `found`; return where anchors went that were set aside.

    Where it is broken off, the same command begins anew: the database comes last, in one step.
    """
    store = DigestStorage()
    for name in sorted(set(found.media()) - files.stored()):
        with (folder / "media" / name).open("rb") as file:
            store.save(name, File(file))
    gone = anchoring.put(folder, aside)
    databases.load(folder)
    return gone


def bring_up():
    """Bring what was restored to this release, guards and pages included; return a sentence for each thing amiss."""
    call_command("migrate", verbosity=0)
    return watching.catch_up(Folder(settings.MIRROR_ROOT))


def _refuse_other_database(found):
    if found.database != connection.vendor:
        raise Refused(
            f"The backup is of {NAMES[found.database]}, and DATABASE_URL leads to {NAMES[connection.vendor]}."
        )
    known = {".".join(each) for each in MigrationLoader(None).disk_migrations}
    newer = sorted(set(found.migrations) - known)
    if newer:
        raise Refused(
            f"The backup is of another release, which has had the migration {newer[-1]}: install that, or a newer one."
        )
