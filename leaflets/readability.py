"""How hard a text is to read: long sentences, and a reading age. English only, and never more than a hint.

The reading age comes from the Automated Readability Index (R. J. Senter and E. A. Smith, Automated Readability Index,
AMRL-TR-66-220, Wright-Patterson Air Force Base, 1967):

    4.71 × characters ÷ words + 0.5 × words ÷ sentences - 21.43

rounded up, is a school grade in the United States, and five more the age at its end. It counts letters, not syllables,
so it needs no dictionary. Like every such formula it knows neither whether words are familiar nor whether the text
makes sense; names such as “osteoporosis” weigh heavily, and on few words it means nothing.
"""

import math
import re

# The NHS digital service manual on content: “We aim for a reading age of 9 to 11 years old.”
OLDEST = 11
# What GOV.UK and the plain-English guides take as the most.
MOST_WORDS = 25
# The formula was fitted to passages, not to lines.
FEWEST_WORDS = 100
# The point of an abbreviation ends no sentence, even before a name.
_END = re.compile(r"(?<!\bDr)(?<!\bMr)(?<!\bMrs)(?<!e\.g)(?<!i\.e)[.!?]+[”’\")]*\s+(?=[“‘\"(]*[A-Z0-9])")
_WORD = re.compile(r"[^\W_]+(?:['’.-][^\W_]+)*")


def words_of(text):
    """Return the words of a text; what is joined by an apostrophe, a point or a hyphen is one."""
    return _WORD.findall(text)


def sentences(lines):
    """Return the sentences of some lines of text; none goes on into the next line."""
    return [sentence.strip() for line in lines for sentence in _END.split(line) if words_of(sentence)]


def long_sentences(lines):
    """Return those sentences that have more words than MOST_WORDS."""
    return [sentence for sentence in sentences(lines) if len(words_of(sentence)) > MOST_WORDS]


def reading_age(lines):
    """Return the age in years from which some lines of text can be read; None if there are too few words to say."""
    found = sentences(lines)
    words = [word for sentence in found for word in words_of(sentence)]
    if len(words) < FEWEST_WORDS:
        return None
    characters = sum(sum(letter.isalnum() for letter in word) for word in words)
    return math.ceil(4.71 * characters / len(words) + 0.5 * len(words) / len(found) - 21.43) + 5
