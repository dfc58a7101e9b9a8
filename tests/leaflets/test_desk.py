"""The desk: each person finds what waits for them, what came back, their drafts, and what the checks found."""

import re

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext

from leaflets import actions, desk, rules
from leaflets.models import Edition
from tests.bench.fill import more_leaflets
from tests.leaflets.test_admin import words_of
from tests.leaflets.test_problems_shown import load
from tests.leaflets.written import written
from tests.universe import person
from triage.models import ContactRoute, RedFlagGroup

pytestmark = pytest.mark.django_db
TITLE = "Self-help and information – Lower Back"


def said(client, who):
    client.force_login(who)
    return words_of(client.get("/admin/")).partition("Everything")[0]


def section(client, who, heading):
    """The words of one part of the desk, or None if it is not there."""
    client.force_login(who)
    page = client.get("/admin/").content.decode()
    parts = re.findall(r'<div class="module waiting">\s*<h2>([^<]+)</h2>(.*?)</div>', page, re.DOTALL)
    found = [body for title, body in parts if title == heading]
    return " ".join(re.sub("<[^>]+>", " ", found[0]).split()) if found else None


def reword(leaflet, by, reason="Plainer."):
    """Change the first group of a leaflet, in the name of `by`."""
    group = leaflet.groups.order_by("pk").first()
    group.lead += " Do."
    group.save()
    group.record(by=by, reason=reason)
    return group


class TestReviewer:
    def test_finds_what_waits_and_who_submitted_it_and_why(self, submitted, reviewer, client):
        waits = section(client, reviewer, "Waiting for your review")
        assert waits.startswith(f"{TITLE}, edition 1 , submitted ")
        assert waits.endswith("by Editor: First edition.")

    def test_is_told_that_nothing_waits(self, live, reviewer, client):
        assert section(client, reviewer, "Waiting for your review") == "Nothing waits for your review."

    def test_what_they_worked_on_waits_for_somebody_else(self, live, editor, both, client):
        reword(live.leaflet, both)
        actions.submit(leaflet=live.leaflet, by=editor, reason="Plainer.")
        assert section(client, both, "Waiting for your review") == "Nothing waits for your review."
        theirs = section(client, both, "Waiting for somebody else’s review: you worked on these")
        assert f"{TITLE}, edition 2" in theirs

    def test_sees_the_problems_of_what_waits(self, submitted, reviewer, client):
        RedFlagGroup.objects.filter(key="cauda-equina-syndrome").update(urgency="")
        assert "choose an urgency" in section(client, reviewer, "Problems found by the checks")


class TestEditor:
    def test_finds_their_drafts_and_those_of_others_apart(self, live, editor, client):
        dana, other = person("dana", "Editor"), load(written("neck"), editor)
        reword(live.leaflet, dana)
        mine, theirs = "Your drafts with unpublished changes", "Other drafts with unpublished changes"
        assert section(client, dana, mine) == f"{TITLE} : Live, with unpublished changes"
        assert section(client, dana, theirs) == f"{other} : Not published yet"
        assert str(other) in section(client, editor, mine)

    def test_a_shared_item_puts_each_leaflet_that_holds_it_on_the_desk(self, live, editor, reviewer, client):
        more = more_leaflets(1, editor)[0]
        more.group_places.create(group=live.leaflet.groups.get(key="cauda-equina-syndrome"))
        more.record(by=editor, reason="The same group.")
        edition = actions.submit(leaflet=more, by=editor, reason="New.")
        actions.publish(edition=edition, by=reviewer, reason="Checked.")
        dana = person("dana", "Editor")
        group = RedFlagGroup.objects.get(key="cauda-equina-syndrome")
        group.lead += " Do."
        group.save()
        group.record(by=dana, reason="Plainer.")
        edition = actions.submit(leaflet=live.leaflet, by=dana, reason="Plainer.")
        actions.publish(edition=edition, by=reviewer, reason="Checked.", acknowledged=_agreed(edition))
        drafts = section(client, dana, "Your drafts with unpublished changes")
        assert drafts == f"{more} : Live, with unpublished changes"

    def test_what_waits_as_it_is_is_no_draft_any_more_and_what_moved_on_is(self, live, editor, client):
        reword(live.leaflet, editor)
        actions.submit(leaflet=live.leaflet, by=editor, reason="Plainer.")
        heading = "Your drafts with unpublished changes"
        assert section(client, editor, heading) == "All that you changed is published, or waits for review."
        assert "edition 2" in section(client, editor, "Waiting for review")
        reword(live.leaflet, editor)
        assert TITLE in section(client, editor, heading)

    def test_a_change_that_was_taken_back_is_none(self, live, editor, client):
        group = reword(live.leaflet, editor)
        group.lead = group.lead.removesuffix(" Do.")
        group.save()
        group.record(by=editor, reason="Taken back.")
        assert "All that you changed is published" in section(
            client, editor, "Your drafts with unpublished changes"
        )

    def test_finds_what_was_returned_to_them_with_the_reason(self, returned, editor, client):
        back = section(client, editor, "Returned to you")
        assert back.startswith(f"{TITLE}, edition 1 , returned ")
        assert back.endswith("by Reviewer: The number is missing.")
        dana = person("dana", "Editor")
        assert section(client, dana, "Returned to you") is None
        assert TITLE in section(client, dana, "Returned to the editor")

    def test_finds_the_problems_of_their_drafts(self, draft, editor, client):
        assert section(client, editor, "Problems found by the checks") is None
        load(written("neck"), editor)
        found = section(client, editor, "Problems found by the checks")
        assert f"{TITLE} : 2 problems. The first: Red-flag group" in found
        assert "has another answer in" in found

    def test_a_withdrawn_leaflet_is_a_draft_again(self, withdrawn, editor, client):
        assert section(client, editor, "Your drafts with unpublished changes") == f"{TITLE} : Withdrawn"


