"""Cluster versions and APIs as people write them."""

from __future__ import annotations

import pytest

from reviews.pipeline.core.clusters import ClusterVersion, parse_api, versions_of
from reviews.pipeline.core.policy import Policy


@pytest.mark.parametrize(
    ("text", "version"),
    [
        ("1.28", ClusterVersion(28)),
        ("v1.28", ClusterVersion(28)),
        (" v1.28.3 ", ClusterVersion(28, 3)),
        ("v1.28.3-r0", ClusterVersion(28, 3, "-r0")),
    ],
)
def test_a_version_is_read_as_it_is_written(text: str, version: ClusterVersion) -> None:
    assert ClusterVersion.parse(text) == version


@pytest.mark.parametrize("text", ["", "28", "2.28", "v1", "1.x", "1.28.3.4", "1.28 -r0", "1.28-"])
def test_what_is_no_version_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"is no version of Kubernetes: write one such as 1\.28"):
        ClusterVersion.parse(text)


@pytest.mark.parametrize("text", ["1.24", "v1.38.0", "1.0"])
def test_a_version_that_is_not_known_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"give a version from v1\.25 to v1\.37"):
        ClusterVersion.parse(text)


def test_a_version_has_a_number_a_short_name_and_a_spelling() -> None:
    version = ClusterVersion.parse("v1.28.3-r0")

    assert (version.number, version.short, str(version)) == ("v1.28.3", "1.28", "v1.28.3-r0")


def test_versions_come_newest_first_and_each_once() -> None:
    assert versions_of(("1.25", "v1.31.4-r0", "1.25.0")) == (
        ClusterVersion(31, 4, "-r0"),
        ClusterVersion(25),
    )


@pytest.mark.parametrize(
    "text", ["v1", "apps/v1", "monitoring.coreos.com/v1", "a.b/v1beta1/ServiceMonitor"]
)
def test_an_api_is_read(text: str) -> None:
    assert parse_api(f" {text} ") == text


@pytest.mark.parametrize(
    "text", ["", "apps", "apps/1", "Apps/v1", "a/v1/kind", "a/b/v1", "a" * 300]
)
def test_what_is_no_api_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is no API version: write GROUP/VERSION"):
        parse_api(text)


def test_the_policy_has_a_version_for_each_minor_that_is_sold() -> None:
    assert [each.minor for each in Policy().clusters] == [34, 33, 32, 31, 30, 29, 28, 27, 25]


def test_a_policy_comes_back_as_it_was() -> None:
    policy = Policy(cluster_versions=("v1.31",), api_versions=("a.b/v1",))

    assert Policy.restore(policy.snapshot()) == policy


def test_a_policy_from_before_there_was_a_choice_knows_one_version() -> None:
    snapshot = Policy().snapshot()
    del snapshot["cluster_versions"], snapshot["api_versions"]
    del snapshot["limits"]["cluster_renders"], snapshot["limits"]["cluster_seconds"]
    restored = Policy.restore(snapshot)

    assert (restored.cluster_versions, restored.api_versions) == (("v1.36",), ())
    assert restored.limits == Policy().limits
