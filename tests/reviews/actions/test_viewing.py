"""Who looked at a submission is in the log."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from reviews.actions.viewing import open_review, view
from reviews.models import Event, LastLook
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


def test_a_review_is_opened_at_each_newer_revision(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    submission, rita = factories.in_review(), factories.rita()
    open_review(by=rita, submission=submission)
    LastLook.objects.update(at=None)
    with django_assert_num_queries(1):
        open_review(by=rita, submission=submission)
    looks = [LastLook.objects.get(user=rita)]

    revised = factories.revised(submission)
    open_review(by=rita, submission=revised)
    looks.append(LastLook.objects.get(user=rita))

    assert [(each.number, each.before, each.at is None) for each in looks] == [
        (1, None, False),
        (2, 1, False),
    ]
