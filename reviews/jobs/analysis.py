"""The analysis of a revision: examined by a worker, then refused or brought to review."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from .. import storage
from ..actions.carry_over import carry_over
from ..actions.publishing import begin_look_up
from ..actions.transitions import transition
from ..models import Inspection, RenderedManifests, Revision, Submission
from ..models.policy import running_limit
from ..models.run import MOST_ATTEMPTS
from ..models.tally import Counted
from ..pipeline import (
    Report,
    examine,
    load_schemas,
    needed_addresses,
)
from ..pipeline.core.refusal import PackageRefused
from ..queue import JobName, enqueue
from ..states import SubmissionState
from .confined import run_confined
from .earlier_releases import published_versions, versions_of_last
from .lease import Lease, free
from .records import counts_of, require_original, write_findings
from .runner import Cancelled, Job, run
from .watching import watch

_WAITING = (SubmissionState.RECEIVED, SubmissionState.PROCESSING)


@dataclass(frozen=True)
class _Result:
    """A finished examination and where its report is stored.

    ``rendered_name`` is where the rendered manifests are that the edits change, "" without any.
    """

    report: Report
    report_name: str
    rendered_name: str


def analyse(revision_id: int) -> None:
    """Examine a revision: it is refused, or in review with what was found.

    After the last crash the submission is failed, and administrators see it.
    """
    run(ANALYSIS, revision_id)


def _is_needed(revision: Revision, submission: Submission) -> bool:
    return submission.state in _WAITING and submission.current_id == revision.pk


def _begun(revision: Revision, submission: Submission) -> None:
    if submission.state == SubmissionState.RECEIVED:
        transition(submission, "start", by=None, revision=revision)


def _work(revision: Revision, lease: Lease) -> list[Counted]:
    try:
        # Before the package is refused: is it still what the partner sent?
        with storage.verified_on_refusal(revision.original, revision.sha256):
            result = _examine(revision, lease)
    except PackageRefused as refused:
        _refuse(revision, lease, refused)
        return []
    _finish(revision, lease, result)
    return _counted(revision, result.report)


def _examine(revision: Revision, lease: Lease) -> _Result:
    path = storage.local_path(revision.original)
    # In the store it is named for its content; people know it by the name they gave it.
    name = revision.file_name
    limits = revision.held_to.limits
    previous, published = versions_of_last(revision), published_versions(revision)

    def work(progress: Callable[[str], None]) -> str:
        examination = examine(
            path,
            revision.held_to,
            progress=progress,
            name=name,
            previous_versions=previous,
            published_versions=published,
            archives=False,
            sha256=revision.sha256,
        )
        changes = examination.rendered
        rendered = storage.keep_rendered(changes) if changes is not None else ""
        return f"{storage.keep_report(examination.report)} {rendered}"

    load_schemas(cluster.minor for cluster in revision.held_to.clusters)

    def progress(stage: str) -> None:
        lease.renew(stage=stage)

    names = run_confined(work, limits, watch(ANALYSIS, revision, lease, progress))
    report_name, _blank, rendered_name = names.partition(" ")
    report = storage.read_report(report_name)
    require_original(revision, report)
    return _Result(report, report_name, rendered_name)


def _counted(revision: Revision, report: Report) -> list[Counted]:
    stages = {stage: spent for stage, spent in report.timings.items() if stage != "total"}
    return [
        Counted("osc_portal_analyses_total"),
        Counted("osc_portal_renders_total", report.verification.renders),
        Counted("osc_portal_bytes_total", revision.size, {"deed": "analysed"}),
        *(
            Counted("osc_portal_stage_seconds_total", spent, {"stage": stage})
            for stage, spent in stages.items()
        ),
    ]


def _finish(revision: Revision, lease: Lease, result: _Result) -> None:
    report, verification = result.report, result.report.verification
    kind = report.package.kind.value
    with transaction.atomic():
        submission = _locked(revision)
        finished = lease.finish(
            report=result.report_name,
            stage="",
            failure="",
            timings=dict(report.timings),
            engine=report.engine,
            rules=report.rules,
            kind=kind,
            images_total=verification.images_total,
            images_redirected=verification.images_redirected,
            renders=verification.renders,
        )
        if not finished:
            return
        revision.refresh_from_db()
        if result.rendered_name:
            rendered = RenderedManifests(revision=revision, stored=result.rendered_name)
            RenderedManifests.objects.bulk_create(
                [rendered],
                update_conflicts=True,
                unique_fields=["revision"],
                update_fields=["stored"],
            )
        write_findings(revision, report)
        counts = counts_of(revision)
        transition(
            submission,
            "finish",
            by=None,
            revision=revision,
            detail={**counts, "images": verification.images_total},
            kind=kind,
            **counts,
        )
        carry_over(revision)
        if not report.is_complete:
            inspection = Inspection.objects.create(revision=revision, bytes_total=revision.size)
            enqueue(JobName.INSPECT, inspection.pk)
        if needed_addresses(report):
            begin_look_up(revision)


def _refuse(revision: Revision, lease: Lease, refused: PackageRefused) -> None:
    refusal = {
        "code": refused.code,
        "template": refused.words.template,
        "parameters": dict(refused.words.parameters),
        "file": refused.file,
    }
    with transaction.atomic():
        submission = _locked(revision)
        if lease.finish(refusal=refusal, stage="", failure=""):
            transition(
                submission,
                "refuse",
                by=None,
                revision=revision,
                detail={"code": refused.code},
                errors=1,
                warnings=0,
                infos=0,
            )


def _locked(revision: Revision) -> Submission:
    """The submission, which nobody else changes until the end of the transaction.

    Cancelled: it was withdrawn meanwhile, or has another revision.
    """
    submission = Submission.objects.select_for_update().get(pk=revision.submission_id)
    if submission.state != SubmissionState.PROCESSING or submission.current_id != revision.pk:
        raise Cancelled
    return submission


def give_up(revision: Revision) -> None:
    """The last attempt has failed: the submission goes to the administrators."""
    with transaction.atomic():
        submission = Submission.objects.select_for_update().get(pk=revision.submission_id)
        over = (
            free(Revision)
            .filter(pk=revision.pk, attempts__gte=MOST_ATTEMPTS)
            .update(finished_at=timezone.now(), lease_until=None, stage="")
        )
        if over and submission.state == SubmissionState.PROCESSING:
            detail = {"attempts": revision.attempts}
            transition(submission, "fail", by=None, revision=revision, detail=detail)


ANALYSIS = Job(
    name=JobName.ANALYSE,
    model=Revision,
    path="submission",
    submission_of=lambda revision: revision.submission,
    is_needed=_is_needed,
    work=_work,
    limit=running_limit,
    begun=_begun,
    give_up=give_up,
    in_turns=True,
)
