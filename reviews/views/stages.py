"""How far an examination is, as the steps that people see, and what they wait for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from django.utils.translation import gettext

from ..models import Inspection, Publication, Revision, Submission, inspection_of
from ..pipeline import ImageArchive
from ..pipeline.core.messages import Message, _
from ..preconditions import publication_of
from ..queries.publications import ReleaseState
from ..queries.revisions import last_release, place_in_queue
from ..states import SubmissionState

_STEPS: tuple[tuple[Message, tuple[str, ...]], ...] = (
    (_("received"), ()),
    (_("unpacked"), ("unpack", "inspect")),
    (_("rendered"), ("render",)),
    (_("images traced"), ("trace", "clusters", "validate")),
    (_("checked"), ("check",)),
    (_("verified"), ("rewrite", "verify")),
)
"""What a step is called when it is done, and the stages of the report that belong to it."""


_UNITS = (_("bytes"), Message("KB"), Message("MB"), Message("GB"), Message("TB"))


@dataclass(frozen=True, slots=True)
class Bar:
    """How many bytes of how many are done, and the same in ``words``."""

    done: int
    total: int
    words: Message


@dataclass(frozen=True, slots=True)
class Step:
    """One of them, and whether it is done; ``more`` says what of."""

    words: Message
    state: Literal["done", "now", "stopped", "waiting"]
    bar: Bar | None = None
    more: Message | None = None


def is_moving(submission: Submission) -> bool:
    """Whether its state ends by itself, so that a page that shows it asks again."""
    if submission.status is SubmissionState.APPROVED:
        release = last_release(submission)
        return release is None or not release.is_abandoned
    if submission.status is SubmissionState.PUBLISHING:
        publication = publication_of(submission)
        return publication is None or not publication.is_stopped
    if submission.status is SubmissionState.IN_REVIEW:
        return is_reading(submission)
    return submission.status in {SubmissionState.RECEIVED, SubmissionState.PROCESSING}


def is_reading(submission: Submission) -> bool:
    """Whether a worker reads its image archives, or is going to."""
    inspection = inspection_of(submission.current) if submission.current else None
    return inspection is not None and inspection.finished_at is None and not inspection.is_abandoned


def steps(
    submission: Submission,
    revision: Revision,
    archives: Sequence[ImageArchive] | None = None,
    release: ReleaseState | None = None,
) -> tuple[Step, ...]:
    """The steps of a revision's examination, and of its ``release`` where it has one.

    ``archives`` are those that were read.
    """
    inspection = inspection_of(revision)
    found = _steps_of_package(submission, revision)
    if inspection is not None:
        found = (*found, _reading_step(inspection, archives))
    publication = release.publication if release else None
    return found if publication is None else (*found, _publishing_step(publication))


def _publishing_step(publication: Publication) -> Step:
    words = _("published")
    if publication.published_at is not None:
        return Step(words, "done")
    if publication.is_stopped or publication.finished_at is not None:
        return Step(words, "stopped")
    done, total = publication.bytes_done, publication.bytes_total
    bar = Bar(done, total, part_of(done, total)) if total else None
    return Step(words, "now", bar=bar)


def _reading_step(inspection: Inspection, archives: Sequence[ImageArchive] | None) -> Step:
    words = _("archives read")
    if inspection.finished_at is None and not inspection.is_abandoned:
        done, total = inspection.bytes_done, inspection.bytes_total
        return Step(words, "now", bar=Bar(done, total, part_of(done, total)))
    if archives is None:
        return Step(words, "stopped")
    return Step(words, "done", more=_held(archives))


def _held(archives: Sequence[ImageArchive]) -> Message:
    size = sum(each.size for each in archives)
    return _(
        "%(archives)s archives with %(images)s images, %(size)s",
        archives=len(archives),
        images=sum(len(each.images) for each in archives),
        size=in_bytes(size),
    )


def part_of(done: int, total: int) -> Message:
    """``3.2 of 10 GB``: both in the unit of the whole."""
    power = _power(total)
    return _(
        "%(done)s of %(total)s %(unit)s",
        done=_amount(done, power),
        total=_amount(total, power),
        unit=_UNITS[power],
    )


def in_bytes(size: int) -> str:
    """``9.8 GB``: a size in the largest unit that it fills."""
    power = _power(size)
    return f"{_amount(size, power)} {_UNITS[power].text(gettext)}"


def _power(size: int) -> int:
    return min(max(size.bit_length() - 1, 0) // 10, len(_UNITS) - 1)


def _amount(size: int, power: int) -> str:
    return f"{size / 1024**power:.1f}".removesuffix(".0")


def _steps_of_package(submission: Submission, revision: Revision) -> tuple[Step, ...]:
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
    """What to say beside the steps: the place in the queue, what is published, or what it took."""
    if submission.status is SubmissionState.PUBLISHING and submission.current_id == revision.pk:
        publication = publication_of(submission)
        if publication is not None and publication.step_words and not publication.is_stopped:
            return publication.step_words
    if revision.report:
        seconds = f"{revision.timings.get('total', 0):.1f}"
        if not revision.renders:
            return _("%(seconds)s s, read without rendering", seconds=seconds)
        return _(
            "%(seconds)s s, %(renders)s renders, %(engine)s",
            seconds=seconds,
            renders=revision.renders,
            engine=revision.engine,
        )
    if submission.current_id != revision.pk:
        return None
    place = place_in_queue(submission)
    if place is not None:
        return _("You are number %(place)s in the queue.", place=place)
    if submission.state == SubmissionState.PROCESSING and revision.attempts > 1:
        return _("The worker crashed, an internal error; this is another attempt.")
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
