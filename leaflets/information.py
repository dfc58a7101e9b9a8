"""Changes to the information on a leaflet: its sections, its links and its sources of evidence.

None of them has a key: a section is known by its heading, a link by its words, else by its address, a source by its
citation, and each, if that changed too, by its likeness.

How risky a change is: information is no instruction, so that a section, a link or a source which is added, removed,
reworded or moved is an other change. Two things are not mere information, and losing them may lower safety:

- What a Don't list forbids. It is lost when its line is gone or reworded, or when the section that holds it moves
  behind the exercises, where it is read too late.
- Further information on a red-flag group: the card to carry, the Easy Read, the sign language or the translation is
  for some patients the only form in which they can read the red flags. It is lost when the link is removed, or leads
  somewhere else.
"""

from operator import itemgetter

from leaflets.differences import Change, Risk, in_words, moved, named, paired, plain
from leaflets.models.parts import Section
from leaflets.richtext import forbidden

LINK = {
    "text": "Words",
    "kind": "Kind",
    "languages": "Languages",
    "format": "Format",
    "landing_page": "Page that describes it",
}
SOURCE = {"citation": "Citation", "url": "Web address"}


def sections(before, after):
    """Yield the Changes between two lists of sections."""
    yield from _parts(before, after, ("Section", "sections"), ["heading"], "", _section, _section_goes)


def links(before, after):
    """Yield the Changes between two lists of links of a leaflet."""
    yield from _parts(before, after, ("Link", "links"), ["text", "url"], "", _link, _is_no_loss)


def further(before, after, name):
    """Yield the Changes between two lists of links of a red-flag group; `name` says which, as " of “...”"."""
    words = ("Further information", "further information")
    yield from _parts(before, after, words, ["text", "url"], name, _further, lambda link: Risk.LOWERS)


def evidence(before, after):
    """Yield the Changes between two lists of sources of evidence."""
    words = ("Source of evidence", "sources of evidence")
    yield from _parts(before, after, words, ["citation", "url"], "", _source, _is_no_loss)


def rich(old, new, field, words, name):
    """Yield a Change if a field of rich text differs: it may lower safety if a Don't list lost something."""
    lost = set(forbidden(old[field])) - set(forbidden(new[field]))
    yield from (
        # Not by way of the risk of `plain`, for which every addition to such a text would add caution.
        change._replace(risk=Risk.LOWERS if lost else Risk.OTHER)
        for change in plain(old, new, {field: words}, name)
    )


def _parts(before, after, words, names, within, inside, goes):
    pairs, removed, added = paired(before, after, names)
    for i, j in pairs:
        if before[i] != after[j]:
            yield from inside(before[i], after[j])
    for part in removed:
        yield Change(goes(part), f"{words[0]} {named(part[names[0]])}{within} removed", in_words(part))
    for part in added:
        yield Change(Risk.OTHER, f"{words[0]} {named(part[names[0]])}{within} added", "", in_words(part))
    if pairs != sorted(pairs, key=itemgetter(1)):
        yield moved(f"{words[1]}{within}", *([part[names[0]] for part in parts] for parts in (before, after)))


def _section(old, new):
    name = f" of section {named(old['heading'])}"
    yield from plain(old, new, {"heading": "Heading"}, name)
    if old["placement"] != new["placement"]:
        behind = old["placement"] == Section.Placement.BEFORE_EXERCISES and forbidden(old["body"])
        places = dict(Section.Placement.choices)
        was, now = (places.get(each["placement"], each["placement"]) for each in (old, new))
        yield Change(Risk.LOWERS if behind else Risk.OTHER, f"Place{name} changed", was, now)
    yield from rich(old, new, "body", "Text", name)


def _section_goes(section):
    return Risk.LOWERS if forbidden(section["body"]) else Risk.OTHER


def _is_no_loss(part):
    return Risk.OTHER


def _link(old, new):
    name = f" of link {named(old['text'])}"
    yield from plain(old, new, {**LINK, "url": "Web address", "file": "File"}, name)


def _further(old, new):
    name = f" of further information {named(old['text'])}"
    yield from plain(old, new, {"url": "Web address"}, name, Risk.LOWERS)
    yield from plain(old, new, LINK, name)


def _source(old, new):
    yield from plain(old, new, SOURCE, f" of source of evidence {named(old['citation'])}")
