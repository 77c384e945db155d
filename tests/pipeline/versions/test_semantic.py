"""Versions and ranges of versions, after semver.org and the grammar of skipRange."""

from __future__ import annotations

from itertools import pairwise

import pytest

from reviews.pipeline.versions.semantic import SemanticVersion, is_version_range


@pytest.mark.parametrize(
    ("text", "version"),
    [
        ("1.2.3", SemanticVersion((1, 2, 3))),
        ("0.0.0", SemanticVersion((0, 0, 0))),
        ("1.0.0-rc.1", SemanticVersion((1, 0, 0), ("rc", "1"))),
        ("1.0.0-0-a", SemanticVersion((1, 0, 0), ("0-a",))),
        ("1.0.0+5.sha", SemanticVersion((1, 0, 0), (), "5.sha")),
        ("1.0.0-a+b", SemanticVersion((1, 0, 0), ("a",), "b")),
    ],
)
def test_a_version_is_read(text: str, version: SemanticVersion) -> None:
    assert SemanticVersion.parse(text) == version


@pytest.mark.parametrize(
    "text",
    ["", "1", "1.2", "v1.2.3", "1.2.3.4", "01.2.3", "1.2.3-", "1.2.3-01", "1.2.3\n", "1.2.x"],
)
def test_what_is_no_version_is_none(text: str) -> None:
    assert SemanticVersion.parse(text) is None


def test_a_version_of_a_million_digits_is_none() -> None:
    assert SemanticVersion.parse("1" * 1_000_000 + ".0.0") is None


def test_the_order_is_that_of_the_specification() -> None:
    ordered = [
        "1.0.0-alpha",
        "1.0.0-alpha.1",
        "1.0.0-alpha.beta",
        "1.0.0-beta",
        "1.0.0-beta.2",
        "1.0.0-beta.11",
        "1.0.0-rc.1",
        "1.0.0",
        "1.0.1",
        "1.10.0",
        "2.0.0",
    ]
    versions = [SemanticVersion.parse(text) for text in ordered]

    assert [
        (a is not None and b is not None and a.precedes(b) and not b.precedes(a))
        for a, b in pairwise(versions)
    ] == [True] * (len(ordered) - 1)


def test_build_metadata_takes_no_part_in_the_order() -> None:
    one, other = SemanticVersion.parse("1.0.0+1"), SemanticVersion.parse("1.0.0+2")

    assert one is not None
    assert other is not None
    assert (one.precedes(other), other.precedes(one)) == (False, False)


@pytest.mark.parametrize(
    "text",
    [">=4.1.0 <4.1.2", ">=4.1.0 < 4.1.2", "<1.0.0 || >=2.0.0", "1.0.0", "!=1.0.0", "> 1.0.0-rc.1"],
)
def test_a_range_is_one(text: str) -> None:
    assert is_version_range(text)


@pytest.mark.parametrize("text", ["", "to 1.0.0", ">=1.0", ">=1.0.0 ||", "=>1.0.0", "^1.0.0", ">="])
def test_what_is_no_range_is_none(text: str) -> None:
    assert not is_version_range(text)
