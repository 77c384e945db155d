"""The analysis of a revision: taken by a worker, examined, written down; and what lies about."""

from __future__ import annotations

import logging
import traceback
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from .. import permissions, storage, tasks
from ..models import (
    Event,
    Finding,
    Inspection,
    Organisation,
    Release,
    Revision,
    Run,
    Submission,
    inspection_of,
)
from ..models.policy import running_limit
from ..models.run import MOST_ATTEMPTS
from ..pipeline import Report, VersionDefinition, decidables, examine, released_versions
from ..pipeline.core.findings import Severity
from ..pipeline.core.refusal import PackageRefused
from ..states import SubmissionState
from ._carrying import carry_over
from ._lease import Lease, free, kept, take
from ._move import move
from ._objected import unless

logger = logging.getLogger(__name__)

_WAITING = (SubmissionState.RECEIVED, SubmissionState.PROCESSING)
_RUNG_AT_ONCE = 50  # a sweep wakes the oldest; when these are done, the next sweep goes on


@dataclass(frozen=True)
class _Result:
    """A finished examination and where its report is stored."""

    report: Report
    report_name: str


def analyse(revision_id: int) -> None:
    """Examine a revision, unless somebody does, did, or its organisation has its share running.

    A refused package and a finished one get their state; a crash of ours gives the work back,
    and after the last attempt puts it before the administrators.
    """
    lease = _begin(revision_id)
    if lease is None:
        return
    revision = Revision.objects.select_related("submission").get(pk=revision_id)
    try:
        with kept(lease):
            _settle(revision, lease)
    except Exception as crash:  # noqa: BLE001 - whatever it is, it is not the package's fault
        _stumble(revision, lease, crash)
    _wake_next(revision.submission.organisation_id)


def retry(*, by: User, submission: Submission) -> None:
    """Have failed work of ours done again, with all its attempts. Objected: none has failed."""
    with transaction.atomic():
        submission = Submission.objects.select_for_update().get(pk=submission.pk)
        unless(permissions.objection_to_retrying(by, submission))
        revision = submission.current
        if revision is None:
            raise RuntimeError(f"submission {submission.pk} has no revision")
        fresh: dict[str, Any] = {
            "attempts": 0,
            "finished_at": None,
            "lease_until": None,
            "rung_at": timezone.now(),
        }
        if submission.state == SubmissionState.IN_REVIEW:
            _retry_inspection(submission, revision, by, fresh)
            return
        if submission.state == SubmissionState.APPROVED:
            release = revision.releases.order_by("pk").last()
            if release is None:
                raise RuntimeError(f"revision {revision.pk} has no release")
            Release.objects.filter(pk=release.pk).update(**fresh)
            tasks.ring(tasks.release, release.pk)
            return
        Revision.objects.filter(pk=revision.pk).update(**fresh)
        move(submission, "retry", by=by)
        tasks.ring(tasks.analyse, revision.pk)


def _retry_inspection(
    submission: Submission, revision: Revision, by: User, fresh: dict[str, Any]
) -> None:
    inspection = inspection_of(revision)
    if inspection is None:
        raise RuntimeError(f"revision {revision.pk} has no image archives")
    Inspection.objects.filter(pk=inspection.pk).update(**fresh)
    Event.objects.create(by=by, verb="retry", submission=submission, revision=revision)
    tasks.ring(tasks.inspect, inspection.pk)


def sweep() -> None:
    """Give up what was tried enough, ring again for what lies unattended, clear old drafts."""
    for row in free(Revision).filter(attempts__gte=MOST_ATTEMPTS)[:_RUNG_AT_ONCE]:
        _give_up(row.pk)
    _ring_again(Revision, tasks.analyse)
    _ring_again(Inspection, tasks.inspect)
    _ring_again(Release, tasks.release)
    storage.clear_drafts()


def _begin(revision_id: int) -> Lease | None:
    with transaction.atomic():
        revision = Revision.objects.select_related("submission").get(pk=revision_id)
        # One at a time for one organisation, so that two do not both take the last place.
        organisation = Organisation.objects.select_for_update().get(
            pk=revision.submission.organisation_id
        )
        submission = Submission.objects.select_for_update().get(pk=revision.submission_id)
        if submission.state not in _WAITING or submission.current_id != revision.pk:
            return None
        if _running(organisation, revision) >= running_limit(organisation):
            return None
        lease = take(Revision, revision.pk)
        if lease is not None and submission.state == SubmissionState.RECEIVED:
            move(submission, "start", by=None, revision=revision)
        return lease


def _running(organisation: Organisation, besides: Revision) -> int:
    return (
        Revision.objects.filter(
            submission__organisation=organisation,
            finished_at__isnull=True,
            lease_until__gt=timezone.now(),
        )
        .exclude(pk=besides.pk)
        .count()
    )


def _settle(revision: Revision, lease: Lease) -> None:
    try:
        # Before the partner is told so: is it still what the partner sent?
        with storage.blamed(revision.original, revision.sha256):
            result = _examine(revision, lease)
    except PackageRefused as refused:
        _refuse(revision, lease, refused)
    else:
        _finish(revision, lease, result)


