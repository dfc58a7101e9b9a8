"""Which signs are alike: do they say the same in nearly the same words?

1. Each is reduced to its set of words, in lower case, without the words that every sign has (“if”, “your”, “any”), and
   with plurals as singulars.
2. Words that make it another sign are the same in both: numbers, negations (“unable” is “not”), sides, parts of the
   body, and what gets better or worse. So “lower back” and “neck”, 38 and 39 are never alike.
3. The sets share at least half of their words (Jaccard index).
4. Their words, sorted, are alike as text to at least 0.85 (`difflib.SequenceMatcher`), so that a mistyped letter and
   another order of words do not matter, but another word in a short sign does.

Nothing here knows what words mean: “fever” and “high temperature” are two signs. Rates on written leaflets are in
`tests/leaflets/test_consistency.py`.
"""

import re
from collections import Counter, defaultdict
from difflib import SequenceMatcher
from functools import lru_cache
from typing import NamedTuple

SHARED = 0.5
ALIKE = 0.85
WORD = re.compile(r"[^\W_]+")
COMMON = frozenset(
    "a able about also an and any are as at be been but by ca can could do does e eg etc experience feel "
    "feeling for from g get had has have having if in including into is it its may more of on or other s same "
    "such than that the their them then there these this time to was when where which while will with wo "
    "would you your yourself".split()
)
TELLING = frozenset(
    "no not never none neither nor without left right both one upper lower above below worse "
    "worsening better improving back neck head face jaw chest abdomen tummy stomach spine trunk shoulder elbow arm "
    "wrist hand finger thumb hip groin thigh knee calf shin leg ankle heel foot feet toe bladder bowel".split()
)


class Sign(NamedTuple):
    """The words of a sign: as a set, sorted as one text, and those of them that make it another sign."""

    words: frozenset
    text: str
    telling: frozenset


def are_alike(one, other):
    """Do two signs, plain text, say the same in nearly the same words?"""
    return sign_of(other) in _likenesses(sign_of(one), [sign_of(other)])


@lru_cache(maxsize=20_000)
def sign_of(text):
    """Return the Sign of a plain text."""
    found = [_plain(word) for word in WORD.findall(text.casefold().replace("’", "'").replace("n't", " not"))]
    telling = frozenset(word for word in found if word in TELLING or word.isdigit())
    words = frozenset(word for word in found if word not in COMMON) | telling
    return Sign(words, " ".join(sorted(words)), telling)


def _plain(word):
    if word in ("cannot", "unable"):
        return "not"
    plural = len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is"))
    return word[:-1] if plural else word


def _likenesses(sign, others):
    """Return those of `others` that are alike, the dear comparison only where the cheap ones leave it open."""
    matcher = SequenceMatcher(b=sign.text, autojunk=False)
    return [other for other in others if _share_enough(sign, other) and _reads_alike(sign, other, matcher)]


def _share_enough(one, other):
    shared = len(one.words & other.words)
    return shared and shared >= SHARED * (len(one.words) + len(other.words) - shared)


def _reads_alike(one, other, matcher):
    if one.telling != other.telling:
        return False
    if one.words == other.words:
        return True
    matcher.set_seq1(other.text)
    return matcher.real_quick_ratio() >= ALIKE and matcher.quick_ratio() >= ALIKE and matcher.ratio() >= ALIKE


def alike(own, signs):
    """Return for each Sign of `own` a list of those of `signs` that are alike, itself included if it is there."""
    words = frozenset().union(*(sign.words for sign in own))
    often = Counter(word for sign in signs for word in sign.words & words)
    having = defaultdict(list)
    for sign in own:
        for word in _rarest(sign, often):
            having[sign.telling, word].append(sign)
    candidates = {sign: {} for sign in own}
    for other in signs:
        for word in other.words & words:
            for sign in having.get((other.telling, word), ()):
                candidates[sign][other] = True
    return {sign: _likenesses(sign, found) for sign, found in candidates.items()}


def _rarest(sign, often):
    """What shares half of its words with `sign` shares one of its rarer half: nothing else need be compared."""
    words = sorted(sign.words, key=lambda word: (often[word], word))
    return words[: len(words) - int(SHARED * len(words) + 0.999) + 1]
