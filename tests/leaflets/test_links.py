"""Addresses in leaflets are asked by a command, and editors are told of what failed on two different days."""

import copy
import threading
import time
from datetime import timedelta
from itertools import pairwise

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from leaflets import actions
from leaflets.admin.problems import reports
from leaflets.asking import Answer
from leaflets.links import Limits, answers, asked, found_in, in_use, keep, warnings
from leaflets.models import CheckedAddress, Leaflet
from leaflets.passages import GROUP, LEAFLET, ROUTE, VIDEO
from tests.leaflets.server import asker, serving
from tests.leaflets.test_loading import whole
from tests.leaflets.test_problems_shown import load
from tests.leaflets.written import written

FINE, DEAD = Answer(True), Answer(True, "404 Not Found")
# One day may have 25 hours.
A_DAY = timedelta(hours=26)
A, B = "https://pages.example/a", "https://pages.example/b"


def neck(*addresses):
    """The neck leaflet with links to these addresses."""
    document = copy.deepcopy(written("neck"))
    link = {"kind": "web-page", "languages": ["en-GB"], "format": "", "landing_page": "", "file": None}
    items = [{**link, "text": f"Link {n}", "url": address} for n, address in enumerate(addresses, 1)]
    document["links"] = {"heading": "Links", "items": items}
    return document


class TestWhatIsAsked:
    def test_addresses_are_found_wherever_they_may_stand_each_with_the_way_to_mend_it(self):
        found = found_in(everywhere())
        assert [(each.address[22:], each.place.kind, each.place.fragment) for each in found] == [
            ("group", GROUP, "links-0"),
            ("bsl", ROUTE, "id_bsl"),
            ("link", LEAFLET, "links-0"),
            ("landing", LEAFLET, "links-0"),
            ("source", LEAFLET, "evidence-0"),
            ("section", LEAFLET, "sections-0"),
            ("exercises", LEAFLET, "id_exercises_introduction"),
            ("video", VIDEO, "id_provider_url"),
        ]

    def test_numbers_to_call_and_mail_to_are_no_web_addresses(self):
        document = neck()
        body = '<p><a href="tel:111">111</a> <a href="mailto:a@b.example">Mail</a></p>'
        document["sections"] = [{"heading": "Call", "placement": "before-exercises", "body": body}]
        assert found_in(document) == []

    def test_what_stands_behind_the_number_sign_is_not_asked(self):
        assert asked("https://pages.example/a#below") == A

    @pytest.mark.django_db
    def test_drafts_and_live_editions_count_and_what_stands_twice_is_asked_once(self, editor, reviewer):
        edition = actions.submit(leaflet=load(neck(A), editor), by=editor, reason="New.")
        actions.publish(edition=edition, by=reviewer, reason="Checked.")
        load(neck(B, f"{B}#below"), editor)
        assert sorted(in_use()) == [A, B]

    @pytest.mark.django_db
    def test_what_was_not_asked_for_longest_comes_first(self, editor):
        load(neck(A, B, "https://pages.example/c"), editor)
        keep({A: FINE}, [A], timezone.now())
        keep({B: FINE}, [A, B], timezone.now() - timedelta(days=1))
        assert in_use() == ["https://pages.example/c", B, A]


def everywhere():
    """A document with an address in each place that can hold one."""
    document = neck("https://pages.example/link")
    document["links"]["items"][0]["landing_page"] = "https://pages.example/landing"
    group = document["red_flag_groups"][0]
    group["contacts"] = [
        {**written("neck")["red_flag_groups"][0]["contacts"][0], "bsl": "https://pages.example/bsl"}
    ]
    group["links"] = [
        {**document["links"]["items"][0], "url": "https://pages.example/group", "landing_page": ""}
    ]
    document["evidence"] = [{"citation": "A paper", "url": "https://pages.example/source"}]
    body = '<p><a href="https://pages.example/section">Here</a></p>'
    document["sections"] = [{"heading": "Heat", "placement": "before-exercises", "body": body}]
    document["exercises"]["introduction"] = body.replace("section", "exercises")
    programme = copy.deepcopy(whole()["exercises"]["programmes"][0])
    programme["videos"] = programme["videos"][:1]
    programme["videos"][0]["provider_url"] = "https://pages.example/video"
    document["exercises"]["programmes"] = [programme]
    return document


