"""Rewriting history is found, even by somebody who took the triggers away first."""

import pytest

from exercises import media
from history.canonical import canonical, digest
from history.models import Version
from leaflets import actions
from leaflets.models import Edition, Event
from tests.stores import stock
from tests.tampering import owner, rechain, verdict

pytestmark = pytest.mark.django_db


def test_a_whole_history_is_said_to_be_whole(withdrawn):
    said = verdict()
    assert "History is whole." in said
    assert f"events           3  {Event.objects.last().digest}" in said
    assert f"versions        12  {Version.objects.last().digest}" in said


def test_an_empty_history_is_whole(db):
    assert "History is whole." in verdict()


@pytest.mark.parametrize("table", ["leaflets_event", "history_version"])
def test_a_flipped_byte_is_found(withdrawn, table):
    with owner() as cursor:
        cursor.execute(f"UPDATE {table} SET content = REPLACE(content, 'r', 'R') WHERE sequence = 2")
    assert " 2: its content does not have its digest." in verdict()


def test_a_dropped_event_is_found(withdrawn):
    with owner() as cursor:
        cursor.execute("DELETE FROM leaflets_event WHERE sequence = 1")
    assert "leaflets.Event 2: record 1 is missing." in verdict()


def test_another_order_is_found(withdrawn):
    with owner() as cursor:
        for old, new in ((2, 99), (3, 2), (99, 3)):
            cursor.execute("UPDATE leaflets_event SET sequence = %s WHERE sequence = %s", [new, old])
    assert "leaflets.Event 2: it does not name the digest of the record before it." in verdict()


def test_a_column_that_says_other_than_the_content_is_found(withdrawn):
    with owner() as cursor:
        cursor.execute("UPDATE leaflets_event SET kind = 'reviewed' WHERE kind = 'withdrawn'")
    assert "leaflets.Event 3: its columns name another kind than its content." in verdict()


def test_a_moment_that_was_moved_is_found(withdrawn):
    with owner() as cursor:
        cursor.execute(
            "UPDATE leaflets_event SET takes_effect = '2020-01-01 00:00:00+00:00' WHERE sequence = 2"
        )
    assert "leaflets.Event 2: its columns name another moment than its content." in verdict()


def test_a_rewritten_edition_is_found_even_with_a_digest_that_fits(live):
    content = live.content.replace("NHS 24", "NHS 42")
    with owner():
        Edition.objects.update(content=content, digest=digest(content))
    assert "it happened to another edition than its content says." in verdict()
    with owner():
        Edition.objects.update(digest=live.digest)
    assert f"leaflets.Edition {live.pk}: its content is not what was submitted." in verdict()


def test_another_code_or_number_is_found(live):
    with owner() as cursor:
        cursor.execute("UPDATE leaflets_edition SET code = 'HHH-HHH'")
    assert "leaflets.Event 1: it happened to another edition than its content says." in verdict()


@pytest.mark.parametrize("table", ["leaflets_event", "history_version"])
def test_another_person_is_found(live, auditor, table):
    with owner() as cursor:
        cursor.execute(f"UPDATE {table} SET by_id = %s WHERE sequence = 2", [auditor.pk])
    assert " 2: its columns name another person than its content." in verdict()


def test_content_of_another_form_is_a_finding_and_no_crash(live):
    last = Event.objects.last()
    content = canonical({"sequence": last.sequence})
    with owner() as cursor:
        sealed = [content, digest(last.previous + content), last.sequence]
        cursor.execute("UPDATE leaflets_event SET content = %s, digest = %s WHERE sequence = %s", sealed)
    assert "its content is not of the form that it should be" in verdict()


def test_a_pin_that_was_taken_away_is_found(live):
    with owner() as cursor:
        cursor.execute("DELETE FROM leaflets_pin WHERE id = (SELECT MIN(id) FROM leaflets_pin)")
    assert "it holds other versions than were submitted." in verdict()


def test_two_ways_to_read_one_content_are_found(withdrawn):
    last = Event.objects.last()
    content = last.content.replace('{"ack', '{"kind":"published","ack', 1)
    if content == last.content:
        content = last.content.replace("{", '{"kind":"published",', 1)
    with owner() as cursor:
        sealed = [content, digest(last.previous + content), last.sequence]
        cursor.execute("UPDATE leaflets_event SET content = %s, digest = %s WHERE sequence = %s", sealed)
    assert "leaflets.Event 3: its content is not in canonical form." in verdict()


def test_a_chain_rewritten_to_its_end_shows_only_by_an_anchor(withdrawn):
    with owner() as cursor:
        rechain(cursor, Event, 3, lambda said: {**said, "reason": "Rewritten."})
    assert "History is whole. But there is no anchor" in verdict()


def test_a_rewritten_document_that_was_sealed_anew_in_another_form_is_found(live):
    content = live.content.replace('{"body_part"', '{"body_part":"Knee","body_part"')
    assert content != live.content
    with owner() as cursor:
        Edition.objects.update(content=content, digest=digest(content))
        identity = {**live.identity(), "digest": digest(content)}
        rechain(cursor, Event, 1, lambda said: {**said, "edition": identity})
    assert f"leaflets.Edition {live.pk}: its content is not in canonical form." in verdict()


def test_everything_that_is_broken_is_named_not_only_the_first(withdrawn):
    with owner() as cursor:
        cursor.execute("UPDATE leaflets_event SET kind = 'reviewed' WHERE kind = 'withdrawn'")
        cursor.execute("DELETE FROM leaflets_pin WHERE id = (SELECT MIN(id) FROM leaflets_pin)")
    said = verdict()
    assert "leaflets.Event 3: its columns name another kind than its content." in said
    assert "it holds other versions than were submitted." in said


def test_an_edition_that_was_never_submitted_is_found(live):
    Edition.objects.create(
        leaflet=live.leaflet, number=9, slug=live.slug, code="X", content=live.content, digest=live.digest
    )
    assert "it was never submitted." in verdict()


def test_a_file_that_an_edition_names_is_lost_or_other_than_it_was(store, live):
    stock()
    assert "History is whole." in verdict()
    name = media.name(live.document["exercises"]["programmes"][0]["videos"][0]["file"])
    store.spoil(name, store.read(name)[:-1] + b"x")
    assert f"The file {name}, which an edition names, is not what it was." in verdict()
    store.remove(name)
    assert f"The file {name}, which an edition names, cannot be read: No such file" in verdict()


@pytest.mark.looks
def test_files_that_cannot_be_read_now_are_not_said_to_be_lost(s3, live):
    s3.lose()
    said = verdict()
    assert (
        said.count("The files that editions name could not be read. The bucket of media does not answer.")
        == 1
    )
    assert "which an edition names" not in said


def test_words_that_look_like_a_file_are_no_file(draft, editor):
    draft.title = '{"bytes":1,"sha256":"' + "0" * 64 + '","type":"video/mp4"}'
    draft.save()
    edition = actions.submit(leaflet=draft, by=editor, reason="Odd.")
    assert draft.title in edition.document["title"]
    assert "History is whole." in verdict()
