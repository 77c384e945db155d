"""The page on which a reviewer decides: findings, the diff, and what is still to be done."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.http import Http404
from django.middleware.csrf import get_token
from django.urls import reverse
from django.utils.functional import cached_property

from .. import objections, permissions, preconditions
from ..actions.viewing import open_review, view
from ..attachment_points import points_of
from ..models import Acceptance, Revision, Submission, TextUse, reason_choices
from ..pipeline import MAPPING_UNIT
from ..pipeline.core.messages import Message
from ..queries.acceptances import accepted_units
from ..queries.comparison import Difference, since_last_look
from ..queries.due import due_of
from ..queries.lists import next_in_queue
from ..queries.presence import others_there
from ..queries.review import Review, Unit, review_of, units_of_batch
from ..review_stages import stages_left
from ..visibility import Reader, messages_unread, reader_of
from .changes import is_side_by_side
from .diff_page import FindingHere, Reading
from .insertable_texts import insertable
from .look_up import answer_of
from .report_summary import proof_step, report_summary
from .review_heads import SectionHeads, list_of
from .review_sections import PIECE, Group, Piece, Section, groups_of
from .shortcuts import SignedInRequest, submission_or_404
from .state_notice import state_notice
from .submission_page import progress_of

_MOVED_BY_DECISIONS = ("state", "step", "claimed_by", "claimed_until", "reviewer")
_OF_VERDICTS = (TextUse.RETURN, TextUse.REJECT)


@dataclass(frozen=True, slots=True)
class DeniedInput:
    """Input of a denied action: put back into its form, with the reason.

    ``where`` is the key of a unit, ``verdict``, or empty for the page as a whole. Without ``words``
    nothing was denied: a text was inserted.
    """

    where: str
    words: Message | None
    field: str | None
    typed: dict[str, str]


@dataclass(frozen=True, slots=True)
class DecisionControls:
    """What the form at each finding needs.

    ``objection`` says why nothing can be decided, ``objection_to_mapping`` why the proposed
    mapping cannot be decided yet. ``accepted`` are the acceptances that fill in a
    dismissal, by the key of the unit.
    """

    submission: Submission
    revision: Revision
    objection: Message | None
    objection_to_mapping: Message | None
    refused: DeniedInput | None
    accepted: Mapping[str, Acceptance]

    @property
    def talk_at(self) -> str:
        """The address of the conversation."""
        return reverse("conversation", args=[self.submission.pk])


class ReviewPage:
    """A submission before a reviewer, at its current revision.

    Administrators see it, too, and change nothing. Http404: the user is neither, or there is no
    such submission. ``known`` is the submission where it was read already.
    """

    def __init__(self, request: SignedInRequest, pk: int, known: Submission | None = None) -> None:
        self.is_for_looking = not permissions.is_reviewer(request.user)
        if self.is_for_looking and not permissions.is_administrator(request.user):
            raise Http404
        self.request = request
        # Who does something from the page gets an answer that names nobody.
        names = request.method != "POST"
        self.submission: Submission = known or submission_or_404(request, pk, names=names)
        if self.submission.current is None:
            raise RuntimeError(f"submission {pk} has no revision")
        self.revision: Revision = self.submission.current
        self.revision.submission = self.submission

    def look(self) -> ReviewPage:
        """Note that somebody looks at it, once for each request; the page itself."""
        user, submission = self.request.user, self.submission
        view(by=user, submission=submission)
        open_review(by=user, submission=submission)
        return self

    def anew(self) -> ReviewPage:
        """The page as it is now, perhaps at another revision."""
        return ReviewPage(self.request, self.submission.pk)

    def with_decisions(self) -> ReviewPage:
        """The page after findings were decided or spoken of: at the revision that was seen."""
        self.submission.refresh_from_db(fields=_MOVED_BY_DECISIONS)
        return ReviewPage(self.request, self.submission.pk, self.submission)

    @property
    def is_examined(self) -> bool:
        """Whether there is anything to decide."""
        return bool(self.revision.report)

    @cached_property
    def reader(self) -> Reader:
        """What the user is shown of what was decided and said."""
        return reader_of(self.request.user, self.submission)

    @cached_property
    def objection(self) -> Message | None:
        """Why the user can decide nothing here."""
        return objections.to_deciding(self.request.user, self.submission)

    @cached_property
    def since(self) -> Difference | None:
        """What has changed since the revision that the reviewer has seen."""
        rows = [each.row for each in self._found.findings]
        return since_last_look(self.request.user, self.revision, self.reader, rows)

    @cached_property
    def _found(self) -> Review:
        return review_of(self.revision, self.reader, known=(self.request.user,))

    @cached_property
    def review(self) -> Review:
        """The findings with all that was decided and said."""
        return replace(self._found, new_units=self.since.new_units) if self.since else self._found

    @cached_property
    def reading(self) -> Reading:
        """Never whole files: each section would draw its own again."""
        return Reading(is_side_by_side(self.request))

    @cached_property
    def reasons(self) -> tuple[tuple[str, str], ...]:
        """The reasons that are offered: code and words."""
        return reason_choices()

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
            if each.is_undecided and each.key not in may_not_yet
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

    @cached_property
    def addresses(self) -> dict[str, str]:
        """Where each finding leads to: found once, because a page has hundreds of them."""
        names = ("decide", "ask", "changes", "files", "lines")
        found = {f"{name}_at": reverse(name, args=[self.submission.pk]) for name in names}
        return found | {"comment_at": reverse("review-comment", args=[self.submission.pk])}

    @cached_property
    def heads(self) -> SectionHeads:
        """What the heads of the sections share."""
        return SectionHeads(
            self.addresses["decide_at"],
            self.addresses["ask_at"],
            self.revision.number,
            get_token(self.request),
            can_decide=self.objection is None,
        )

    def controls_context(self, refused: DeniedInput | None = None) -> dict[str, Any]:
        """What the templates of findings want."""
        submission, objection = self.submission, self.objection
        mapping = self.review.objection_to_mapping
        return {
            "submission": submission,
            "revision": self.revision,
            "controls": DecisionControls(
                submission,
                self.revision,
                objection,
                mapping,
                refused,
                accepted_units(self.review, self.reader),
            ),
            "objection": objection,
            "side_by_side": self.reading.side_by_side,
            **self.addresses,
        }

    def panel_context(self) -> dict[str, Any]:
        """What the templates of the list and the verdict want."""
        user, submission = self.request.user, self.submission
        return {
            "review": self.review,
            "undecided": len(self.review.undecided),
            "to_fix": sum(each.is_confirmed for each in self.review.units),
            "objection_to_unclaiming": objections.to_unclaiming(user, submission),
            "objection_to_approving": self.objection
            or objections.before_approving(user, submission, self.review.rows),
            "second_reviewer": objections.of_second_reviewer(user, submission),
            "stages_left": stages_left(self.revision),
            "attachment_points": points_of(self.revision),
            "proof": proof_step(self.review.report),
            "unread": messages_unread(user, submission),
            "is_mine": submission.is_claimed and submission.claimed_by_id == user.pk,
        }

    def context(self, refused: DeniedInput | None = None, **more: Any) -> dict[str, Any]:
        """What the pages in ``review/`` want."""
        submission, report = self.submission, self.review.report
        texts = insertable(self.revision, *TextUse)
        return {
            **progress_of(submission, self.revision, "review", report.archives),
            **self.controls_context(refused),
            **self.panel_context(),
            "page": self,
            "lists": [(each, list_of(each)) for each in self.groups],
            "sections": [(each, self.heads.html(each)) for each in self.sections],
            "drawn": self.drawn | self._with(refused),
            "verdict": report_summary(self.revision, report),
            "notice": state_notice(submission, self.revision),
            "since": self.since,
            "reasons": self.reasons,
            "texts": texts,
            "verdict_texts": [each for each in texts if each.use in _OF_VERDICTS],
            "insert_at": reverse("insert-text", args=[submission.pk]),
            "refused": refused,
            "answer": answer_of(self.request.user, self.revision, report),
            "due": due_of([submission]).get(submission.pk),
            "next": next_in_queue(self.request.user, submission),
            "others": others_there(self.request.user, submission),
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
