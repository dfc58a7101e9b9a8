"""Says under which licence each package stands that the site comes with, and refuses one that nobody has agreed to.

python tests/licences.py [--list]. What is agreed to stands in pyproject.toml; docs/adr/0023-licence.md says why. Tools
for development are not given out with the site, so only requirements.txt and package-lock.json count, and the editor
that django-ckeditor brings along.
"""

import importlib.metadata
import json
import re
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).parent.parent
OURS = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["licences"]
# The newest of which the text below says that it is free.
EDITOR = "4.22.1"


def of_package(name, read=OURS["read"]):
    """Return what a Python package says of its licence: an SPDX expression, or the words of its classifiers."""
    if name in read:
        return read[name]
    try:
        said = importlib.metadata.metadata(name)
    except importlib.metadata.PackageNotFoundError:
        return ""
    classified = [each for each in said.get_all("Classifier", []) if each.startswith("License ::")]
    return said["License-Expression"] or said["License"] or classified[-1:][0].rpartition(" :: ")[2]


def is_allowed(licence, allowed=OURS["allowed"]):
    """Whether an SPDX expression without brackets can be met: all of what AND joins, one of what OR joins."""
    return any(all(each in allowed for each in one.split(" AND ")) for one in licence.split(" OR "))


def packages():
    """Yield (name, version, licence) of each that comes with the site."""
    for name, version in re.findall(r"^([\w.-]+)==([^ ;]+)", (ROOT / "requirements.txt").read_text(), re.M):
        yield name, version, of_package(name)
    for path, said in json.loads((ROOT / "package-lock.json").read_text())["packages"].items():
        if path:
            yield path.rpartition("node_modules/")[2], said["version"], said.get("license", "")
    yield "CKEditor", *of_editor()


def of_editor():
    """Return the version of the editor in django-ckeditor and its licence, which is another from 4.23 on."""
    folder = importlib.metadata.distribution("django-ckeditor").locate_file(
        "ckeditor/static/ckeditor/ckeditor"
    )
    version = re.search(r'version:"([\d.]+)"', (folder / "ckeditor.js").read_text())[1]
    return version, OURS["read"]["CKEditor"] if version == EDITOR else "commercial"


def refused(found):
    """Return a sentence for each package that stands under no licence that was agreed to."""
    return [
        f"{name} {version} stands under “{licence or 'no licence that it names'}”. Read its licence: if the site may "
        "come with it, add that to [tool.licences] in pyproject.toml, and why to docs/adr/0023-licence.md."
        for name, version, licence in found
        if not is_allowed(licence)
    ]


if __name__ == "__main__":
    all_of_them = sorted(packages(), key=lambda package: package[0].lower())
    if "--list" in sys.argv:
        print(*(f"{name:32} {version:18} {licence}" for name, version, licence in all_of_them), sep="\n")
    sys.exit("\n".join(refused(all_of_them)) or None)
