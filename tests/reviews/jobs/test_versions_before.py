"""What the release before supports is known to the examination of the next."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from reviews.models import Finding, Revision
from reviews.pipeline.checks.osc_format import dropped_versions
from tests import factories
from tests.pipeline.checks.boxes import written

pytestmark = pytest.mark.django_db


def test_a_version_that_the_release_before_had_is_missed(tmp_path: Path) -> None:
    example = dropped_versions.BAD[0]
    (tmp_path / "first").mkdir()
    (tmp_path / "next").mkdir()
    first = written(replace(example, files=example.before, before={}), tmp_path / "first")
    following = written(replace(example, before={}), tmp_path / "next")

    submission = factories.decided(factories.in_review(first.read_bytes()))
    factories.approve(submission)
    factories.published(factories.proven(submission))
    later = factories.in_review(following.read_bytes(), version="9.9.9")

    def missed(revision: Revision | None) -> int:
        return Finding.objects.filter(revision=revision, rule=dropped_versions.ID).count()

    assert factories.again(submission).state == "released"
    assert (missed(submission.current), missed(later.current)) == (0, 1)
