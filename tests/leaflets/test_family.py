"""A leaflet in several languages: each page names its live sisters, and a translation whose source moved on says so."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from leaflets import actions, family, public
from leaflets.models import Event, Rendering
from tests.leaflets.test_translations import changed, with_a_new_sign
from tests.leaflets.test_translations import gaelic as gaelic  # The fixtures.
from tests.leaflets.test_translations import publish as publish
from tests.leaflets.test_translations import source as source
from tests.leaflets.written import written

pytestmark = pytest.mark.django_db
TAGS = ["en-GB", "cy", "ar", "gd"]
PAGES = ["", "check/", "exercises/"]
# For each of four leaflets after the first, which one it was translated from.
SHAPES = [(0, 0, 0), (0, 1, 2), (None, 0, 1), (None, None, 0)]
OUT_OF_DATE = "this translation may be out of date"
SOURCE_WITHDRAWN = "the leaflet that this was translated from has been withdrawn"


def in_language(tag, source=None, **more):
    """The neck leaflet in a language, made from the first edition of the one in another language, if that is given."""
    name = source and {"slug": f"neck-{source.lower()}", "edition": 1}
    fields = {"slug": f"neck-{tag.lower()}", "language": tag, "translated_from": name, **more}
    return {**written("neck"), **fields}


def families_of(shape):
    """Which leaflets belong together, by number, as the shape says."""
    together = [{number} for number in range(len(TAGS))]
    for number, of in enumerate(shape, start=1):
        if of is not None:
            joined = together[number] | together[of]
            for each in joined:
                together[each] = joined
    return together


def switched(page):
    """The languages that the switch of a page names, and which of them is marked as present."""
    [found] = re.findall(r'<nav class="languages".*?</nav>', page, re.DOTALL) or [""]
    present = re.search(r'<li lang="([^"]*)" dir="[^"]*">\s*<strong aria-current="true">', found)
    return re.findall(r'<li lang="([^"]*)"', found), present and present[1]


@pytest.mark.parametrize("shape", SHAPES)
def test_every_live_sister_is_named_by_every_other_at_any_moment(publish, reviewer, shape):
    sources = [None, *(None if of is None else TAGS[of] for of in shape)]
    editions = [publish(in_language(*each)) for each in zip(TAGS, sources, strict=True)]
    for edition in editions[:2]:
        actions.withdraw(edition=edition, by=reviewer, reason="Wrong.")
    for moment in Event.objects.decided().values_list("takes_effect", flat=True):
        live = {TAGS.index(each.document["language"]) for each in public.live_editions(moment)}
        for number, edition in enumerate(editions):
            decision = public.decision(edition.slug, moment)
            if decision:
                named = {sister.slug for sister in family.around(decision, moment).sisters}
                expected = families_of(shape)[number] & live | {number}
                assert named == ({editions[each].slug for each in expected} if len(expected) > 1 else set())


def test_each_page_leads_to_the_same_page_of_each_sister(publish, client):
    for tag, of in (("en-GB", None), ("cy", "en-GB"), ("ar", "cy")):
        publish(in_language(tag, of))
    for tag in TAGS[:3]:
        for end in PAGES:
            page = client.get(f"/neck-{tag.lower()}/{end}").content.decode()
            assert switched(page) == (["en-GB", "ar", "cy"], tag)
            for other in set(TAGS[:3]) - {tag}:
                assert f'<a href="/neck-{other.lower()}/{end}" hreflang="{other}">' in page
            for each in TAGS[:3]:
                link = f'<link rel="alternate" hreflang="{each}" href="http://127.0.0.1:8000/neck-{each.lower()}/{end}">'
                assert link in page


def test_each_language_is_named_in_itself_and_in_its_direction(publish, client):
    for tag, of in (("en-GB", None), ("gd", "en-GB"), ("ar", "en-GB")):
        publish(in_language(tag, of))
    page = client.get("/neck-en-gb/").content.decode()
    assert re.search(r'<li lang="gd" dir="ltr">\s*<a [^>]*>Gàidhlig</a>', page)
    assert re.search(r'<li lang="ar" dir="rtl">\s*<a [^>]*>العربيّة</a>', page)


def test_two_leaflets_in_one_language_are_told_apart(publish, client):
    publish(in_language("en-GB"))
    publish(in_language("gd", "en-GB", title="Amhach"))
    publish({**in_language("gd", "en-GB", title="Amhach ùr"), "slug": "neck-gd-2"})
    page = client.get("/neck-en-gb/").content.decode()
    assert "Gàidhlig: Amhach<" in page
    assert "Gàidhlig: Amhach ùr<" in page


def test_a_withdrawn_leaflet_leads_to_its_live_sisters_and_is_named_by_none(publish, reviewer, client):
    english = publish(in_language("en-GB"))
    for tag in ("cy", "gd"):
        publish(in_language(tag, "en-GB"))
    actions.withdraw(edition=english, by=reviewer, reason="Wrong.")
    gone = client.get("/neck-en-gb/")
    assert gone.status_code == 410
    assert switched(gone.content.decode()) == (["en-GB", "cy", "gd"], "en-GB")
    assert switched(client.get("/neck-cy/").content.decode()) == (["cy", "gd"], "cy")


def test_a_leaflet_without_sisters_has_no_switch_and_no_alternates(live, client):
    for end in PAGES:
        page = client.get(f"/lower-back/{end}").content.decode()
        assert switched(page) == ([], None)
        assert "alternate" not in page


def test_the_list_shows_a_leaflet_in_several_languages_as_one(publish, client):
    publish(in_language("en-GB"))
    publish(in_language("cy", "en-GB", title="Y gwddf", body_part="Gwddf"))
    publish(in_language("ar", "cy", title="الرقبة", body_part="الرقبة"))
    page = client.get("/").content.decode()
    assert page.count("<h2") == page.count("<li>") == 1
    assert '<a href="/neck-cy/" lang="cy" hreflang="cy" dir="ltr">Cymraeg: Y gwddf</a> (Welsh)' in page
    assert '<a href="/neck-ar/" lang="ar" hreflang="ar" dir="rtl">العربيّة: الرقبة</a> (Arabic)' in page


def test_what_was_translated_from_a_withdrawn_leaflet_stays_in_the_list(publish, reviewer, client):
    english = publish(in_language("en-GB"))
    for tag in ("cy", "gd"):
        publish(in_language(tag, "en-GB"))
    actions.withdraw(edition=english, by=reviewer, reason="Wrong.")
    page = client.get("/").content.decode()
    assert 'href="/neck-en-gb/"' not in page
    assert page.count("<li>") == 1
    assert 'href="/neck-cy/"' in page
    assert 'href="/neck-gd/"' in page


def test_a_translation_says_that_red_flags_changed_exactly_while_they_differ(
    gaelic, publish, client, auditor
):
    sign = {"text": "A sign that is new.", "parts": []}
    more = [*written("neck")["red_flag_groups"][0]["signs"], sign]
    contacts = written("shoulder")["red_flag_groups"][0]["contacts"]
    steps = [
        ({"title": "Signs in other words"}, False),
        ({"signs": more}, True),
        ({"after": "More."}, False),
        ({"urgency": "urgent"}, True),
        ({"lead": "Call at once."}, True),
        ({"contacts": contacts}, True),
        ({"notes": ["NOTE: sooner if you are over 70."]}, True),
        ({}, False),
    ]
    for changes, told in steps:
        publish(changed(**changes))
        for end in PAGES:
            page = client.get(f"/amhach/{end}").content.decode()
            assert (OUT_OF_DATE in page) is told, (changes, end)
        assert OUT_OF_DATE not in client.get("/neck/").content.decode()
    moments = Event.objects.decided().filter(edition__slug="neck").values_list("takes_effect", flat=True)
    client.force_login(auditor)
    for (changes, told), moment in zip(steps, list(moments)[1:], strict=True):
        page = client.get("/admin/history/as-at/amhach/", {"at": moment.isoformat()}).content.decode()
        assert (OUT_OF_DATE in page) is told, changes


def test_the_notice_leads_to_the_current_source(gaelic, publish, client):
    publish(with_a_new_sign())
    page = client.get("/amhach/").content.decode()
    assert re.search(r'<a href="/neck/" hreflang="en-GB">Read the current leaflet \(English\)</a>', page)


def test_the_notice_is_in_the_language_of_the_translation_and_of_its_source(source, publish, client):
    publish(in_language("cy", title="Y gwddf") | {"translated_from": {"slug": "neck", "edition": 1}})
    publish(with_a_new_sign())
    page = client.get("/neck-cy/").content.decode()
    welsh, english = re.findall(r'<section class="behind" lang="([^"]*)"', page)
    assert (welsh, english) == ("cy", "en-GB")
    assert page.index("Pwysig: gall y cyfieithiad") < page.index(OUT_OF_DATE) < page.index("<h1>")
    assert "(Saesneg)</a>" in page


def test_the_notice_is_on_the_page_that_a_printed_copy_leads_to(gaelic, publish, client):
    publish(with_a_new_sign())
    page = client.get(f"/e/{gaelic.code}/").content.decode()
    assert "This is the current edition" in page
    assert OUT_OF_DATE in page


def test_a_withdrawn_source_is_told_with_what_patients_were_told_and_whom_to_contact(
    gaelic, source, reviewer, client
):
    told = "The number in this leaflet was wrong."
    actions.withdraw(edition=source, by=reviewer, reason="Wrong number.", told=told)
    for end in PAGES:
        page = client.get(f"/amhach/{end}").content.decode()
        assert SOURCE_WITHDRAWN in page
        notice = page[page.index("<section") : page.index("<h1")]
        assert told in notice
        assert "Wrong number." not in notice
        assert 'href="tel:999"' in notice
        assert 'href="/neck/"' in notice


def test_a_translation_of_a_translation_is_as_old_as_its_source(gaelic, publish, client):
    name = {"slug": "amhach", "edition": 1}
    publish({**in_language("ga"), "translated_from": name})
    assert OUT_OF_DATE not in client.get("/neck-ga/").content.decode()
    publish(with_a_new_sign())
    page = client.get("/neck-ga/").content.decode()
    assert OUT_OF_DATE in page
    assert 'href="/neck/" hreflang="en-GB">Read the current leaflet' in page


def test_what_is_kept_of_a_translation_does_not_tell_of_its_source(gaelic, publish, client):
    before = client.get("/amhach/").content
    publish(with_a_new_sign())
    assert client.get("/amhach/").content != before
    [kept] = Rendering.objects.filter(edition=gaelic)
    assert all("out of date" not in body for body in kept.bodies.values())


def test_the_switch_of_a_past_page_leads_to_that_past(publish, reviewer, auditor, client):
    publish(in_language("en-GB"))
    welsh = publish(in_language("cy", "en-GB"))
    then = Event.objects.decided().last().takes_effect
    actions.withdraw(edition=welsh, by=reviewer, reason="Wrong.")
    client.force_login(auditor)
    page = client.get(
        "/admin/history/as-at/neck-en-gb/", {"at": then.isoformat(), "page": "check"}
    ).content.decode()
    assert switched(page) == (["en-GB", "cy"], "en-GB")
    assert re.search(r'<a href="/admin/history/as-at/neck-cy/\?at=[^"]*&amp;page=check" hreflang="cy">', page)
    assert switched(client.get("/neck-en-gb/").content.decode()) == ([], None)


def queries(client, path):
    client.get(path)
    with CaptureQueriesContext(connection) as seen:
        assert client.get(path).status_code == 200
    return len(seen)


def test_a_page_costs_the_same_however_many_leaflets_and_sisters_there_are(gaelic, publish, client):
    paths = ["/", "/neck/", "/amhach/", f"/e/{gaelic.code}/"]
    few = [queries(client, path) for path in paths]
    for tag in ("cy", "ar", "pl", "uk", "fr"):
        publish(in_language(tag) | {"translated_from": {"slug": "neck", "edition": 1}})
    publish({**written("knee")})
    assert [queries(client, path) for path in paths] == few
