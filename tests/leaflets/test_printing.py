"""PDFs are made beside the site, once for each rendering that the public sees, and no page waits for them."""

import os
import subprocess
import sys

import pytest
from django.core.management import call_command

from leaflets import actions, paper
from tests.leaflets.test_verify import verdict


@pytest.mark.django_db
def test_a_pdf_is_made_once_for_what_the_public_sees(live, client, capsys):
    assert client.get("/lower-back/leaflet.pdf").status_code == 503
    call_command("print_leaflets")
    told = capsys.readouterr().out
    assert "edition 1, A4: made in" in told
    assert "edition 1, large print: made in" in told
    for path in ("/lower-back/leaflet.pdf", "/lower-back/leaflet-large.pdf"):
        response = client.get(path)
        assert response["Content-Type"] == "application/pdf"
        assert f"lower-back-{live.code}.pdf" in response["Content-Disposition"]
        assert response.content.startswith(b"%PDF-")
    call_command("print_leaflets")
    assert capsys.readouterr().out == ""


@pytest.mark.django_db
def test_what_is_scheduled_is_printed_before_its_time(scheduled, monkeypatch):
    # Nothing is rendered for a publication to come but what its time will show.
    made = []
    monkeypatch.setattr(paper, "make", lambda rendering, form: made.append((rendering.edition, form)))
    call_command("print_leaflets")
    assert made == [(scheduled, "a4"), (scheduled, "large")]


@pytest.mark.django_db
@pytest.mark.parametrize(("state", "status"), [("draft", 404), ("submitted", 404), ("withdrawn", 410)])
def test_what_is_not_live_is_on_no_paper(request, client, state, status):
    request.getfixturevalue(state)
    call_command("print_leaflets")
    response = client.get("/lower-back/leaflet.pdf")
    assert response.status_code == status
    assert b"%PDF-" not in response.content


@pytest.mark.django_db
def test_a_newer_edition_has_a_pdf_of_its_own_and_the_old_one_is_not_shown(
    live, change, editor, reviewer, client
):
    call_command("print_leaflets")
    old = client.get("/lower-back/leaflet.pdf").content
    newer = actions.submit(leaflet=change("Another title"), by=editor, reason="Changed.")
    actions.publish(edition=newer, by=reviewer, reason="Checked.")
    assert client.get("/lower-back/leaflet.pdf").status_code == 503
    call_command("print_leaflets")
    assert client.get("/lower-back/leaflet.pdf").content != old
    assert "History is whole." in verdict()


def test_the_watcher_ends_with_what_started_it(tmp_path):
    # A process between the two stands for the site: it starts the watcher, waits until that is at work, and ends.
    start = (
        "import subprocess, sys; watch = [sys.executable, 'manage.py', 'print_leaflets', '--watch']; "
        "print(subprocess.Popen(watch, stdout=subprocess.PIPE).stdout.readline().decode())"
    )
    database = {"DATABASE_URL": f"sqlite:///{tmp_path}/site.sqlite3", "MEDIA_ROOT": str(tmp_path)}
    environment = {**os.environ, **database, "DEBUG": "1"}
    subprocess.run([sys.executable, "manage.py", "migrate", "-v0"], env=environment, check=True)
    # The watcher has the errors of its starter, so this returns when both have ended.
    ended = subprocess.run([sys.executable, "-c", start], env=environment, capture_output=True, timeout=60)
    assert (ended.returncode, ended.stderr) == (0, b"")
    assert b"Looking for what is published" in ended.stdout
