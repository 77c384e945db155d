"""How far an examination is, as the steps that people see, and what they wait for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from django.contrib.humanize.templatetags.humanize import ordinal

from ..models import Revision, Submission
from ..pipeline.messages import Message, _
from ..queries import last_release, place_in_line
from ..states import SubmissionState

_STEPS: tuple[tuple[Message, tuple[str, ...]], ...] = (
    (_("received"), ()),
    (_("unpacked"), ("unpack", "inspect")),
    (_("rendered"), ("render",)),
    (_("images traced"), ("trace",)),
    (_("checked"), ("check",)),
    (_("verified"), ("rewrite", "verify")),
)
"""What a step is called when it is done, and the stages of the report that belong to it."""


@dataclass(frozen=True, slots=True)
class Step:
    """One of them, and whether it is done."""

    words: Message
    state: Literal["done", "now", "stopped", "waiting"]


def is_moving(submission: Submission) -> bool:
    """Whether its state ends by itself, so that a page that shows it asks again."""
    if submission.status is SubmissionState.APPROVED:
        release = last_release(submission)
        return release is None or not release.is_abandoned
    return submission.status in {SubmissionState.RECEIVED, SubmissionState.PROCESSING}


def steps(submission: Submission, revision: Revision) -> tuple[Step, ...]:
    """The steps of a revision's examination."""
    reached = _reached(submission, revision)
    ended = revision.finished_at is not None and not revision.report
    return tuple(
        Step(
            words,
            "done"
            if at < reached
            else "waiting"
            if at > reached
            else "stopped"
            if ended
            else "now",
        )
        for at, (words, _stages) in enumerate(_STEPS)
    )


def note(submission: Submission, revision: Revision) -> Message | None:
    """What to say beside the steps: the place in the queue, or what the proof took."""
    if revision.report:
        return _(
            "%(seconds)s s, %(renders)s renders, %(engine)s",
            seconds=f"{revision.timings.get('total', 0):.1f}",
            renders=revision.renders,
            engine=revision.engine,
        )
    if submission.current_id != revision.pk:
        return None
    place = place_in_line(submission)
    if place is not None:
        return _("You are %(place)s in the queue.", place=str(ordinal(place)))
    if submission.state == SubmissionState.PROCESSING and revision.attempts > 1:
        return _("The worker broke off, which is our fault; this is another attempt.")
    return None


def _reached(submission: Submission, revision: Revision) -> int:
    """The number of the step that is being done: everything before it is done."""
    if revision.report:
        return len(_STEPS)
    if submission.state == SubmissionState.RECEIVED:
        return 1
    for at, (_words, stages) in enumerate(_STEPS):
        if revision.stage in stages:
            return at
    return 1
