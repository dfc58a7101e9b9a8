"""What people with fresh eyes stumbled over: each stays mended."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leaflets import actions, consistency, hints, workspace
from leaflets.models import Leaflet
from leaflets.richtext.reading import letters_of, written
from tests.leaflets.test_admin import fields_of
from tests.leaflets.test_golden import SEED, text_of
from triage.models import RedFlag, RedFlagGroup

pytestmark = pytest.mark.django_db


def said(response):
    return text_of(response.content.decode())


def duplicated(client, leaflet, **typed):
    asked = {"title": "Plecy", "slug": "plecy", "body_part": "Plecy", "condition": "", "language": "en-GB"}
    return client.post(f"/admin/leaflets/leaflet/{leaflet.pk}/duplicate/", asked | typed)


def test_a_leaflet_in_another_language_has_red_flags_of_its_own(live, editor, client):
    client.force_login(editor)
    refused = duplicated(client, live.leaflet, language="pl", items="shared")
    assert "A leaflet in another language needs red flags and exercises of its own" in said(refused)
    assert Leaflet.objects.count() == 1
    assert duplicated(client, live.leaflet, language="pl", items="copied").status_code == 302
    assert duplicated(client, live.leaflet, language="en-US", items="shared", slug="back").status_code == 302


def test_a_group_on_leaflets_in_two_languages_is_told():
    [group, *_] = SEED["red_flag_groups"]
    library = [group | {"languages": ["pl", "en-GB"]}]
    sentences = [problem.sentence for problem in consistency.warnings([group], library, "pl")]
    assert any("stands on a leaflet in another language too (en)" in sentence for sentence in sentences)
    library = [group | {"languages": ["en-US", "en-GB"]}]
    assert consistency.warnings([group], library, "en-GB") == []


def counted(**more):
    group = SEED["red_flag_groups"][0] | more
    found = hints.warnings(SEED | {"red_flag_groups": [group]})
    return [problem.sentence for problem in found if "Check which one each number means" in problem.sentence]


def test_a_text_that_numbers_red_flags_is_looked_at_when_their_number_changes():
    signs = SEED["red_flag_groups"][0]["signs"]
    assert counted() == []
    [sentence] = counted(signs=[*signs, {"text": "Numbness", "parts": []}])
    assert "speaks of (1) and (2), and there are 3 red flags" in sentence
    assert counted(signs=signs[:1])
    assert counted(signs=signs[:1], numbered=False) == []
    assert counted(signs=signs[:1], lead="Call us.") == []


def test_who_brings_a_withdrawn_leaflet_back_is_said(withdrawn, reviewer, client):
    client.force_login(reviewer)
    desk = said(client.get("/admin/"))
    assert "Withdrawn: patients are told not to follow it" in desk
    assert "The number has changed." in desk
    leaflet = Leaflet.objects.get()
    assert any("To bring it back, an editor submits it" in each for each in workspace.standing(leaflet))
    page = said(client.get(f"/admin/leaflets/leaflet/{leaflet.pk}/workspace/"))
    assert "from what patients see" not in page


def test_whoever_publishes_it_again_reads_why_it_was_withdrawn(withdrawn, editor, reviewer, client):
    edition = Leaflet.objects.get().editions.get()
    again = actions.republish(edition=edition, by=editor, reason="The number is right after all.")
    client.force_login(reviewer)
    page = said(client.get(f"/admin/leaflets/edition/{again.pk}/change/"))
    assert "It is the same content as edition 1, which Reviewer withdrew on" in page
    assert "“The number has changed.”" in page


def test_what_the_editor_only_writes_anew_is_no_change(live, editor, client):
    client.force_login(editor)
    before = Leaflet.objects.get().exercises_introduction
    path = f"/admin/leaflets/leaflet/{live.leaflet_id}/change/"
    anew = (
        re.sub(r"(</p>|</li>|<ul>)", r"\1\r\n\r\n\t", before)
        .replace("self help", "self&nbsp;help")
        .replace("–", "&ndash;")
    )
    assert "&ndash;" in anew
    response = client.post(
        path,
        fields_of(client.get(path))
        | {"exercises_introduction": anew, "summary": "New.", "reason": "Summary."},
    )
    assert response.status_code == 302
    leaflet = Leaflet.objects.get()
    assert (leaflet.exercises_introduction, leaflet.summary) == (before, "New.")
    assert [change.what for change in workspace.draft_changes(leaflet)] == ["Summary added"]


@given(
    st.lists(
        st.sampled_from(
            ["<p>", "</p>", "a", " ", "\n", "&nbsp;", "<strong>", "</strong>", "&lt;p&gt;", "&ndash;", "–"]
        )
    )
)
def test_texts_that_are_written_the_same_say_the_same(pieces):
    text = "".join(pieces)
    assert letters_of(written(text)) == letters_of(text)
    assert written(written(text)) == written(text)


def test_words_run_together_or_parted_are_a_change():
    assert written("<p>a b</p>") != written("<p>ab</p>")
    assert written("<p>a <strong>b</strong></p>") != written("<p>a<strong>b</strong></p>")
    assert written("<p>a</p>") != written("&lt;p&gt;a&lt;/p&gt;")
    assert written("<p>a–b</p>") == written("<p>a&ndash;b</p>")


def test_a_missing_reason_is_named_at_the_top_and_asked_for_in_bold(live, editor, client):
    client.force_login(editor)
    group = RedFlagGroup.objects.get(key="cauda-equina-syndrome")
    path = f"/admin/triage/redflaggroup/{group.pk}/change/"
    form = client.get(path)
    assert re.search(r'<label class="required" for="id_reason">', form.content.decode())
    refused = said(client.post(path, fields_of(form) | {"lead": "Call 999."}))
    assert "Reason : Say in a sentence what you changed and why" in refused
    assert refused.index("Reason : Say in a sentence") < refused.index("Title:")


def test_an_address_that_cannot_be_is_refused_in_plain_words(live, editor, client):
    client.force_login(editor)
    refused = said(duplicated(client, live.leaflet, slug="Neck copy", items="shared"))
    assert "Use small letters, digits and single hyphens, such as lower-back." in refused
    assert "slug" not in refused.lower().replace("id_slug", "")


def test_a_leaflet_is_found_by_its_red_flags(live, editor, client):
    RedFlag.objects.create(group=live.leaflet.groups.first(), text="Numbness in the saddle area")
    client.force_login(editor)
    for words in ("cauda equina", "saddle area"):
        assert "1 leaflet" in said(client.get("/admin/leaflets/leaflet/", {"q": words}))
