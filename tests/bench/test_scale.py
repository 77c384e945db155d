"""What the figures of the scale bench are made of."""

from __future__ import annotations

from pathlib import Path

from tests.bench.scale import Rate, Run, around_the_median, overtaken, pauses, runs_of

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
    assert many.row() == "| 4 | 54.0 | 2.00 | 2.19 | 0.03 | 2.00 | 60.0 | 90% |"


def test_charts_around_the_median_are_those_in_the_middle_by_size(tmp_path: Path) -> None:
    for name, size in (("a", 9), ("b", 1), ("c", 5), ("d", 3), ("e", 7)):
        (tmp_path / f"{name}.tgz").write_bytes(bytes(size))
    (tmp_path / "f.zip").write_bytes(bytes(5))

    assert [each.stem for each in around_the_median(tmp_path, 3)] == ["d", "c", "e"]
    assert len(around_the_median(tmp_path, 9)) == 5


def test_the_process_of_an_analysis_is_known_from_its_lease() -> None:
    at = "2026-11-28T03:00:0{}+00:00"
    row = ["Acme", "machine:4711:abcdef", at.format(0), at.format(1), at.format(3)]

    (run,) = runs_of([row])

    assert (run.process, run.started - run.queued, run.finished - run.started) == ("4711", 1.0, 2.0)
