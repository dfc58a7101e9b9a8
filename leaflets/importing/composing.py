"""Makes an Edition document of the parts of a text, each where its role says. No urgency and no contact is made."""

from bisect import bisect_left

from leaflets import document as documents
from leaflets.importing.drafting import Draft, Misplaced


def compose(blocks, roles, *, slug, language, title, body_part, taken=()):
    """Return (the Edition document of `blocks`, sentences on what the draft has otherwise than the source).

    `roles` has one role for each block; `taken` holds the keys of other shared items. Raises Misplaced.
    """
    fields = {"slug": slug, "language": language, "title": title, "body_part": body_part}
    parts = list(zip(blocks, roles, strict=True))
    draft = _composed(parts, fields, taken)
    if documents.problems(draft.document):
        _refuse_part(parts, fields, taken)
    return draft.document, draft.said


def _composed(parts, fields, taken):
    draft = Draft(fields, set(taken))
    for number, (block, role) in enumerate(parts, 1):
        draft.take(number, block, role)
    return draft


def _refuse_part(parts, fields, taken):
    """Raise Misplaced for the first part that does not fit in its place, mostly because it is too long for it."""

    def problems(number):
        return documents.problems(_composed(parts[:number], fields, taken).document)

    number = bisect_left(range(len(parts)), True, key=lambda number: bool(problems(number)))
    _, _, sentence = problems(number)[0].partition(": ")
    raise Misplaced(f"Part {number}: {sentence} Choose something else for it, or shorten it in the source.")
