"""What a worker does while work goes on in a process of its own: it keeps the lease, or ends it."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic
from typing import TypeVar

from django.conf import settings

from ..models import Run
from .confined import Watch
from .lease import Lease
from .runner import Cancelled, Job

_Run = TypeVar("_Run", bound=Run)

# Most stages of most packages are over before anybody could read their names.
_SEEN_SECONDS = 0.2


def watch(
    job: Job[_Run],
    row: _Run,
    lease: Lease,
    progress: Callable[[str], None] = lambda _stage: None,
    *,
    is_patient: bool = False,
) -> Watch:
    """Ends the work on ``row`` soon after it was taken over, or when nobody needs it any more.

    ``progress`` gets the stages that last long enough to be seen; for ``is_patient`` see ``Watch``.
    """
    last = monotonic()
    begun: tuple[str, float] | None = None

    def note(stage: str) -> None:
        nonlocal begun
        begun = stage, monotonic()

    def look() -> None:
        nonlocal last, begun
        if begun is not None and monotonic() - begun[1] > _SEEN_SECONDS:
            progress(begun[0])
            begun = None
        if monotonic() - last > settings.PORTAL_LEASE_SECONDS / 3:
            last = monotonic()
            if not lease.renew() or not _is_needed(job, row):
                raise Cancelled

    return Watch(note, look, is_patient)


def _is_needed(job: Job[_Run], row: _Run) -> bool:
    """Whether the submission of ``row``, as it is now, still needs the run."""
    submission = job.submission_of(row)
    submission.refresh_from_db()
    return job.is_needed(row, submission)
