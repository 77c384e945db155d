"""A worker examines; whatever happens to it, every submission reaches its end once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, DjangoCaptureOnCommitCallbacks

from reviews import storage
from reviews.actions import submitting
from reviews.jobs import analysis, watching
from reviews.jobs.analysis import ANALYSIS, analyse
from reviews.jobs.runner import Cancelled, begin
from reviews.models import Finding, Revision, Submission
from reviews.pipeline.core.messages import Message
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def examined_once() -> None:
    """Nothing is remembered here: everything is examined."""


# Each is a round trip that a worker waits for; transactions and savepoints count, too.
MOST_QUERIES = 36
PACKAGE = "harbour/package/harbour-1.4.0.tgz!/harbour/"


def _current(submission: Submission) -> Revision:
    revision = factories.again(submission).current
    assert revision is not None
    return revision


def _verbs(submission: Submission) -> list[str]:
    return list(submission.events.values_list("verb", flat=True))


def _damage(revision: Revision) -> None:
    """A disk error: what is stored is not what was stored."""
    path = storage.local_path(revision.original)
    path.chmod(0o640)
    path.write_bytes(path.read_bytes() + b" ")


def _let_expire(revision: Revision) -> None:
    Revision.objects.filter(pk=revision.pk).update(
        lease_until=timezone.now() - timedelta(seconds=1),
        queued_at=timezone.now() - timedelta(minutes=5),
    )


def test_an_examined_package_is_in_review_with_what_was_found() -> None:
    submission = factories.in_review()
    revision = _current(submission)

    assert (submission.state, submission.kind) == ("in_review", "helm")
    assert (submission.errors, submission.warnings) == (2, 1)  # OSC-PKG-008: nothing is shipped
    assert (revision.attempts, revision.stage, revision.failure) == (1, "", "")
    assert (revision.images_total, revision.images_redirected) == (5, 4)
    assert not revision.is_leased
    found = revision.findings.filter(severity="error").values_list("rule", "file", "has_edit")
    assert list(found) == [
        ("OSC-ANN-001", f"{PACKAGE}Chart.yaml", True),
        ("OSC-HELM-008", f"{PACKAGE}templates/web.yaml", False),
    ]
    assert _verbs(submission) == ["submit", "start", "finish"]


def test_the_report_says_the_name_that_people_gave() -> None:
    revision = _current(factories.in_review())

    report = storage.read_report(revision.report)

    assert report.package.file == "harbour-1.4.0.zip"
    assert report.package.sha256 == revision.sha256
    assert len(report.findings) == revision.findings.count()


def test_a_change_set_is_one_unit() -> None:
    revision = _current(factories.in_review())

    units = revision.findings.filter(line__in=(5, 6), rule="PORTAL-002")

    assert len({finding.unit for finding in units}) == 1
    assert len({finding.fingerprint for finding in units}) == 2


def test_what_cannot_be_processed_is_refused_in_words_for_the_partner() -> None:
    submission = factories.refused()
    revision = _current(submission)

    assert (submission.state, submission.errors) == ("refused", 1)
    assert isinstance(revision.refusal_words, Message)
    assert revision.refusal is not None
    assert revision.refusal["code"].startswith(("OSC-", "PORTAL-"))
    assert not Finding.objects.exists()
    assert _verbs(submission) == ["submit", "start", "refuse"]


def test_who_is_queued_twice_finds_the_work_done() -> None:
    submission = factories.in_review()

    factories.examined(submission)

    assert _current(submission).attempts == 1
    assert _verbs(submission) == ["submit", "start", "finish"]


def test_what_somebody_works_on_is_left_to_them() -> None:
    submission = factories.submitted()
    begin(ANALYSIS, _current(submission).pk)

    factories.examined(submission)

    assert (factories.again(submission).state, _current(submission).attempts) == ("processing", 1)


def test_the_work_of_a_worker_that_fell_silent_is_taken_over() -> None:
    submission = factories.submitted()
    silent = begin(ANALYSIS, _current(submission).pk)
    assert silent is not None
    _let_expire(_current(submission))

    submission = factories.examined(submission)

    assert (submission.state, _current(submission).attempts) == ("in_review", 2)
    assert _verbs(submission) == ["submit", "start", "finish"]


def test_a_worker_that_lost_its_lease_writes_nothing() -> None:
    submission = factories.submitted()
    revision = _current(submission)
    slow = begin(ANALYSIS, revision.pk)
    assert slow is not None
    _let_expire(revision)
    late = analysis._examine(revision, slow)
    _let_expire(revision)
    submission = factories.examined(submission)
    written = list(Finding.objects.values_list("pk", flat=True))

    with pytest.raises(Cancelled):
        analysis._finish(revision, slow, late)

    assert list(Finding.objects.values_list("pk", flat=True)) == written
    assert _verbs(submission) == ["submit", "start", "finish"]


def test_a_withdrawn_one_gets_no_findings_any_more() -> None:
    submission = factories.submitted()
    revision = _current(submission)
    lease = begin(ANALYSIS, revision.pk)
    assert lease is not None
    result = analysis._examine(revision, lease)
    processing_one = factories.again(submission)
    submitting.withdraw(by=factories.petra(), submission=processing_one)

    with pytest.raises(Cancelled):
        analysis._finish(revision, lease, result)

    assert factories.again(submission).state == "withdrawn"
    assert not Finding.objects.exists()


def test_an_internal_error_is_tried_three_times_and_never_blamed_on_the_partner() -> None:
    submission = factories.submitted()
    _damage(_current(submission))

    states = [factories.examined(submission).state for _attempt in range(4)]

    revision = _current(submission)
    assert states == ["processing", "processing", "failed", "failed"]
    assert (revision.attempts, revision.refusal) == (3, None)
    assert "Damaged: " in revision.failure
    assert _verbs(submission) == ["submit", "start", "fail"]


def test_one_organisation_does_not_take_every_worker(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    acme = factories.organisation()
    acme.running_limit = 1
    acme.save()
    first, second = factories.submitted(version="1"), factories.submitted(version="2")
    lease = begin(ANALYSIS, _current(first).pk)
    assert lease is not None
    assert factories.examined(second).state == "received"
    _let_expire(_current(first))

    with django_capture_on_commit_callbacks() as queued:
        factories.examined(first)

    assert factories.enqueued_for(queued) == [_current(second).pk]
    assert factories.examined(second).state == "in_review"


def test_an_analysis_asks_the_database_few_times(
    django_assert_max_num_queries: DjangoAssertNumQueries, monkeypatch: pytest.MonkeyPatch
) -> None:
    # On a busy machine stages last long enough to be written down.
    monkeypatch.setattr(watching, "_SEEN_SECONDS", 3600.0)
    factories.examined(factories.submitted(version="1"))
    submission = factories.submitted(version="2")
    revision = _current(submission)

    with django_assert_max_num_queries(MOST_QUERIES):
        analyse(revision.pk)

    assert factories.again(submission).state == "in_review"
