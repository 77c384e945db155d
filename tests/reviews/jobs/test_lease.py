"""A lease belongs to one worker, for a while."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from reviews.jobs.lease import Lease, acquire, free, overdue
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


def test_a_lease_of_before_the_clock_was_put_back_is_none() -> None:
    revision = _current(factories.submitted())
    acquire(Revision, revision.pk)
    Revision.objects.update(lease_until=timezone.now() + timedelta(days=1))

    revision.refresh_from_db()
    assert not revision.is_leased
    assert list(free(Revision)) == [revision]
    assert acquire(Revision, revision.pk) is not None


def test_what_was_queued_before_the_clock_was_put_back_is_queued_again() -> None:
    revision = _current(factories.submitted())
    assert list(overdue(Revision)) == []

    Revision.objects.update(queued_at=timezone.now() + timedelta(days=1))

    assert list(overdue(Revision)) == [revision]
