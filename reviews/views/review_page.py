"""The page on which a reviewer decides: findings, the diff, and what is still to be done."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.http import Http404

from .. import objections, permissions, preconditions
from ..actions.viewing import view
from ..models import Reason, Revision, Submission
from ..pipeline import MAPPING_UNIT
from ..pipeline.core.findings import Severity
from ..pipeline.core.messages import Message, _
from ..queries.review import Review, Unit, review_of, since_earlier
from ..states import FindingState
from .changes import is_side_by_side
from .diff_page import DiffPage, FindingHere, diff_page
from .look_up import answer_of
from .report_summary import proof_step, report_summary
from .shortcuts import SignedInRequest, submission_or_404
from .state_notice import state_notice
from .submission_page import progress_of


@dataclass(frozen=True, slots=True)
class Group:
    """What of the list is decided alike. ``name`` is its name in an address."""

    name: str
    words: Message
    findings: Sequence[FindingHere]

    @property
    def undecided(self) -> int:
        """How many of its units wait for a decision."""
        return sum(is_undecided(each.unit) for each in self.findings)


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
    def diff(self) -> DiffPage:
        return diff_page(self.review, side_by_side=is_side_by_side(self.request))

    @cached_property
    def groups(self) -> tuple[Group, ...]:
        """The findings in the order in which they want attention."""
        groups = (
            Group("errors", _("Errors"), self._leads(Severity.ERROR)),
            Group("warnings", _("Warnings"), self._leads(Severity.WARNING)),
            Group("rewrites", _("Rewrites"), self._leads(Severity.INFO, with_edits=True)),
            Group("notes", _("For information"), self._leads(Severity.INFO, with_edits=False)),
        )
        return tuple(each for each in groups if each.findings)

    def _leads(self, severity: Severity, *, with_edits: bool | None = None) -> list[FindingHere]:
        return [
            each
            for each in self.diff.leads
            if each.unit.severity is severity
            and (with_edits is None or each.unit.has_edit is with_edits)
        ]

    def chosen(self, units: Iterable[str], group: str) -> list[Unit]:
        """The units named one by one, and the undecided ones of a group, in the page's order.

        A group leaves the proposed mapping out as long as that has to wait for others.
        """
        named = set(units)
        grouped = {
            here.unit.key
            for each in self.groups
            if group in {each.name, "all"}
            for here in each.findings
            if is_undecided(here.unit)
        }
        if preconditions.objection_of_other_edits(self.revision, besides=named | grouped):
            grouped.discard(MAPPING_UNIT)
        return [each.unit for each in self.diff.leads if each.unit.key in named | grouped]

    def after(self, units: Iterable[str]) -> str:
        """The anchor of the next unit that waits for a decision, after those just decided."""
        keys = set(units)
        leads = self.diff.leads
        last = max((at for at, each in enumerate(leads) if each.unit.key in keys), default=0)
        may_not_yet = {MAPPING_UNIT} if self.review.objection_to_mapping else frozenset()
        waiting = [
            each
            for each in (*leads[last:], *leads[:last])
            if is_undecided(each.unit) and each.unit.key not in may_not_yet
        ]
        return waiting[0].decided.anchor if waiting else "verdict"

    def context(self, refused: DeniedInput | None = None, **more: Any) -> dict[str, Any]:
        """What the templates in ``review/`` want."""
        user, submission = self.request.user, self.submission
        objection = objections.to_deciding(user, submission)
        mapping = self.review.objection_to_mapping
        return {
            **progress_of(submission, self.revision, "review", self.review.report.archives),
            "page": self,
            "review": self.review,
            "diff": self.diff,
            "groups": self.groups,
            "verdict": report_summary(self.revision, self.review.report),
            "proof": proof_step(self.review.report),
            "notice": state_notice(submission, self.revision),
            "since": since_earlier(self.revision),
            "reasons": Reason.choices,
            "controls": DecisionControls(submission, self.revision, objection, mapping, refused),
            "refused": refused,
            "side_by_side": is_side_by_side(self.request),
            "unfold": "unfold" in self.request.GET,
            "objection": objection,
            "objection_to_unclaiming": objections.to_unclaiming(user, submission),
            "objection_to_approving": objections.to_approving(user, submission),
            "answer": answer_of(user, self.revision, self.review.report),
            "is_mine": submission.is_claimed and submission.claimed_by_id == user.pk,
            **more,
        }


def is_undecided(unit: Unit) -> bool:
    """Whether the package waits for the decision of this unit."""
    return unit.needs_decision and unit.state is FindingState.OPEN
