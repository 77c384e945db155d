"""What all jobs have in common: a crash gives the work back, and it rests before the next try."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks

from reviews import storage
from reviews.actions import submitting
from reviews.jobs.analysis import ANALYSIS, analyse
from reviews.jobs.runner import begin, begin_next
from reviews.jobs.sweep import sweep
from reviews.models import Revision, Submission
from reviews.models.turn import take_turn, turns_of
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


def _of(organisation: str, *versions: str) -> list[int]:
    """Packages of an organisation that wait, by the keys of their revisions."""
    by = factories.person(f"somebody of {organisation}", member_of=organisation)
    return [
        _current(
            submitting.submit(
                by=by,
                organisation=factories.organisation(organisation),
                service="demo",
                version=version,
                file_name="demo.zip",
                content=[b"no archive at all " + version.encode()],
            )
        ).pk
        for version in versions
    ]


def _order_of(notified: Sequence[int]) -> list[int]:
    """The runs in the order in which one worker does them that is notified of ``notified``."""
    done = []
    for pk in notified:
        lease = begin_next(ANALYSIS, pk)
        if lease is not None:
            done.append(lease.pk)
            lease.finish()
    return done


def test_who_sends_much_delays_nobody_else_by_more_than_one_package() -> None:
    flood = _of("Flood", *(str(number) for number in range(6)))
    other = _of("Globex", "1", "2")
    third = _of("Initech", "1")

    assert _order_of([*flood, *other, *third]) == [
        flood[0],
        other[0],
        third[0],
        flood[1],
        other[1],
        *flood[2:],
    ]


def test_who_has_as_many_at_work_as_may_be_is_passed_over() -> None:
    flood = _of("Flood", "1", "2", "3")
    at_work = [begin_next(ANALYSIS, pk) for pk in flood[:2]]
    other = _of("Globex", "1")

    lease = begin_next(ANALYSIS, flood[2])

    assert [each.pk for each in at_work if each] == flood[:2]
    assert lease is not None
    assert lease.pk == other[0]
    assert begin_next(ANALYSIS, flood[2]) is None


def test_what_crashed_rests_while_others_wait_and_is_done_when_it_is_queued_again() -> None:
    crashed, other = _of("Flood", "1")[0], _of("Globex", "1")[0]
    lease = begin_next(ANALYSIS, crashed)
    assert lease is not None
    lease.give_back("planted")

    assert _order_of([other, other, crashed]) == [other, crashed]


def test_turns_are_taken_by_each_job_for_itself() -> None:
    first = factories.organisation("Acme")
    take_turn("analyse", first)
    take_turn("analyse", factories.organisation("Globex"))
    take_turn("inspect", first)
    take_turn("analyse", first)

    assert turns_of("analyse") == {first.pk: 3, factories.organisation("Globex").pk: 2}
    assert turns_of("inspect") == {first.pk: 1}


def test_a_withdrawn_package_counts_until_its_worker_has_stopped() -> None:
    submission = factories.submitted()
    lease = begin(ANALYSIS, _current(submission).pk)
    assert lease is not None

    submitting.withdraw(by=factories.petra(), submission=factories.again(submission))

    assert _current(submission).is_leased
    assert _current(submission).finished_at is None
    assert lease.finish()


def test_a_run_starts_over_with_all_its_attempts() -> None:
    submission = _damaged()
    analyse(_current(submission).pk)
    _queued_long_ago(submission)
    before = timezone.now()

    _current(submission).start_over()

    revision = _current(submission)
    assert (revision.attempts, revision.finished_at, revision.lease_until) == (0, None, None)
    assert revision.queued_at >= before
