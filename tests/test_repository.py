"""Rules for the repository itself."""

import ast
import re
import subprocess
from pathlib import Path

import pytest
from django.apps import apps
from django.contrib.staticfiles.finders import get_finders

ROOT = Path(__file__).parent.parent
APPS = ["config", "history", "triage", "exercises", "leaflets"]
SOURCES = [p for app in APPS for p in (ROOT / app).rglob("*.py") if "migrations" not in p.parts]


def functions():
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield path, node


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_file_can_be_read_at_one_sitting(path):
    # What checks an audit pack is one file, so that it can be handed over and needs nothing else.
    assert path.read_text().count("\n") <= (270 if path.name == "pack_verifier.py" else 235)


def test_a_function_fits_on_half_a_screen():
    long = [f"{p.name}:{f.name}" for p, f in functions() if f.end_lineno - f.lineno >= 35]
    assert long == []


def test_domain_modules_say_what_they_are():
    exempt = {"__init__.py", "apps.py", "urls.py", "wsgi.py"}
    silent = [
        str(path.relative_to(ROOT))
        for path in SOURCES
        if path.name not in exempt
        and not {"management", "templatetags"} & set(path.parts)
        and not ast.get_docstring(ast.parse(path.read_text()))
    ]
    assert silent == []


def test_only_the_actions_write_editions_and_events():
    writers = [
        str(path.relative_to(ROOT))
        for path in SOURCES
        if re.search(r"\bEdition\.objects\.create|\bEvent\.append|\bEdition\(", path.read_text())
    ]
    assert sorted(writers) == ["leaflets/actions.py", "leaflets/models/edition.py"]


def test_what_the_old_editor_brings_along_is_pruned():
    patterns = apps.get_app_config("staticfiles").ignore_patterns
    collected = [path for finder in get_finders() for path, _ in finder.list(patterns)]
    editor = [path for path in collected if path.startswith("ckeditor/")]
    assert 0 < len(editor) < 300
    assert not [path for path in collected if path.endswith((".html", ".md"))]
    for gone in (
        "samples",
        "preview",
        "codesnippetgeshi",
        "wsc",
        "scayt",
        "exportpdf",
        "iframe",
        "embed",
        "flash",
    ):
        assert not [path for path in editor if f"/{gone}/" in path]


def test_the_style_sheet_asks_nothing_of_another_host():
    css = (ROOT / "leaflets/static/leaflets/site.css").read_text()
    assert "url(" not in css
    assert "@font-face" not in css
    assert "http" not in css


def test_the_project_speaks_of_itself_only():
    files = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split("\n")
    forbidden = [
        "py" + "pi.org",
        "python" + "hosted",
        "npm" + "js.org",
        "/work/" + "main",
        "/work/" + "shared",
    ]
    named = [
        (name, word)
        for name in files
        if name
        and (ROOT / name).is_file()
        and (ROOT / name).suffix not in (".mp4", ".jpg", ".png", ".mo", ".xz")
        for word in forbidden
        if word in (ROOT / name).read_text()
    ]
    assert named == []
    assert '"resolved"' not in (ROOT / "package-lock.json").read_text()


def test_what_weighs_most_is_done_behind_one_form_that_asks_for_a_fresh_proof():
    callers = [
        str(path.relative_to(ROOT))
        for path in SOURCES
        if re.search(r"\bactions\.(publish|withdraw)", path.read_text()) and "management" not in path.parts
    ]
    assert callers == ["leaflets/admin/decisions.py"]
