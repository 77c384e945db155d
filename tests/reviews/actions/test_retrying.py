"""Administrators have failed work done again."""

from __future__ import annotations

import pytest

from reviews import storage
from reviews.actions import ActionDenied
from reviews.actions.retrying import retry
from reviews.models import Revision, Submission
from tests import factories

pytestmark = pytest.mark.django_db


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


def test_an_administrator_has_failed_work_done_again() -> None:
    submission = factories.submitted()
    revision = _current(submission)
    path = storage.local_path(revision.original)
    whole = path.read_bytes()
    _damage(revision)
    for _attempt in range(3):
        factories.examined(submission)
    path.write_bytes(whole)

    retry(by=factories.ada(), submission=submission)

    assert factories.again(submission).state == "received"
    assert factories.examined(submission).state == "in_review"
    assert _verbs(submission) == ["submit", "start", "fail", "retry", "start", "finish"]


def test_only_administrators_retry_and_only_what_failed() -> None:
    submission = factories.in_review()

    with pytest.raises(ActionDenied) as not_she:
        retry(by=factories.rita(), submission=submission)
    with pytest.raises(ActionDenied) as not_this:
        retry(by=factories.ada(), submission=submission)

    assert str(not_she.value) == "Only administrators do this."
    assert str(not_this.value) == "Its state is “in review”."
