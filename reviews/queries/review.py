"""The findings of a revision with what was decided and said about them."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from django.contrib.auth.models import User
from django.db.models import Max
from django.utils.functional import cached_property

from .. import preconditions
from ..approval import NOTHING_SHIPPED, confirmations_of, findings_version
from ..models import (
    Comment,
    Decision,
    FindingRow,
    Revision,
    finding_rows,
    reason_words,
)
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
from ..pipeline.core.policy import Limits
from ..states import FindingState
from ..storage import read_report
from ..visibility import Reader, comments_for, decisions_for, state_after, without_names
from .groups import Group, group_of

_STATES = {state.value: state for state in FindingState}
_WEIGHTS = {severity: severity.weight for severity in Severity}


@dataclass(slots=True)
class DecidedFinding:
    """A finding with its words (from the report), its row, and what was said about it."""

    finding: pipeline.Finding
    row: FindingRow
    decisions: Sequence[Decision]
    comments: Sequence[Comment]
    reasons: Mapping[str, str] = field(default_factory=dict)

    @property
    def anchor(self) -> str:
        """Its permanent place on a page."""
        return f"f-{self.row.position}"

    @property
    def decision(self) -> Decision | None:
        """The decision that counts, None while it is open."""
        return None if self.row.is_open or not self.decisions else self.decisions[-1]

    @property
    def reason(self) -> str:
        """The reason of the decision that counts, in words; empty where it has none."""
        code = self.decision.reason if self.decision is not None else ""
        return self.reasons.get(code, code)

    @property
    def is_carried(self) -> bool:
        """Whether the decision was made on an earlier revision."""
        return self.decision is not None and self.decision.carried_from_id is not None


@dataclass
class Unit:
    """What is decided as a whole: a change set, or one finding.

    ``remedies`` are what its partner may write by hand. ``is_new`` says that the revision which the
    reader has seen did not have it.

    The rest follows from its findings, and is found once, because a page has several hundred units:
    the ``file`` in which it stands first (None: it is about the package); the ``severity`` of its
    heaviest finding; its ``state``, open as long as one of them is; whether the package cannot be
    approved before it is decided, and whether it is undecided; whether it is confirmed, for the
    partner to fix; whether approving it applies edits, be there none left of them; whether it is
    the proposed mapping, which is decided last.
    """

    key: str
    members: Sequence[DecidedFinding]
    remedies: tuple[Remedy, ...] = ()
    is_new: bool = False
    first: DecidedFinding = field(init=False, repr=False)
    file: str | None = field(init=False, repr=False)
    severity: Severity = field(init=False, repr=False)
    state: FindingState = field(init=False, repr=False)
    needs_decision: bool = field(init=False, repr=False)
    is_undecided: bool = field(init=False, repr=False)
    is_confirmed: bool = field(init=False, repr=False)
    has_edit: bool = field(init=False, repr=False)
    is_mapping: bool = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self.first = first = self.members[0]
        edit = first.finding.edit
        self.file = first.finding.place.file if edit is None else edit.file
        self.has_edit = first.row.has_edit
        self.is_mapping = self.key == MAPPING_UNIT
        rows = [each.row for each in self.members]
        severities = [each.finding.severity for each in self.members]
        self.severity = max(severities, key=_WEIGHTS.__getitem__)
        states = {row.state for row in rows}
        self.state = _STATES[states.pop()] if len(states) == 1 else FindingState.OPEN
        self.needs_decision = any(row.needs_decision for row in rows)
        self.is_undecided = self.needs_decision and self.state is FindingState.OPEN
        self.is_confirmed = any(row.is_confirmed for row in rows)

    @property
    def edits(self) -> tuple[pipeline.Edit, ...]:
        """What approving it applies, each once."""
        edits = (each.finding.edit for each in self.members)
        return tuple(dict.fromkeys(edit for edit in edits if edit is not None))

    @property
    def can_be_accepted(self) -> bool:
        """Whether administrators may accept it for the service, so that it is dismissed."""
        is_unshipped = self.first.row.rule == NOTHING_SHIPPED
        return self.needs_decision and not self.has_edit and not is_unshipped

    @property
    def group(self) -> Group:
        """What its partner has to do with it."""
        is_error = self.severity is Severity.ERROR
        return group_of(is_error=is_error, has_edit=self.has_edit, state=self.state)

    @property
    def own_remedies(self) -> tuple[Remedy, ...]:
        """The remedies that no finding before it has, so that each is drawn once."""
        own = {each.row.position for each in self.members}
        return tuple(each for each in self.remedies if each.findings[0] in own)

    @property
    def remedies_above(self) -> tuple[Remedy, ...]:
        """The remedies that it shares with a finding before it."""
        own = self.own_remedies
        return tuple(each for each in self.remedies if each not in own)

    @property
    def needs_reason(self) -> bool:
        """Whether rejecting it asks for a reason."""
        return not self.has_edit or self.severity is Severity.ERROR


@dataclass(frozen=True)
class Review:
    """All that the page of one revision shows of its findings.

    ``new_units`` are the keys of those that are marked as new. ``has_drafts`` says that decisions
    which partners are not shown yet are in it.
    """

    revision: Revision
    report: Report
    findings: Sequence[DecidedFinding]
    new_units: frozenset[str] = frozenset()
    has_drafts: bool = True

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
                is_new=key in self.new_units,
            )
            for key, found in members.items()
        )

    @cached_property
    def limits(self) -> Limits:
        """The limits of the policy under which the package was examined."""
        return self.revision.held_to.limits

    @cached_property
    def redirected(self) -> dict[str, ReportedImage]:
        """The images that get a new address, by the original one."""
        return {
            image.original: image
            for image in self.report.images
            if image.status is ImageStatus.REDIRECTED
        }

    @cached_property
    def rows(self) -> Sequence[FindingRow]:
        """The findings as they are decided now, whatever is shown of it."""
        if not self.has_drafts:
            return finding_rows(self.revision)
        return [each.row for each in self.findings]

    @cached_property
    def undecided(self) -> tuple[Unit, ...]:
        """The units that still need a decision."""
        return tuple(each for each in self.units if each.is_undecided)

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
        return preconditions.objection_of_other_edits(self.revision, findings=self.rows)

    @cached_property
    def confirmations(self) -> tuple[Message, ...]:
        """The sentences to confirm at the approval."""
        return confirmations_of(self.revision, self.report, self.rows)

    @property
    def findings_version(self) -> str:
        """What the approval names, so that nothing unseen is approved."""
        return findings_version(self.revision, self.rows)

    def at_line(self, file: str) -> dict[int, list[DecidedFinding]]:
        """The findings of one file by line, for the margin of its diff."""
        found: dict[int, list[DecidedFinding]] = {}
        for each in self.findings:
            place = each.finding.place
            if place.file == file and place.line is not None:
                found.setdefault(place.line, []).append(each)
        return found


def review_of(
    revision: Revision,
    reader: Reader,
    new_units: frozenset[str] = frozenset(),
    known: Iterable[User] = (),
) -> Review:
    """The findings of an examined revision with decisions and comments, as the reader is shown.

    Five queries at most; ``known`` are accounts that were read already. The state of each row is
    the one that is shown.
    """
    report = read_report(revision.report)
    # The second stage may have written more since this revision was read.
    rows = finding_rows(revision, revision.findings.filter(position__lt=len(report.findings)))
    made = decisions_for(reader, Decision.objects.filter(finding__revision=revision))
    said = comments_for(reader, Comment.objects.filter(finding__revision=revision))
    decisions, comments = list(made.order_by("pk")), list(said.order_by("pk"))
    _with_people([*decisions, *comments], reader, known)
    by_finding, about_finding = _by_finding(decisions), _by_finding(comments)
    if reader.is_partner:
        # From the decisions that are read anyway: in the database each would be looked for.
        for row in rows:
            row.state = state_after(by_finding.get(row.pk, ()))
    reasons = reason_words() if any(each.reason for each in decisions) else {}
    rejected = {row.position for row in rows if row.state == FindingState.REJECTED}
    findings = findings_under(report, rejected)
    return Review(
        revision,
        report,
        tuple(
            DecidedFinding(
                findings[row.position],
                row,
                by_finding.get(row.pk, ()),
                about_finding.get(row.pk, ()),
                reasons,
            )
            for row in rows
        ),
        new_units,
        has_drafts=not reader.is_partner,
    )


def count_units(revision: Revision, report: Report) -> int:
    """How many units a review of the revision has. One query."""
    found = revision.findings.filter(position__lt=len(report.findings)).order_by()
    return found.values("unit").distinct().count()


_Said = TypeVar("_Said", Decision, Comment)


def _with_people(said: Sequence[Decision | Comment], reader: Reader, known: Iterable[User]) -> None:
    """Find who said what, once for all: hundreds of decisions are of a few people."""
    people = {each.pk: each for each in known}
    people |= User.objects.in_bulk({each.by_id for each in said} - people.keys())
    for each in said:
        each.by = people[each.by_id]
    without_names(reader, said)


def _by_finding(said: Iterable[_Said]) -> Mapping[int, Sequence[_Said]]:
    """What was said about each finding, by its id, oldest first."""
    found: dict[int, list[_Said]] = {}
    for each in said:
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
