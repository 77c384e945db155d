"""From what was found and proven to the report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ..core.findings import Finding
from ..diff.files import unified
from ..facts.model import Facts
from ..proof.by_rendering import Proof
from ..rendering import engine_version
from ..report.around import rewrite_of
from ..report.model import (
    ChartFacts,
    ImageUse,
    PackageFacts,
    ProvenBy,
    Report,
    ReportedImage,
    Unreached,
    Verification,
)
from ..rewrite import Rewriting
from ..tracing.experiment.uses import TracedUse
from ..tracing.instance_versions import InstanceImage
from ..tracing.model import CompletedAtRuntime, ImageStatus, TracedImage
from .cluster_results import by_cluster, cluster_results, without_schema


def assemble(
    facts: Facts,
    findings: tuple[Finding, ...],
    rewriting: Rewriting,
    proof: Proof | None,
    *,
    renders: int,
    seconds: Mapping[str, float],
    rules: str,
    sha256: str | None,
) -> Report:
    """The report on the package of the facts, before anybody has read its image archives.

    ``renders`` is how often the engine rendered, ``seconds`` the time of each stage, in
    which ``total`` is the sum of the others, ``rules`` the version of the rule set, ``sha256``
    the upload's hash in hex, where it is known.
    """
    images = by_cluster([_reported(image, facts) for image in facts.trace.images], facts)
    completed = tuple(_completed(each, facts) for each in facts.trace.completed)
    total = sum(value for name, value in seconds.items() if name != "total")
    return Report(
        package=_package_facts(facts, sha256),
        images=(*images, *completed, *map(_upgrade, facts.instance_images)),
        findings=findings,
        rewrites=tuple(
            rewrite_of(
                file.address,
                unified(file.before, file.after, file.address),
                file.before,
                file.edits,
            )
            for file in rewriting.files
        ),
        verification=_verification(facts, proof, images, renders),
        timings={**seconds, "total": total},
        engine=engine_version(),
        rules=rules,
        archives=None,
    )


def _package_facts(facts: Facts, sha256: str | None) -> PackageFacts:
    chart = facts.chart
    charts = [] if chart is None else list(chart.walk())
    service, version = (chart.name, chart.version) if chart else ("", "")
    if facts.osc is not None:
        service, version = facts.osc.written("name"), facts.osc.written("version")
    if facts.operator is not None:
        service, version = facts.operator.service or "", facts.operator.version or ""
    return PackageFacts(
        file=facts.file,
        sha256=sha256,
        kind=facts.package.kind,
        service=service or None,
        version=version or None,
        charts=tuple(ChartFacts(each.name, each.version or None, each.path) for each in charts),
        instance_versions=facts.osc.version_definitions if facts.osc is not None else (),
    )


def _verification(
    facts: Facts, proof: Proof | None, images: Sequence[ReportedImage], renders: int
) -> Verification:
    unproven = (
        Unreached(image.original, image.reason)
        for image in facts.trace.images
        if image.status is ImageStatus.UNVERIFIED and image.reason is not None
    )
    unreached = (Unreached(what, words) for what, words in facts.trace.unreached)
    return Verification(
        rendered=bool(proof and proof.rendered),
        renders=renders,
        images_total=len({image.original for image in images}),
        images_redirected=sum(image.status is ImageStatus.REDIRECTED for image in images),
        other_changes=tuple(proof.changes) if proof else (),
        unreached=(*unproven, *unreached),
        proven_by=_proven_by(proof),
        clusters=cluster_results(images, facts),
        without_schema=without_schema(facts),
    )


def _proven_by(proof: Proof | None) -> ProvenBy | None:
    if proof is None or not (proof.rendered or proof.parsed):
        return None
    return ProvenBy.RENDERING if proof.rendered else ProvenBy.PARSING


def _reported(image: TracedImage, facts: Facts) -> ReportedImage:
    return ReportedImage(
        original=image.original,
        target=image.target,
        status=image.status,
        sources=image.sources,
        used_by=_used_by(image.uses, facts),
        shown_by=image.shown_by,
    )


def _completed(each: CompletedAtRuntime, facts: Facts) -> ReportedImage:
    return ReportedImage(
        original=each.prefix,
        target=None,
        status=ImageStatus.UNVERIFIED,
        sources=each.sources,
        used_by=_used_by(each.uses, facts),
        shown_by=each.shown_by,
        completed_at_runtime=each.pieces,
    )


def _upgrade(each: InstanceImage) -> ReportedImage:
    return ReportedImage(
        original=each.original,
        target=each.target,
        status=each.status,
        sources=(each.source,),
        shown_by=(f"{each.path}={each.tag}",),
        instance_tag=each.tag,
        is_published=each.is_published,
    )


def _used_by(uses: Sequence[TracedUse], facts: Facts) -> tuple[ImageUse, ...]:
    found = (
        ImageUse(
            facts.address_of(each.use.template), each.use.kind, each.use.name, each.use.container
        )
        for each in uses
    )
    return tuple(dict.fromkeys(found))
