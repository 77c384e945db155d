"""Lists of submissions, filtered and sorted, a page at a time; and one submission of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.contrib.auth.models import User
from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from ..models import Finding, Organisation, Revision, Submission
from ..models.submission import claimed, longest_first, searched_words
from ..permissions import organisations_of, visible_to
from ..review_stages import at_stage, next_stage_is_of
from ..states import TURNS, SubmissionState, Turn
from .due import overdue_since
from .groups import Group, in_group

PAGE = 50
_COUNTED = 1000  # nobody needs to know how many more there are, and counting them takes long


class SortOrder(StrEnum):
    """In which order a queue is shown."""

    OLDEST = "oldest"
    NEWEST = "newest"
    TITLE = "title"
    ERRORS = "errors"


_ORDER: Mapping[SortOrder, tuple[str, bool]] = {
    SortOrder.OLDEST: ("waiting_since", False),
    SortOrder.NEWEST: ("waiting_since", True),
    SortOrder.TITLE: ("title", False),
    SortOrder.ERRORS: ("errors", True),
}
"""The column, and whether the highest comes first."""

_SHOWN = (
    *("title", "kind", "state", "waiting_since", "needs_administrator", "claimed_until"),
    *("organisation__name", "claimed_by__username", "reviewer__username"),
    *("current__number", "current__images_total", "current__images_redirected"),
)
"""What lists show of a submission; the policy of its revision alone is many times as long."""


@dataclass(frozen=True, slots=True)
class ListFilter:
    """What of a list is asked, as in the address bar. Empty means all.

    ``page`` is 1-based, of ``PAGE`` rows.
    """

    states: tuple[SubmissionState, ...] = ()
    kind: str = ""
    text: str = ""
    mine: bool = False
    unclaimed: bool = False
    stage: int | None = None
    partner: str = ""
    rule: str = ""
    group: Group | None = None
    claimed_by: str = ""
    overdue: bool = False
    sort: SortOrder = SortOrder.OLDEST
    page: int = 1


@dataclass(frozen=True)
class Listing:
    """One page of submissions. ``total`` is None where there are more than anybody counts."""

    rows: Sequence[Submission]
    total: int | None
    page: int
    has_next: bool


def submissions(user: User, asked: ListFilter, most: int | None = None) -> Listing:
    """A page of what the user may see: the partner's list as well as the reviewers' queue.

    ``most`` is how many rows a page has, where it is not ``PAGE``. Of every row, its organisation,
    its reviewers and its current revision, only what lists show is read.
    """
    part = _part(user, asked, most or PAGE)
    return part.listing(_rows(part.keys))


@dataclass(frozen=True, slots=True)
class _Part:
    """A page of which only the ids of its rows are known."""

    keys: Sequence[int]
    total: int | None
    page: int
    has_next: bool

    def listing(self, rows: Mapping[int, Submission]) -> Listing:
        """The page with its rows, by their ids; what is gone meanwhile is left out."""
        found = [rows[key] for key in self.keys if key in rows]
        return Listing(found, self.total, self.page, self.has_next)


def _part(user: User, asked: ListFilter, most: int) -> _Part:
    found = _filtered(visible_to(user), user, asked)
    first = (asked.page - 1) * most
    keys = _keys(found, asked, first + most + 1)[first:]
    if asked.states:
        found = found.filter(state__in=asked.states)
    counted = found.order_by()[: _COUNTED + 1].count()
    total = counted if counted <= _COUNTED else None
    return _Part(keys[:most], total, asked.page, has_next=len(keys) > most)


def _rows(keys: Iterable[int]) -> Mapping[int, Submission]:
    related = ("organisation", "claimed_by", "reviewer", "current")
    found = Submission.objects.filter(pk__in=set(keys)).select_related(*related)
    return found.only(*_SHOWN).in_bulk()


def _keys(found: QuerySet[Submission], asked: ListFilter, most: int) -> list[int]:
    """The ids of the first ``most`` of ``found``, in the order that is asked.

    State by state and then merged, so that an index gives each part in its order.
    """
    order, newest_first = _ORDER[asked.sort]
    sign = "-" if newest_first else ""
    parts = [found.filter(state=state.value) for state in asked.states] or [found]
    pairs = [
        pair
        for part in parts
        for pair in part.order_by(f"{sign}{order}", f"{sign}pk").values_list(order, "pk")[:most]
    ]
    if len(parts) > 1:
        pairs.sort(reverse=newest_first)
    return [pk for _value, pk in pairs[:most]]


def _mine(user: User) -> list[int]:
    """What the user holds, and what waits for the user first: few, and found by their indexes."""
    held = Submission.objects.filter(claimed(), claimed_by=user)
    expected = Submission.objects.filter(
        _unclaimed(), next_stage_is_of(user), reviewer=user, state=SubmissionState.IN_REVIEW
    )
    return [*held.values_list("pk", flat=True), *expected.values_list("pk", flat=True)]


def _unclaimed() -> Q:
    return Q(claimed_until__isnull=True) | ~claimed()


def _filtered(found: QuerySet[Submission], user: User, asked: ListFilter) -> QuerySet[Submission]:
    """What is asked for of ``found``, in whatever state."""
    if asked.kind:
        found = found.filter(kind=asked.kind)
    if asked.mine:
        found = found.filter(pk__in=_mine(user))
    if asked.unclaimed:
        found = found.filter(_unclaimed()).exclude(reviewer=user)
        found = found.filter(next_stage_is_of(user))
    if asked.partner:
        named = Organisation.objects.filter(name__icontains=asked.partner.strip())
        found = found.filter(organisation__in=named)
    if asked.claimed_by:
        held = Submission.objects.filter(claimed(), claimed_by__username=asked.claimed_by)
        found = found.filter(pk__in=list(held.values_list("pk", flat=True)))
    findings = Finding.objects.filter(revision=OuterRef("current"))
    if asked.rule:
        found = found.filter(Exists(findings.filter(rule=asked.rule.strip().upper())))
    if asked.group:
        found = found.filter(Exists(findings.filter(in_group(asked.group))))
    if asked.overdue:
        moment = overdue_since()
        state = SubmissionState.IN_REVIEW.value
        found = found.filter(state=state, waiting_since__lt=moment) if moment else found.none()
    if asked.stage is not None:
        found = found.filter(at_stage(asked.stage))
    words = longest_first(searched_words(asked.text))
    return _with_words(found, words) if words else found


def _with_words(found: QuerySet[Submission], words: Sequence[str]) -> QuerySet[Submission]:
    """What has all of ``words``, as parts of its words.

    Few hits are found by reading the index of words from end to end, many by walking along
    the order that is asked for until the page is full.
    """
    few = with_words(words)
    return found.filter(_has(words)) if few is None else found.filter(pk__in=few)


def with_words(words: Sequence[str]) -> list[int] | None:
    """The ids of all submissions that have all of ``words``; None where these are many."""
    hits = Submission.objects.filter(_has(words)).order_by().values_list("pk", flat=True)
    few = list(hits[: _COUNTED + 1])
    return few if len(few) <= _COUNTED else None


def _has(words: Sequence[str]) -> Q:
    has_words = Q()
    for word in words:
        has_words &= Q(search__contains=word)
    return has_words


def queue_sections(user: User, most: int) -> dict[str, Listing]:
    """The reviewers' start page: your turn, unclaimed, waiting for partners, lately decided.

    Of each, at most so many rows.
    """
    in_review = (SubmissionState.IN_REVIEW,)
    waiting = (SubmissionState.RETURNED, SubmissionState.REFUSED)
    decided = (
        SubmissionState.APPROVED,
        SubmissionState.PUBLISHING,
        SubmissionState.RELEASED,
        SubmissionState.SUSPENDED,
        SubmissionState.REJECTED,
    )
    asked = {
        "yours": ListFilter(states=in_review, mine=True),
        "unclaimed": ListFilter(states=in_review, unclaimed=True),
        "waiting": ListFilter(states=waiting),
        "decided": ListFilter(states=decided, sort=SortOrder.NEWEST),
    }
    parts = {name: _part(user, each, most) for name, each in asked.items()}
    rows = _rows(key for part in parts.values() for key in part.keys)
    return {name: part.listing(rows) for name, part in parts.items()}


def next_in_queue(user: User, besides: Submission) -> Submission | None:
    """What the reviewer can take next: what waits longest and is claimed by nobody else.

    Only its title is read.
    """
    own = Q(claimed_by=user) | _unclaimed()
    return (
        visible_to(user)
        .filter(own, state=SubmissionState.IN_REVIEW)
        .filter(next_stage_is_of(user))
        .exclude(pk=besides.pk)
        .exclude(organisation__in=organisations_of(user))
        .order_by("waiting_since", "pk")
        .only("title")
        .first()
    )


def count_by_turn(user: User) -> dict[Turn, int]:
    """How many of the submissions that the user sees wait for whom, but for those of nobody.

    Most are done with: these are not counted, for that would be to read all of them.
    """
    visible = visible_to(user)
    found: dict[Turn, int] = {turn: 0 for turn in Turn if turn is not Turn.NOBODY}
    waiting = visible.filter(state__in=[state for state in TURNS if TURNS[state] in found])
    for state, count in waiting.values_list("state").annotate(Count("pk")).order_by():
        found[Submission(state=state).turn] += count
    # Few, and found by an index of their own, not by that of an organisation.
    stopped = list(Submission.objects.filter(needs_administrator=True).values_list("pk", flat=True))
    for submission in visible.filter(pk__in=stopped).only("state"):
        if (turn := TURNS[submission.status]) in found:
            found[turn] -= 1
        found[Turn.ADMINISTRATOR] += 1
    return found


def find_submission(user: User, pk: int, *, names: bool = True) -> Submission | None:
    """A submission that the user may see, or None: with its current revision.

    ``names``: also with those whom its page names.
    """
    named = ("service", "organisation", "claimed_by", "current__uploaded_by") if names else ()
    found = visible_to(user).select_related(*named, "current__inspection", "current__look_up")
    # Without an order, which takes Django long to write where so many columns are read.
    return next(iter(found.filter(pk=pk)), None)


def find_revision(user: User, pk: int, number: int) -> Revision | None:
    """A revision of a submission that the user may see, or None."""
    return (
        Revision.objects.filter(submission__in=visible_to(user))
        .select_related("submission__organisation", "uploaded_by", "inspection")
        .filter(submission_id=pk, number=number)
        .first()
    )
