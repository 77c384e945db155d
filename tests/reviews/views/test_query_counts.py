"""Pages on which people meet take as many queries for a year's work as for the first package."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from reviews.models import Event, SavedView, Submission
from tests import factories

pytestmark = pytest.mark.django_db

_MANY = 30


def _addresses(submission: Submission) -> tuple[str, ...]:
    return (
        *("/log/", "/log/?by=petra", "/log/?verb=submit", f"/log/?submission={submission.pk}"),
        *("/submissions/", "/submissions/?sort=title", "/submissions/?q=harbour"),
        *("/notifications/", f"/services/{submission.service_id}/"),
        *(
            f"/submissions/{submission.pk}/{name}/"
            for name in ("history", "conversation", "attachments", "compare")
        ),
    )


def _counts(client: Client, user: User, addresses: tuple[str, ...]) -> dict[str, int]:
    client.force_login(user)
    found = {}
    for address in addresses:
        assert client.get(address).status_code == 200, address  # a visit is logged once
        with CaptureQueriesContext(connection) as queries:
            client.get(address)
        found[address] = len(queries)
    return found


def _a_year_passes(submission: Submission) -> None:
    for version in ("2", "3", "4"):
        factories.in_review(version=version)
    people = [factories.petra(), factories.rita(), factories.ralf()]
    Event.objects.bulk_create(
        Event(by=people[number % 3], verb=verb, submission=submission, revision=None)
        for number in range(_MANY)
        for verb in ("claim", "approve")
    )
    views = (SavedView(user=factories.rita(), name=f"{n}", query="q=x") for n in range(_MANY))
    SavedView.objects.bulk_create(views)


def test_pages_take_as_many_queries_for_many_rows_as_for_few(client: Client) -> None:
    submission = factories.examined(factories.revised(factories.in_review()))
    factories.in_review(version="1")
    addresses = _addresses(submission)
    people = {
        factories.petra(): addresses,
        factories.rita(): (*addresses, "/review/"),
        factories.ada(): ("/log/", "/admin/", "/admin/policy/"),
    }
    few = {user.username: _counts(client, user, asked) for user, asked in people.items()}

    _a_year_passes(submission)

    many = {user.username: _counts(client, user, asked) for user, asked in people.items()}
    assert many == few
