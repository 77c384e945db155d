"""The bench of publishing, on a package of a few megabytes: it runs, and it sees a missed goal."""

from __future__ import annotations

from pathlib import Path

from .publishing import measure, missed_goals, text

GOOD = {
    "sha256sum": {"processor": 10.0, "seconds": 11.0},
    "layout": {"processor": 9.0, "seconds": 9.0, "again_seconds": 0.1, "pushed_again": 0},
    "oci": {"processor": 6.0, "seconds": 9.0, "again_seconds": 0.1, "pushed_again": 0},
    "docker": {"processor": 24.0, "seconds": 30.0, "again_seconds": 0.2, "pushed_again": 0},
    "skopeo": {"processor": 100.0, "seconds": 90.0},
}


def figures(**changed: dict[str, float]) -> dict[str, dict[str, float]]:
    return {name: {"megabytes": 60.0, **of, **changed.get(name, {})} for name, of in GOOD.items()}


def test_goals_that_are_reached_are_not_missed() -> None:
    assert missed_goals(figures()) == []


def test_each_missed_goal_is_named() -> None:
    missed = missed_goals(
        figures(
            layout={"processor": 11.0},
            docker={"processor": 26.0, "again_seconds": 4.0, "pushed_again": 1, "megabytes": 151.0},
        )
    )

    assert missed == [
        "layers as they are cost at most what sha256sum costs (layout)",
        "with gzip at most a quarter of what skopeo costs",
        "less than 150 MB of memory (docker)",
        "the second run takes under a tenth (docker)",
        "the second run sends nothing (docker)",
    ]


def test_a_small_package_is_published_everywhere(tmp_path: Path) -> None:
    measured = measure(tmp_path, 4_000_000)

    assert [*measured] == ["sha256sum", "layout", "oci", "docker", "skopeo"]
    assert {measured[step]["pushed_again"] for step in ("layout", "oci", "docker")} == {0}
    assert measured["oci"]["stored"] == measured["layout"]["stored"]
    assert measured["oci"]["stored"] > 4_000_000 > measured["docker"]["stored"] > 100_000
    assert len(text(measured).splitlines()) == 7
