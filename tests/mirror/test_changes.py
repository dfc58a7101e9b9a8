"""What happens shows, everywhere and nowhere else: only what an Event changes is pressed again."""

from datetime import timedelta
from unittest import mock

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.utils import timezone

from leaflets import actions, clock, pages, paper
from leaflets.mirror import asking, pressing, watching, work
from leaflets.models import Leaflet


@pytest.fixture
def asked():
    """The paths that Django is asked for, as they are."""
    paths, get = [], asking.WSGIRequest

    def ask(environ):
        paths.append(environ["PATH_INFO"])
        return get(environ)

    with mock.patch.object(asking, "WSGIRequest", ask):
        yield paths


def test_a_publication_shows_where_it_matters(submitted, reviewer, site):
    assert site.look().ask("/lower-back/").status == 404
    actions.publish(edition=submitted, by=reviewer, reason="Checked.")
    assert site.look().ask("/lower-back/").status == 200
    for path in ("/", "/feed.xml", "/sitemap.xml"):
        assert "lower-back" in site.ask(path).text


def test_a_withdrawal_shows_at_every_address_of_the_leaflet(live, reviewer, site):
    site.look()
    actions.withdraw(edition=live, by=reviewer, reason="The number has changed.", told="Call 111 instead.")
    site.look()
    for page in ("", "check/", "exercises/", "leaflet.pdf", "leaflet-large.pdf"):
        assert site.ask(f"/lower-back/{page}").status == 410
    assert "Call 111 instead." in site.ask("/lower-back/").text
    assert "withdrawn" in site.ask(f"/e/{live.code}/").text
    assert "lower-back" not in site.ask("/").text


def test_nothing_is_pressed_where_nothing_happened(live, site, asked):
    site.look()
    asked.clear()
    site.look()
    assert asked == []


def test_what_the_public_does_not_see_presses_nothing(live, change, editor, site, asked):
    site.look()
    asked.clear()
    actions.submit(leaflet=change("A new title"), by=editor, reason="Another title.")
    site.look()
    assert asked == []


def test_only_the_leaflet_that_changed_is_pressed_again(live, knee, reviewer, site, asked):
    site.look()
    asked.clear()
    actions.withdraw(edition=knee, by=reviewer, reason="The number has changed.")
    site.look()
    assert "/knee/" in asked
    assert not [path for path in asked if "lower-back" in path or live.code in path]


def test_a_scheduled_edition_shows_when_its_moment_comes(live, change, editor, reviewer, site, monkeypatch):
    edition = actions.submit(leaflet=change("A new title"), by=editor, reason="Another title.")
    tomorrow = timezone.now() + timedelta(days=1)
    actions.publish(edition=edition, by=reviewer, reason="Checked.", live_from=tomorrow)
    assert "A new title" not in site.look().ask("/lower-back/").text
    monkeypatch.setattr(clock.timezone, "now", lambda: tomorrow + timedelta(seconds=1))
    assert "A new title" in site.look().ask("/lower-back/").text


def test_a_clock_set_back_an_hour_takes_nothing_back(
    live, change, editor, reviewer, site, open_site, monkeypatch
):
    edition = actions.submit(leaflet=change("A new title"), by=editor, reason="Another title.")
    soon = timezone.now() + timedelta(minutes=10)
    actions.publish(edition=edition, by=reviewer, reason="Checked.", live_from=soon)
    monkeypatch.setattr(clock.timezone, "now", lambda: soon + timedelta(seconds=1))
    assert "A new title" in site.look().ask("/lower-back/").text
    monkeypatch.setattr(clock.timezone, "now", lambda: soon - timedelta(minutes=59))
    assert "A new title" in site.look().ask("/lower-back/").text
    other = open_site().load()
    other.watcher.press_again()
    assert "A new title" in other.look().ask("/lower-back/").text


def test_a_clock_that_was_a_year_ahead_is_not_held_to():
    clock.not_before(timezone.now() + timedelta(days=365))
    assert clock.now() <= timezone.now()


def test_an_edition_whose_page_cannot_be_made_leaves_what_stood_there(live, change, editor, reviewer, site):
    site.look()
    edition = actions.submit(leaflet=change("A new title"), by=editor, reason="Another title.")
    actions.publish(edition=edition, by=reviewer, reason="Checked.")
    with mock.patch.object(pages, "page", side_effect=ValueError("A template raises.")):
        site.look()
    assert live.document["title"] in site.ask("/lower-back/").text
    assert "/lower-back/ is not as it should be" in site.ask("/readyz").text
    site.watcher.work._retried -= work.AGAIN + 1
    assert "A new title" in site.look().ask("/lower-back/").text
    assert site.ask("/readyz").status == 200


def test_a_withdrawal_whose_page_cannot_be_made_shows_all_the_same(live, reviewer, site):
    site.look()
    actions.withdraw(edition=live, by=reviewer, reason="The number has changed.")
    with mock.patch.object(pages, "page", side_effect=ValueError("A template raises.")):
        site.look()
    shown = site.ask("/lower-back/")
    assert shown.status == 503
    assert "Do not follow" in shown.text
    assert "tel:111" in shown.text


def test_another_release_presses_everything_again(live, site, open_site, asked):
    site.look()
    again = open_site().load()
    asked.clear()
    again.look()
    assert asked == []
    again.watcher.release = "an older one"
    again.look()
    assert {"/", "/lower-back/", f"/e/{live.code}/"} <= set(asked)


def test_production_does_not_start_on_a_history_without_its_triggers(site, monkeypatch):
    monkeypatch.setattr(site.watcher, "check", mock.Mock(side_effect=ImproperlyConfigured("No trigger.")))
    with pytest.raises(ImproperlyConfigured, match="No trigger"):
        site.watcher.start()