def _examine(revision: Revision, lease: Lease) -> _Result:
    def tell(stage: str) -> None:
        lease.prolong(stage=stage)

    path = storage.local_path(revision.original)
    # In the store it is named for its content; people know it by the name they gave it.
    name = revision.file_name
    examination = examine(
        path,
        revision.held_to,
        progress=tell,
        name=name,
        previous_versions=_versions_released_before(revision),
        archives=False,
        sha256=revision.sha256,
    )
    report = examination.report
    require_original(revision, report)
    return _Result(report, storage.keep_report(report))


def require_original(revision: Revision, report: Report) -> None:
    """Damaged: what the report was made of is not what the partner sent."""
    found = report.package.sha256
    if found != revision.sha256:
        raise storage.Damaged(f"{revision.original} has the hash {found}")


def _versions_released_before(revision: Revision) -> tuple[VersionDefinition, ...]:
    """The instance versions that the service's last release supports: customers may run them."""
    last = (
        Release.objects.filter(
            revision__submission__service=revision.submission.service,
            revision__submission__state=SubmissionState.RELEASED,
        )
        .exclude(archive="")
        .order_by("finished_at", "pk")
        .last()
    )
    if last is None:
        return ()
    return released_versions(storage.local_path(last.archive), revision.held_to.limits)


def _finish(revision: Revision, lease: Lease, result: _Result) -> None:
    report, verification = result.report, result.report.verification
    kind = report.package.kind.value
    with transaction.atomic():
        submission = Submission.objects.select_for_update().get(pk=revision.submission_id)
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
        if not finished or submission.state != SubmissionState.PROCESSING:
            return
        revision.refresh_from_db()
        write_findings(revision, report)
        counts = counts_of(report)
        move(
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
            tasks.ring(tasks.inspect, inspection.pk)


def counts_of(report: Report) -> dict[str, int]:
    """How many errors, warnings and infos it has, by the names of the submission's fields."""
    return {f"{each.value}s": report.count(each) for each in Severity}


def write_findings(revision: Revision, report: Report, since: int = 0) -> None:
    """Write down the findings from position ``since`` on. To be called inside a transaction."""
    all_of_them = decidables(report, revision.held_to)
    with_edits = {each.unit for each in all_of_them if each.finding.edit is not None}
    Finding.objects.bulk_create(
        Finding(
            revision=revision,
            position=each.position,
            rule=each.finding.rule,
            severity=each.finding.severity.value,
            file=each.finding.place.file or "",
            line=each.finding.place.line,
            unit=each.unit,
            has_edit=each.unit in with_edits,
            fingerprint=each.fingerprint,
        )
        for each in all_of_them[since:]
    )


def _refuse(revision: Revision, lease: Lease, refused: PackageRefused) -> None:
    refusal = {
        "code": refused.code,
        **refused.words.dump(),
        "file": refused.file,
    }
    with transaction.atomic():
        submission = Submission.objects.select_for_update().get(pk=revision.submission_id)
        finished = lease.finish(refusal=refusal, stage="", failure="")
        if finished and submission.state == SubmissionState.PROCESSING:
            move(
                submission,
                "refuse",
                by=None,
                revision=revision,
                detail={"code": refused.code},
                errors=1,
                warnings=0,
                infos=0,
            )


def _stumble(revision: Revision, lease: Lease, crash: Exception) -> None:
    logger.error("the analysis of revision %s crashed", revision.pk, exc_info=crash)
    lease.give_back(words_of(crash))
    revision.refresh_from_db()
    if revision.attempts >= MOST_ATTEMPTS:
        _give_up(revision.pk)


def _give_up(revision_id: int) -> None:
    """Put a revision that was tried enough before the administrators."""
    with transaction.atomic():
        revision = Revision.objects.get(pk=revision_id)
        submission = Submission.objects.select_for_update().get(pk=revision.submission_id)
        over = (
            free(Revision)
            .filter(pk=revision_id, attempts__gte=MOST_ATTEMPTS)
            .update(finished_at=timezone.now(), lease_until=None, stage="")
        )
        if over and submission.state == SubmissionState.PROCESSING:
            detail = {"attempts": revision.attempts}
            move(submission, "fail", by=None, revision=revision, detail=detail)


def _wake_next(organisation_id: int) -> None:
    """Ring for the oldest of the organisation's packages that wait for a place."""
    waiting = (
        free(Revision)
        .filter(
            submission__organisation_id=organisation_id,
            submission__state=SubmissionState.RECEIVED.value,
        )
        .order_by("pk")
        .first()
    )
    if waiting is not None:
        tasks.ring(tasks.analyse, waiting.pk)


def _ring_again(model: type[Run], task: Any) -> None:
    patience = timedelta(seconds=min(60, settings.PORTAL_LEASE_SECONDS))
    lying = free(model).filter(attempts__lt=MOST_ATTEMPTS, rung_at__lte=timezone.now() - patience)
    for pk in list(lying.order_by("rung_at").values_list("pk", flat=True)[:_RUNG_AT_ONCE]):
        model._default_manager.filter(pk=pk).update(rung_at=timezone.now())  # noqa: SLF001 - as in _lease
        tasks.ring(task, pk)


def words_of(crash: Exception) -> str:
    """The end of the traceback, for administrators; the log has it in full."""
    return "".join(traceback.format_exception(crash))[-4000:]
