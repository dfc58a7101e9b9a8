"""Checks an audit pack. It needs Python 3.11 or later and nothing else: no other software of ours, and no network.

    python3 verify.py PACK.zip
      --anchors FILE    anchors that were kept elsewhere; may be given several times
      --key-file FILE   the key that anchors are signed with (or set ANCHOR_KEY in the environment)
      --media FOLDER    the videos, captions, pictures and PDFs, to check them too

It says the first thing that is wrong in each part and exits with 1; or it says that all is whole and exits with 0.

A chain is a file NAME.jsonl of records, one a line. Each is sealed: digest = SHA-256(previous digest + content). So
nobody can change, drop, add or move one without changing every digest after it. An anchor says what the digests were
at a moment, and shows whether that was done. An edition is what patients could read; the event of its submission
names the SHA-256 of its file. All JSON is canonical, so that each content can be written in one way only: sorted keys,
no spaces, UTF-8, no floating-point numbers.
"""

import argparse
import hashlib
import hmac
import json
import os
import re
import sys
import zipfile
from itertools import chain
from pathlib import Path

GENESIS = "0" * 64  # What the first record of a chain names as the digest before it.
CHAINS = ["versions", "events", "renderings", "accounts"]
FOR_READING = ["README.txt", "verify.py", "timeline.py", "timeline.csv", "timeline.html"]
NO_CHAINS = ["anchors.jsonl", "pins.jsonl", "media.jsonl"]
EXTENSIONS = {"video/mp4": "mp4", "video/webm": "webm", "text/vtt": "vtt", "application/pdf": "pdf"}
EXTENSIONS |= {"image/jpeg": "jpg", "image/png": "png", "image/webp": "webp"}
LIMITS = """
What this cannot show: what was rewritten after the last anchor was written; whether these are the newest records;
whether the site's clock was right; whether somebody used another person's account. An anchor proves as much as the
place where it was kept: compare with copies that the owner of the database could not change (--anchors). The timeline
is for reading, and not checked here: python3 timeline.py PACK.zip compares it with the records."""


class Wrong(Exception):
    """Something is not what it was. The message says what, as a sentence."""


def sha256(data):
    """Return the SHA-256 of bytes in hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()


def canonical(value):
    """Return canonical JSON."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def parse(data, where):
    """Return what bytes of canonical JSON say. What reads as JSON, but is not written as we write it, is refused."""
    try:
        value = json.loads(data.decode(), parse_float=str, parse_constant=str)
    except ValueError:
        raise Wrong(f"{where}: it is not JSON.") from None
    if canonical(value).encode() != data:
        raise Wrong(f"{where}: it is not in canonical form.")
    return value


def lines(file, end=b"\n"):
    """Yield (where it stands, what it says) of each line. Without `end`, a line may end as it likes."""
    for number, line in enumerate(file, 1):
        where = f"{file.name}, line {number}"
        if not line.endswith(end):
            raise Wrong(f"{where}: it has no end.")
        yield where, parse(line[:-1] if end else line.rstrip(), where)


def records(pack, name):
    """Yield (number, digest, what it says) of each record in the file, if it follows the one before it."""
    previous, moment = GENESIS, ""
    for number, (where, record) in enumerate(lines(pack.open(name)), 1):
        if record.keys() != {"sequence", "previous", "digest", "content"}:
            raise Wrong(f"{where}: it has other fields than a record.")
        said = parse(record["content"].encode(), where)
        if record["sequence"] != number:
            raise Wrong(f"{where}: record {number} is missing.")
        if said["sequence"] != number:
            raise Wrong(f"{where}: its content says another number.")
        if record["previous"] != previous:
            raise Wrong(f"{where}: it does not name the digest of the record before it.")
        previous = sha256((previous + record["content"]).encode())
        if record["digest"] != previous:
            raise Wrong(f"{where}: its content does not have its digest.")
        if said["at"] < moment:
            raise Wrong(f"{where}: it is said to have happened before the record before it.")
        moment = said["at"]
        yield number, previous, said


