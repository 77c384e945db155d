"""Who has the review page of a submission open just now."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from django.contrib.auth.models import User
from django.utils import timezone

from ..models import Submission

ASKED_EVERY = timedelta(seconds=30)
"""How often an open review page says that it is open."""

_THERE = 3 * ASKED_EVERY
_MOST = 5


def others_there(user: User, submission: Submission) -> Sequence[User]:
    """The other reviewers and administrators who look at it now, by name; five at most."""
    since = timezone.now() - _THERE
    there = User.objects.filter(last_looks__submission=submission, last_looks__at__gt=since)
    return list(there.exclude(pk=user.pk).order_by("username").only("username")[:_MOST])
