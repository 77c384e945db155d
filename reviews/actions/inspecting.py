"""The second stage of an analysis: image archives, read by a worker of a queue of their own."""

from __future__ import annotations

import logging
from time import monotonic

from django.db import transaction
from django.utils import timezone

from .. import pipeline, storage, tasks
from ..models import Event, Inspection, Organisation, Revision, Submission
from ..models.run import MOST_ATTEMPTS
from ..pipeline import Report
from ..states import SubmissionState
from ._carrying import carry_over
from ._lease import Lease, free, kept, take
from ._move import touch
from .processing import counts_of, require_original, words_of, write_findings

logger = logging.getLogger(__name__)

_TOLD_EVERY = 1.0  # seconds between two words on how far it is


class _LeftOff(Exception):  # noqa: N818 - nobody needs the work any more, and nothing went wrong
    """Somebody else has the work now, or the revision is no longer in review."""


def inspect(inspection_id: int) -> None:
    """Read the image archives of a revision, unless somebody does, did, or nobody needs it.

    A crash of ours gives the work back; after the last attempt the package waits in review, and
    administrators see it. It ends quietly when the revision is no longer in review.
    """
    lease = _begin(inspection_id)
    if lease is None:
        return
    inspection = Inspection.objects.select_related("revision__submission").get(pk=inspection_id)
    try:
        with kept(lease):
            report = _read(inspection, lease)
        _finish(inspection.revision, lease, report)
    except _LeftOff:
        lease.finish(failure="")
    except Exception as crash:
        logger.exception("reading the %s crashed", inspection)
        lease.give_back(words_of(crash))
        _tell_when_spent(inspection)
    _wake_next(inspection.revision.submission.organisation_id)


def _begin(inspection_id: int) -> Lease | None:
    with transaction.atomic():
        inspection = Inspection.objects.select_related("revision__submission").get(pk=inspection_id)
        organisation_id = inspection.revision.submission.organisation_id
        # One at a time for one organisation: what is read fills the disk's time, so that two
        # at once take as long, and somebody else would wait for both.
        Organisation.objects.select_for_update().get(pk=organisation_id)
        if not _is_wanted(inspection.revision):
            free(Inspection).filter(pk=inspection_id).update(finished_at=timezone.now())
            return None
        if _another_is_read(organisation_id, inspection_id):
            return None
        return take(Inspection, inspection_id)


def _is_wanted(revision: Revision) -> bool:
    """Whether the package is still in review, with this revision."""
    return Submission.objects.filter(
        pk=revision.submission_id, current=revision.pk, state=SubmissionState.IN_REVIEW.value
    ).exists()


def _another_is_read(organisation_id: int, besides: int) -> bool:
    return (
        Inspection.objects.filter(
            revision__submission__organisation=organisation_id,
            finished_at__isnull=True,
            lease_until__gt=timezone.now(),
        )
        .exclude(pk=besides)
        .exists()
    )


def _read(inspection: Inspection, lease: Lease) -> Report:
    revision = inspection.revision
    progress = _Progress(revision, lease)
    with storage.blamed(revision.original, revision.sha256):
        report = pipeline.inspect_archives(
            storage.local_path(revision.original),
            storage.read_report(revision.report),
            revision.held_to,
            progress.tell,
        )
    require_original(revision, report)
    return report


class _Progress:
    """Writes down how far the reading is, and notices when nobody needs it any more."""

    def __init__(self, revision: Revision, lease: Lease) -> None:
        self._revision = revision
        self._lease = lease
        self._next = monotonic()

    def tell(self, done: int, total: int) -> None:
        """``done`` of ``total`` bytes are read."""
        if monotonic() < self._next:
            return
        self._next = monotonic() + _TOLD_EVERY
        if not self._lease.prolong(bytes_done=done, bytes_total=total):
            raise _LeftOff
        if not _is_wanted(self._revision):
            raise _LeftOff


def _finish(revision: Revision, lease: Lease, report: Report) -> None:
    name = storage.keep_report(report)
    with transaction.atomic():
        submission = Submission.objects.select_for_update().get(pk=revision.submission_id)
        if not _is_wanted(revision):
            raise _LeftOff
        if not lease.finish(failure=""):
            raise _LeftOff
        known = revision.findings.count()
        write_findings(revision, report, since=known)
        Revision.objects.filter(pk=revision.pk).update(report=name, timings=dict(report.timings))
        revision.refresh_from_db()
        touch(submission, **counts_of(report))
        Event.objects.create(
            verb="inspect",
            submission=submission,
            revision=revision,
            detail={
                "archives": len(report.archives or ()),
                "findings": len(report.findings) - known,
            },
        )
        carry_over(revision, since=known)


def _tell_when_spent(inspection: Inspection) -> None:
    inspection.refresh_from_db()
    if inspection.attempts >= MOST_ATTEMPTS:
        logger.critical("%s could not be read: see the admin", inspection)


def _wake_next(organisation_id: int) -> None:
    """Ring for the organisation's oldest archives that nobody has tried to read yet."""
    waiting = (
        free(Inspection)
        .filter(revision__submission__organisation_id=organisation_id, attempts=0)
        .order_by("pk")
        .first()
    )
    if waiting is not None:
        tasks.ring(tasks.inspect, waiting.pk)