def check_chain(pack, name, ends):
    """Check every record, and that the chain holds what anchors saw, `ends`: {number: {digest: time}}."""
    for number, found, _ in chain([(0, GENESIS, None)], records(pack, name)):
        for digest, time in ends.get(number, {}).items():
            if digest != found:
                raise Wrong(f"{name}, line {number}: it is not what the anchor of {time} saw.")
    newest = max(ends, default=0)
    if newest > number:
        saw = f"the anchor of {next(iter(ends[newest].values()))} saw {newest}"
        raise Wrong(f"{name} ends at {number}, but {saw}: records are missing, or an older backup came back.")
    print(f"{name:16} {number:7} records; the last digest is {found}")


def check_anchors(pack, more, key, ends):
    """Check the anchors in the pack and in the files `more`, and add what they saw to `ends`, by chain."""
    times, signed = [], 0
    kept_elsewhere = (line for file in more for line in lines(file, end=b""))
    for where, anchor in chain(lines(pack.open("anchors.jsonl")), kept_elsewhere):
        signature = anchor.pop("signature")
        right = key and hmac.new(key, canonical(anchor).encode(), "sha256").hexdigest()
        if anchor.keys() != {"chains", "time"} or (right and signature != right):
            raise Wrong(f"{where}: this anchor is forged or damaged, or signed with another key.")
        times.append(anchor["time"])
        signed += signature is not None
        for name, end in anchor["chains"].items():
            ends.setdefault(f"{name}.jsonl", {}).setdefault(end["sequence"], {})[end["digest"]] = anchor[
                "time"
            ]
    if times:
        how = "checked" if key else "not checked: no key was given"
        print(f"{len(times)} anchors, the last of {max(times)}; {signed} signatures, {how}")
    else:
        print("There is no anchor: a history that was rewritten to its end would look like this one.")


def check_editions(pack):
    """Check every edition, and the versions of the items in it, against the event of its submission."""
    versions = {digest for _, digest, _ in records(pack, "versions.jsonl")}
    pins = {(said["slug"], said["number"]): said for _, said in lines(pack.open("pins.jsonl"))}
    there = files(pack, "editions/")
    submissions = (said for _, _, said in records(pack, "events.jsonl") if said["kind"] == "submitted")
    for edition, held in ((said["edition"], said["pins"]) for said in submissions):
        name = f"editions/{edition['slug']}/{edition['number']}.json"
        if name not in there:
            raise Wrong(f"{name} is missing.")
        there.remove(name)
        content = pack.read(name)
        if sha256(content) != edition["digest"]:
            raise Wrong(f"{name}: its content is not what was submitted.")
        parse(content, name)
        pinned = {"number": edition["number"], "slug": edition["slug"], "versions": held}
        if pins.pop((edition["slug"], edition["number"]), None) != pinned or not versions.issuperset(held):
            raise Wrong(f"{name}: pins.jsonl says that it holds other versions than were submitted.")
    if there:
        raise Wrong(f"{min(there)}: it was never submitted.")
    if pins:
        raise Wrong("pins.jsonl names an edition that was never submitted.")
    print("Every edition is what was submitted")


def check_decisions(pack):
    """Check that nobody published what they had submitted. What somebody worked on is for the site to check."""
    submitters = {}
    for number, _, said in records(pack, "events.jsonl"):
        by = submitters.setdefault(said["edition"]["code"], said["by"]["id"])
        if said["kind"] == "published" and said["by"]["id"] == by:
            raise Wrong(f"events.jsonl, line {number}: somebody published what they had submitted.")
    print("Nobody published what they had submitted")


