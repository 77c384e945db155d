"""A release is the original with exactly the approved edits, proven once more."""

from __future__ import annotations

import io
import tarfile
import zipfile
from pathlib import Path

import pytest

from reviews import storage
from reviews.actions.retrying import retry
from reviews.demo_package import demo_package
from reviews.jobs.release import make
from reviews.models import Event, Release, Submission
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def examined_once() -> None:
    """Nothing is remembered here: everything is examined."""


CHART = "harbour/package/harbour-1.4.0.tgz"
ADDRESS = "PORTAL-002"


def _release(submission: Submission) -> Release:
    return Release.objects.filter(revision=submission.current).latest("pk")


def _make(submission: Submission) -> Submission:
    """Made and, where it is proven, published."""
    make(_release(submission).pk)
    submission = factories.again(submission)
    return factories.published(submission) if submission.state == "publishing" else submission


def _files(path: Path) -> dict[str, str]:
    with (
        zipfile.ZipFile(path) as outer,
        tarfile.open(fileobj=io.BytesIO(outer.read(CHART))) as chart,
    ):
        return {
            member.name: stream.read().decode()
            for member in chart
            if (stream := chart.extractfile(member)) is not None
        }


def test_what_is_released_is_the_original_with_the_approved_edits() -> None:
    submission = factories.released()

    release = _release(submission)
    assert submission.current is not None
    before = _files(storage.local_path(submission.current.original))
    after = _files(storage.local_path(release.archive))
    swr = "swr.cn-east-3.myhuaweicloud.com"
    values = (
        before["harbour/values.yaml"]
        .replace("registry: docker.io", f"registry: {swr}")
        .replace("harbourmaster/web ", "osc-opensource/web ")
        .replace("library/postgres", "osc-opensource/postgres")
        .replace("quay.io/harbourmaster/", f"{swr}/osc-opensource/")
        .replace("ghcr.io/harbourmaster/", f"{swr}/osc-opensource/")
    )
    assert after == before | {
        "harbour/values.yaml": values,
        "harbour/Chart.yaml": before["harbour/Chart.yaml"].replace(
            "annotations:\n", "annotations:\n  source: ISV\n"
        ),
    }
    assert submission.state == "released"
    assert release.sha256 == storage.hash_of(storage.local_path(release.archive))
    assert release.file_name == "harbour-1.4.0.zip"
    assert Event.objects.get(verb="publish").detail == {
        "sha256": release.sha256,
        "size": release.size,
    }


def test_the_original_is_as_it_came() -> None:
    submission = factories.released()

    assert submission.current is not None
    path = storage.local_path(submission.current.original)
    assert path.read_bytes() == demo_package()


def test_the_same_approval_gives_the_same_bytes() -> None:
    first = _release(factories.released())
    again = factories.decided(factories.in_review(version="1.4.0-again"))
    factories.approve(again)

    assert _release(_make(again)).sha256 == first.sha256


def test_a_rejected_edit_is_not_in_the_release() -> None:
    submission = factories.in_review()
    assert submission.current is not None
    worker = submission.current.findings.get(line=13, rule=ADDRESS).unit
    factories.decide(submission, "reject", worker)
    factories.approve(factories.decided(submission), confirmed=True)

    submission = _make(submission)

    values = _files(storage.local_path(_release(submission).archive))["harbour/values.yaml"]
    assert submission.state == "released"
    assert "image: quay.io/harbourmaster/worker:1.4.0\n" in values
    assert "swr.cn-east-3.myhuaweicloud.com/osc-opensource/exporter:0.9.2" in values


def test_who_is_queued_twice_finds_it_released() -> None:
    submission = factories.released()

    _make(submission)

    assert _release(submission).attempts == 1
    assert Event.objects.filter(verb="release").count() == 1


def test_what_does_not_verify_is_back_in_review_with_the_reason() -> None:
    submission = factories.approved()
    release = _release(submission)
    image = "quay.io/harbourmaster/worker:1.4.0"
    Release.objects.filter(pk=release.pk).update(
        edits=[edit for edit in release.edits if edit["before"] != image]
    )

    submission = _make(submission)

    goal = "swr.cn-east-3.myhuaweicloud.com/osc-opensource/worker:1.4.0"
    release.refresh_from_db()
    assert (submission.state, release.archive) == ("in_review", "")
    assert release.objection == {
        "template": "after the rewrite it renders %(found)s instead of %(wanted)s",
        "parameters": {"found": image, "wanted": goal},
    }
    assert not list((storage.local_path("released")).glob("**/*"))


def test_after_a_failed_proof_it_can_be_decided_and_approved_anew() -> None:
    submission = factories.approved()
    release = _release(submission)
    Release.objects.filter(pk=release.pk).update(edits=[])
    submission = _make(submission)
    assert submission.state == "in_review"

    factories.approve(submission)

    assert _make(submission).state == "released"


def test_an_internal_error_leaves_it_approved_for_an_administrators_retry() -> None:
    submission = factories.approved()
    assert submission.current is not None
    path = storage.local_path(submission.current.original)
    path.chmod(0o640)
    path.write_bytes(b"damaged")
    for _attempt in range(4):
        submission = _make(submission)
    release = _release(submission)
    assert (submission.state, release.attempts, release.is_abandoned) == ("approved", 3, True)
    assert "Damaged: " in release.failure
    path.write_bytes(demo_package())

    retry(by=factories.ada(), submission=submission)

    assert _make(submission).state == "released"
