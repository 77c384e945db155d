"""The states of a submission and of a finding, and the valid moves: two tables and no behaviour.

``actions/transitions.py`` is the only place that changes a state, and it obeys these tables.
``docs/states.md`` is drawn from them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

from django.utils.translation import gettext

from .pipeline.core.messages import Message, _


class SubmissionState(StrEnum):
    """Where a submission is between the partner and the release."""

    RECEIVED = "received"
    PROCESSING = "processing"
    REFUSED = "refused"
    FAILED = "failed"
    IN_REVIEW = "in_review"
    RETURNED = "returned"
    REJECTED = "rejected"
    APPROVED = "approved"
    PUBLISHING = "publishing"
    RELEASED = "released"
    SUSPENDED = "suspended"
    WITHDRAWN = "withdrawn"


class FindingState(StrEnum):
    """What reviewers have decided about a finding.

    With an edit, approved applies it and rejected keeps the original text. Without one,
    approved confirms the finding (the partner must fix it) and rejected dismisses it.
    """

    OPEN = "open"
    APPROVED = "approved"
    REJECTED = "rejected"


class Turn(StrEnum):
    """Whose move it is."""

    PARTNER = "partner"
    PORTAL = "portal"
    REVIEWER = "reviewer"
    ADMINISTRATOR = "administrator"
    NOBODY = "nobody"


S = SubmissionState
F = FindingState
_State = TypeVar("_State", SubmissionState, FindingState)


@dataclass(frozen=True, slots=True)
class Move(Generic[_State]):
    """One verb that leads from any of ``sources`` to ``target``, and whose verb it is."""

    verb: str
    sources: frozenset[_State]
    target: _State
    by: Turn


def _move(verb: str, sources: Iterable[_State], target: _State, by: Turn) -> Move[_State]:
    return Move(verb, frozenset(sources), target, by)


SUBMISSION_MOVES: tuple[Move[SubmissionState], ...] = (
    _move("start", [S.RECEIVED], S.PROCESSING, Turn.PORTAL),
    _move("refuse", [S.PROCESSING], S.REFUSED, Turn.PORTAL),
    _move("finish", [S.PROCESSING], S.IN_REVIEW, Turn.PORTAL),
    _move("fail", [S.PROCESSING], S.FAILED, Turn.PORTAL),
    _move("retry", [S.FAILED], S.RECEIVED, Turn.ADMINISTRATOR),
    _move("return", [S.IN_REVIEW], S.RETURNED, Turn.REVIEWER),
    _move("reject", [S.IN_REVIEW], S.REJECTED, Turn.REVIEWER),
    _move("approve", [S.IN_REVIEW], S.APPROVED, Turn.REVIEWER),
    _move("publish", [S.APPROVED], S.PUBLISHING, Turn.PORTAL),
    _move("reopen", [S.APPROVED], S.IN_REVIEW, Turn.PORTAL),
    _move("release", [S.PUBLISHING], S.RELEASED, Turn.PORTAL),
    _move("reconsider", [S.PUBLISHING], S.IN_REVIEW, Turn.ADMINISTRATOR),
    _move("suspend", [S.RELEASED], S.SUSPENDED, Turn.ADMINISTRATOR),
    _move("resume", [S.SUSPENDED], S.RELEASED, Turn.ADMINISTRATOR),
    _move("revise", [S.REFUSED, S.RETURNED, S.IN_REVIEW], S.RECEIVED, Turn.PARTNER),
    _move(
        "withdraw",
        [S.RECEIVED, S.PROCESSING, S.REFUSED, S.FAILED, S.IN_REVIEW, S.RETURNED],
        S.WITHDRAWN,
        Turn.PARTNER,
    ),
)

FINDING_MOVES: tuple[Move[FindingState], ...] = (
    _move("approve", [F.OPEN, F.REJECTED], F.APPROVED, Turn.REVIEWER),
    _move("reject", [F.OPEN, F.APPROVED], F.REJECTED, Turn.REVIEWER),
    _move("undo", [F.APPROVED, F.REJECTED], F.OPEN, Turn.REVIEWER),
)

SUBMISSION_VERBS = {move.verb: move for move in SUBMISSION_MOVES}
FINDING_VERBS = {move.verb: move for move in FINDING_MOVES}

TURNS: dict[SubmissionState, Turn] = {
    S.RECEIVED: Turn.PORTAL,
    S.PROCESSING: Turn.PORTAL,
    S.REFUSED: Turn.PARTNER,
    S.FAILED: Turn.ADMINISTRATOR,
    S.IN_REVIEW: Turn.REVIEWER,
    S.RETURNED: Turn.PARTNER,
    S.REJECTED: Turn.NOBODY,
    S.APPROVED: Turn.PORTAL,
    S.PUBLISHING: Turn.PORTAL,
    S.RELEASED: Turn.NOBODY,
    S.SUSPENDED: Turn.NOBODY,
    S.WITHDRAWN: Turn.NOBODY,
}

LABELS: dict[SubmissionState, Message] = {
    S.RECEIVED: _("received"),
    S.PROCESSING: _("being examined"),
    S.REFUSED: _("cannot be processed"),
    S.FAILED: _("failed, internal error"),
    S.IN_REVIEW: _("in review"),
    S.RETURNED: _("returned"),
    S.REJECTED: _("rejected"),
    S.APPROVED: _("approved"),
    S.PUBLISHING: _("images being published"),
    S.RELEASED: _("released"),
    S.SUSPENDED: _("suspended"),
    S.WITHDRAWN: _("withdrawn"),
}

VERBS: dict[str, Message] = {
    "submit": _("submit"),
    "revise": _("revise"),
    "withdraw": _("withdraw"),
    "start": _("start"),
    "refuse": _("refuse"),
    "finish": _("finish"),
    "fail": _("fail"),
    "retry": _("retry"),
    "return": _("return"),
    "reject": _("reject"),
    "approve": _("approve"),
    "approve_stage": _("approve a stage"),
    "publish": _("publish"),
    "release": _("release"),
    "reconsider": _("reconsider"),
    "suspend": _("suspend"),
    "resume": _("resume"),
    "reopen": _("reopen"),
    "undo": _("undo"),
    "claim": _("claim"),
    "unclaim": _("unclaim"),
    "assign": _("assign"),
    "decide": _("decide"),
    "carry": _("carry over"),
    "comment": _("comment"),
    "inspect": _("read image archives"),
    "unsettle": _("take back"),
    "stop": _("stop"),
    "view": _("view"),
    "download": _("download"),
    "purge": _("purge"),
    "attach": _("attach"),
    "detach": _("detach"),
    "note": _("note"),
    "accept": _("accept"),
    "end_acceptance": _("end acceptance"),
    "use_acceptance": _("use acceptance"),
}
"""What a verb of the log is called in lists; one that is not here is shown as it is stored."""


def verb_words(verb: str) -> str:
    """A verb in the reader's language."""
    return VERBS[verb].text(gettext) if verb in VERBS else verb


