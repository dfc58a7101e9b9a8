"""Leaflets are found: by search engines, by programs that look for news, and by what a page says of itself."""

import re
import xml.etree.ElementTree as ET
from datetime import timedelta

import pytest
from django.utils import timezone

from leaflets import actions, pages, public
from leaflets.models import Leaflet
from tests.bench.fill import more_leaflets

pytestmark = pytest.mark.django_db
HERE = "http://127.0.0.1:8000"
ATOM = "{http://www.w3.org/2005/Atom}"
MAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


def xml(client, path):
    response = client.get(path)
    assert response.status_code == 200
    return ET.fromstring(response.content)  # noqa: S314  Our own.


def located(client):
    return [place.text for place in xml(client, "/sitemap.xml").iter(f"{MAP}loc")]


def test_the_map_of_the_site_holds_what_is_live_and_nothing_else(live, reviewer, client):
    Leaflet.objects.create(slug="knee", title="Knee", body_part="Knee")
    assert located(client) == [f"{HERE}/lower-back/"]
    [changed] = xml(client, "/sitemap.xml").iter(f"{MAP}lastmod")
    assert changed.text == timezone.localdate().isoformat()
    actions.withdraw(edition=live, by=reviewer, reason="Wrong.")
    assert located(client) == []


def test_the_map_names_the_site_whatever_host_was_asked(live, client):
    response = client.get("/sitemap.xml", headers={"host": "localhost"})
    assert b"<loc>http://127.0.0.1:8000/lower-back/</loc>" in response.content


def test_robots_are_sent_to_the_map_and_away_from_the_admin(client, db):
    robots = client.get("/robots.txt").content.decode()
    assert f"Sitemap: {HERE}/sitemap.xml" in robots
    assert "Disallow: /admin/" in robots


def test_the_feed_tells_what_was_published_and_changed_the_newest_first(
    live, change, editor, reviewer, client
):
    newer = actions.submit(leaflet=change("Another title"), by=editor, reason="Secret words.")
    actions.publish(edition=newer, by=reviewer, reason="Secret words.")
    actions.withdraw(edition=newer, by=reviewer, reason="Secret words.")
    feed = xml(client, "/feed.xml")
    titles = [entry.find(f"{ATOM}title").text for entry in feed.iter(f"{ATOM}entry")]
    assert titles == [
        "Another title: withdrawn",
        "Another title: edition 2",
        "Self-help and information – Lower Back: edition 1",
    ]
    assert "Title changed" in ET.tostring(feed, encoding="unicode")
    assert "Secret" not in ET.tostring(feed, encoding="unicode")
    ids = [entry.find(f"{ATOM}id").text for entry in feed.iter(f"{ATOM}entry")]
    assert len(set(ids)) == 3


def test_what_is_scheduled_is_in_no_feed(scheduled, client):
    assert list(xml(client, "/feed.xml").iter(f"{ATOM}entry")) == []


def properties(page):
    return dict(re.findall(r'<meta itemprop="(\w+)" content="([^"]*)">', page))


def test_a_page_says_of_itself_when_it_was_reviewed_only_if_it_was(live, reviewer, client):
    Leaflet.objects.update(owner="Spinal team")
    assert "lastReviewed" not in properties(client.get("/lower-back/").content.decode())
    due = timezone.localdate() + timedelta(days=365)
    actions.review(edition=live, by=reviewer, reason="Checked.", next_review=due)
    page = client.get("/lower-back/").content.decode()
    assert properties(page)["lastReviewed"] == timezone.localdate().isoformat()
    assert 'itemtype="https://schema.org/MedicalWebPage"' in page
    # No team answered for what was approved.
    assert "reviewedBy" not in page


