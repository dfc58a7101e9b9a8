"""A long look at history sees one moment, and keeps nobody waiting."""

from threading import Thread

import pytest
from django.db import connection

from history.snapshot import one_moment
from leaflets import actions
from leaflets.models import Event
from leaflets.verify import verify
from tests.tampering import owner


@pytest.mark.django_db(transaction=True)
def test_what_happens_meanwhile_is_neither_seen_nor_held_up(submitted, reviewer):
    def publish():
        actions.publish(edition=submitted, by=reviewer, reason="Checked.")
        connection.close()

    with one_moment():
        assert Event.objects.count() == 1
        meanwhile = Thread(target=publish)
        meanwhile.start()
        meanwhile.join(timeout=10)
        assert not meanwhile.is_alive()
        assert Event.objects.count() == 1
    assert Event.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_what_goes_wrong_inside_leaves_the_connection_usable(live, reviewer):
    with pytest.raises(ZeroDivisionError), one_moment():
        assert Event.objects.count() / 0
    actions.withdraw(edition=live, by=reviewer, reason="The number has changed.")
    assert Event.objects.count() == 3


@pytest.mark.django_db(transaction=True)
def test_a_verification_that_ends_early_leaves_the_connection_usable(live, reviewer):
    with owner() as cursor:
        cursor.execute("UPDATE history_version SET kind = 'x' WHERE sequence = 1")
        cursor.execute("UPDATE leaflets_event SET kind = 'x' WHERE sequence = 1")
    assert len(verify().findings) == 3
    actions.withdraw(edition=live, by=reviewer, reason="The number has changed.")
    assert Event.objects.count() == 3