PUT_OUT = frozenset({S.RELEASED, S.SUSPENDED})
"""States of what customers may run: a suspended version is not taken from those who have it."""

CLOSED = frozenset({S.REJECTED, S.WITHDRAWN})
"""States after which the same version of a service may be submitted afresh."""


def diagram() -> str:
    """Both tables as a page of Markdown with mermaid diagrams."""
    return (
        "# States\n\n"
        "Drawn from `reviews/states.py` by `manage.py draw_states`; a test compares the two.\n\n"
        "## A submission\n\n"
        f"{_mermaid(SUBMISSION_MOVES, S.RECEIVED, 'submit (partner)')}\n"
        "## A finding\n\n"
        "With an edit, *approved* applies it and *rejected* keeps the original text. Without one,\n"
        "*approved* confirms the finding and *rejected* dismisses it as not applicable.\n\n"
        f"{_mermaid(FINDING_MOVES, F.OPEN, 'found')}"
    )


def _mermaid(moves: Iterable[Move[_State]], first: _State, arrival: str) -> str:
    lines = [f"    [*] --> {first}: {arrival}"]
    reached = {first}
    left = set()
    for move in moves:
        for source in sorted(move.sources):
            lines.append(f"    {source} --> {move.target}: {move.verb} ({move.by})")
            left.add(source)
        reached.add(move.target)
    lines += [f"    {state} --> [*]" for state in sorted(reached - left)]
    return "```mermaid\nstateDiagram-v2\n" + "\n".join(lines) + "\n```\n"
