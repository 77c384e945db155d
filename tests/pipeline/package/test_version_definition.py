"""The instance version definition: what is read, where it points, what conflicts."""

from __future__ import annotations

import pytest

from reviews.pipeline.package.version_definition import (
    VersionConflict,
    VersionDefinition,
    duplicates_of,
    read_version_definition,
    steps_of,
    tag_in,
    version_definition_conflicts,
)

REDIS = "redises.redis.osc"
REDIS_IMAGE = "swr.cn-east-3.myhuaweicloud.com/osc-official/redis:21.9.18_20210918221431"


def definition(*tags: str, crd: str = REDIS) -> VersionDefinition:
    return VersionDefinition(crd, "url", "spec.image", tags)


def test_the_guides_redis_is_read() -> None:
    written = {"mode": "url", "path": "spec.image", "tags": ["0.0.1", "0.0.2", "0.0.3"]}

    assert read_version_definition(REDIS, written) == definition("0.0.1", "0.0.2", "0.0.3")


@pytest.mark.parametrize("written", [None, {}, [], "url", {"mode": "Url"}, {"path": "spec.image"}])
def test_without_a_legal_mode_there_is_no_definition(written: object) -> None:
    assert read_version_definition(REDIS, written) is None


def test_what_is_no_path_and_no_list_is_empty() -> None:
    written = {"mode": "tag", "path": 3, "tags": "1.0"}

    assert read_version_definition(REDIS, written) == VersionDefinition(REDIS, "tag", "", ())


@pytest.mark.parametrize(
    ("path", "steps"),
    [
        ("spec.image", ("spec", "image")),
        ("image", ("image",)),
        ("spec.nodes[0].image", ("spec", "nodes", 0, "image")),
        ("spec.a[1][2]", ("spec", "a", 1, 2)),
        ("spec.my-image", ("spec", "my-image")),
    ],
)
def test_a_path_is_taken_apart(path: str, steps: tuple[str | int, ...]) -> None:
    assert steps_of(path) == steps


@pytest.mark.parametrize(
    "path", ["", ".", "spec.", ".spec", "spec..image", "a[x]", "a[0]b", "a.[0]"]
)
def test_what_is_no_path_is_none(path: str) -> None:
    assert steps_of(path) is None


@pytest.mark.parametrize(
    ("mode", "value", "tag"),
    [
        ("url", REDIS_IMAGE, "21.9.18_20210918221431"),
        ("url", "example:1.1.1", "1.1.1"),
        ("url", "localhost:5000/redis", None),
        ("url", "0.0.1", None),
        ("url", "Redis:1", None),
        ("tag", "0.0.1", "0.0.1"),
        ("tag", "redis:0.0.1", None),
        ("tag", "", None),
    ],
)
def test_a_mode_finds_its_tag(mode: str, value: str, tag: str | None) -> None:
    assert tag_in(mode, value) == tag


def test_a_release_that_keeps_all_tags_conflicts_with_nothing() -> None:
    assert version_definition_conflicts([definition("1", "2")], [definition("3", "2", "1")]) == ()


def test_dropped_tags_are_named_in_their_order() -> None:
    assert version_definition_conflicts([definition("3", "1", "2")], [definition("1", "4")]) == (
        VersionConflict(REDIS, ("3", "2"), is_disjoint=False),
    )


def test_a_release_with_no_tag_in_common_is_disjoint() -> None:
    assert version_definition_conflicts([definition("1", "2")], [definition("3")]) == (
        VersionConflict(REDIS, ("1", "2"), is_disjoint=True),
    )


def test_a_definition_that_is_gone_has_lost_all_its_tags() -> None:
    assert version_definition_conflicts([definition("1")], [definition("1", crd="other")]) == (
        VersionConflict(REDIS, ("1",), is_disjoint=True),
    )


def test_an_earlier_definition_without_tags_asks_for_nothing() -> None:
    assert version_definition_conflicts([definition()], []) == ()


def test_tags_that_stand_twice_are_named_once() -> None:
    assert duplicates_of(["1", "2", "1", "1", 2]) == ["1", "2"]
