import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from history.canonical import canonical, digest, leaves

texts = st.text(st.characters(exclude_categories=["Cs"]))
values = st.recursive(
    st.none() | st.booleans() | st.integers() | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=20,
)


@given(values)
def test_a_document_reads_back_as_it_was_written(value):
    assert json.loads(canonical(value)) == value


@given(st.dictionaries(texts, values, max_size=5))
def test_the_order_of_keys_makes_no_difference(document):
    backwards = dict(reversed(document.items()))
    assert canonical(backwards) == canonical(document)


@given(values, values)
def test_two_documents_have_one_digest_only_if_they_are_equal(one, other):
    same = json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)
    assert (digest(canonical(one)) == digest(canonical(other))) == same


def test_canonical_form_has_no_spaces_and_keeps_letters_as_they_are():
    assert canonical({"b": [1, None], "a": "Gàidhlig – é"}) == '{"a":"Gàidhlig – é","b":[1,null]}'


def test_the_digest_is_the_sha256_of_the_utf8_bytes():
    assert digest("é") == "4a99557e4033c3539de2eb65472017cad5f9557f7a0625a09f1c3f6e2ba69c4c"


@pytest.mark.parametrize("value", [1.0, {"a": 0.5}, [float("nan")], {1: "a"}, b"bytes", {"a": {"b"}}])
def test_what_has_no_single_form_is_refused(value):
    with pytest.raises(TypeError, match="Canonical form"):
        canonical(value)


def test_everything_in_a_document_is_found_with_its_place():
    found = dict(leaves({"groups": [{"signs": ["one", "two"], "numbered": True}], "title": None}))
    assert found["groups[0].signs[1]"] == "two"
    assert found["groups[0].numbered"] is True
    assert found["title"] is None
    assert found["the name of groups[0].signs"] == "signs"
