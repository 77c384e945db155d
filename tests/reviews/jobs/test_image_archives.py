"""Image archives are read in a second stage, which nobody can break and nobody has to wait for."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks

from reviews import objections, storage
from reviews.actions import ActionDenied, reviewing, submitting
from reviews.actions.retrying import retry
from reviews.jobs import image_archives
from reviews.jobs.image_archives import IMAGE_ARCHIVES
from reviews.jobs.records import counts_of
from reviews.jobs.runner import Cancelled, begin
from reviews.jobs.sweep import sweep
from reviews.models import Event, Finding, Inspection, LookUp, Revision, Submission
from tests import factories
from tests.shipping import archive_of, package_with, shipping_package

pytestmark = pytest.mark.django_db


def _current(submission: Submission) -> Revision:
    revision = factories.again(submission).current
    assert revision is not None
    return revision


def _inspection(submission: Submission) -> Inspection:
    return Inspection.objects.get(revision=_current(submission))


def _verbs(submission: Submission) -> list[str]:
    return list(submission.events.values_list("verb", flat=True))


def _shipping() -> Submission:
    return factories.in_review(shipping_package())


def _let_expire(inspection: Inspection) -> None:
    Inspection.objects.filter(pk=inspection.pk).update(
        lease_until=timezone.now() - timedelta(seconds=1),
        queued_at=timezone.now() - timedelta(minutes=5),
    )


def _objection(submission: Submission) -> str | None:
    words = objections.before_approving(factories.rita(), factories.again(submission))
    return None if words is None else str(words)


def _damage(revision: Revision) -> bytes:
    path = storage.local_path(revision.original)
    whole = path.read_bytes()
    path.chmod(0o640)
    path.write_bytes(whole.replace(b"harbourmaster/worker", b"harbourmaster/w0rker"))
    return whole


def test_a_package_without_archives_is_complete_at_once() -> None:
    submission = factories.in_review()

    assert storage.read_report(_current(submission).report).archives == ()
    assert not Inspection.objects.exists()


def test_it_is_in_review_before_its_archives_are_read() -> None:
    submission = _shipping()
    revision = _current(submission)

    assert submission.state == "in_review"
    assert storage.read_report(revision.report).archives is None
    assert storage.read_report(revision.report).package.sha256 == revision.sha256
    inspection = _inspection(submission)
    assert (inspection.bytes_done, inspection.bytes_total) == (0, revision.size)
    assert _objection(submission) == "The image archives are still being read: 0 %."


def test_the_worker_of_archives_is_queued_when_the_first_stage_is_written(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    submission = factories.submitted(shipping_package())

    with django_capture_on_commit_callbacks() as callbacks:
        factories.examined(submission)

    assert factories.enqueued_for(callbacks) == [_inspection(submission).pk]


def test_what_the_archives_show_is_added_after_what_was_found_before() -> None:
    submission = _shipping()
    before = list(_current(submission).findings.values_list("position", "fingerprint"))

    submission = factories.inspected(submission)

    revision = _current(submission)
    report = storage.read_report(revision.report)
    after = list(revision.findings.values_list("position", "fingerprint"))
    assert after[: len(before)] == before
    assert len(after) == len(report.findings)
    assert [archive.name for archive in report.archives or ()] == [
        "web-1.4.0-x86_64.tar",
        "worker-1.4.0-x86_64.tar",
        "postgres-16.4-x86_64.tar",
        "web-1.4.0-aarch64.tar",
    ]
    assert counts_of(revision) == {
        "errors": submission.errors,
        "warnings": submission.warnings,
        "infos": submission.infos,
    }
    assert _verbs(submission) == ["submit", "start", "finish", "inspect"]
    event = Event.objects.get(verb="inspect")
    new = revision.findings.filter(position__gte=len(before))
    units = new.values("unit").distinct().count()
    assert event.detail == {"archives": 4, "findings": units}
    inspection = _inspection(submission)
    assert (inspection.attempts, inspection.failure, inspection.is_leased) == (1, "", False)


def test_who_is_queued_twice_finds_them_read() -> None:
    submission = factories.inspected(_shipping())
    written = list(Finding.objects.values_list("pk", flat=True))

    factories.inspected(submission)

    assert _inspection(submission).attempts == 1
    assert list(Finding.objects.values_list("pk", flat=True)) == written
    assert _verbs(submission).count("inspect") == 1


def test_a_killed_worker_is_followed_by_another_that_does_it_once() -> None:
    submission = _shipping()
    inspection = _inspection(submission)
    killed = begin(IMAGE_ARCHIVES, inspection.pk)
    assert killed is not None
    assert begin(IMAGE_ARCHIVES, inspection.pk) is None
    _let_expire(inspection)

    submission = factories.inspected(submission)

    assert _inspection(submission).attempts == 2
    assert _verbs(submission).count("inspect") == 1


def test_a_worker_that_lost_its_lease_writes_nothing() -> None:
    submission = _shipping()
    inspection = Inspection.objects.select_related("revision__submission").get()
    slow = begin(IMAGE_ARCHIVES, inspection.pk)
    assert slow is not None
    late = image_archives._read(inspection, slow)
    _let_expire(inspection)
    factories.inspected(submission)
    written = list(Finding.objects.values_list("pk", flat=True))

    with pytest.raises(Cancelled):
        image_archives._finish(inspection.revision, slow, late)

    assert list(Finding.objects.values_list("pk", flat=True)) == written
    assert _verbs(submission).count("inspect") == 1


def test_how_far_it_is_is_written_down() -> None:
    submission = _shipping()
    inspection = _inspection(submission)
    lease = begin(IMAGE_ARCHIVES, inspection.pk)
    assert lease is not None

    image_archives._Progress(inspection.revision, lease, lambda: None).write(340, 1000)

    inspection.refresh_from_db()
    assert (inspection.bytes_done, inspection.bytes_total) == (340, 1000)
    assert _objection(submission) == "The image archives are still being read: 34 %."


@pytest.mark.parametrize("verb", ["withdraw", "return", "revise"])
def test_it_ends_quietly_when_nobody_needs_it_any_more(verb: str) -> None:
    submission = _shipping()
    inspection = Inspection.objects.select_related("revision__submission").get()
    lease = begin(IMAGE_ARCHIVES, inspection.pk)
    assert lease is not None
    _leave_review(submission, verb)

    with pytest.raises(Cancelled):
        image_archives._Progress(inspection.revision, lease, lambda: None).write(1, 2)

    assert lease.finish()
    image_archives.inspect(inspection.pk)
    inspection.refresh_from_db()
    assert (inspection.attempts, inspection.failure) == (1, "")
    assert not Event.objects.filter(verb="inspect").exists()


@pytest.mark.parametrize("verb", ["withdraw", "return", "revise"])
def test_what_nobody_needs_any_more_is_never_begun(verb: str) -> None:
    submission = _shipping()
    inspection = _inspection(submission)
    _leave_review(submission, verb)

    image_archives.inspect(inspection.pk)

    inspection.refresh_from_db()
    assert (inspection.attempts, inspection.finished_at is None) == (0, False)


def _leave_review(submission: Submission, verb: str) -> None:
    if verb == "withdraw":
        submitting.withdraw(by=factories.petra(), submission=submission)
    elif verb == "revise":
        factories.revised(submission)
    else:
        reviewing.return_to_partner(
            by=factories.rita(), submission=submission, revision=1, comment="Fix it."
        )


def test_a_damaged_store_is_an_internal_error_and_the_package_waits_for_administrators() -> None:
    submission = _shipping()
    whole = _damage(_current(submission))
    before = Finding.objects.count()

    for _attempt in range(4):
        submission = factories.inspected(submission)

    inspection = _inspection(submission)
    assert (submission.state, inspection.attempts, inspection.is_abandoned) == (
        "in_review",
        3,
        True,
    )
    assert "Damaged: " in inspection.failure
    assert Finding.objects.count() == before
    assert _objection(submission) == (
        "The image archives could not be read because of an internal error: the"
        " administrators are informed."
    )
    storage.local_path(_current(submission).original).write_bytes(whole)

    retry(by=factories.ada(), submission=submission)

    submission = factories.inspected(submission)
    assert _inspection(submission).finished_at is not None
    assert _verbs(submission) == ["submit", "start", "finish", "fail", "retry", "inspect"]


def test_archives_that_are_being_read_are_not_retried() -> None:
    submission = _shipping()

    with pytest.raises(ActionDenied) as denied:
        retry(by=factories.ada(), submission=submission)

    assert str(denied.value) == "Its state is “in review”."


def test_nothing_is_approved_before_the_archives_are_read() -> None:
    submission = factories.decided(_shipping())

    with pytest.raises(ActionDenied) as denied:
        factories.approve(submission)

    assert str(denied.value) == "The image archives are still being read: 0 %."
    assert factories.again(submission).state == "in_review"


def test_one_organisation_reads_one_package_at_a_time(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    first = _shipping()
    second = factories.in_review(shipping_package(), version="2")
    lease = begin(IMAGE_ARCHIVES, _inspection(first).pk)
    assert lease is not None

    factories.inspected(second)
    assert _inspection(second).attempts == 0
    lease.give_back("")
    with django_capture_on_commit_callbacks() as callbacks:
        factories.inspected(first)

    asked = LookUp.objects.get(revision=first.current)
    assert factories.enqueued_for(callbacks) == [asked.pk, _inspection(second).pk]
    factories.inspected(second)
    assert _verbs(second).count("inspect") == 1


def test_the_sweep_queues_again_what_a_dead_worker_left(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    inspection = _inspection(_shipping())
    assert begin(IMAGE_ARCHIVES, inspection.pk) is not None
    _let_expire(inspection)

    with django_capture_on_commit_callbacks() as callbacks:
        sweep()

    assert factories.enqueued_for(callbacks) == [inspection.pk]


def test_an_archive_that_cannot_be_read_is_a_finding_for_the_partner() -> None:
    cut_off = package_with({"web-1.4.0-x86_64.tar": archive_of("web:1")[:700]})

    submission = factories.inspected(factories.in_review(cut_off))

    report = storage.read_report(_current(submission).report)
    assert [archive.flaw for archive in report.archives or ()] == ["cut-off"]
    assert _inspection(submission).failure == ""