@pytest.mark.parametrize("who", ["auditor", "administrator"])
def test_who_neither_edits_nor_decides_begins_with_history_and_sees_what_waits(
    submitted, request, client, who
):
    words = said(client, request.getfixturevalue(who))
    assert words.index("What did the public see on a day?") < words.index("Waiting for review")
    assert f"{TITLE}, edition 1" in words
    assert "Your drafts" not in words
    assert "your review" not in words


def test_what_is_scheduled_says_from_when(scheduled, editor, client):
    assert f"{TITLE}, edition 1 , live from" in section(client, editor, "Scheduled")


def test_somebody_without_a_role_sees_no_desk(live, client):
    nobody = User.objects.create_user("nobody", is_staff=True)
    assert TITLE not in said(client, nobody)


def test_whose_work_it_is_agrees_with_the_rule_for_publishing(live, editor, reviewer, both):
    # An approved share of the work of one, a shared group approved elsewhere, and work by nobody known.
    other = more_leaflets(1, editor)[0]
    other.group_places.create(group=live.leaflet.groups.get(key="cauda-equina-syndrome"))
    other.record(by=both, reason="The same group.")
    reword(live.leaflet, both)
    first = actions.submit(leaflet=live.leaflet, by=editor, reason="Plainer.")
    actions.publish(edition=first, by=reviewer, reason="Checked.", acknowledged=_agreed(first))
    dana = person("dana", "Editor", "Reviewer")
    ContactRoute.objects.update(hours="Day and night")
    live.leaflet.title = "By Dana"
    live.leaflet.save()
    live.leaflet.record(by=dana, reason="Shorter.")
    actions.submit(leaflet=live.leaflet, by=editor, reason="Shorter.")
    actions.submit(leaflet=other, by=dana, reason="New.")
    waiting, count = desk.waiting(10)
    assert count == len(waiting) == 2
    for somebody in (editor, reviewer, both, dana):
        expected = {
            each.pk for each in waiting if rules.why_not_publish(Edition.objects.get(pk=each.pk), somebody)
        }
        assert desk.own_work(waiting, somebody) == expected, somebody
    assert {len(desk.own_work(waiting, somebody)) for somebody in (reviewer, both, dana, editor)} == {0, 1, 2}


def _agreed(edition):
    return [(change.id, "Agreed.") for change in rules.to_acknowledge(edition)]


def in_every_state(leaflets, editor, reviewer):
    """Of each three leaflets: one waits, one was returned, one has a draft that differs from what is live."""
    for number, leaflet in enumerate(leaflets):
        edition = actions.submit(leaflet=leaflet, by=editor, reason="New.")
        if number % 3 == 1:
            actions.return_to_editor(edition=edition, by=reviewer, reason="No.")
        elif number % 3 == 2:
            actions.publish(edition=edition, by=reviewer, reason="Checked.")
            reword(leaflet, editor)


def test_it_takes_as_many_queries_however_many_leaflets_there_are(editor, reviewer, both, auditor, client):
    leaflets = more_leaflets(9, both)
    in_every_state(leaflets[:3], editor, reviewer)
    people, paths = (editor, reviewer, both, auditor), ("/admin/", "/admin/history/problems/")

    def queries():
        taken = {}
        for who in people:
            client.force_login(who)
            for path in paths:
                with CaptureQueriesContext(connection) as asked:
                    assert client.get(path).status_code == 200
                taken[who.username, path] = len(asked)
        return taken

    few = queries()
    in_every_state(leaflets[3:], editor, reviewer)
    many = queries()
    assert {name: many[name] - few[name] for name in few if many[name] > few[name]} == {}
    assert max(many.values()) <= 75


def test_what_does_not_fit_is_counted_and_can_be_seen(editor, reviewer, client):
    for leaflet in more_leaflets(11, editor):
        actions.submit(leaflet=leaflet, by=editor, reason="New.")
    words = said(client, reviewer)
    assert "1 more wait: show more of everything" in words
    assert words.count("edition 1 , submitted") == 10
    assert words_of(client.get("/admin/?all=1")).count("edition 1 , submitted") == 11


class TestProblemsPage:
    def test_it_names_every_leaflet_with_what_was_found(self, draft, editor, auditor, client):
        other = load(written("neck"), editor)
        client.force_login(auditor)
        page = words_of(client.get("/admin/history/problems/"))
        assert f"{TITLE} 2 " in page
        assert "has another answer in" in page
        assert str(other) in page

    def test_it_has_pages(self, editor, client, monkeypatch):
        monkeypatch.setattr("leaflets.admin.desk.ON_A_PAGE", 2)
        more_leaflets(3, editor)
        client.force_login(editor)
        first, second = (words_of(client.get(f"/admin/history/problems/?page={page}")) for page in (1, 2))
        assert "Page 1 of 2" in first
        assert "Part 0" in first
        assert "Part 2" not in first.partition("Problems in its draft")[2].partition("has nearly")[0]
        assert "Page 2 of 2" in second
        assert "Part 2" in second