def test_the_team_that_answers_for_it_has_reviewed_it(draft, editor, reviewer, client):
    draft.owner = "Spinal team"
    draft.save()
    draft.record(by=editor, reason="Owner.")
    edition = actions.submit(leaflet=draft, by=editor, reason="First.")
    actions.publish(edition=edition, by=reviewer, reason="Checked.")
    due = timezone.localdate() + timedelta(days=365)
    assert "reviewedBy" not in client.get("/lower-back/").content.decode()
    actions.review(edition=edition, by=reviewer, reason="Checked.", next_review=due)
    page = client.get("/lower-back/").content.decode()
    assert re.search(
        r'itemprop="reviewedBy"[^>]*Organization"><meta itemprop="name" content="Spinal team">', page
    )


@pytest.mark.parametrize("path", ["/lower-back/", "/lower-back/check/", "/lower-back/exercises/"])
def test_a_page_has_one_address(live, client, path):
    page = client.get(path).content.decode()
    assert f'<link rel="canonical" href="{HERE}{path}">' in page
    assert f'<meta property="og:url" content="{HERE}{path}">' in page


def test_a_preview_has_no_address_of_its_own(live, client, editor):
    client.force_login(editor)
    page = client.get(f"/admin/leaflets/leaflet/{live.leaflet_id}/preview/").content.decode()
    assert "canonical" not in page


def test_several_leaflets_are_listed_by_body_part_and_one_alone_needs_no_filter(
    live, editor, reviewer, client
):
    assert "<script" not in client.get("/").content.decode()
    for leaflet in more_leaflets(2, editor):
        edition = actions.submit(leaflet=leaflet, by=editor, reason="First.")
        actions.publish(edition=edition, by=reviewer, reason="Checked.")
    page = client.get("/").content.decode()
    assert re.findall(r'<a href="#part-\d">([^<]+)</a>', page) == ["Lower Back", "Part 0", "Part 1"]
    assert re.findall("<script[^>]*>", page) == ['<script src="/static/leaflets/filter.js" defer>']


def test_conditions_of_one_body_part_stand_together_under_it(live, editor, reviewer, client):
    places = [("Knee", "Osteoarthritis"), ("Lower Back", "Sciatica"), ("Knee", "Anterior cruciate ligament")]
    for leaflet, (body_part, condition) in zip(more_leaflets(3, editor), places, strict=True):
        leaflet.body_part, leaflet.condition, leaflet.title = body_part, condition, f"{condition}: self-help"
        leaflet.save()
        leaflet.record(by=editor, reason="Where it belongs.")
        edition = actions.submit(leaflet=leaflet, by=editor, reason="First.")
        actions.publish(edition=edition, by=reviewer, reason="Checked.")
    page = client.get("/").content.decode()
    # The body parts lead to their lists.
    assert re.findall(r'<a href="#(part-\d)">([^<]+)</a>', page) == [
        ("part-1", "Knee"),
        ("part-2", "Lower Back"),
    ]
    lists = {
        heading: (re.findall(r'<a href="/([^"]+)/"', rest), re.findall(r"<p lang=[^>]+>([^<]+)</p>", rest))
        for heading, rest in re.findall(r'<h2 id="part-\d">([^<]+)</h2>(.*?)</section>', page, re.DOTALL)
    }
    assert lists == {
        "Knee": (["part-2", "part-0"], ["Anterior cruciate ligament", "Osteoarthritis"]),
        # The leaflet on the body part as a whole stands before those on its conditions.
        "Lower Back": (["lower-back", "part-1"], ["Sciatica"]),
    }


def test_a_reader_may_write_where_the_board_reads(live, client, settings):
    from django.template import engines

    page = client.get("/privacy/").content.decode()
    assert "mailto:" not in page
    engines["public"].env.globals["contact"] = "leaflets@example.org"
    try:
        assert 'href="mailto:leaflets@example.org"' in client.get("/privacy/").content.decode()
        assert 'href="mailto:leaflets@example.org"' in client.get("/accessibility/").content.decode()
        body = pages.bodies(live.document, public.facts(live))["leaflet"]
        subject = f"Leaflet%20lower-back%2C%20edition%20{live.code}"
        assert f'<a href="mailto:leaflets@example.org?subject={subject}">Tell us what is wrong' in body
        assert "please write nothing about your health" in body
    finally:
        engines["public"].env.globals["contact"] = ""
