"""The revisions of a submission, and its place among those that wait."""

from __future__ import annotations

import pytest

from reviews.queries.revisions import place_in_queue
from tests import factories

pytestmark = pytest.mark.django_db


def test_the_place_in_the_queue() -> None:
    first, second = factories.submitted(version="1"), factories.submitted(version="2")

    assert [place_in_queue(each) for each in (first, second)] == [1, 2]
    assert place_in_queue(factories.examined(first)) is None
    assert place_in_queue(second) == 1
