"""Making a release: the original with the approved edits, proven once more, stored, published."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from django.db import transaction

from .. import pipeline, storage
from ..actions.publishing import begin_publication
from ..actions.transitions import transition
from ..models import Release, Revision, Submission
from ..pipeline.core.findings import Edit
from ..pipeline.core.messages import Message
from ..pipeline.core.policy import MIB, Limits
from ..queue import JobName
from ..states import SubmissionState
from .confined import run_confined
from .handing_over import hand_over
from .lease import Lease
from .runner import Job, run
from .watching import watch

_BYTES_PER_SECOND = 50 * MIB  # hashed twice and written, on a slow processor


def make(release_id: int) -> None:
    """Make a release: what verifies is published, what does not is in review again.

    After the last crash the package stays approved, and administrators see it.
    """
    run(RELEASE, release_id)


def _is_needed(_release: Release, submission: Submission) -> bool:
    return submission.state == SubmissionState.APPROVED


def _work(release: Release, lease: Lease) -> None:
    try:
        stored = _build(release, lease)
    except pipeline.NotProven as verdict:
        _reopen(release, lease, verdict)
    else:
        _finish(release, lease, stored)


def _build(release: Release, lease: Lease) -> storage.Stored:
    """The release, built in a process of its own under the limits of an analysis.

    NotProven: it does not verify. PackageRefused: it cannot be read, or takes too much.
    """
    revision = release.revision
    with storage.draft() as draft, storage.verified_on_refusal(revision.original, revision.sha256):
        said = run_confined(
            lambda _progress: _written(release, draft),
            _limits(revision),
            watch(RELEASE, release, lease, is_patient=True),
        )
        match json.loads(said):
            case {"not_proven": words}:
                raise pipeline.NotProven(Message.load(words))
            case {"source": source, "sha256": sha256}:
                if source != revision.sha256:
                    raise storage.Damaged(f"{revision.original} has the hash {source}")
                return storage.keep_file(draft, "released", sha256=sha256)
    raise AssertionError(said)


def _written(release: Release, draft: Path) -> str:
    """What became of it, as JSON: the hashes of what was read and written, or what is wrong."""
    revision = release.revision
    report = storage.read_report(revision.report)
    try:
        written = pipeline.release(
            storage.local_path(revision.original),
            [Edit(**edit) for edit in release.edits],
            revision.held_to,
            draft,
            expected=release.expected,
            known_changes=report.verification.other_changes,
        ).written
    except pipeline.NotProven as verdict:
        return json.dumps({"not_proven": verdict.words.dump()})
    return json.dumps({"source": written.source, "sha256": written.sha256})


def _limits(revision: Revision) -> Limits:
    """Those of the analysis; to read, hash and write the package takes time of the processor."""
    limits = revision.held_to.limits
    seconds = limits.analysis_processor_seconds + revision.size / _BYTES_PER_SECOND
    return replace(limits, analysis_processor_seconds=seconds)


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
            transition(submission, "publish", by=None, revision=release.revision, detail=detail)
            begin_publication(release)


def _reopen(release: Release, lease: Lease, verdict: pipeline.NotProven) -> None:
    words = verdict.words.dump()
    with transaction.atomic():
        submission = _locked(release.revision)
        finished = lease.finish(objection=words, failure="")
        if finished and submission.state == SubmissionState.APPROVED:
            transition(submission, "reopen", by=None, revision=release.revision, detail=words)


def _locked(revision: Revision) -> Submission:
    return Submission.objects.select_for_update().get(pk=revision.submission_id)


def _give_up(run: Release) -> None:
    """The last attempt has failed: administrators decide."""
    hand_over(run, run.revision.submission)


RELEASE = Job(
    name=JobName.RELEASE,
    model=Release,
    path="revision__submission",
    submission_of=lambda release: release.revision.submission,
    is_needed=_is_needed,
    work=_work,
    give_up=_give_up,
)
