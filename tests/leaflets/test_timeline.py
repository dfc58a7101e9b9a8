"""The timeline: all that happened in one order, in plain words, filtered and a page at a time."""

from datetime import UTC, datetime, timedelta
from unittest import mock

import pytest
from django.contrib.auth.models import Group
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from history.accounts import AccountEvent, record_account, record_password
from history.models import Version
from leaflets import actions, lanes, roles, timeline
from leaflets.entries import entry
from leaflets.models import Event, Leaflet
from leaflets.timeline import Filters, Place
from tests.leaflets.test_admin import words_of
from triage.models import RedFlag, RedFlagGroup

pytestmark = pytest.mark.django_db
ALL = Filters(accounts=True)
BEGINNING = Place(datetime(2000, 1, 1, tzinfo=UTC), "account", 1)


def whats(filters=ALL, size=100):
    """What the timeline says happened, the newest first."""
    return [entry(*each).what for each in timeline.page(filters, size).entries]


def through(filters, size, newer=False):
    """The Places on all pages one after the other, from the newest back or, if `newer`, from the oldest on."""
    page = timeline.page(filters, size, after=BEGINNING if newer else None)
    found = [place for place, _ in page.entries]
    while page.newer if newer else page.older:
        if newer:
            page = timeline.page(filters, size, after=page.newer)
            found = [place for place, _ in page.entries] + found
        else:
            page = timeline.page(filters, size, before=page.older)
            found += [place for place, _ in page.entries]
    return found


@pytest.fixture
def group(draft):
    return RedFlagGroup.objects.get(key="cauda-equina-syndrome")


@pytest.fixture
def changed_group(group, both):
    """A version of the group by somebody else, with a word that stands nowhere else."""
    RedFlag.objects.filter(group=group).first().delete()
    group = RedFlagGroup.objects.get(pk=group.pk)
    group.lead = 'Say "ataxia" and go.'
    group.save()
    group.record(by=both, reason="Shorter than a zebra’s.")
    return group


def test_what_happened_stands_in_plain_words_the_newest_first(live, changed_group, reviewer, administrator):
    record_account(reviewer, by=administrator, reason="New.")
    reviewer.groups.add(Group.objects.get(name=roles.EDITOR))
    record_account(reviewer, by=administrator, reason="Covers for Erin.")
    reviewer.is_active = False
    record_account(reviewer, by=administrator, reason="Left.")
    record_password(reviewer, by=administrator)
    assert whats()[:7] == [
        "Reviewer: password set by somebody else",
        "Reviewer: deactivated",
        "Reviewer: roles changed from Reviewer to Editor and Reviewer",
        "Reviewer: first recorded, with Reviewer",
        "Red-flag group Cauda Equina Syndrome (CES), version 2",
        "Edition 1 of Self-help and information – Lower Back published",
        "Edition 1 of Self-help and information – Lower Back submitted",
    ]


def test_a_deletion_says_so(group, editor):
    group.leaflet_places.all().delete()
    group.delete(by=editor, reason="Twice there.")
    assert whats(Filters(kinds=(lanes.DELETION,))) == [
        "Red-flag group Cauda Equina Syndrome (CES) deleted (version 2)"
    ]
    assert group.title not in str(whats(Filters(kinds=(lanes.VERSION,)))[0])


def test_content_that_speaks_of_a_deletion_is_none(group, editor):
    group.lead = '"content":null,"item":{"content":null}'
    group.save()
    group.record(by=editor, reason='"content":null,"item":{')
    assert whats(Filters(kinds=(lanes.DELETION,))) == []


def test_a_publication_for_later_is_called_scheduled(scheduled):
    assert whats(Filters(kinds=("published",)))[0].endswith("scheduled")


def test_people_and_their_roles_are_those_of_then(live, reviewer):
    reviewer.first_name = "Renamed"
    reviewer.save()
    reviewer.groups.clear()
    [published] = timeline.page(Filters(kinds=("published",)), 5).entries
    assert entry(*published).who["name"] == "Reviewer"
    assert entry(*published).who["roles"] == ["Reviewer"]


def test_the_title_is_that_of_then(live, change):
    change("Another title")
    assert "Self-help and information" in whats(Filters(kinds=("published",)))[0]


def test_the_filters_each_keep_what_they_say(live, changed_group, both, reviewer, editor):
    record_account(reviewer, by=editor, reason="New.")
    every = set(whats())
    of_group = {"Red-flag group Cauda Equina Syndrome (CES), version 2"}
    assert set(whats(ALL._replace(person=both))) == of_group
    item = ("triage.redflaggroup", changed_group.pk)
    assert len(whats(ALL._replace(item=item))) == 2
    assert whats(ALL._replace(item=item, person=both)) == list(of_group)
    assert set(whats(ALL._replace(words=("zebra’s", "ATAXIA")))) == of_group
    assert whats(ALL._replace(words=('"ataxia"',))) == list(of_group)
    assert whats(ALL._replace(words=("ataxia", "giraffe"))) == []
    assert set(whats(ALL._replace(leaflet=live.leaflet))) == {
        what for what in every if "first rec" not in what
    }
    assert whats(ALL._replace(kinds=(lanes.ACCOUNT,))) == ["Reviewer: first recorded, with Reviewer"]
    assert whats(ALL._replace(kinds=(lanes.ACCOUNT,), person=reviewer)) == whats(
        ALL._replace(kinds=(lanes.ACCOUNT,), person=editor)
    )
    assert whats(ALL._replace(kinds=(lanes.SIGN_IN,))) == []


