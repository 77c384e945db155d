"""Charts in a registry, pulled by Helm itself."""

from __future__ import annotations

from pathlib import Path

import helm_python
import pytest

from reviews.registry import (
    LayoutTarget,
    Outcome,
    PlannedChart,
    PublishPlan,
    TagConflict,
    Unsuitable,
    chart_reference,
    read_back,
)

from .docker_registry import DockerRegistry
from .images import chart, write_package
from .publications import Publication, target_of


def plan_with(folder: Path, registry: str, content: bytes) -> PublishPlan:
    package = write_package(folder / "package.zip", {})
    reference = chart_reference(registry, "osc", content)
    return PublishPlan(package, (), (PlannedChart(reference, content),))


def test_helm_pulls_the_same_chart(tmp_path: Path, registry: DockerRegistry) -> None:
    content = chart()
    plan = plan_with(tmp_path, registry.registry, content)
    target = target_of(registry, push_charts=True)

    published = Publication().run(plan, target)

    reference = f"{registry.registry}/osc/charts/demo:1.0.0_build.1"
    assert [(each.reference, each.outcome) for each in published] == [(reference, Outcome.PUSHED)]
    helm_python.registry.pull(
        f"oci://{registry.registry}/osc/charts/demo",
        version="1.0.0+build.1",
        destination=tmp_path,
        plain_http=True,
    )
    pulled = (tmp_path / "demo-1.0.0+build.1.tgz").read_bytes()
    assert pulled == content
    with helm_python.Chart.load_archive(pulled) as loaded:
        assert "name: demo" in str(loaded.render())
    assert read_back(target, (), plan.charts)[0].outcome == Outcome.PRESENT


def test_a_chart_that_is_there_is_not_pushed_again(
    tmp_path: Path, registry: DockerRegistry
) -> None:
    plan = plan_with(tmp_path, registry.registry, chart())
    target = target_of(registry, push_charts=True)
    Publication().run(plan, target)
    before = registry.requests()

    published = Publication().run(plan, target)

    assert [each.outcome for each in published] == [Outcome.PRESENT]
    assert set(registry.requests() - before) == {"GET", "HEAD"}


def test_a_chart_that_helm_pushed_is_known_again(tmp_path: Path, registry: DockerRegistry) -> None:
    content = chart()
    file = tmp_path / "demo-1.0.0+build.1.tgz"
    file.write_bytes(content)
    helm_python.registry.push(file, f"oci://{registry.registry}/osc/charts", plain_http=True)

    published = Publication().run(
        plan_with(tmp_path, registry.registry, content), target_of(registry, push_charts=True)
    )

    assert [each.outcome for each in published] == [Outcome.PRESENT]


def test_another_chart_of_the_same_version_is_not_overwritten(
    tmp_path: Path, registry: DockerRegistry
) -> None:
    target = target_of(registry, push_charts=True)
    Publication().run(plan_with(tmp_path, registry.registry, chart()), target)
    other = plan_with(tmp_path, registry.registry, chart(more={"values.yaml": "a: 1\n"}))

    with pytest.raises(TagConflict) as conflict:
        Publication().run(other, target)

    assert conflict.value.architecture == ""
    with pytest.raises(TagConflict):
        read_back(target, (), other.charts)


def test_a_target_that_takes_no_charts_gets_none(tmp_path: Path, registry: DockerRegistry) -> None:
    plan = plan_with(tmp_path, registry.registry, chart())

    assert Publication().run(plan, target_of(registry)) == ()
    assert [each.outcome for each in read_back(target_of(registry), (), plan.charts)] == [
        Outcome.MISSING
    ]


def test_a_layout_takes_charts(tmp_path: Path) -> None:
    plan = plan_with(tmp_path, "swr.example.com", chart())
    target = LayoutTarget(tmp_path / "layout")

    assert [each.outcome for each in Publication().run(plan, target)] == [Outcome.PUSHED]
    assert [each.outcome for each in Publication().run(plan, target)] == [Outcome.PRESENT]
    assert [each.outcome for each in read_back(target, (), plan.charts)] == [Outcome.PRESENT]


@pytest.mark.parametrize(
    "content",
    [b"", b"no tgz", chart(name="De mo"), chart(version="1 0"), chart(more={"Chart.yaml": "- a"})],
    ids=["empty", "no tgz", "bad name", "bad version", "no map"],
)
def test_what_is_no_chart_has_no_reference(content: bytes) -> None:
    with pytest.raises(Unsuitable):
        chart_reference("swr.example.com", "osc", content)
