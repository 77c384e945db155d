"""Making a release: the original with the approved edits, proven once more, and stored."""

from __future__ import annotations

import logging

from django.db import transaction

from .. import pipeline, storage
from ..models import Release, Revision, Submission
from ..models.run import MOST_ATTEMPTS
from ..pipeline.core.findings import Edit
from ..states import SubmissionState
from ._lease import Lease, kept, take
from ._move import move
from .processing import words_of

logger = logging.getLogger(__name__)


def make(release_id: int) -> None:
    """Make a release, unless somebody does or did.

    What verifies is released; what does not goes back to review with the reason. A crash of
    ours gives the work back; after the last attempt it stays approved, before administrators.
    """
    release = Release.objects.select_related("revision__submission").get(pk=release_id)
    if release.revision.submission.state != SubmissionState.APPROVED:
        return
    lease = take(Release, release_id)
    if lease is None:
        return
    try:
        with kept(lease):
            stored = _build(release)
    except pipeline.NotProven as verdict:
        _reopen(release, lease, verdict)
    except Exception as crash:
        logger.exception("release %s crashed", release_id)
        lease.give_back(words_of(crash))
        _tell_when_spent(release)
    else:
        _finish(release, lease, stored)


def _build(release: Release) -> storage.Stored:
    revision = release.revision
    report = storage.read_report(revision.report)
    with storage.draft() as draft, storage.blamed(revision.original, revision.sha256):
        written = pipeline.release(
            storage.local_path(revision.original),
            [Edit(**edit) for edit in release.edits],
            revision.held_to,
            draft,
            expected=release.expected,
            known_changes=report.verification.other_changes,
        ).written
        if written.source != revision.sha256:
            raise storage.Damaged(f"{revision.original} has the hash {written.source}")
        return storage.keep_file(draft, "released", sha256=written.sha256)


def _finish(release: Release, lease: Lease, stored: storage.Stored) -> None:
    with transaction.atomic():
        submission = _locked(release.revision)
        finished = lease.finish(
            archive=stored.name,
            file_name=release.revision.file_name,
            sha256=stored.sha256,
            size=stored.size,
            failure="",
        )
        if finished and submission.state == SubmissionState.APPROVED:
            detail = {"sha256": stored.sha256, "size": stored.size}
            move(submission, "release", by=None, revision=release.revision, detail=detail)


def _reopen(release: Release, lease: Lease, verdict: pipeline.NotProven) -> None:
    words = verdict.words.dump()
    with transaction.atomic():
        submission = _locked(release.revision)
        finished = lease.finish(objection=words, failure="")
        if finished and submission.state == SubmissionState.APPROVED:
            move(submission, "reopen", by=None, revision=release.revision, detail=words)


def _tell_when_spent(release: Release) -> None:
    release.refresh_from_db()
    if release.attempts >= MOST_ATTEMPTS:
        logger.critical("release %s failed %s times: see the admin", release.pk, MOST_ATTEMPTS)


def _locked(revision: Revision) -> Submission:
    return Submission.objects.select_for_update().get(pk=revision.submission_id)