def test_a_leaflet_is_shown_with_what_its_editions_held_though_its_draft_no_longer_does(live, group):
    live.leaflet.group_places.all().delete()
    shown = whats(Filters(leaflet=live.leaflet))
    assert "Red-flag group Cauda Equina Syndrome (CES), version 1" in shown
    other = Leaflet.objects.create(title="Knee", slug="knee", body_part="Knee")
    assert whats(Filters(leaflet=other)) == []


def test_the_riskiness_of_events(live, change, changed_group, editor, reviewer):
    newer = actions.submit(leaflet=change("A new title"), by=editor, reason="Shorter.")
    assert whats(ALL._replace(risk=1)) == ["Edition 2 of A new title submitted"]
    assert entry(*timeline.page(ALL._replace(risk=1), 1).entries[0]).risk == "May lower safety"
    assert whats(ALL._replace(risk=2)) == []
    assert newer.number == 2


def test_a_period_includes_its_beginning_and_not_its_end(live):
    at = Event.objects.last().at
    assert whats(Filters(kinds=("published",), since=at))
    assert not whats(Filters(kinds=("published",), until=at))
    assert whats(Filters(kinds=("published",), until=at + timedelta(microseconds=1)))
    assert not whats(Filters(kinds=("published",), since=at + timedelta(microseconds=1)))


def test_only_those_who_may_see_accounts_see_what_happened_to_them(live, editor, auditor, client):
    record_account(editor, by=auditor, reason="A secret reason.")
    assert "A secret reason." not in str(words_of(signed_in(client, editor).get("/admin/history/")))
    assert "A secret reason." in words_of(signed_in(client, auditor).get("/admin/history/"))
    assert "Auditor signed in" in words_of(client.get("/admin/history/?kind=sign-in"))
    assert "Auditor signed in" not in words_of(client.get("/admin/history/?kind=version"))


def signed_in(client, user):
    client.login(username=user.username, password="demo-password")
    return client


@pytest.fixture
def crowded(draft, editor, reviewer, auditor):
    """A timeline in which many entries of every chain share a moment."""
    start = timezone.now()
    for number in range(24):
        at = start + timedelta(seconds=number // 8)
        _version(draft, number, at, editor)
        _account_event(number, at, reviewer)
    actions.submit(leaflet=draft, by=editor, reason="First.")
    return start


def _version(draft, number, at, by):
    draft.title = f"Title {number}"
    draft.save()
    with mock.patch("history.records.timezone.now", return_value=at):
        draft.record(by=by, reason="Another.")


def _account_event(number, at, account):
    with mock.patch("history.records.timezone.now", return_value=at):
        record_password(account, by=account)


@settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(size=st.integers(1, 70), newer=st.booleans())
def test_paging_gives_each_entry_once_and_in_order(crowded, size, newer):
    every = sorted(
        [
            Place(record.at, chain, record.sequence)
            for chain, model in timeline.CHAINS.items()
            for record in model.objects.all()
        ],
        reverse=True,
    )
    assert through(ALL, size, newer) == every
    assert len({place.at for place in every}) < len(every) - 20


def test_a_clock_that_was_set_back_loses_no_entry(draft, editor):
    now = timezone.now()
    for number in (3, 1, 2):
        _version(draft, number, now + timedelta(minutes=number), editor)
    item = Filters(item=("leaflets.leaflet", draft.pk))
    titles = [record.said["content"]["title"] for _, record in timeline.everything(item)]
    assert titles[:3] == ["Title 2", "Title 1", "Title 3"]  # In the order in which they were made.
    assert [place.at for place in through(item, 1)] == sorted((p.at for p in through(item, 1)), reverse=True)


def test_a_place_can_be_written_down_and_read():
    place = Place(timezone.now(), "event", 7)
    assert Place.read(str(place)) == place
    assert Version.objects.count() == AccountEvent.objects.count() == 0


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "not enough values"),
        ("yesterday,event,1", "Invalid isoformat"),
        ("2026-01-01,event,1", "no moment of the history"),
        ("0001-01-01T00:00:00+14:00,event,1", "no moment of the history"),
        ("2026-01-01T00:00:00Z,nothing,1", "no record 1 of nothing"),
        ("2026-01-01T00:00:00Z,event,9223372036854775808", "no record"),
        ("2026-01-01T00:00:00Z,event,first", "invalid literal"),
    ],
)
def test_what_is_no_place_is_refused(text, why):
    with pytest.raises(ValueError, match=why):
        Place.read(text)


@pytest.mark.parametrize("newer", [False, True])
def test_what_is_looked_for_is_found_in_whatever_stretches_the_history_is_read(live, change, editor, newer):
    for number in range(3):
        change(f"Back {number}")
    filters = Filters(words=("another",))
    wanted = through(filters, 100, newer)
    assert len(wanted) >= 3
    with mock.patch.object(timeline, "FIRST_STRETCH", 1):
        assert through(filters, 2, newer) == wanted
