"""What each screen reads, in a number of queries that does not grow with what is shown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cached_property

from django.contrib.auth.models import User
from django.db.models import Count, F, Min, Prefetch, Q, QuerySet
from django.utils import timezone

from . import permissions
from .actions import reviewing
from .models import Comment, Decision, Event, Finding, Inspection, Release, Revision, Submission
from .models.run import MOST_ATTEMPTS
from .pipeline import MAPPING_UNIT, Report, findings_under
from .pipeline.core import findings as pipeline
from .pipeline.core.findings import Severity
from .pipeline.core.messages import Message, _
from .states import FindingState, SubmissionState, Turn
from .storage import read_report

PAGE = 50
_COUNTED = 1000  # nobody needs to know how many more there are, and counting them takes long


class Sort(StrEnum):
    """In which order a queue is shown."""

    OLDEST = "oldest"
    NEWEST = "newest"
    TITLE = "title"
    ERRORS = "errors"


_ORDER: Mapping[Sort, tuple[str, bool]] = {
    Sort.OLDEST: ("waiting_since", False),
    Sort.NEWEST: ("waiting_since", True),
    Sort.TITLE: ("title", False),
    Sort.ERRORS: ("errors", True),
}
"""The column, and whether the highest stands first."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What of a list is wanted, as it stands in the address bar. Empty means all.

    ``page`` is 1-based, of ``PAGE`` rows.
    """

    states: tuple[SubmissionState, ...] = ()
    kind: str = ""
    text: str = ""
    mine: bool = False
    unclaimed: bool = False
    sort: Sort = Sort.OLDEST
    page: int = 1


@dataclass(frozen=True)
class Listing:
    """One page of submissions. ``total`` is None where there are more than anybody counts."""

    rows: Sequence[Submission]
    total: int | None
    page: int
    has_next: bool


def submissions(user: User, wanted: Wanted) -> Listing:
    """A page of what the user may see: the partner's list as well as the reviewers' queue.

    Every row comes with service, organisation, submitter, claimer and current revision.
    """
    found = _filtered(permissions.visible_to(user), user, wanted)
    first = (wanted.page - 1) * PAGE
    keys = _keys(found, wanted, first + PAGE + 1)[first:]
    rows = (
        Submission.objects.filter(pk__in=keys[:PAGE])
        .select_related("service", "organisation", "submitted_by", "claimed_by", "current")
        .in_bulk()
    )
    if wanted.states:
        found = found.filter(state__in=wanted.states)
    counted = found.order_by()[: _COUNTED + 1].count()
    return Listing(
        rows=[rows[key] for key in keys[:PAGE] if key in rows],
        total=counted if counted <= _COUNTED else None,
        page=wanted.page,
        has_next=len(keys) > PAGE,
    )


def _keys(found: QuerySet[Submission], wanted: Wanted, most: int) -> list[int]:
    """The ids of the first ``most`` of ``found``, in the order that is wanted.

    State by state and then merged, so that an index gives each part in its order.
    """
    order, newest_first = _ORDER[wanted.sort]
    sign = "-" if newest_first else ""
    parts = [found.filter(state=state.value) for state in wanted.states] or [found]
    pairs = [
        pair
        for part in parts
        for pair in part.order_by(f"{sign}{order}", f"{sign}pk").values_list(order, "pk")[:most]
    ]
    if len(parts) > 1:
        pairs.sort(reverse=newest_first)
    return [pk for _value, pk in pairs[:most]]


def _filtered(found: QuerySet[Submission], user: User, wanted: Wanted) -> QuerySet[Submission]:
    """What is wanted of ``found``, in whatever state."""
    if wanted.kind:
        found = found.filter(kind=wanted.kind)
    if wanted.mine:
        found = found.filter(claimed_by=user, claimed_until__gt=timezone.now())
    if wanted.unclaimed:
        free = Q(claimed_until__isnull=True) | Q(claimed_until__lte=timezone.now())
        found = found.filter(free)
    words = wanted.text.lower().split()[:5]
    return _with_words(found, words) if words else found


def _with_words(found: QuerySet[Submission], words: Sequence[str]) -> QuerySet[Submission]:
    """What has all of ``words``, as parts of its words.

    Few hits are found by reading the index of words from end to end, many by walking along
    the order that is wanted until the page is full.
    """
    has_words = Q()
    for word in words:
        has_words &= Q(search__contains=word)
    hits = Submission.objects.filter(has_words).order_by().values_list("pk", flat=True)
    few = list(hits[: _COUNTED + 1])
    return found.filter(has_words) if len(few) > _COUNTED else found.filter(pk__in=few)


def sections(user: User) -> dict[str, Listing]:
    """The reviewers' start page: your turn, unclaimed, waiting for partners, lately decided."""
    in_review = (SubmissionState.IN_REVIEW,)
    waiting = (SubmissionState.RETURNED, SubmissionState.REFUSED)
    decided = (SubmissionState.APPROVED, SubmissionState.RELEASED, SubmissionState.REJECTED)
    return {
        "yours": submissions(user, Wanted(states=in_review, mine=True)),
        "unclaimed": submissions(user, Wanted(states=in_review, unclaimed=True)),
        "waiting": submissions(user, Wanted(states=waiting)),
        "decided": submissions(user, Wanted(states=decided, sort=Sort.NEWEST)),
    }


