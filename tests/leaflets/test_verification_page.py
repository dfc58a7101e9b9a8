"""The auditor reads whether anybody has rewritten the history, and takes the proof along."""

import io
import subprocess
import sys
import zipfile
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from history.compressed import unzipped
from leaflets.models import Edition, Event, Verification
from tests.leaflets.test_admin import words_of
from tests.leaflets.test_verify import owner, verdict

pytestmark = pytest.mark.django_db
PATH = "/admin/history/verification/"


@pytest.fixture
def look(auditor, client):
    client.force_login(auditor)
    return lambda: words_of(client.get(PATH))


def test_a_history_that_nobody_verified_is_said_to_be_so(live, look):
    assert "Nobody has verified the history within a week." in look()


def test_what_the_last_verification_found_is_told(live, look):
    call_command("verify_history", stdout=io.StringIO())
    page = look()
    assert "History is whole , as of" in page
    assert "records were recomputed" in page
    assert "Nobody has verified" not in page
    Verification.objects.update(at=timezone.now() - timedelta(days=8))
    assert "Nobody has verified the history within a week." in look()


def test_what_is_broken_is_told_word_for_word(live, look):
    with owner():
        Event.objects.filter(sequence=2).update(kind="reviewed")
    with pytest.raises(CommandError):
        call_command("verify_history")
    page = look()
    assert "History is broken , as of" in page
    assert "leaflets.Event 2: its columns name another kind than its content." in page


def test_a_risk_that_was_made_smaller_is_found(live):
    with owner():
        Event.objects.filter(sequence=2).update(risk=1)
    assert "leaflets.Event 2: its columns name another risk than its content." in verdict()


def test_text_that_was_damaged_in_the_store_is_a_finding_and_no_crash(live):
    with pytest.raises(ValueError, match="Stored text is damaged"):
        unzipped(b"x\x9c\x00")
    with owner() as cursor:
        cursor.execute("UPDATE leaflets_edition SET content = %s", [memoryview(b"x\x9c\x00")])
    assert "History is broken." in verdict()
    assert Edition.objects.count() == 1


def test_the_audit_pack_is_a_download_that_checks_itself(live, auditor, client, tmp_path):
    client.force_login(auditor)
    response = client.get("/admin/history/pack.zip")
    assert response["Content-Disposition"].startswith('attachment; filename="audit-pack-')
    target = tmp_path / "pack.zip"
    target.write_bytes(response.getvalue())
    with zipfile.ZipFile(target) as pack:
        pack.extract("verify.py", tmp_path)
    run = [sys.executable, "-I", tmp_path / "verify.py", target]
    done = subprocess.run(run, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "The pack is whole." in done.stdout


def test_the_audit_pack_names_accounts_so_an_editor_does_not_get_it(live, editor, client):
    client.force_login(editor)
    assert client.get("/admin/history/pack.zip").status_code == 403
