"""What was proven for each cluster version, for the report."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from ..core.clusters import ClusterVersion
from ..facts.manifest_faults import VersionTally
from ..facts.model import Facts
from ..report.model import ClusterResult, ReportedImage, WithoutSchema
from ..tracing.experiment.renderer import CLUSTER
from ..tracing.in_clusters import version_label
from ..tracing.model import ImageStatus


def by_cluster(images: Sequence[ReportedImage], facts: Facts) -> tuple[ReportedImage, ...]:
    """The images with the versions that show them, where that follows from the version."""
    rendered = tuple(
        sorted(
            (
                version
                for state in facts.clusters.states
                if state.observation is not None
                for version in state.versions
            ),
            reverse=True,
        )
    )
    shown: dict[str, list[ClusterVersion]] = {}
    for state in facts.clusters.states:
        uses = state.observation.uses if state.observation is not None else ()
        for image in {use.image for use in uses}:
            shown.setdefault(image, []).extend(state.versions)
    return tuple(_seen_by(each, shown.get(each.original, []), rendered) for each in images)


def _seen_by(
    image: ReportedImage, found: Sequence[ClusterVersion], rendered: tuple[ClusterVersion, ...]
) -> ReportedImage:
    versions = tuple(sorted(found, reverse=True))
    if not versions or versions == rendered:
        return image
    is_version = all(each.startswith(CLUSTER) for each in image.shown_by)
    shown_by = (version_label(versions, rendered),) if is_version else image.shown_by
    return replace(image, clusters=tuple(map(str, versions)), shown_by=shown_by)


def cluster_results(images: Sequence[ReportedImage], facts: Facts) -> tuple[ClusterResult, ...]:
    """A result for each listed version, newest first."""
    return tuple(_result(tally, images) for tally in facts.manifests.tallies)


def _result(tally: VersionTally, images: Sequence[ReportedImage]) -> ClusterResult:
    if not tally.renders:
        return ClusterResult(str(tally.version), renders=False)
    shown = list(_shown_on(tally, images))
    return ClusterResult(
        str(tally.version),
        renders=True,
        images_total=len({image.original for image in shown}),
        images_redirected=sum(image.status is ImageStatus.REDIRECTED for image in shown),
        manifests=tally.manifests,
        valid=tally.valid,
        invalid=tally.invalid,
        not_validated=tally.not_validated,
    )


def _shown_on(tally: VersionTally, images: Sequence[ReportedImage]) -> Iterator[ReportedImage]:
    for image in images:
        if not image.clusters or str(tally.version) in image.clusters:
            yield image


def without_schema(facts: Facts) -> tuple[WithoutSchema, ...]:
    """What could not be validated, by kind."""
    return tuple(
        WithoutSchema(api, kind, count)
        for (api, kind), count in sorted(facts.manifests.without_schema.items())
    )
