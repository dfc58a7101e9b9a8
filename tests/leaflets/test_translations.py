"""A translation is told when the red flags of its source have changed since it was made."""

import copy

import pytest
from playwright.sync_api import expect

from leaflets import actions, loading, rules
from leaflets.admin.problems import reports, worth_a_look
from leaflets.models import Leaflet
from leaflets.translations import behind
from tests.journeys.steps import sign_in
from tests.leaflets.test_admin import words_of
from tests.leaflets.written import written

pytestmark = pytest.mark.django_db


def load(document, person):
    return loading.load(document, None, by=person, reason="Loaded.")[0]


@pytest.fixture
def publish(editor, reviewer):
    """Make an edition live: publish(document)."""

    def publish(document):
        edition = actions.submit(leaflet=load(document, editor), by=editor, reason="New.")
        found = rules.to_acknowledge(edition)
        acknowledged = [(change.id, "Right.") for change in found]
        return actions.publish(edition=edition, by=reviewer, reason="Checked.", acknowledged=acknowledged)

    return publish


@pytest.fixture
def source(publish):
    """The English neck leaflet, live in edition 1."""
    return publish(written("neck"))


@pytest.fixture
def gaelic(source, publish):
    """Its translation, live, made from edition 1."""
    name = {"slug": "neck", "edition": 1}
    return publish({**written("neck"), "slug": "amhach", "language": "gd", "translated_from": name})


def changed(**changes):
    """The neck leaflet with the first group changed."""
    document = copy.deepcopy(written("neck"))
    document["red_flag_groups"][0].update(changes)
    return document


def with_a_new_sign(text="A sign that is new."):
    signs = written("neck")["red_flag_groups"][0]["signs"]
    return changed(signs=[*signs, {"text": text, "parts": []}])


def told(edition):
    [found] = behind([edition.document])
    return found and found.sentence


def test_a_translation_of_what_is_live_is_up_to_date(gaelic):
    assert told(gaelic) is None


def test_a_new_red_flag_in_the_source_is_named_with_both_editions(gaelic, publish):
    publish(with_a_new_sign())
    title = written("neck")["red_flag_groups"][0]["title"]
    assert told(gaelic) == (
        "The red flags of the source have changed since edition 1, which this was translated from "
        f"(edition 2 is live): Red flag of “{title}” added."
    )


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"urgency": "urgent"}, "lowered from emergency to urgent"),
        ({"lead": "Call at once."}, "What to do"),
        ({"notes": ["NOTE: sooner if you are over 70."]}, "Note of"),
        ({"contacts": written("shoulder")["red_flag_groups"][0]["contacts"]}, "Contact “"),
    ],
)
def test_urgency_notes_and_contacts_count_too(gaelic, publish, changes, words):
    publish(changed(**changes))
    assert words in told(gaelic)


@pytest.mark.parametrize(
    "changes", [{"title": "Signs in other words"}, {"numbered": True}, {"after": "More."}]
)
def test_what_does_not_bear_on_safety_makes_nothing_older(gaelic, publish, changes):
    publish(changed(**changes))
    publish({**changed(**changes), "summary": "Another summary."})
    assert told(gaelic) is None


def test_what_nobody_has_published_yet_makes_nothing_older(gaelic, editor):
    actions.submit(leaflet=load(with_a_new_sign(), editor), by=editor, reason="A new sign.")
    assert told(gaelic) is None


def test_of_many_changes_the_riskiest_are_named_and_the_others_counted(gaelic, publish):
    publish(changed(signs=[], lead="Call.", warning="Careful.", notes=["NOTE: sooner."]))
    sentence = told(gaelic)
    assert sentence.count("; ") == 3
    assert sentence.index("removed") < sentence.index("; and ")
    assert sentence.endswith(" more.")


def test_made_again_from_the_live_edition_it_is_up_to_date(gaelic, publish, editor):
    publish(with_a_new_sign())
    again = {**gaelic.document, "translated_from": {"slug": "neck", "edition": 2}}
    assert behind([load(again, editor).snapshot()]) == [None]


def test_a_withdrawn_source_is_named_with_the_reason(gaelic, source, reviewer):
    actions.withdraw(edition=source, by=reviewer, reason="The number was wrong.")
    assert told(gaelic).startswith(
        "The source that this was translated from has been withdrawn: “The number was wrong.”"
    )


def test_the_editor_is_led_to_the_field_and_the_reviewer_reads_it_too(gaelic, publish):
    publish(with_a_new_sign())
    leaflet = Leaflet.objects.whole().get(pk=gaelic.leaflet_id)
    first = reports([leaflet])[0].warnings[0]
    assert first == (told(gaelic), f"/admin/leaflets/leaflet/{leaflet.pk}/change/#id_translated_from")
    assert worth_a_look([gaelic])[0].warnings[0].sentence == told(gaelic)


def test_the_list_of_reviews_names_it_and_leads_to_what_changed(gaelic, publish, auditor, client):
    client.force_login(auditor)
    assert "red flags of the source" not in words_of(client.get("/admin/history/reviews/"))
    publish(with_a_new_sign())
    page = client.get("/admin/history/reviews/")
    assert told(gaelic) in words_of(page)
    path = "/admin/history/compare/neck/?before=1&amp;after=2"
    assert f'<a href="{path}">See what changed in the source</a>' in page.content.decode()
    assert words_of(client.get(path.replace("&amp;", "&"))).count("Adds caution") == 1


def test_many_translations_cost_two_queries_and_none_costs_none(gaelic, publish, django_assert_num_queries):
    publish(with_a_new_sign())
    with django_assert_num_queries(2):
        found = behind([gaelic.document] * 20)
    assert len(set(found)) == 1
    with django_assert_num_queries(0):
        assert behind([written("knee")]) == [None]


@pytest.mark.looks
def test_what_the_reviewer_reads_of_it_is_read_by_ear_too_and_fits_a_phone(
    live_server, gaelic, publish, editor, new_page, axe
):
    publish(with_a_new_sign())
    again = load({**gaelic.document, "summary": "Another one."}, editor)
    waiting = actions.submit(leaflet=again, by=editor, reason="A summary.")
    for width in (390, 1280):
        page = new_page(viewport={"width": width, "height": 900})
        sign_in(page, "reviewer")
        for path in (f"/admin/leaflets/edition/{waiting.pk}/decide/published/", "/admin/history/reviews/"):
            page.goto(path)
            expect(page.get_by_text("The red flags of the source have changed").first).to_be_visible()
            assert axe(page) == [], (width, path)
            assert page.evaluate("document.documentElement.scrollWidth") == width
