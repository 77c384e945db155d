"""The second stage of an analysis: image archives, read by a worker of a queue of their own."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic

from django.db import transaction

from .. import pipeline, storage
from ..actions.carry_over import carry_over
from ..actions.publishing import begin_look_up
from ..actions.transitions import update_fields
from ..models import Event, Inspection, Organisation, Revision, Submission
from ..models.tally import count
from ..pipeline import Report, needed_addresses
from ..queue import JobName
from ..states import SubmissionState
from .handing_over import hand_over
from .lease import Lease
from .patience import patience
from .records import counts_of, require_original, write_findings
from .runner import Cancelled, Job, run

_WRITTEN_EVERY = 1.0  # seconds between two updates of the progress


def inspect(inspection_id: int) -> None:
    """Read the image archives of a revision: what they show is added to its findings.

    After the last crash the package waits in review, and administrators see it. It is cancelled
    when the revision is no longer in review.
    """
    run(IMAGE_ARCHIVES, inspection_id)


def _is_needed(inspection: Inspection, submission: Submission) -> bool:
    return (
        submission.state == SubmissionState.IN_REVIEW
        and submission.current_id == inspection.revision_id
    )


def _is_in_review(revision: Revision) -> bool:
    """Whether the package is still in review, with this revision."""
    return Submission.objects.filter(
        pk=revision.submission_id, current=revision.pk, state=SubmissionState.IN_REVIEW.value
    ).exists()


def _work(inspection: Inspection, lease: Lease) -> None:
    _finish(inspection.revision, lease, _read(inspection, lease))
    count("osc_portal_bytes_total", inspection.revision.size, deed="archives read")


def _read(inspection: Inspection, lease: Lease) -> Report:
    revision = inspection.revision
    seconds = revision.held_to.limits.analysis_seconds
    with (
        patience(seconds) as moved,
        storage.verified_on_refusal(revision.original, revision.sha256),
    ):
        progress = _Progress(revision, lease, moved)
        report = pipeline.inspect_archives(
            storage.local_path(revision.original),
            storage.read_report(revision.report),
            revision.held_to,
            progress.write,
        )
    require_original(revision, report)
    return report


class _Progress:
    """Writes down how far the reading is, and notices when nobody needs it any more."""

    def __init__(self, revision: Revision, lease: Lease, moved: Callable[[], None]) -> None:
        self._revision = revision
        self._lease = lease
        self._moved = moved
        self._next = monotonic()

    def write(self, done: int, total: int) -> None:
        """``done`` of ``total`` bytes are read."""
        self._moved()
        if monotonic() < self._next:
            return
        self._next = monotonic() + _WRITTEN_EVERY
        if not self._lease.renew(bytes_done=done, bytes_total=total):
            raise Cancelled
        if not _is_in_review(self._revision):
            raise Cancelled


def _finish(revision: Revision, lease: Lease, report: Report) -> None:
    name = storage.keep_report(report)
    with transaction.atomic():
        submission = Submission.objects.select_for_update().get(pk=revision.submission_id)
        if not _is_in_review(revision):
            raise Cancelled
        if not lease.finish(failure=""):
            raise Cancelled
        known = revision.findings.count()
        write_findings(revision, report, since=known)
        Revision.objects.filter(pk=revision.pk).update(report=name, timings=dict(report.timings))
        revision.refresh_from_db()
        update_fields(submission, **counts_of(revision))
        Event.objects.create(
            verb="inspect",
            submission=submission,
            revision=revision,
            detail={
                "archives": len(report.archives or ()),
                "findings": _units(revision, known),
            },
        )
        carry_over(revision, since=known)
        if needed_addresses(report):
            # Only now is it known whether what is there already is what is shipped.
            begin_look_up(revision, is_shipping=True)


def _units(revision: Revision, since: int) -> int:
    """How many there are to decide from the position ``since`` on."""
    found = revision.findings.filter(position__gte=since)
    return found.values("unit").distinct().count()


def _one(_organisation: Organisation) -> int:
    # What is read fills the disk's time: two at once take as long, and others wait for both.
    return 1


def _give_up(run: Inspection) -> None:
    """The last attempt has failed: administrators decide."""
    hand_over(run, run.revision.submission)


IMAGE_ARCHIVES = Job(
    name=JobName.INSPECT,
    model=Inspection,
    path="revision__submission",
    submission_of=lambda inspection: inspection.revision.submission,
    is_needed=_is_needed,
    work=_work,
    give_up=_give_up,
    limit=_one,
    in_turns=True,
)
