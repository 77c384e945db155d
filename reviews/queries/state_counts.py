"""How many submissions there are in each state."""

from __future__ import annotations

from collections.abc import Mapping

from django.db.models import Count

from ..models import Submission
from ..states import SubmissionState

_MOST_OF_ALL = SubmissionState.RELEASED
"""Most of a portal's submissions end here: they are what is left of all when the others are."""


def state_counts() -> Mapping[SubmissionState, int]:
    """The submissions by state, those that none is in left out. Two queries."""
    others = [state.value for state in SubmissionState if state is not _MOST_OF_ALL]
    counted = Submission.objects.filter(state__in=others).order_by().values_list("state")
    found = {SubmissionState(state): count for state, count in counted.annotate(Count("pk"))}
    left = Submission.objects.count() - sum(found.values())
    # Between the two queries one may have moved.
    return found | {_MOST_OF_ALL: left} if left > 0 else found