class TestAsking:
    def test_each_address_is_asked_once(self):
        asked_for = []

        def ask(address):
            asked_for.append(address)
            return FINE

        addresses = [f"https://{host}.example/{page}" for host in "abcdef" for page in range(5)]
        assert answers(addresses, ask, Limits(5, 4, 0)) == dict.fromkeys(addresses, FINE)
        assert sorted(asked_for) == addresses

    def test_no_more_hosts_than_allowed_are_asked_at_once_and_each_by_one_question(self):
        going, most, lock = [], [], threading.Lock()

        def ask(address):
            host = address.split("/")[2]
            with lock:
                assert host not in going
                going.append(host)
                most.append(len(going))
            time.sleep(0.01)
            with lock:
                going.remove(host)
            return FINE

        addresses = [f"https://{host}.example/{page}" for host in "abcdef" for page in range(3)]
        assert len(answers(addresses, ask, Limits(5, 3, 0))) == 18
        assert max(most) == 3

    def test_a_host_has_a_pause_between_two_questions(self):
        moments = []

        def ask(address):
            moments.append(time.monotonic())
            return FINE

        answers([A, B, f"{B}b"], ask, Limits(5, 8, 0.1))
        assert min(later - sooner for sooner, later in pairwise(moments)) >= 0.09

    def test_when_time_is_over_it_ends_with_what_it_has(self):
        stuck = threading.Event()

        def ask(address):
            if address == B:
                stuck.wait(5)
            return FINE

        began = time.monotonic()
        try:
            assert answers([A, B], ask, Limits(1, 2, 0)) == {A: FINE}
            assert time.monotonic() - began < 4
        finally:
            stuck.set()


@pytest.mark.django_db
class TestWhatIsTold:
    """One failure may be the weather: an address is named once it failed on two different days."""

    NOW = timezone.now()

    def told(self, *days, document=None):
        """What is said after the address answered so on each day, the last of them today."""
        for place, answer in enumerate(days):
            keep({A: answer}, [A], self.NOW - A_DAY * (len(days) - 1 - place))
        [found] = warnings([document or neck(A)])
        return [problem.sentence for problem in found]

    def test_what_answers_is_not_named(self):
        assert self.told(FINE, FINE) == []

    def test_what_failed_once_is_not_named(self):
        assert self.told(FINE, DEAD) == []

    def test_nor_what_failed_twice_on_one_day(self):
        keep({A: DEAD}, [A], self.NOW)
        keep({A: DEAD}, [A], self.NOW)
        assert warnings([neck(A)]) == [[]]

    def test_what_failed_on_two_days_is_named_with_both(self):
        today, yesterday = (timezone.localdate(self.NOW - A_DAY * days) for days in (0, 1))
        assert self.told(FINE, DEAD, DEAD) == [
            f"Link “Link 1” did not answer on {today:%-d %B %Y} (404 Not Found), "
            f"for the first time on {yesterday:%-d %B %Y}."
        ]

    def test_what_answers_again_is_named_no_more(self):
        assert self.told(DEAD, DEAD, FINE) == []
        assert self.told(DEAD, DEAD, Answer(True, note="403 Forbidden")) == []

    def test_what_failed_answered_and_failed_once_is_not_named(self):
        assert self.told(DEAD, DEAD, FINE, DEAD) == []

    def test_a_link_to_a_place_on_the_page_is_named_too(self):
        assert len(self.told(DEAD, DEAD, document=neck(f"{A}#below"))) == 1

    def test_what_is_used_no_more_is_forgotten(self):
        keep({A: DEAD, B: FINE}, [A, B], self.NOW)
        keep({B: FINE}, [B], self.NOW)
        assert [each.address for each in CheckedAddress.objects.all()] == [B]

    def test_the_editor_is_led_to_the_link_and_nothing_is_stopped(self, editor):
        leaflet = load(neck(A), editor)
        self.told(DEAD, DEAD)
        report = reports([Leaflet.objects.whole().get(pk=leaflet.pk)])[0]
        [linked] = [each for each in report.warnings if "did not answer" in each.sentence]
        assert linked.address == f"/admin/leaflets/leaflet/{leaflet.pk}/change/#links-0"
        assert report.errors == []

    def test_many_documents_cost_one_query(self, django_assert_num_queries):
        self.told(DEAD, DEAD)
        with django_assert_num_queries(1):
            found = warnings([neck(A), neck(B), neck(A)])
        assert [len(each) for each in found] == [1, 0, 1]


