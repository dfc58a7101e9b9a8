"""Do leaflets contradict each other? Warnings about red-flag groups, compared with every group on any leaflet.

The same sign with another urgency or other contacts; one service with two numbers; groups that copy each other.
Which signs are alike is in `likeness.py`. Two groups are copies if at least COPIED of the signs of both, and at least
two, have one that is alike in the other; but a group that stands only on leaflets in other languages is no copy: it is
being translated, or is a translation.
"""

from collections import defaultdict
from typing import NamedTuple

from leaflets.likeness import WORD, Sign, alike, sign_of
from leaflets.passages import GROUP, ROUTE, Place, group_name
from leaflets.readiness import Problem

COPIED = 0.8
MOST_NAMED = 3


class _Said(NamedTuple):
    """A sign where it stands: its group and its row there."""

    group: dict
    row: int
    sign: Sign


def warnings(groups, library, language):
    """Return the Problems about `groups`, each as in an Edition document, among all groups in `library`.

    `library` may or may not hold `groups` themselves: what has the same key is the same group, as `groups` have it.
    `language` is the tag of the leaflet that holds `groups`; in `library`, a group's "languages" are those of its
    leaflets.
    """
    everything = list({group["key"]: group for group in [*library, *groups]}.values())
    own = list({group["key"]: group for group in groups}.values())
    said = [each for group in everything for each in _said(group)]
    by_sign = defaultdict(list)
    for each in said:
        by_sign[each.sign].append(each)
    likenesses = alike({each.sign for group in own for each in _said(group)}, by_sign)
    twins = {group["key"]: _twins(group, likenesses, by_sign) for group in own}
    return [
        *(problem for group in own for problem in _contradictions(group, twins[group["key"]])),
        *(problem for group in own for problem in _copies(group, twins[group["key"]], language)),
        *_in_two_languages(own, library, language),
        *_numbers(own, everything),
    ]


def _said(group):
    """What a group is recognised by: its signs, or what it says to do if it has none."""
    texts = [" ".join([sign["text"], *sign["parts"]]) for sign in group["signs"]] or [group["lead"]]
    return [_Said(group, row, sign_of(text)) for row, text in enumerate(texts)]


def _twins(group, likenesses, by_sign):
    """Return for each row of `group` the signs in other groups that are alike."""
    return {
        each.row: [
            other
            for sign in likenesses[each.sign]
            for other in by_sign[sign]
            if other.group["key"] != group["key"]
        ]
        for each in _said(group)
    }


def _contradictions(group, twins):
    """A patient with one sign must not be told to call now on one page, and to wait on another."""
    for row, others in twins.items():
        differing = {
            other.group["key"]: (other.group, difference)
            for other in others
            if (difference := _difference(group, other.group))
        }
        if differing:
            said = [f"{group_name(other)} ({difference})" for other, difference in differing.values()]
            more = f" and {len(said) - MOST_NAMED} more" if len(said) > MOST_NAMED else ""
            fragment = f"signs-{row}" if group["signs"] else "id_lead"
            yield Problem(
                f"{group_name(group)}: “{_text(group, row)}” has another answer in "
                f"{', '.join(said[:MOST_NAMED])}{more}.",
                Place(GROUP, group["key"], fragment),
            )


def _difference(group, other):
    """How the answer of `other` differs, in words; empty if it does not. Who names nobody contradicts nobody."""
    if group["urgency"] and other["urgency"] and group["urgency"] != other["urgency"]:
        return f"{other['urgency']}; here {group['urgency']}"
    ours, theirs = ({_name(c["name"]) for c in each["contacts"]} for each in (group, other))
    if ours and theirs and ours != theirs:
        return f"contact {' and '.join(contact['name'] for contact in other['contacts'])}"
    return ""


def _copies(group, twins, language):
    """Of two copies, one is corrected and the other forgotten. A group can stand on several leaflets."""
    others, pairs = {}, defaultdict(list)
    for row, found in twins.items():
        for other in (each for each in found if _in_language(each.group, language)):
            others[other.group["key"]] = other.group
            pairs[other.group["key"]].append((row, other.row))
    for key, other in others.items():
        ours, theirs = map(set, zip(*pairs[key], strict=True))
        enough = COPIED * (max(len(group["signs"]), 1) + max(len(other["signs"]), 1))
        if min(len(ours), len(theirs)) >= 2 and len(ours) + len(theirs) >= enough:
            yield Problem(
                f"{group_name(group)} has nearly the same red flags as {group_name(other)}: put one group on both "
                "leaflets, so that a correction reaches both.",
                Place(GROUP, group["key"], "signs-group"),
            )


def base(language):
    """Return the language of a tag, whichever country's form it is: "en" of en-GB."""
    return language.lower().split("-")[0]


def _in_language(group, language):
    """Whether a group stands on a leaflet in this language."""
    return base(language) in {base(tag) for tag in group.get("languages", [language])}


def _in_two_languages(own, library, language):
    """A group has one language: on leaflets in two, one of them is not in its readers' own."""
    languages = {group["key"]: group.get("languages", []) for group in library}
    for group in own:
        others = {base(tag) for tag in languages.get(group["key"], [])} - {base(language)}
        if others:
            yield Problem(
                f"{group_name(group)} stands on a leaflet in another language too ({', '.join(sorted(others))}): put a "
                "copy of its own on each, or one of them shows red flags that its readers may not understand.",
                Place(GROUP, group["key"], "id_title"),
            )


def _numbers(own, everything):
    """One service with two numbers: one of them is wrong, or the name does not say which is which."""
    numbers = defaultdict(dict)
    for contact in (contact for group in everything for contact in group["contacts"] if contact["phone"]):
        numbers[_name(contact["name"])].setdefault(_digits(contact["phone"]), contact)
    for contact in {c["key"]: c for group in own for c in group["contacts"] if c["phone"]}.values():
        for digits, other in numbers[_name(contact["name"])].items():
            if digits != _digits(contact["phone"]):
                yield Problem(
                    f"Contact “{contact['name']}” has the number {contact['phone']}, and another contact of that name "
                    f"has {other['phone']}: correct one, or say in the names what differs.",
                    Place(ROUTE, contact["key"], "id_phone"),
                )


def _name(name):
    return "".join(WORD.findall(name.casefold()))


def _digits(phone):
    """The digits of a telephone number as it is dialled within the country."""
    digits = "".join(filter(str.isdigit, phone))
    international = phone.strip().startswith("+44") or digits.startswith("0044")
    return "0" + digits.removeprefix("00").removeprefix("44").removeprefix("0") if international else digits


def _text(group, row):
    text = group["signs"][row]["text"] if group["signs"] else group["lead"]
    return text if len(text) <= 80 else f"{text[:80].rsplit(' ', 1)[0]} …"
