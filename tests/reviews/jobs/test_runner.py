"""What all jobs have in common: a crash gives the work back, and it rests before the next try."""

from __future__ import annotations

import logging
from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks

from reviews import storage
from reviews.jobs.analysis import ANALYSIS, analyse
from reviews.jobs.runner import begin
from reviews.jobs.sweep import sweep
from reviews.models import Revision, Submission
from tests import factories

pytestmark = pytest.mark.django_db


def _current(submission: Submission) -> Revision:
    revision = factories.again(submission).current
    assert revision is not None
    return revision


def _damaged(version: str = "1") -> Submission:
    """Received, and its upload is not what was stored: every analysis of it crashes."""
    submission = factories.submitted(version=version)
    path = storage.local_path(_current(submission).original)
    path.chmod(0o640)
    path.write_bytes(path.read_bytes() + b" ")
    return submission


def _queued_long_ago(submission: Submission) -> None:
    Revision.objects.filter(submission=submission).update(
        queued_at=timezone.now() - timedelta(hours=1)
    )


def test_what_crashed_is_given_back_and_queued_again_only_after_a_while(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    submission = _damaged()
    _queued_long_ago(submission)
    before = timezone.now()

    with django_capture_on_commit_callbacks() as at_once:
        analyse(_current(submission).pk)
        sweep()

    revision = _current(submission)
    assert (revision.attempts, revision.lease_until, revision.finished_at) == (1, None, None)
    assert revision.queued_at >= before
    assert factories.enqueued_for(at_once) == []

    _queued_long_ago(submission)
    with django_capture_on_commit_callbacks() as later:
        sweep()

    assert factories.enqueued_for(later) == [revision.pk]


def test_what_crashed_is_not_woken_by_others_that_end(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    # The same upload twice would be damaged twice.
    analyse(_current(_damaged()).pk)
    other = factories.submitted(b"no archive at all", version="2")

    with django_capture_on_commit_callbacks() as queued:
        analyse(_current(other).pk)

    assert factories.enqueued_for(queued) == []


def test_the_last_crash_is_logged_for_administrators(caplog: pytest.LogCaptureFixture) -> None:
    submission = _damaged()

    with caplog.at_level(logging.CRITICAL, "reviews.jobs.runner"):
        for _attempt in range(3):
            analyse(_current(submission).pk)

    assert [record.message for record in caplog.records if record.levelname == "CRITICAL"] == [
        "reviews.tasks.analyse of harbour 1 rev 1 failed 3 times: see the admin"
    ]


def test_a_run_that_is_no_longer_needed_is_finished_without_an_attempt() -> None:
    submission = factories.in_review()
    Revision.objects.filter(submission=submission).update(finished_at=None, attempts=0)

    assert begin(ANALYSIS, _current(submission).pk) is None

    revision = _current(submission)
    assert (revision.attempts, revision.finished_at is None) == (0, False)


def test_a_run_starts_over_with_all_its_attempts() -> None:
    submission = _damaged()
    analyse(_current(submission).pk)
    _queued_long_ago(submission)
    before = timezone.now()

    _current(submission).start_over()

    revision = _current(submission)
    assert (revision.attempts, revision.finished_at, revision.lease_until) == (0, None, None)
    assert revision.queued_at >= before