@pytest.mark.django_db
class TestCommand:
    @pytest.fixture
    def server(self):
        with serving() as server:
            yield server

    @pytest.fixture
    def check(self, monkeypatch, capsys):
        """Run the command with an Asker that may ask the server of this test; return what it said."""
        monkeypatch.setattr("leaflets.management.commands.check_links.Asker", asker)

        def check(*options):
            call_command("check_links", "--pause", "0.01", *options)
            return capsys.readouterr().out.splitlines()

        return check

    def test_it_asks_every_address_and_says_what_it_found(self, server, editor, check):
        at = f"https://pages.example:{server.server_port}"
        load(neck(f"{at}/200", f"{at}/404", f"{at}/403", f"{at}/404#below"), editor)
        assert check() == [
            "Asked: 3 of 3 addresses. Did not answer: 1.",
            f"{at}/404: 404 Not Found",
            "These answer, but refuse programs. Open them yourself:",
            f"{at}/403: 403 Forbidden",
        ]
        assert sorted(path for _, _, path, _ in server.asked) == ["/200", "/403", "/404"]
        assert {str(each)[len(at) :] for each in CheckedAddress.objects.all()} == {
            "/200: answers",
            "/404: 404 Not Found",
            "/403: answers",
        }

    def test_without_a_way_to_the_internet_nothing_is_changed(self, server, editor, check):
        at = f"https://pages.example:{server.server_port}"
        load(neck(f"{at}/200", f"{at}/404"), editor)
        check()
        before = list(CheckedAddress.objects.values())
        server.shutdown()
        server.server_close()
        with pytest.raises(
            CommandError, match=r"Nothing at all could be reached, of 2 addresses: .* Nothing was changed"
        ):
            check()
        assert list(CheckedAddress.objects.values()) == before

    def test_by_itself_it_asks_nothing_private(self, server, editor, monkeypatch):
        load(
            neck(f"https://127.0.0.1:{server.server_port}/200", f"https://localhost:{server.server_port}/"),
            editor,
        )
        with pytest.raises(CommandError, match="Nothing at all could be reached"):
            call_command("check_links", "--pause", "0.01")
        assert server.asked == []

    def test_what_there_was_no_time_for_is_said_and_comes_first_the_next_time(self, server, editor, check):
        at = f"https://pages.example:{server.server_port}"
        load(neck(f"{at}/200?a", f"{at}/200?b"), editor)
        said = check("--pause", "5", "--whole", "1.5")
        assert said == [
            "Asked: 1 of 2 addresses. Did not answer: 0.",
            "No time was left for 1: they come first the next time.",
        ]
        assert in_use() == [f"{at}/200?b", f"{at}/200?a"]

    def test_without_addresses_it_says_so(self, check, editor):
        load(neck(), editor)
        assert check() == ["There is no web address in the live editions and the drafts."]

    @pytest.mark.parametrize(
        "options", [("--at-once", "0"), ("--at-once", "33"), ("--seconds", "no"), ("--whole", "-1")]
    )
    def test_a_limit_that_is_none_is_refused_in_a_sentence(self, check, options):
        with pytest.raises(CommandError, match=r"give a number above 0, (32|86400) at most"):
            check(*options)
