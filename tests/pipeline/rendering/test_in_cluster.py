"""Charts are rendered for the cluster that is asked for, through the engine's own options."""

from __future__ import annotations

import pytest

from reviews.pipeline.core.clusters import Cluster
from reviews.pipeline.core.policy import Limits
from reviews.pipeline.rendering import BudgetSpent, Engine

from ..journey import tgz

CHART = {
    "demo/Chart.yaml": "apiVersion: v2\nname: demo\nversion: 1.0.0\n",
    "demo/templates/seen.yaml": (
        "{{ .Capabilities.KubeVersion.Version }} {{ .Capabilities.KubeVersion.Minor }}"
        ' {{ .Capabilities.APIVersions.Has "monitoring.coreos.com/v1" }}'
        ' {{ .Capabilities.APIVersions.Has "policy/v1/PodDisruptionBudget" }}'
        " {{ .Release.IsUpgrade }} {{ .Release.IsInstall }} {{ .Release.Revision }}"
        ' {{ getHostByName "localhost" }}'
    ),
}
APIS = ("monitoring.coreos.com/v1", "policy/v1/PodDisruptionBudget")


def seen(engine: Engine, chart: int, cluster: Cluster | None) -> str:
    rendering = engine.render(chart, cluster=cluster)
    return rendering.manifests["demo/templates/seen.yaml"].strip()


def test_templates_see_the_cluster_that_is_asked_for_and_look_up_no_host() -> None:
    """When this fails, a release of helm-python-sdk has closed the door that in_cluster uses."""
    with Engine(Limits()) as engine:
        chart = engine.load(tgz(CHART))

        assert [
            seen(engine, chart, cluster)
            for cluster in (
                Cluster("v1.28.3-r0", APIS, is_upgrade=True),
                Cluster("v1.34.0"),
                None,
            )
        ] == [
            "v1.28.3-r0 28 true true true false 2",
            "v1.34.0 34 false false false true 1",
            "v1.36.0 36 false false false true 1",
        ]


def test_an_engine_renders_for_its_own_cluster_where_no_other_is_given() -> None:
    with Engine(Limits(), Cluster("v1.27.0", APIS)) as engine:
        chart = engine.load(tgz(CHART))

        assert seen(engine, chart, None) == "v1.27.0 27 true true false true 1"


def test_other_clusters_have_a_budget_of_their_own() -> None:
    limits = Limits(analysis_renders=1, cluster_renders=2)
    own, other = Cluster("v1.27.0"), Cluster("v1.28.0")
    with Engine(limits, own) as engine:
        chart = engine.load(tgz(CHART))
        for cluster in (other, other, own):
            engine.render(chart, cluster=cluster)
        for cluster in (own, other):
            with pytest.raises(BudgetSpent):
                engine.render(chart, cluster=cluster)

        assert (engine.analysis.renders, engine.clusters.renders, engine.renders) == (1, 2, 3)
        assert engine.spent >= 1