def test_a_database_found_unfit_after_the_start_is_said_and_lets_nobody_in_but_patients(
    live, site, open_site
):
    site.look()
    later = open_site().load()
    later.watcher.check = mock.Mock(side_effect=ImproperlyConfigured("No trigger."))
    with mock.patch.object(watching, "START", 0), mock.patch.object(later.watcher, "_watch"):
        later.watcher.start()
    with pytest.raises(ImproperlyConfigured) as unfit:
        later.watcher.look()
    later.watcher.trouble = unfit.value
    assert later.ask("/readyz").text.count("The site must not run on this database: the log says why.") == 1
    assert "does not answer" not in later.ask("/readyz").text
    assert later.ask("/lower-back/").status == 200
    assert later.ask("/admin/login/").status == 503


def test_a_withdrawal_does_not_wait_until_all_else_is_pressed_anew(live, knee, reviewer, site, asked):
    site.look().watcher.release = "an older one"
    with mock.patch.object(watching, "SECONDS", 0):
        site.watcher.look()
        assert site.watcher.work.later
        actions.withdraw(edition=live, by=reviewer, reason="The number has changed.")
        asked.clear()
        site.watcher.look()
    assert asked[0] == "/lower-back/"
    assert site.watcher.work.later
    assert site.ask("/lower-back/").status == 410


def test_what_was_withdrawn_is_pressed_before_what_was_published(live, knee, reviewer, site):
    actions.withdraw(edition=live, by=reviewer, reason="The number has changed.")
    site.watcher.work.add_changed({"knee", "lower-back"})
    assert list(site.watcher.work.urgent) == [("lower-back", "pages"), ("knee", "pages"), ("", "pages")]


def test_of_many_that_are_withdrawn_one_after_another_all_show_within_seconds(editor, reviewer, site):
    editions = []
    for number in range(20):
        leaflet = Leaflet.objects.create(
            slug=f"part-{number}", title="Part", body_part="Part", no_red_flags_because="Agreed."
        )
        leaflet.record(by=editor, reason="New.")
        edition = actions.submit(leaflet=leaflet, by=editor, reason="First edition.")
        editions.append(actions.publish(edition=edition, by=reviewer, reason="Checked."))
    site.look()
    for edition in editions:
        actions.withdraw(edition=edition, by=reviewer, reason="The service has closed.", told="Call 111.")
    for _ in range(3):
        site.watcher.look()  # Once a second, and for a second at most.
    for edition in editions:
        assert site.ask(f"/{edition.slug}/").status == 410


def test_what_was_to_happen_while_nobody_was_there_shows_after_a_start(
    live, change, editor, reviewer, site, open_site, monkeypatch
):
    edition = actions.submit(leaflet=change("A new title"), by=editor, reason="Another title.")
    tomorrow = timezone.now() + timedelta(days=1)
    actions.publish(edition=edition, by=reviewer, reason="Checked.", live_from=tomorrow)
    site.look()
    early = open_site().load().look()
    assert "A new title" not in early.ask("/lower-back/").text
    monkeypatch.setattr(clock.timezone, "now", lambda: tomorrow + timedelta(seconds=1))
    assert "A new title" in early.look().ask("/lower-back/").text
    assert "A new title" in open_site().load().look().ask("/lower-back/").text


def test_a_clock_set_back_takes_nothing_back_when_the_leaflet_is_pressed_again(
    live, change, editor, reviewer, site, monkeypatch
):
    edition = actions.submit(leaflet=change("A new title"), by=editor, reason="Another title.")
    soon = timezone.now() + timedelta(minutes=10)
    actions.publish(edition=edition, by=reviewer, reason="Checked.", live_from=soon)
    monkeypatch.setattr(clock.timezone, "now", lambda: soon + timedelta(seconds=1))
    site.look()
    monkeypatch.setattr(clock.timezone, "now", lambda: soon - timedelta(minutes=59))
    site.watcher.press_again()
    assert "A new title" in site.look().ask("/lower-back/").text


def test_printed_copies_and_pdfs_stand_while_a_release_presses_again(live, site, monkeypatch):
    paper.make(live.renderings.last(), "a4")
    site.look()
    site.watcher.press_again()
    with mock.patch.object(pressing, "copies", side_effect=ValueError("A template raises.")):
        site.look()
    for path in (f"/e/{live.code}/", "/lower-back/leaflet.pdf"):
        assert path in site.front.answers


def test_a_pdf_that_was_made_after_a_start_is_shown(live, site, open_site):
    site.look()
    other = open_site().load().look()
    assert other.ask("/lower-back/leaflet.pdf").status == 503
    paper.make(live.renderings.last(), "a4")
    assert other.look().ask("/lower-back/leaflet.pdf").body.startswith(b"%PDF")


def test_a_page_that_was_never_made_is_not_said_to_be_nowhere(live, site):
    with mock.patch.object(pages, "page", side_effect=ValueError("A template raises.")):
        site.look()
        assert site.ask("/").status == 200
        assert site.ask("/lower-back/").status == 500
    assert "/lower-back/ is not as it should be" in site.ask("/readyz").text


def test_what_the_database_or_a_page_says_of_itself_is_told_to_nobody(live, site):
    site.look().watcher.press_again()
    with mock.patch.object(pages, "page", side_effect=ValueError("secret-host")):
        site.look()
    site.watcher.trouble, site.watcher.writer.trouble = OSError("secret-host"), True
    said = site.ask("/readyz").text
    assert "secret-host" not in said
    assert said.count("log says why") == 3
