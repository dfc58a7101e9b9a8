"""What is kept ready takes no more memory than it may."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leaflets.mirror.answers import LONGEST, chosen, kept, named, ready
from leaflets.mirror.kept import Kept
from tests.mirror.test_answers import HTML, PAGE, give

pytestmark = pytest.mark.looks


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 60))))
def test_what_is_kept_never_takes_more_than_it_may_and_the_newest_is_there(asked):
    store, sizes = Kept(1000), {}
    for key, size in asked:
        store.keep(key, (key, size), size)
        if size <= 1000 // 32:
            sizes[key] = size
            assert store.found[key] == (key, size)
        assert sum(sizes[each] for each in store.found) <= 1000


def test_what_was_kept_first_goes_first():
    store = Kept(100)
    for key in range(40):
        store.keep(key, key, 3)
    assert list(store.found) == list(range(7, 40))


def test_headers_that_no_browser_sends_are_not_kept():
    answer = ready("200 OK", HTML, PAGE)
    before = chosen.cache_info().currsize, named.cache_info().currsize
    for number in range(3):
        assert give(answer, if_none_match='"a",' * LONGEST["known"] + str(number))[2] == PAGE
    assert chosen.cache_info().currsize <= before[0] + 1
    assert named.cache_info().currsize == before[1]
    kept.clear()
