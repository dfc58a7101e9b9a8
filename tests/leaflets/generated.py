"""Arbitrary Edition documents: whatever leaflets/content/edition.schema.json allows, made from the schema itself."""

import html
import json

from hypothesis import strategies as st

from leaflets.document import SCHEMA_FILE
from leaflets.models.draft import urgency_rank

SCHEMA = json.loads(SCHEMA_FILE.read_text())
# Letters, marks, numbers, punctuation, signs and spaces of every script, but for what cannot be recorded.
LETTERS = {"categories": ["L", "M", "N", "P", "S", "Zs"], "exclude_characters": "\ufffd"}
LINE = st.characters(**LETTERS)
LINES = st.characters(**LETTERS, include_characters="\n")
# From here on a field takes several lines.
PROSE = 1000
PATTERNS = {
    "^[a-z0-9]+(-[a-z0-9]+)*$": st.from_regex(r"\A[a-z0-9]{1,4}(-[a-z0-9]{1,4})?\Z"),
    "^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$": st.sampled_from(
        ["en-GB", "gd", "cy", "pl", "ar", "ur", "zh-Hant", "bfi"]
    ),
    "^(https://.*)?$": st.just("")
    | st.from_regex(r"\Ahttps://[a-z]{1,9}\.example(/[A-Za-z0-9&=+;\"'<>~_-]{0,9})?\Z"),
    "^[0-9+() ]*$": st.from_regex(r"\A[0-9+() ]{0,12}\Z"),
    "^[0-9a-f]{64}$": st.from_regex(r"\A[0-9a-f]{64}\Z"),
}
RICH = ("body", "introduction")


def _rich():
    words = st.text(LINE, min_size=1, max_size=8).map(html.escape)
    inline = st.lists(
        words
        | st.builds("<{0}>{1}</{0}>".format, st.sampled_from(["strong", "em", "sub", "sup"]), words)
        | words.map('<a href="https://example.org/a">{}</a>'.format),
        min_size=1,
        max_size=3,
    ).map("".join)
    listed = st.lists(inline, min_size=1, max_size=2).map(
        lambda items: "".join(f"<li>{item}</li>" for item in items)
    )
    rows = st.lists(inline, min_size=1, max_size=2).map(
        lambda cells: (
            f'<tr><th scope="row">{cells[0]}</th>{"".join(f"<td>{cell}</td>" for cell in cells[1:])}</tr>'
        )
    )
    blocks = st.one_of(
        inline.map("<p>{}</p>".format),
        inline.map("<h3>{}</h3>".format),
        st.builds(
            "{}{}{}".format,
            st.sampled_from(["<ul>", '<ul class="do">', '<ul class="dont">']),
            listed,
            st.just("</ul>"),
        ),
        listed.map("<ol>{}</ol>".format),
        st.builds("<dl><dt>{}</dt><dd>{}</dd></dl>".format, inline, inline),
        st.builds("<table><caption>{}</caption><tbody>{}</tbody></table>".format, words, rows),
    )
    return st.lists(blocks, max_size=3).map("".join)


def _from(schema, name=""):
    """A strategy for what `schema` describes; `name` is the field's."""
    if "$ref" in schema:
        return _from(SCHEMA["$defs"][schema["$ref"].rpartition("/")[2]], name)
    if "anyOf" in schema:
        return st.one_of(*(_from(each, name) for each in schema["anyOf"]))
    if "const" in schema or "enum" in schema:
        return st.sampled_from(schema.get("enum") or [schema["const"]])
    match schema["type"]:
        case "object":
            return st.fixed_dictionaries(
                {key: _from(inner, key) for key, inner in schema["properties"].items()}
            )
        case "array":
            return st.lists(_from(schema["items"], name), max_size=2)
        case "string":
            return _text(schema, name)
        case "integer":
            return st.integers(schema["minimum"], schema.get("maximum", 10**9))
        case "boolean":
            return st.booleans()
        case "null":
            return st.none()


def _text(schema, name):
    if "pattern" in schema:
        return PATTERNS[schema["pattern"]]
    if schema["maxLength"] == 65536:
        return _rich()
    letters = LINES if schema["maxLength"] >= PROSE else LINE
    return st.text(letters, min_size=schema.get("minLength", 0), max_size=12)


def _as_editors_may_write(document):
    """What the schema cannot say, and the models refuse: a document that contradicts itself."""
    document["red_flag_groups"].sort(key=lambda group: urgency_rank(group["urgency"]))
    if document["red_flag_groups"]:
        document["no_red_flags_because"] = ""
    for link in document["links"]["items"]:
        link["url"] = "" if link["file"] else link["url"]
    for video in _videos(document):
        video["provider_url"] = "" if video["file"] else video["provider_url"]
        # No edition has a still of no video: it cannot be submitted.
        video["poster"] = video["poster"] if video["file"] or video["provider_url"] else None
    return document


def _videos(document):
    return [video for programme in document["exercises"]["programmes"] for video in programme["videos"]]


def leaves(value, path="", way=()):
    """Yield (path, way, leaf) of each leaf of a document: "sections[].body", ("sections", 0, "body"), "<p>...</p>"."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from leaves(inner, f"{path}.{key}".lstrip("."), (*way, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from leaves(inner, f"{path}[]", (*way, index))
    elif value is not None:
        yield path, way, value


def at(document, way):
    """Return what stands at `way` in a document."""
    for step in way:
        document = document[step]
    return document


def paths(schema=SCHEMA, path=""):
    """Yield the path of each leaf that the schema knows."""
    if "$ref" in schema:
        yield from paths(SCHEMA["$defs"][schema["$ref"].rpartition("/")[2]], path)
    elif "anyOf" in schema:
        for each in schema["anyOf"]:
            yield from paths(each, path)
    elif schema.get("type") == "object":
        for key, inner in schema["properties"].items():
            yield from paths(inner, f"{path}.{key}".lstrip("."))
    elif schema.get("type") == "array":
        yield from paths(schema["items"], f"{path}[]")
    elif schema.get("type") != "null":
        yield path


def _marked(document):
    """Each text with a word of its own, so that no other can stand for it."""
    for number, (path, way, leaf) in enumerate(list(leaves(document))):
        *outer, last = way
        holder, word = at(document, outer), f"w{number}w"
        if leaf and isinstance(leaf, str) and path in MARKS:
            holder[last] = leaf + MARKS[path].format(word=word, number=number)
    return document


def _mark(path):
    """What makes the text at `path` one of its kind, by what the schema says of it."""
    schema = SCHEMA
    for key in path.replace("[]", ".[]").split("."):
        schema = schema["items"] if key == "[]" else schema["properties"][key]
        schema = SCHEMA["$defs"][schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema
        schema = next((each for each in schema.get("anyOf", []) if each != {"type": "null"}), schema)
        schema = SCHEMA["$defs"][schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema
    if "enum" in schema or schema.get("type") != "string":
        return None
    of_pattern = {"^(https://.*)?$": "/{word}", "^[0-9+() ]*$": " 9{number}9"}
    if "pattern" in schema:
        return of_pattern.get(schema["pattern"])
    return "<p>{word}</p>" if schema["maxLength"] == 65536 else " {word}"


MARKS = {path: mark for path in paths() if (mark := _mark(path))}


def documents():
    """A strategy for Edition documents."""
    return _from(SCHEMA).map(_as_editors_may_write).map(_marked)
