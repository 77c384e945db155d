"""What is published of a release: its images, and its chart where the target takes charts."""

from __future__ import annotations

from .. import pipeline, storage
from ..actions.released_chart import released_chart
from ..models import Release
from ..publish_targets import Destination
from ..registry import (
    LayoutTarget,
    PlannedChart,
    PublishPlan,
    Target,
    Unsuitable,
    chart_reference,
    planned_images,
)


def plan_of(release: Release, destination: Destination) -> PublishPlan:
    """The plan for ``destination``, from the stored release and the report that it rests on."""
    revision = release.revision
    report, policy = storage.read_report(revision.report), revision.held_to
    images = planned_images(
        report, release.expected, policy.registry, pipeline.promised_architectures(report)
    )
    return PublishPlan(
        package=storage.local_path(release.archive),
        images=images,
        charts=tuple(_charts(release, destination.target)),
        limits=policy.limits,
    )


def _charts(release: Release, target: Target | LayoutTarget | None) -> list[PlannedChart]:
    """The chart of the release where it has one that can be an artifact of its own."""
    if target is None or not target.push_charts:
        return []
    found = released_chart(release)
    if found is None:
        return []
    content, policy = found[1], release.revision.held_to
    try:
        reference = chart_reference(policy.registry, policy.organization, content)
    except Unsuitable:
        return []
    return [PlannedChart(reference, content)]
