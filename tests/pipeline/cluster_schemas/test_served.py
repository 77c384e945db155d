"""What each version of Kubernetes serves, by the schemas that it publishes."""

from __future__ import annotations

import pytest

from reviews.pipeline.cluster_schemas.removed import Deprecated, Unserved, deprecated, unserved
from reviews.pipeline.cluster_schemas.served import OWN_GROUPS, apis, group_of, is_own, kinds
from reviews.pipeline.core.clusters import NEWEST_MINOR, OLDEST_MINOR

MINORS = range(OLDEST_MINOR, NEWEST_MINOR + 1)
# Removed before the oldest version, so no schema has them.
FORMER = {"extensions", "settings.k8s.io", "auditregistration.k8s.io"}


def test_the_schemas_of_every_version_are_installed() -> None:
    assert [("apps/v1", "Deployment") in kinds(minor) for minor in MINORS] == [True] * len(MINORS)


def test_the_groups_that_are_kubernetes_own_are_those_of_all_versions() -> None:
    found = {group_of(api) for minor in MINORS for api, _kind in kinds(minor)}

    assert found | FORMER == OWN_GROUPS


def test_a_group_is_known_by_its_whole_name() -> None:
    names = ("v1", "apps/v1", "policy/v1/PodDisruptionBudget", "certmanager.k8s.io/v1alpha1")

    assert [is_own(name) for name in names] == [True, True, True, False]


def test_a_cluster_serves_what_is_stable_and_the_betas_that_are_on() -> None:
    asked = ("policy/v1", "policy/v1/PodDisruptionBudget", "policy/v1beta1", "autoscaling/v2beta2")

    assert [[api in apis(minor) for api in asked] for minor in (25, 34)] == [
        [True, True, False, True],
        [True, True, False, False],
    ]
    assert "networking.k8s.io/v1beta1" not in apis(34)


@pytest.mark.parametrize(
    ("api", "kind", "minor", "why"),
    [
        ("apps/v1", "Deployment", 25, None),
        ("example.com/v1", "Deployment", 25, None),
        ("extensions/v1beta1", "Ingress", 25, Unserved(22, None, "networking.k8s.io/v1")),
        ("policy/v1beta1", "PodDisruptionBudget", 25, Unserved(25, None, "policy/v1")),
        ("policy/v1beta1", "PodSecurityPolicy", 34, Unserved(25, None, "")),
        ("autoscaling/v2beta2", "HorizontalPodAutoscaler", 25, None),
        (
            "autoscaling/v2beta2",
            "HorizontalPodAutoscaler",
            27,
            Unserved(26, None, "autoscaling/v2"),
        ),
        (
            "flowcontrol.apiserver.k8s.io/v1beta3",
            "FlowSchema",
            33,
            Unserved(32, None, "flowcontrol.apiserver.k8s.io/v1"),
        ),
        ("resource.k8s.io/v1", "DeviceClass", 28, Unserved(None, 34, "")),
        ("resource.k8s.io/v1", "DeviceClass", 34, None),
        ("apps/v1", "Deploymnt", 30, Unserved(None, None, "")),
    ],
)
def test_what_became_of_a_kind_is_known(
    api: str, kind: str, minor: int, why: Unserved | None
) -> None:
    assert unserved((api, kind), minor) == why


@pytest.mark.parametrize(
    ("api", "kind", "minor", "what"),
    [
        ("apps/v1", "Deployment", 25, None),
        ("example.com/v1beta1", "Deployment", 25, None),
        ("autoscaling/v2beta2", "HorizontalPodAutoscaler", 27, None),
        (
            "autoscaling/v2beta2",
            "HorizontalPodAutoscaler",
            25,
            Deprecated(26, None, "autoscaling/v2"),
        ),
        ("v1", "Endpoints", 25, Deprecated(None, 33, "discovery.k8s.io/v1")),
    ],
)
def test_what_a_version_serves_may_be_removed_by_a_later_one(
    api: str, kind: str, minor: int, what: Deprecated | None
) -> None:
    assert deprecated((api, kind), minor) == what
