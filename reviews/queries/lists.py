"""Lists of submissions, filtered and sorted, a page at a time; and one submission of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.contrib.auth.models import User
from django.db.models import Count, Q, QuerySet

from ..models import Revision, Submission
from ..models.submission import claimed, searched_words
from ..permissions import organisations_of, visible_to
from ..states import TURNS, SubmissionState, Turn

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

    ``most`` is how many rows a page has, where it is not ``PAGE``. Every row comes with service,
    organisation, submitter, claimer and current revision.
    """
    rows_of_page = most or PAGE
    found = _filtered(visible_to(user), user, asked)
    first = (asked.page - 1) * rows_of_page
    keys = _keys(found, asked, first + rows_of_page + 1)[first:]
    rows = (
        Submission.objects.filter(pk__in=keys[:rows_of_page])
        .select_related("service", "organisation", "submitted_by", "claimed_by", "current")
        .in_bulk()
    )
    if asked.states:
        found = found.filter(state__in=asked.states)
    counted = found.order_by()[: _COUNTED + 1].count()
    return Listing(
        rows=[rows[key] for key in keys[:rows_of_page] if key in rows],
        total=counted if counted <= _COUNTED else None,
        page=asked.page,
        has_next=len(keys) > rows_of_page,
    )


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


def _unclaimed() -> Q:
    return Q(claimed_until__isnull=True) | ~claimed()


def _filtered(found: QuerySet[Submission], user: User, asked: ListFilter) -> QuerySet[Submission]:
    """What is asked for of ``found``, in whatever state."""
    if asked.kind:
        found = found.filter(kind=asked.kind)
    if asked.mine:
        found = found.filter(claimed(), claimed_by=user)
    if asked.unclaimed:
        found = found.filter(_unclaimed())
    words = searched_words(asked.text).split()[:5]
    return _with_words(found, words) if words else found


def _with_words(found: QuerySet[Submission], words: Sequence[str]) -> QuerySet[Submission]:
    """What has all of ``words``, as parts of its words.

    Few hits are found by reading the index of words from end to end, many by walking along
    the order that is asked for until the page is full.
    """
    has_words = Q()
    for word in words:
        has_words &= Q(search__contains=word)
    hits = Submission.objects.filter(has_words).order_by().values_list("pk", flat=True)
    few = list(hits[: _COUNTED + 1])
    return found.filter(has_words) if len(few) > _COUNTED else found.filter(pk__in=few)


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
    return {
        "yours": submissions(user, ListFilter(states=in_review, mine=True), most),
        "unclaimed": submissions(user, ListFilter(states=in_review, unclaimed=True), most),
        "waiting": submissions(user, ListFilter(states=waiting), most),
        "decided": submissions(user, ListFilter(states=decided, sort=SortOrder.NEWEST), most),
    }


def next_in_queue(user: User, besides: Submission) -> Submission | None:
    """What the reviewer can take next: what waits longest and is claimed by nobody else."""
    own = Q(claimed_by=user) | _unclaimed()
    return (
        visible_to(user)
        .filter(own, state=SubmissionState.IN_REVIEW)
        .exclude(pk=besides.pk)
        .exclude(organisation__in=organisations_of(user))
        .order_by("waiting_since", "pk")
        .first()
    )


def count_by_turn(user: User) -> dict[Turn, int]:
    """How many of the submissions that the user sees wait for whom."""
    visible = visible_to(user)
    found = dict.fromkeys(Turn, 0)
    for state, count in visible.values_list("state").annotate(Count("pk")).order_by():
        found[Submission(state=state).turn] += count
    # Few, and found by an index of their own.
    for submission in visible.filter(needs_administrator=True).only("state"):
        found[TURNS[submission.status]] -= 1
        found[Turn.ADMINISTRATOR] += 1
    return found


def find_submission(user: User, pk: int) -> Submission | None:
    """A submission that the user may see, with all that its page names, or None."""
    return (
        visible_to(user)
        .select_related(
            "service", "organisation", "submitted_by", "claimed_by", "current__inspection"
        )
        .filter(pk=pk)
        .first()
    )


def find_revision(user: User, pk: int, number: int) -> Revision | None:
    """A revision of a submission that the user may see, or None."""
    return (
        Revision.objects.filter(submission__in=visible_to(user))
        .select_related("submission__organisation", "uploaded_by", "inspection")
        .filter(submission_id=pk, number=number)
        .first()
    )
