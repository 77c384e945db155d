"""The findings of a revision with what was decided and said about them."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

from django.db.models import Max, QuerySet

from .. import preconditions
from ..approval import NOTHING_SHIPPED, confirmations_of, findings_version
from ..models import Comment, Decision, Finding, Reason, Revision
from ..pipeline import (
    MAPPING_UNIT,
    ImageStatus,
    Remedy,
    Report,
    ReportedImage,
    findings_under,
)
from ..pipeline.core import findings as pipeline
from ..pipeline.core.findings import Severity
from ..pipeline.core.messages import Message, _
from ..states import FindingState
from ..storage import read_report
from .groups import Group, group_of


@dataclass(frozen=True)
class DecidedFinding:
    """A finding with its words (from the report), its row, and what was said about it."""

    finding: pipeline.Finding
    row: Finding
    decisions: Sequence[Decision]
    comments: Sequence[Comment]

    @property
    def anchor(self) -> str:
        """Its permanent place on a page."""
        return f"f-{self.row.position}"

    @property
    def decision(self) -> Decision | None:
        """The decision that counts, None while it is open."""
        return None if self.row.is_open or not self.decisions else self.decisions[-1]

    @property
    def is_carried(self) -> bool:
        """Whether the decision was made on an earlier revision."""
        return self.decision is not None and self.decision.carried_from_id is not None


@dataclass(frozen=True)
class Unit:
    """What is decided as a whole: a change set, or one finding.

    ``remedies`` are what its partner may write by hand.
    """

    key: str
    members: Sequence[DecidedFinding]
    remedies: tuple[Remedy, ...] = ()

    @property
    def first(self) -> DecidedFinding:
        return self.members[0]

    @cached_property
    def severity(self) -> Severity:
        """That of its heaviest finding."""
        return max((each.finding.severity for each in self.members), key=_weight)

    @property
    def edits(self) -> tuple[pipeline.Edit, ...]:
        """What approving it applies, each once."""
        edits = (each.finding.edit for each in self.members)
        return tuple(dict.fromkeys(edit for edit in edits if edit is not None))

    @cached_property
    def state(self) -> FindingState:
        """What was decided; open as long as one of its findings is."""
        states = {FindingState(each.row.state) for each in self.members}
        return states.pop() if len(states) == 1 else FindingState.OPEN

    @property
    def needs_decision(self) -> bool:
        """Whether the package cannot be approved before this is decided."""
        return any(each.row.needs_decision for each in self.members)

    @property
    def is_confirmed(self) -> bool:
        """Whether the partner must fix it."""
        return any(each.row.is_confirmed for each in self.members)

    @property
    def has_edit(self) -> bool:
        """Whether approving it applies edits, be there none left of them."""
        return self.first.row.has_edit

    @property
    def group(self) -> Group:
        """What its partner has to do with it."""
        is_error = self.severity is Severity.ERROR
        return group_of(is_error=is_error, has_edit=self.has_edit, state=self.state)

    @property
    def is_mapping(self) -> bool:
        """Whether it is the proposed mapping, which is decided last."""
        return self.key == MAPPING_UNIT

    @property
    def reasons(self) -> tuple[tuple[str, object], ...]:
        """The reasons that can be given for rejecting it, with their words."""
        is_unshipped = self.first.row.rule == NOTHING_SHIPPED
        return tuple(
            choice for choice in Reason.choices if (choice[0] == Reason.IN_REGISTRY) is is_unshipped
        )

    @property
    def needs_reason(self) -> bool:
        """Whether rejecting it asks for a reason."""
        return not self.has_edit or self.severity is Severity.ERROR


@dataclass(frozen=True)
class Review:
    """All that the page of one revision shows of its findings."""

    revision: Revision
    report: Report
    findings: Sequence[DecidedFinding]

    @cached_property
    def units(self) -> tuple[Unit, ...]:
        """What is decided as a whole, in the order of the report."""
        members: dict[str, list[DecidedFinding]] = {}
        for each in self.findings:
            members.setdefault(each.row.unit, []).append(each)
        remedies: dict[int, list[Remedy]] = {}
        for remedy in self.report.remedies:
            for position in remedy.findings:
                remedies.setdefault(position, []).append(remedy)
        return tuple(
            Unit(
                key,
                tuple(found),
                tuple(remedy for each in found for remedy in remedies.get(each.row.position, ())),
            )
            for key, found in members.items()
        )

    @cached_property
    def redirected(self) -> dict[str, ReportedImage]:
        """The images that get a new address, by the original one."""
        return {
            image.original: image
            for image in self.report.images
            if image.status is ImageStatus.REDIRECTED
        }

    @property
    def undecided(self) -> tuple[Unit, ...]:
        """The units that still need a decision."""
        return tuple(
            each for each in self.units if each.needs_decision and each.state is FindingState.OPEN
        )

    @property
    def checklist(self) -> tuple[Message, ...]:
        """What of the findings still stands between here and the approval."""
        edits = [each for each in self.undecided if each.has_edit]
        others = [each for each in self.undecided if not each.has_edit]
        confirmed = [
            each for each in self.units if each.is_confirmed and each.severity is Severity.ERROR
        ]
        steps = (
            (_("Rewrites to decide: %(count)s", count=len(edits)), edits),
            (_("Findings to decide: %(count)s", count=len(others)), others),
            (_("Errors for the partner to fix: %(count)s", count=len(confirmed)), confirmed),
        )
        return tuple(words for words, those in steps if those)

    @property
    def objection_of_archives(self) -> Message | None:
        """Why the image archives keep it from being approved, None where they do not."""
        return preconditions.objection_of_archives(self.revision.submission)

    @cached_property
    def objection_to_mapping(self) -> Message | None:
        """Why the proposed mapping cannot be decided yet, None where it can or there is none."""
        if not any(each.is_mapping for each in self.units):
            return None
        return preconditions.objection_of_other_edits(self.revision)

    @cached_property
    def confirmations(self) -> tuple[Message, ...]:
        """The sentences to confirm at the approval."""
        return confirmations_of(self.revision, self.report)

    @property
    def findings_version(self) -> str:
        """What the approval names, so that nothing unseen is approved."""
        return findings_version(self.revision)

    def at_line(self, file: str) -> dict[int, list[DecidedFinding]]:
        """The findings of one file by line, for the margin of its diff."""
        found: dict[int, list[DecidedFinding]] = {}
        for each in self.findings:
            place = each.finding.place
            if place.file == file and place.line is not None:
                found.setdefault(place.line, []).append(each)
        return found


def review_of(revision: Revision) -> Review:
    """The findings of an examined revision with decisions and comments. Three queries."""
    report = read_report(revision.report)
    # The second stage may have written more since this revision was read.
    rows = list(revision.findings.filter(position__lt=len(report.findings)).order_by("position"))
    decisions = _by_finding(Decision.objects.filter(finding__revision=revision))
    comments = _by_finding(Comment.objects.filter(finding__revision=revision))
    rejected = {row.position for row in rows if row.state == FindingState.REJECTED}
    findings = findings_under(report, rejected)
    return Review(
        revision,
        report,
        tuple(
            DecidedFinding(
                findings[row.position], row, decisions.get(row.pk, ()), comments.get(row.pk, ())
            )
            for row in rows
        ),
    )


_Said = TypeVar("_Said", Decision, Comment)


def _by_finding(said: QuerySet[_Said]) -> Mapping[int, Sequence[_Said]]:
    """What was said about each finding, by its id, oldest first. One query."""
    found: dict[int, list[_Said]] = {}
    for each in said.select_related("by").order_by("pk"):
        found.setdefault(each.finding_id or 0, []).append(each)
    return found


def units_of_batch(revision: Revision, batch: str) -> frozenset[str]:
    """The units whose last decision was made in this batch; none where it is no batch's name."""
    try:
        name = uuid.UUID(batch)
    except ValueError:
        return frozenset()
    decisions = Decision.objects.filter(finding__revision=revision)
    last = decisions.values("finding").annotate(last=Max("pk")).values("last")
    return frozenset(
        decisions.filter(pk__in=last, batch=name).values_list("finding__unit", flat=True)
    )


@dataclass(frozen=True, slots=True)
class Difference:
    """How the findings of a revision differ from those of the one before."""

    earlier: int
    gone: int
    new: int
    same: int


def since_earlier(revision: Revision) -> Difference | None:
    """What changed since the last examined revision, None where this is the first."""
    earlier = (
        Revision.objects.filter(submission=revision.submission_id, number__lt=revision.number)
        .exclude(report="")
        .order_by("number")
        .last()
    )
    if earlier is None:
        return None
    then, now = _fingerprints(earlier), _fingerprints(revision)
    return Difference(earlier.number, len(then - now), len(now - then), len(now & then))


def _fingerprints(revision: Revision) -> set[tuple[str, ...]]:
    """Those of each unit of a revision, which counts once."""
    found: dict[str, list[str]] = {}
    for unit, fingerprint in revision.findings.values_list("unit", "fingerprint"):
        found.setdefault(unit, []).append(fingerprint)
    return {tuple(sorted(each)) for each in found.values()}


def _weight(severity: Severity) -> int:
    return severity.weight
