"""What earlier releases of a service have is known to the examination of the next."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from reviews.actions.publishing import suspend
from reviews.jobs.earlier_releases import published_versions
from reviews.models import Finding, Revision, Submission
from reviews.pipeline.checks.examples.image_archives import image_archive
from reviews.pipeline.checks.examples.osc_packages import (
    OSC_CSD,
    OSC_LIFECYCLE,
    osc_package,
    osc_service_package,
)
from reviews.pipeline.checks.osc_format import dropped_versions
from reviews.pipeline.checks.portal import instance_version_image
from tests import factories
from tests.pipeline.checks.boxes import written
from tests.publishing import publication_of

pytestmark = pytest.mark.django_db

_OURS = "swr.cn-east-3.myhuaweicloud.com/osc-opensource"
_THEIRS = "quay.io/demo"
_ONE = OSC_CSD.replace('      - "1.1.0"\n', "")


def test_a_version_that_the_release_before_had_is_missed(tmp_path: Path) -> None:
    example = dropped_versions.BAD[0]
    (tmp_path / "first").mkdir()
    (tmp_path / "next").mkdir()
    first = written(replace(example, files=example.before, before={}), tmp_path / "first")
    following = written(replace(example, before={}), tmp_path / "next")

    submission = _released(first.read_bytes(), "1.0.0")
    later = factories.in_review(following.read_bytes(), version="9.9.9")

    def missed(revision: Revision | None) -> int:
        return Finding.objects.filter(revision=revision, rule=dropped_versions.ID).count()

    assert factories.again(submission).state == "released"
    assert (missed(submission.current), missed(later.current)) == (0, 1)


def test_what_any_earlier_release_has_published_need_not_be_shipped_again(tmp_path: Path) -> None:
    first = _released(_package(tmp_path, OSC_CSD, "1.0.0", "1.1.0"), "1.0.0", has_archives=True)
    _released(_package(tmp_path, _ONE, "1.0.0"), "1.1.0", has_archives=True)
    third = _package(tmp_path, OSC_CSD, "1.0.0")

    kept = factories.inspected(factories.in_review(third, version="1.2.0"))
    suspend(by=factories.ada(), submission=first, comment="It deletes data.")
    missed = factories.inspected(factories.in_review(third, version="1.3.0"))

    assert (_lacking(kept), _lacking(missed)) == (0, 1)


def test_what_was_missing_when_it_was_published_counts_for_nothing(tmp_path: Path) -> None:
    submission = _released(_package(tmp_path, OSC_CSD, "1.0.0"), "1.0.0", has_archives=True)

    assert submission.current is not None
    assert [each.tags for each in published_versions(submission.current)] == [("1.0.0",)]
    outcomes = publication_of(submission).images.values_list("reference", "outcome")
    assert dict(outcomes) == {
        f"{_OURS}/demo-operator:1.0.0": "pushed",
        f"{_OURS}/demo:1.0.0": "pushed",
        f"{_OURS}/demo:1.1.0": "missing",
    }


def _released(package: bytes, version: str, *, has_archives: bool = False) -> Submission:
    submission = factories.in_review(package, version=version)
    if has_archives:
        submission = factories.inspected(submission)
    factories.approve(factories.decided(submission), confirmed=True)
    submission = factories.published(factories.proven(submission))
    assert submission.state == "released"
    return submission


def _package(folder: Path, csd: str, *tags: str) -> bytes:
    """The OSC package with ``csd`` that ships the operator, and the instance with ``tags``."""
    archives = {f"demo-{tag}-x86_64.tar": image_archive(f"{_THEIRS}/demo:{tag}") for tag in tags}
    operator = {"operator-x86_64.tar": image_archive(f"{_THEIRS}/demo-operator:1.0.0")}
    package = osc_package(
        csd=csd.replace(_OURS, _THEIRS), lifecycle=OSC_LIFECYCLE.replace(_OURS, _THEIRS)
    )
    example = osc_service_package({**operator, **archives}, package)
    return written(example, folder).read_bytes()


def _lacking(submission: Submission) -> int:
    found = Finding.objects.filter(revision=submission.current, rule=instance_version_image.ID)
    return found.count()
