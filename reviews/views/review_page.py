"""The page on which a reviewer decides: findings, the diff, and what is still to be done."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.http import Http404
from django.urls import reverse

from .. import objections, permissions, preconditions
from ..actions.viewing import view
from ..models import Reason, Revision, Submission
from ..pipeline import MAPPING_UNIT
from ..pipeline.core.messages import Message
from ..queries.lists import next_in_queue
from ..queries.review import Review, Unit, review_of, since_earlier, units_of_batch
from .changes import is_side_by_side
from .diff_page import FindingHere, Reading
from .look_up import answer_of
from .report_summary import proof_step, report_summary
from .review_sections import PIECE, Group, Piece, Section, groups_of, is_undecided
from .shortcuts import SignedInRequest, submission_or_404
from .state_notice import state_notice
from .submission_page import progress_of


@dataclass(frozen=True, slots=True)
class DeniedInput:
    """Input of a denied action: put back into its form, with the reason.

    ``where`` is the key of a unit, ``report_summary``, or empty for the page as a whole.
    """

    where: str
    words: Message
    field: str | None
    typed: dict[str, str]


@dataclass(frozen=True, slots=True)
class DecisionControls:
    """What the form at each finding needs.

    ``objection`` says why nothing can be decided, ``objection_to_mapping`` why the proposed
    mapping cannot be decided yet.
    """

    submission: Submission
    revision: Revision
    objection: Message | None
    objection_to_mapping: Message | None
    refused: DeniedInput | None


class ReviewPage:
    """A submission before a reviewer, at its current revision.

    Http404: the user is no reviewer, or there is no such submission. That somebody looks at it
    is written in the log.
    """

    def __init__(self, request: SignedInRequest, pk: int) -> None:
        if not permissions.is_reviewer(request.user):
            raise Http404
        self.request = request
        self.submission: Submission = submission_or_404(request, pk)
        if self.submission.current is None:
            raise RuntimeError(f"submission {pk} has no revision")
        self.revision: Revision = self.submission.current
        self.revision.submission = self.submission
        view(by=request.user, submission=self.submission)

    @property
    def is_examined(self) -> bool:
        """Whether there is anything to decide."""
        return bool(self.revision.report)

    @cached_property
    def review(self) -> Review:
        return review_of(self.revision)

    @cached_property
    def reading(self) -> Reading:
        """Never whole files: each section would draw its own again."""
        return Reading(is_side_by_side(self.request))

    @cached_property
    def groups(self) -> tuple[Group, ...]:
        """The findings in the order in which they want attention."""
        return groups_of(self.review, self.reading)

    @cached_property
    def sections(self) -> tuple[Section, ...]:
        return tuple(section for group in self.groups for section in group.sections)

    @cached_property
    def pieces(self) -> tuple[Piece, ...]:
        return tuple(piece for section in self.sections for piece in section.pieces)

    @property
    def units_known(self) -> list[str]:
        """The keys of all units. One query, and nothing of the report."""
        return list(self.revision.findings.values_list("unit", flat=True).distinct().order_by())

    def unit_at(self, position: int | None) -> Unit | None:
        """The unit with the finding at ``position``, None where there is none."""
        return next(
            (
                unit
                for unit in self.review.units
                if any(each.row.position == position for each in unit.members)
            ),
            None,
        )

    def piece_of(self, unit: str) -> Piece | None:
        """The piece in which a unit is drawn."""
        return next((p for p in self.pieces if any(each.key == unit for each in p.units)), None)

    def piece_at(self, anchor: str) -> Piece | None:
        """The piece in which the finding with this anchor is drawn."""
        return next((each for each in self.pieces if anchor in anchors_in(each)), None)

    def place_of(self, unit: str) -> FindingHere | None:
        """Where a unit is decided."""
        piece = self.piece_of(unit)
        leads = piece.leads if piece is not None else ()
        return next((each for each in leads if each.unit.key == unit), None)

    @cached_property
    def drawn(self) -> frozenset[str]:
        """The names of the pieces that the page is sent with; the others follow.

        These are the first ones, that of the first open finding, and that which is asked for.
        """
        asked = self.piece_at(self.request.GET.get("at", ""))
        following = self.pieces[self.pieces.index(asked) :] if asked else ()
        waiting = [each for each in self.pieces if each.is_open]
        chosen = [*_first(self.pieces), *_first(following), *waiting[:1]]
        return frozenset(each.name for each in chosen)

    def _with(self, refused: DeniedInput | None) -> frozenset[str]:
        """The piece in which it is said why something was not done."""
        piece = self.piece_of(refused.where) if refused else None
        return frozenset() if piece is None else frozenset([piece.name])

    def chosen(self, units: Iterable[str], sections: Iterable[str], batch: str = "") -> list[Unit]:
        """The units named one by one, the undecided ones of some sections, those of a batch.

        In the page's order. Sections leave the proposed mapping out as long as that has to wait
        for others.
        """
        named = {*units, *units_of_batch(self.revision, batch)}
        wanted = set(sections)
        grouped = {
            unit.key
            for section in self.sections
            if wanted & {section.name, "all"}
            for unit in section.undecided
        }
        if MAPPING_UNIT in grouped and preconditions.objection_of_other_edits(
            self.revision, besides=named | grouped
        ):
            grouped.discard(MAPPING_UNIT)
        every = (unit for section in self.sections for unit in section.units)
        return [unit for unit in every if unit.key in named | grouped]

    def after(self, units: Iterable[str]) -> str:
        """The anchor of the next unit that waits for a decision, after those just decided."""
        keys = set(units)
        every = [unit for section in self.sections for unit in section.units]
        last = max((at for at, each in enumerate(every) if each.key in keys), default=0)
        may_not_yet = {MAPPING_UNIT} if self.review.objection_to_mapping else frozenset()
        waiting = (
            each
            for each in (*every[last:], *every[:last])
            if is_undecided(each) and each.key not in may_not_yet
        )
        return next((self.anchor_of(each.key) for each in waiting), "verdict")

    def anchor_of(self, unit: str) -> str:
        """The anchor at which a unit is decided."""
        place = self.place_of(unit)
        return place.decided.anchor if place is not None else "verdict"

    def address_of(self, anchor: str) -> str:
        """The address of this page at which the finding is drawn in any case."""
        address = reverse("review", args=[self.submission.pk])
        return f"{address}#{anchor}" if anchor == "verdict" else f"{address}?at={anchor}#{anchor}"

    def controls_context(self, refused: DeniedInput | None = None) -> dict[str, Any]:
        """What the templates of findings want."""
        user, submission = self.request.user, self.submission
        objection = objections.to_deciding(user, submission)
        mapping = self.review.objection_to_mapping
        return {
            "submission": submission,
            "revision": self.revision,
            "controls": DecisionControls(submission, self.revision, objection, mapping, refused),
            "objection": objection,
            "side_by_side": self.reading.side_by_side,
            "changes_at": reverse("changes", args=[submission.pk]),
            "files_at": reverse("files", args=[submission.pk]),
            "lines_at": reverse("lines", args=[submission.pk]),
        }

    def panel_context(self) -> dict[str, Any]:
        """What the templates of the list and the verdict want."""
        user, submission = self.request.user, self.submission
        return {
            "review": self.review,
            "groups": self.groups,
            "undecided": sum(map(is_undecided, self.review.units)),
            "to_fix": sum(each.is_confirmed for each in self.review.units),
            "objection_to_unclaiming": objections.to_unclaiming(user, submission),
            "objection_to_approving": objections.to_approving(user, submission),
            "answer": answer_of(user, self.revision, self.review.report),
            "proof": proof_step(self.review.report),
            "is_mine": submission.is_claimed and submission.claimed_by_id == user.pk,
        }

    def context(self, refused: DeniedInput | None = None, **more: Any) -> dict[str, Any]:
        """What the pages in ``review/`` want."""
        submission, report = self.submission, self.review.report
        return {
            **progress_of(submission, self.revision, "review", report.archives),
            **self.controls_context(refused),
            **self.panel_context(),
            "page": self,
            "drawn": self.drawn | self._with(refused),
            "verdict": report_summary(self.revision, report),
            "notice": state_notice(submission, self.revision),
            "since": since_earlier(self.revision),
            "reasons": Reason.choices,
            "refused": refused,
            "next": next_in_queue(self.request.user, submission),
            **more,
        }


def anchors_in(piece: Piece) -> set[str]:
    """The anchors of all findings of a piece."""
    return {member.anchor for unit in piece.units for member in unit.members}


def _first(pieces: Sequence[Piece]) -> Sequence[Piece]:
    """As many of the pieces as are drawn at once, and one at least."""
    count = 0
    for at, piece in enumerate(pieces):
        count += len(piece.units)
        if count > PIECE and at:
            return pieces[:at]
    return pieces