def turns(user: User) -> dict[Turn, int]:
    """How many of the submissions that the user sees wait for whom."""
    counted = permissions.visible_to(user).values_list("state").annotate(Count("pk")).order_by()
    found = dict.fromkeys(Turn, 0)
    for state, count in counted:
        found[Submission(state=state).turn] += count
    return found


def find_submission(user: User, pk: int) -> Submission | None:
    """A submission that the user may see, with all that its page names, or None."""
    return (
        permissions.visible_to(user)
        .select_related(
            "service", "organisation", "submitted_by", "claimed_by", "current__inspection"
        )
        .filter(pk=pk)
        .first()
    )


def find_revision(user: User, pk: int, number: int) -> Revision | None:
    """A revision of a submission that the user may see, or None."""
    return (
        Revision.objects.filter(submission__in=permissions.visible_to(user))
        .select_related("submission__organisation", "uploaded_by", "inspection")
        .filter(submission_id=pk, number=number)
        .first()
    )


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
    """What is decided as a whole: a change set, or one finding."""

    key: str
    members: Sequence[DecidedFinding]

    @property
    def first(self) -> DecidedFinding:
        return self.members[0]

    @property
    def severity(self) -> Severity:
        """That of its heaviest finding."""
        return max((each.finding.severity for each in self.members), key=_weight)

    @property
    def edits(self) -> tuple[pipeline.Edit, ...]:
        """What approving it applies, each once."""
        edits = (each.finding.edit for each in self.members)
        return tuple(dict.fromkeys(edit for edit in edits if edit is not None))

    @property
    def state(self) -> FindingState:
        """What was decided; open as long as one of its findings is."""
        states = {FindingState(each.row.state) for each in self.members}
        return states.pop() if len(states) == 1 else FindingState.OPEN

    @property
    def needs_decision(self) -> bool:
        """Whether the package cannot be approved before this is decided."""
        return any(each.row.needs_decision for each in self.members)

    @property
    def is_upheld(self) -> bool:
        """Whether the partner must mend it."""
        return any(each.row.is_upheld for each in self.members)

    @property
    def has_edit(self) -> bool:
        """Whether approving it applies edits, be there none left of them."""
        return self.first.row.has_edit

    @property
    def is_mapping(self) -> bool:
        """Whether it is the proposed mapping, which is decided last."""
        return self.key == MAPPING_UNIT

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
        return tuple(Unit(key, tuple(found)) for key, found in members.items())

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
        upheld = [each for each in self.units if each.is_upheld and each.severity is Severity.ERROR]
        steps = (
            (_("Rewrites to decide: %(count)s", count=len(edits)), edits),
            (_("Findings to decide: %(count)s", count=len(others)), others),
            (_("Errors for the partner to mend: %(count)s", count=len(upheld)), upheld),
        )
        return tuple(words for words, those in steps if those)

    @property
    def objection_of_archives(self) -> Message | None:
        """Why the image archives stand in the way, None where they do not."""
        return permissions.objection_of_archives(self.revision.submission)

    @cached_property
    def objection_to_mapping(self) -> Message | None:
        """Why the proposed mapping cannot be decided yet, None where it can or there is none."""
        if not any(each.is_mapping for each in self.units):
            return None
        return permissions.objection_to_deciding_mapping(self.revision)

    @property
    def confirmation(self) -> Message | None:
        """The sentence to confirm at the approval, None where there is none."""
        return reviewing.left_outside(self.revision, reviewing.outside(self.revision, self.report))

    @property
    def mark(self) -> str:
        """What the approval names, so that nothing unseen is approved."""
        return reviewing.mark(self.revision)

    def at_line(self, file: str) -> dict[int, list[DecidedFinding]]:
        """The findings of one file by line, for the margin of its diff."""
        found: dict[int, list[DecidedFinding]] = {}
        for each in self.findings:
            place = each.finding.place
            if place.file == file and place.line is not None:
                found.setdefault(place.line, []).append(each)
        return found


