"""What the figures of the scale bench are made of."""

from __future__ import annotations

from tests.bench.scale import Rate, Run, overtaken, pauses, runs_of

RUNS = [
    Run("Flood", "1", 0.0, 1.0, 3.0),
    Run("Flood", "2", 0.0, 1.5, 2.0),
    Run("Acme", "2", 1.0, 2.5, 4.0),
    Run("Flood", "1", 0.0, 3.25, 5.0),
    Run("Globex", "2", 1.0, 4.0, 5.0),
]


def test_a_pause_is_between_two_analyses_of_one_process() -> None:
    assert pauses(RUNS) == [0.0, 0.25, 0.5]


def test_of_the_flood_those_count_that_were_begun_before_the_others() -> None:
    assert overtaken(RUNS, "Flood") == {"Acme": 2, "Globex": 3}


def test_what_others_use_is_not_expected_of_the_portal() -> None:
    alone = Rate(1, 25, seconds=60.0, used=60.0, idle=60.0, of_one=2.0)
    crowded = Rate(2, 20, seconds=60.0, used=50.0, idle=10.0, of_one=2.0)
    many = Rate(4, 54, seconds=60.0, used=118.0, idle=2.0, of_one=2.0)

    assert [each.possible for each in (alone, crowded, many)] == [30.0, 30.0, 60.0]
    assert many.row() == "| 4 | 54.0 | 2.00 | 2.00 | 60.0 | 90% |"


def test_the_process_of_an_analysis_is_known_from_its_lease() -> None:
    at = "2026-11-28T03:00:0{}+00:00"
    row = ["Acme", "machine:4711:abcdef", at.format(0), at.format(1), at.format(3)]

    (run,) = runs_of([row])

    assert (run.process, run.started - run.queued, run.finished - run.started) == ("4711", 1.0, 2.0)