def check_renderings(pack):
    """Check every page that patients were shown against the record of it."""
    there = files(pack, "renderings/")
    for number, _, said in records(pack, "renderings.jsonl"):
        for name, digest in ((f"renderings/{number}-{key}.html", d) for key, d in said["bodies"].items()):
            if name not in there or sha256(pack.read(name)) != digest:
                raise Wrong(f"{name}: it is missing, or not what was shown.")
            there.remove(name)
    if there:
        raise Wrong(f"{min(there)}: it was never shown.")
    print("Every page is what was shown")


def files(pack, folder):
    """Return the names of the files in a folder of the pack."""
    return {name for name in pack.namelist() if name.startswith(folder)}


def files_in(value):
    """Yield what media.jsonl says of each file that a document names, but for whether the site still has it."""
    if isinstance(value, dict) and value.keys() == {"sha256", "type", "bytes"}:
        yield canonical({**value, "name": f"{value['sha256']}.{EXTENSIONS[value['type']]}"})
    elif isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from files_in(inner)


def check_media(pack, folder):
    """Check media.jsonl against the editions, and the files in `folder`, if it is given, against media.jsonl."""
    listed = []
    for where, file in lines(pack.open("media.jsonl")):
        if not file.pop("present"):
            raise Wrong(f"{where}: the site has lost this file.")
        path = folder / file["name"] if folder else None
        if path and not (path.is_file() and sha256(path.read_bytes()) == file["sha256"]):
            raise Wrong(f"{where}: this file is not in {folder}, or not as it was.")
        listed.append(canonical(file))
    named = {file for name in files(pack, "editions/") for file in files_in(json.loads(pack.read(name)))}
    if listed != sorted(named):
        raise Wrong("media.jsonl does not list the files that the editions name.")
    print("The media files are", "as they were" if folder else "listed, but were not looked at")


def check_names(names):
    """Check that every part is there, and once: of two with one name, we could read one, and you the other."""
    for missing in {*(f"{name}.jsonl" for name in CHAINS), *NO_CHAINS}.difference(names):
        raise Wrong(f"{missing} is missing.")
    if len(set(names)) < len(names):
        raise Wrong("Two files in the pack have one name.")
    known = {f"{name}.jsonl" for name in CHAINS}.union(NO_CHAINS, FOR_READING)
    for name in set(names) - known:
        if not re.fullmatch(r"editions/[a-z0-9-]+/[0-9]+\.json|renderings/[0-9]+-[a-z]+\.html", name):
            raise Wrong(f"{name} does not belong into a pack.")


def checks(pack, options):
    """Yield each check with its arguments, to be called in this order."""
    yield check_names, pack.namelist()
    ends = {}
    yield check_anchors, pack, options.anchors, options.key_file, ends
    chains = {name for name in pack.namelist() if name.endswith(".jsonl")}.difference(NO_CHAINS)
    for name in sorted(chains | ends.keys()):
        yield check_chain, pack, name, ends.get(name, {})
    yield check_editions, pack
    yield check_decisions, pack
    yield check_renderings, pack
    yield check_media, pack, options.media


def main():
    """Check the pack that the command line names, say what is wrong, and return whether anything is."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("pack", metavar="PACK.zip", type=zipfile.ZipFile)
    parser.add_argument("--anchors", type=argparse.FileType("rb"), action="append", default=[])
    key = os.environ.get("ANCHOR_KEY", "").encode()
    parser.add_argument("--key-file", type=lambda path: Path(path).read_bytes().strip(), default=key)
    parser.add_argument("--media", type=Path)
    options, findings = parser.parse_args(), []
    for check, *arguments in checks(options.pack, options):
        try:
            check(*arguments)
        except Wrong as wrong:
            findings.append(str(wrong))
        except Exception as error:  # Whatever a damaged file leads to is a finding.
            findings.append(f"A part is damaged, or not of the form that it should have: {error!r}.")
    print("\nThe pack is NOT whole." if findings else "\nThe pack is whole.")
    print(*dict.fromkeys(findings), LIMITS, sep="\n")
    return bool(findings)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (OSError, zipfile.BadZipFile) as error:
        sys.exit(f"This cannot be read. {error}")
