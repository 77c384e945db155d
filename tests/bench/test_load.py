"""Short forms of what ``make load`` and ``make chaos`` measure."""

from __future__ import annotations

import asyncio
import re
from urllib.parse import urlsplit

from tests.bench.chaos import measure
from tests.bench.load import PASSWORD, Load, run, table
from tests.reviews.running import RunningPortal, data_folder


def test_nobody_is_turned_away_while_strangers_hold_connections() -> None:
    load = Load(uploaders=2, each=1, reviewers=1, viewers=3, idle=30, slow=3, seconds=4.0, rest=0.5)
    with data_folder() as data:
        portal = RunningPortal(data, {"PORTAL_DEMO_PASSWORD": PASSWORD}).start()
        portal.wait("Submission.objects.get().state", "in_review")
        asyncio.run(run(load, urlsplit(portal.address).port or 0))
        portal.wait("Revision.objects.filter(finished_at__isnull=True).count()", 0)
        assert portal.stop() == 0

    assert {name: times.errors for name, times in load.times.items()} == {
        "viewers": [],
        "reviewers": [],
        "uploaders": [],
    }
    assert len(load.times["uploaders"].seconds) == 2
    assert "| uploaders | 2 | 0 |" in table(load, [1.0], 1.0)


def test_everything_that_was_submitted_ends_exactly_once() -> None:
    row = measure({}, submissions=7, disk_mib=0)

    assert re.match(
        r"\| SQLite \| 8 \| 8 \| 0 \| 0 \| 5 kills, 1 restarts, 1 wipes \| .* \| 0 \|$", row
    )
