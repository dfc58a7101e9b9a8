"""Two people's changes put together: both are there, and nothing else."""

from hypothesis import given
from hypothesis import strategies as st

from history.merging import MINE, THEIRS, Sheet, differences, merged, recognised

TEXT = st.sampled_from(["", "one", "two", "three"])
FIELDS = ("title", "lead")
ROW = st.fixed_dictionaries({"text": TEXT, "parts": TEXT})
IDS = ["1", "2", "3", "4", "5"]


def rows(ids):
    """Some of the rows `ids`, in any order."""
    some = st.lists(st.sampled_from(ids), unique=True)
    return some.flatmap(lambda ids: st.fixed_dictionaries(dict.fromkeys(ids, ROW)))


def sheets(ids):
    return st.builds(
        Sheet, st.fixed_dictionaries(dict.fromkeys(FIELDS, TEXT)), st.fixed_dictionaries({"signs": rows(ids)})
    )


THREE = (sheets(IDS), sheets([*IDS, "theirs-1", "theirs-2"]), sheets([*IDS, "new-1", "new-2"]))


def known_to(base, sheet, added):
    """`sheet` with no row that neither was there before nor is marked as added."""
    kept = {
        row: held for row, held in sheet.rows["signs"].items() if row in base.rows["signs"] or added in row
    }
    return Sheet(sheet.fields, {"signs": kept})


def without_overlap(base, theirs, yours):
    """The three, with `yours` put back to what it was wherever both changed the same."""
    for each in differences(base, theirs, yours):
        (name, row, field), signs = each.place, yours.rows["signs"]
        if each.overlaps and not name:
            yours.fields[field] = each.was
        elif each.overlaps and field:
            signs[row][field] = each.was
        elif each.overlaps and row and each.was is not None:
            signs[row] = dict(each.was)
    return base, theirs, reordered(base, theirs, yours)


def reordered(base, theirs, yours):
    order = next((each for each in differences(base, theirs, yours) if each.place == ("signs", "", "")), None)
    if not order or not order.overlaps:
        return yours
    signs = yours.rows["signs"]
    rest = [row for row in signs if row not in order.was]
    return Sheet(yours.fields, {"signs": {row: signs[row] for row in [*order.was, *rest]}})


@st.composite
def three_sheets(draw):
    base, theirs, yours = map(draw, THREE)
    return base, known_to(base, theirs, "theirs"), known_to(base, yours, "new")


@given(three_sheets())
def test_a_merge_without_overlap_holds_what_each_changed_and_nothing_else(three):
    base, theirs, yours = without_overlap(*three)
    assert not any(each.overlaps for each in differences(base, theirs, yours))
    result = merged(base, theirs, yours, {})

    def expected(was, their, your):
        return their if your == was else your

    for field in FIELDS:
        assert result.fields[field] == expected(*(sheet.fields[field] for sheet in (base, theirs, yours)))
    for row in [*IDS, "theirs-1", "theirs-2", "new-1", "new-2"]:
        was, their, your = (sheet.rows["signs"].get(row) for sheet in (base, theirs, yours))
        if None in (was, their, your):
            assert result.rows["signs"].get(row) == expected(was, their, your)
        else:
            held = {field: expected(was[field], their[field], your[field]) for field in was}
            assert result.rows["signs"][row] == held


@given(three_sheets())
def test_the_order_of_a_merge_is_that_of_whoever_changed_it(three):
    base, theirs, yours = without_overlap(*three)
    result = list(merged(base, theirs, yours, {}).rows["signs"])
    was, their, your = (list(sheet.rows["signs"]) for sheet in (base, theirs, yours))
    common = [row for row in was if row in their and row in your]
    of_theirs, of_yours = ([row for row in order if row in common] for order in (their, your))
    assert [row for row in result if row in common] == (of_theirs if of_yours == common else of_yours)


@given(three_sheets(), st.sampled_from([MINE, THEIRS]))
def test_where_both_changed_the_same_the_choice_is_taken(three, whose):
    choices = {each.key: whose for each in differences(*three) if each.overlaps}
    result, chosen = merged(*three, choices), three[2] if whose == MINE else three[1]
    for each in differences(*three):
        (name, row, field) = each.place
        if each.overlaps and field:
            held, right = (sheet.rows[name][row] if name else sheet.fields for sheet in (result, chosen))
            assert held[field] == right[field]
        elif each.overlaps and row:
            assert result.rows[name].get(row) == chosen.rows[name].get(row)


@given(three_sheets())
def test_whoever_changed_nothing_stands_in_nobodys_way(three):
    base, theirs, yours = three
    assert merged(base, base, yours, {}) == yours
    assert merged(base, theirs, base, {}) == theirs
    # Read in order: equal dicts may differ in it.
    assert list(merged(base, theirs, base, {}).rows["signs"]) == list(theirs.rows["signs"])
    assert list(merged(base, base, yours, {}).rows["signs"]) == list(yours.rows["signs"])


def test_what_both_added_alike_is_added_once():
    base = Sheet({}, {"signs": {}})
    theirs = Sheet({}, {"signs": {"7": {"text": "Night pain"}}})
    yours = Sheet({}, {"signs": {"new-0": {"text": "Night pain"}, "new-1": {"text": "Fever"}}})
    result = merged(base, theirs, recognised(theirs, yours), {})
    assert [row["text"] for row in result.rows["signs"].values()] == ["Night pain", "Fever"]
