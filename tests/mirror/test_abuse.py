"""Whoever misuses the site, patients are answered beside it. What more there is of it is measured by `make bench`."""

import pytest

from tests.bench.abuse import large_file, under
from tests.bench.servers import get, memory, site, until

pytestmark = pytest.mark.looks

SECONDS = 2
HOLDING = ["half_open", "half_sent", "half_read", "unread"]
ASKING = ["large", "parts", "hosts", "encodings", "paths"]


def test_patients_are_answered_while_somebody_misuses_the_site(transactional_db, live, tmp_path):
    with site(tmp_path) as (port, process):
        until(lambda: get(port, "/readyz").status == 200, patience=90)
        file, before = large_file(), memory(process)
        much, beside = under(HOLDING, port, SECONDS, file)
        assert min(map(int, much)) >= 60
        assert beside.asked == beside.right > 10
        assert beside.middle < 50
        much, beside = under(ASKING, port, SECONDS, file)
        assert min(map(int, much)) > 0
        assert beside.asked == beside.right > 0
        assert memory(process) - before < 40
