"""The second stage: the image archives are read, and checked against what the first stage found.

Nothing is rendered here. The findings of the first stage stay as they are and where they are.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from time import perf_counter

from .. import image_archives as archives
from ..checks.registry import ARCHIVE_CHECKS
from ..checks.runner import run_checks
from ..core.policy import Limits, Policy
from ..diff.files import unified
from ..facts.image_coverage import ImageCoverage, mapping_file
from ..facts.model import Facts
from ..facts.supply import NeededImage
from ..image_archives import Inspection
from ..package.catalogue import declared_architectures
from ..report.around import rewrite_of
from ..report.model import Report, ReportedImage
from ..rewrite import apply_edits
from ..tracing.model import Trace


def inspected(
    path: Path,
    facts: Facts,
    report: Report,
    policy: Policy,
    progress: Callable[[int, int], None] | None = None,
) -> Report:
    """``report``, completed by what the image archives of the package at ``path`` hold.

    ``progress`` gets how many bytes of the upload were read, and of how many. What is found
    comes after the findings of ``report``.
    """
    started = perf_counter()
    inspection = _read(path, facts, report, policy.limits, progress)
    coverage = ImageCoverage(
        tuple(map(_needed, report.needed)),
        report.wanted,
        inspection.archives,
        mapping=facts.mapping,
        promised=declared_architectures(facts.annotations, facts.osc),
        file=mapping_file(facts.package, facts.mapping),
    )
    facts = replace(facts, coverage=coverage, trace=Trace())
    found = run_checks(facts, policy, ARCHIVE_CHECKS, earlier=report.findings)
    edits = {finding.edit: None for finding in found if finding.edit is not None}
    rewrites = tuple(
        rewrite_of(
            file.address,
            unified(file.before, file.after, file.address),
            file.before,
            file.edits,
        )
        for file in apply_edits(facts.package, edits).files
    )
    seconds = perf_counter() - started
    timings = {**report.timings, "archives": seconds, "total": report.timings["total"] + seconds}
    return replace(
        report,
        package=replace(report.package, sha256=inspection.sha256),
        images=tuple(
            replace(
                image,
                archives=coverage.archives_of(image.original),
                supplies=tuple(coverage.supplies_of(image.original).values()),
            )
            for image in report.images
        ),
        findings=(*report.findings, *found),
        rewrites=(*report.rewrites, *rewrites),
        archives=inspection.archives,
        mapping=coverage.proposal,
        timings=timings,
    )


def _read(
    path: Path,
    facts: Facts,
    report: Report,
    limits: Limits,
    progress: Callable[[int, int], None] | None,
) -> Inspection:
    """What is in ``images/``; the upload is not read where there is nothing to be learned."""
    if facts.package.image_archives:
        return archives.read_archives(path, facts.package, limits, progress)
    return Inspection((), report.package.sha256)


def _needed(image: ReportedImage) -> NeededImage:
    return NeededImage(
        image.original,
        image.target,
        image.status,
        image.sources,
        image.shown_by,
        image.instance_tag,
        image.is_published,
    )
