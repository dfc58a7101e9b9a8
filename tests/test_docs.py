"""What the documents say of the project holds: links, tests that are named, the hazard log, tables and licences."""

import ast
import re
import tomllib
from functools import cache
from itertools import product
from pathlib import Path

import pytest
from django.apps import apps

pytestmark = pytest.mark.looks
ROOT = Path(__file__).parent.parent
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
SAFETY = (ROOT / "docs/clinical-safety.md").read_text()
SECURITY = (ROOT / "SECURITY.md").read_text()
ROWS = ["Cause", "Effect", "Initial risk", "Control", "Shown by", "Residual risk", "Left to the organisation"]
NAMED_TEST = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")


def table_below(text, heading):
    """The rows of the first table below a line, each as its cells."""
    lines = text.split(heading, 1)[1].splitlines()[1:]
    begins = next(number for number, line in enumerate(lines) if line.startswith("|"))
    ends = next((n for n, line in enumerate(lines[begins:], begins) if not line.startswith("|")), len(lines))
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[begins:ends]]
    return [rows[0], *rows[2:]]


@cache
def functions_of(path):
    return {node.name for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.FunctionDef)}


@cache
def anchors_of(path):
    headings = re.findall(r"^#+ (.+)$", path.read_text(), re.M)
    return {re.sub(r"[^\w -]", "", each).replace(" ", "-").lower() for each in headings}


def hazards():
    """The hazards of the log: (id, {row: text})."""
    for found in re.finditer(r"^#### (\S+) .+\n((?:.*\n)*?)(?=#|\Z)", SAFETY, re.M):
        yield found[1], dict(re.findall(r"^\| ([^|]+) \| (.+) \|$", found[2], re.M))


def matrix():
    """The risk of each severity and likelihood, as the document has it."""
    severities, *rows = table_below(SAFETY, "| Very low | only by several failures at once |")
    return {
        (severity, row[0]): int(risk)
        for row in rows
        for severity, risk in zip(severities[1:], row[1:], strict=True)
    }


def judged(text):
    """The risk that a hazard's row says, which is that of its severity and likelihood."""
    severity, likelihood, risk = re.fullmatch(r"(\w+) × ([\w ]+) = (\d)", text).groups()
    assert matrix()[severity, likelihood.capitalize()] == int(risk), text
    return int(risk)


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_leads_to_a_file_and_a_section_that_is_there(path):
    missing = []
    for link in re.findall(r"\]\((?!https?:|mailto:)([^)]+)\)", path.read_text()):
        name, _, section = link.partition("#")
        target = (path.parent / name).resolve() if name else path
        if not target.exists() or (section and section not in anchors_of(target)):
            missing.append(link)
    assert missing == []


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_test_and_file_of_ours_that_is_named_is_there(path):
    text = path.read_text()
    folders = "config|docs|exercises|history|leaflets|templates|tests|triage"
    files = re.findall(rf"`((?:{folders})/[\w/.-]*)`", text)
    assert [name for name in files if not (ROOT / name).exists()] == []
    tests = NAMED_TEST.findall(text)
    assert [
        (file, name)
        for file, name in tests
        if not (ROOT / file).exists() or name not in functions_of(ROOT / file)
    ] == []


def test_every_document_is_in_the_index():
    index = (ROOT / "docs/README.md").read_text()
    led_to = {(ROOT / "docs" / link).resolve() for link in re.findall(r"\]\(([^)#]+)[^)]*\)", index)}
    decisions = ROOT / "docs/adr"
    wanted = {path for path in DOCUMENTS if path.parent != decisions} | {decisions / "README.md"}
    assert wanted - {ROOT / "docs/README.md"} <= led_to | {decisions / "README.md"}
    listed = set(re.findall(r"\]\((\d{4}-[\w-]+\.md)\)", (decisions / "README.md").read_text()))
    assert listed == {path.name for path in decisions.glob("0*.md")}


def test_every_hazard_has_an_id_of_its_own_and_says_all_of_itself():
    log = list(hazards())
    assert [number for number, _ in log] == [f"H{count:02}" for count in range(1, len(log) + 1)]
    assert len(log) >= 50
    for number, said in log:
        assert list(said) == ROWS, number
        assert NAMED_TEST.search(said["Shown by"]), number


def test_risks_are_those_of_the_matrix_and_none_that_remains_is_unacceptable():
    for number, said in hazards():
        initial, residual = judged(said["Initial risk"]), judged(said["Residual risk"])
        assert residual <= initial, number
        assert residual <= 3, number


def test_risk_grows_with_severity_and_with_likelihood():
    risks = matrix()
    assert len(risks) == 25
    severities, likelihoods = (list(dict.fromkeys(axis)) for axis in zip(*risks, strict=True))
    for (severity, likelihood), (worse, rarer) in product(risks, repeat=2):
        if severities.index(worse) >= severities.index(severity) and likelihoods.index(
            rarer
        ) <= likelihoods.index(likelihood):
            assert risks[worse, rarer] >= risks[severity, likelihood]


def test_what_remains_names_each_risk_that_is_not_simply_acceptable():
    remains = SAFETY.split("## What remains")[1].split("\n\n")[1]
    undesirable = [number for number, said in hazards() if judged(said["Residual risk"]) == 3]
    assert sorted(re.findall(r"H\d\d", remains)) == undesirable
    assert "Fifteen" in remains
    assert len(undesirable) == 15


def test_each_chapter_of_the_verification_standard_is_judged():
    _, *rows = table_below(SECURITY, "## OWASP ASVS")
    assert [row[0].split()[0] for row in rows] == [f"V{chapter}" for chapter in range(1, 18)]
    for chapter, met, left, where in rows:
        assert met, chapter
        assert left, chapter
        assert where, chapter


def test_data_protection_names_every_table_and_every_column_that_tells_of_a_person():
    text = (ROOT / "docs/data-protection.md").read_text()
    models = apps.get_models(include_auto_created=True)
    assert [model._meta.db_table for model in models if f"`{model._meta.db_table}`" not in text] == []
    people = apps.get_model("auth", "User")
    columns = [field.column for field in people._meta.local_fields if field.column != "id"]
    assert [column for column in columns if f"`{column}`" not in text] == []


def test_the_newest_version_in_the_changelog_is_that_of_the_project():
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    versions = re.findall(r"^## \[(\d[\d.]*)\] - \d{4}-\d\d-\d\d$", (ROOT / "CHANGELOG.md").read_text(), re.M)
    assert versions[0] == version
