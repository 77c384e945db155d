"""Administrators see how the processing is."""

from __future__ import annotations

import pytest

from reviews.models import Inspection
from reviews.models.run import MOST_ATTEMPTS
from reviews.queries.health import current_health
from reviews.states import SubmissionState
from tests import factories
from tests.shipping import shipping_package

pytestmark = pytest.mark.django_db


def test_the_health_of_the_pipeline() -> None:
    waiting = factories.submitted(version="1")
    factories.in_review(version="2")

    health = current_health()

    assert health.counts == {SubmissionState.RECEIVED: 1, SubmissionState.IN_REVIEW: 1}
    assert (health.oldest, health.running, health.overdue) == (waiting.waiting_since, 0, 0)
    assert list(health.failed) == []


def test_archives_that_could_not_be_read_are_listed_as_failed() -> None:
    unread = factories.in_review(shipping_package())
    gone = factories.in_review(shipping_package(), version="2")
    Inspection.objects.update(attempts=MOST_ATTEMPTS)
    factories.revised(gone)

    assert list(current_health().failed) == [unread]
