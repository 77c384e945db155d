"""Who looked at a submission is in the log."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from reviews.actions.viewing import view
from reviews.models import Event
from tests import factories

pytestmark = pytest.mark.django_db


def test_a_visit_is_logged_once() -> None:
    submission = factories.submitted()
    for who in (factories.petra(), factories.rita(), factories.petra()):
        view(by=who, submission=submission)

    views = Event.objects.filter(verb="view").values_list("by__username", flat=True)
    assert list(views) == ["petra", "rita"]


def test_a_later_visit_is_logged_again() -> None:
    submission = factories.submitted()
    Event.objects.create(
        by=factories.petra(),
        verb="view",
        submission=submission,
        at=timezone.now() - timedelta(minutes=11),
    )

    view(by=factories.petra(), submission=submission)

    assert Event.objects.filter(verb="view").count() == 2
