"""Versions and ranges of versions, after semver.org and the grammar of skipRange."""

from __future__ import annotations

from itertools import pairwise

import pytest
from semver import Version

from reviews.pipeline.versions.semantic import is_version_range, parse_version


@pytest.mark.parametrize(
    ("text", "version"),
    [
        ("1.2.3", Version(1, 2, 3)),
        ("0.0.0", Version(0, 0, 0)),
        ("1.0.0-rc.1", Version(1, 0, 0, "rc.1")),
        ("1.0.0-0-a", Version(1, 0, 0, "0-a")),
        ("1.0.0+5.sha", Version(1, 0, 0, build="5.sha")),
        ("1.0.0-a+b", Version(1, 0, 0, "a", "b")),
    ],
)
def test_a_version_is_read(text: str, version: Version) -> None:
    read = parse_version(text)

    assert read is not None
    assert read.to_tuple() == version.to_tuple()  # ``==`` leaves the build out


@pytest.mark.parametrize(
    "text",
    ["", "1", "1.2", "v1.2.3", "1.2.3.4", "01.2.3", "1.2.3-", "1.2.3-01", "1.2.3\n", "1.2.x"],
)
def test_what_is_no_version_is_none(text: str) -> None:
    assert parse_version(text) is None


def test_a_version_of_a_million_digits_is_none() -> None:
    assert parse_version("1" * 1_000_000 + ".0.0") is None


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
    versions = [parse_version(text) for text in ordered]

    assert [
        (a is not None and b is not None and a < b and not b < a) for a, b in pairwise(versions)
    ] == [True] * (len(ordered) - 1)


def test_build_metadata_takes_no_part_in_the_order() -> None:
    one, other = parse_version("1.0.0+1"), parse_version("1.0.0+2")

    assert one is not None
    assert other is not None
    assert (one < other, other < one) == (False, False)


@pytest.mark.parametrize(
    "text",
    [">=4.1.0 <4.1.2", ">=4.1.0 < 4.1.2", "<1.0.0 || >=2.0.0", "1.0.0", "!=1.0.0", "> 1.0.0-rc.1"],
)
def test_a_range_is_one(text: str) -> None:
    assert is_version_range(text)


@pytest.mark.parametrize("text", ["", "to 1.0.0", ">=1.0", ">=1.0.0 ||", "=>1.0.0", "^1.0.0", ">="])
def test_what_is_no_range_is_none(text: str) -> None:
    assert not is_version_range(text)
