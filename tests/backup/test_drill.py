"""Whatever is killed at whatever moment, nothing that was acknowledged is lost, and nothing is half there.

`python -m tests.backup.drill` does fifty moments on each database, and prints the counts.
"""

from django.db import connection

from tests.backup.drill import drill

MOMENTS = 10


def test_nothing_that_was_acknowledged_is_lost_where_everything_is_killed():
    counted = drill(connection.vendor, MOMENTS, seed=7)
    assert counted.found == counted.acknowledged > 2 * MOMENTS
    assert counted.asked > counted.acknowledged
    assert counted.backups > 0
    assert (counted.restored, counted.started) == (1, 1)