def review(revision: Revision) -> Review:
    """The findings of an examined revision with decisions and comments. Three queries."""
    report = read_report(revision.report)
    rows = (
        # The second stage may have written more since this revision was read.
        revision.findings.filter(position__lt=len(report.findings))
        .order_by("position")
        .prefetch_related(
            Prefetch("decisions", Decision.objects.select_related("by", "carried_from")),
            Prefetch("comments", Comment.objects.select_related("by")),
        )
    )
    rejected = {row.position for row in rows if row.state == FindingState.REJECTED}
    findings = findings_under(report, rejected)
    return Review(
        revision,
        report,
        tuple(
            DecidedFinding(
                findings[row.position],
                row,
                tuple(row.decisions.all()),
                tuple(row.comments.all()),
            )
            for row in rows
        ),
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
    then = set(earlier.findings.values_list("fingerprint", flat=True))
    now = set(revision.findings.values_list("fingerprint", flat=True))
    return Difference(earlier.number, len(then - now), len(now - then), len(now & then))


def history(submission: Submission) -> QuerySet[Event]:
    """All that happened to a submission, oldest first."""
    return submission.events.select_related("by", "revision").order_by("pk")


def revisions(submission: Submission) -> QuerySet[Revision]:
    """The uploads of a submission, newest first, with their releases."""
    return (
        submission.revisions.select_related("uploaded_by")
        .prefetch_related(Prefetch("releases", Release.objects.select_related("approved_by")))
        .order_by("-number")
    )


def last_release(submission: Submission) -> Release | None:
    """The newest release of the current revision: being made, made, or not verified."""
    if submission.current_id is None:
        return None
    return (
        Release.objects.filter(revision=submission.current_id)
        .select_related("approved_by")
        .order_by("pk")
        .last()
    )


def place_in_line(submission: Submission) -> int | None:
    """How many wait before it, plus one; None when it does not wait."""
    if submission.state != SubmissionState.RECEIVED:
        return None
    earlier = Submission.objects.filter(
        state=SubmissionState.RECEIVED.value, waiting_since__lt=submission.waiting_since
    )
    return earlier.count() + 1


def log(user: User) -> QuerySet[Event]:
    """What happened to all that the user may see, newest first."""
    events = Event.objects.select_related("by", "submission", "revision").order_by("-pk")
    if permissions.is_reviewer(user) or permissions.is_administrator(user):
        return events
    return events.filter(submission__in=permissions.visible_to(user))


@dataclass(frozen=True)
class Health:
    """How the pipeline is: for the administrators' first page.

    ``counts`` are submissions by state, ``oldest`` is since when the oldest waits for a
    worker, ``overdue`` are runs whose worker has gone silent, ``failed`` what needs a retry.
    """

    counts: Mapping[SubmissionState, int]
    oldest: datetime | None
    running: int
    overdue: int
    failed: Sequence[Submission]


def health() -> Health:
    """The state of the pipeline now."""
    now = timezone.now()
    counted: Iterator[tuple[str, int]] = iter(
        Submission.objects.values_list("state").annotate(Count("pk")).order_by()
    )
    unfinished = [
        model.objects.filter(finished_at__isnull=True, lease_until__isnull=False)
        for model in (Revision, Inspection, Release)
    ]
    received = Submission.objects.filter(state=SubmissionState.RECEIVED.value)
    spent = Q(lease_until__isnull=True) | Q(lease_until__lte=now)
    spent &= Q(finished_at__isnull=True, attempts__gte=MOST_ATTEMPTS)
    crashed = Submission.objects.filter(state=SubmissionState.FAILED.value)
    releases = Release.objects.filter(
        spent, revision__submission__state=SubmissionState.APPROVED.value
    )
    inspections = Inspection.objects.filter(
        spent,
        revision__submission__state=SubmissionState.IN_REVIEW.value,
        revision=F("revision__submission__current"),
    )
    failed = [
        *crashed.values_list("pk", flat=True)[:PAGE],
        *releases.values_list("revision__submission_id", flat=True)[:PAGE],
        *inspections.values_list("revision__submission_id", flat=True)[:PAGE],
    ]
    return Health(
        counts={SubmissionState(state): count for state, count in counted},
        oldest=received.aggregate(oldest=Min("waiting_since"))["oldest"],
        running=sum(runs.filter(lease_until__gt=now).count() for runs in unfinished),
        overdue=sum(runs.filter(lease_until__lte=now).count() for runs in unfinished),
        failed=list(
            Submission.objects.filter(pk__in=failed)
            .select_related("current", "organisation")
            .order_by("waiting_since")
        ),
    )


def _weight(severity: Severity) -> int:
    return severity.weight
