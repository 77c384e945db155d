"""A lease belongs to one worker, for a while."""

from __future__ import annotations

import pytest

from reviews.jobs.lease import Lease, acquire
from reviews.models import Revision, Submission
from tests import factories

pytestmark = pytest.mark.django_db


def _current(submission: Submission) -> Revision:
    revision = factories.again(submission).current
    assert revision is not None
    return revision


def test_a_lease_is_renewed_only_by_its_owner() -> None:
    revision = _current(factories.submitted())
    lease = acquire(Revision, revision.pk)
    assert lease is not None

    assert lease.renew(stage="trace")
    assert not Lease(Revision, revision.pk, "somebody else").renew(stage="check")
    revision.refresh_from_db()
    assert revision.stage == "trace"
    assert lease.finish()
    assert not lease.renew()
