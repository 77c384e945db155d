"""The log has what happened, oldest or newest first."""

from __future__ import annotations

import pytest

from reviews.queries.log import events_of, visible_events
from reviews.queries.revisions import last_release, revisions_of
from reviews.visibility import INSIDER
from tests import factories

pytestmark = pytest.mark.django_db


def test_the_history_and_the_uploads_of_a_submission() -> None:
    submission = factories.revised(factories.in_review())

    assert [event.verb for event in events_of(INSIDER, submission)] == [
        "submit",
        "start",
        "finish",
        "revise",
    ]
    assert [each.number for each in revisions_of(submission)] == [2, 1]
    assert last_release(submission) is None
    assert next(event.verb for event in visible_events(factories.rita())) == "revise"
