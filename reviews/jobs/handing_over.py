"""What the portal cannot do by itself is put before the administrators, once for each failure."""

from __future__ import annotations

from django.db import transaction

from ..actions.notifying import notify
from ..models import Event, Run, Submission


def hand_over(run: Run, submission: Submission) -> None:
    """Write down that all attempts of ``run`` have failed, and let the administrators know.

    Not where that is written already, and nobody has had it tried again since.
    """
    with transaction.atomic():
        submission = Submission.objects.select_for_update().get(pk=submission.pk)
        run.refresh_from_db()
        if not run.is_abandoned:
            return
        said = submission.events.filter(revision=submission.current_id)
        last = said.filter(verb__in=("fail", "retry")).order_by("pk").last()
        if last is not None and last.verb == "fail":
            return
        event = Event.objects.create(
            verb="fail",
            submission=submission,
            revision=submission.current,
            detail={"attempts": run.attempts},
        )
        notify(event)
