"""What partners are shown: decisions are drafts until the verdict, and internal notes stay inside.

Every page and download reads decisions, states of findings, comments and events through here, so
that no other place has to know the rule (ADR 0036).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import (
    BooleanField,
    Case,
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Trim

from .models import (
    Comment,
    CommentRead,
    Decision,
    Event,
    Finding,
    Membership,
    PortalPolicy,
    Submission,
    Uploader,
)
from .permissions import Somebody, is_administrator, is_reviewer, organisations_of
from .read_once import read_once
from .states import FINDING_MOVES, FINDING_VERBS, FindingState

SHOWN_VERBS = frozenset(
    {
        *("submit", "revise", "withdraw", "start", "refuse", "finish", "inspect", "fail", "retry"),
        *("return", "reject", "approve", "publish", "stop", "release", "reopen", "reconsider"),
        *("suspend", "resume", "download", "purge", "attach", "detach"),
        *("accept", "end_acceptance"),
    }
)
"""Events that partners are shown, whoever did it."""

DRAFT_VERBS = frozenset(
    {"decide", "carry", "unsettle", "comment", "use_acceptance", "approve_stage"}
)
"""Events that partners are shown with the verdict. What is in neither list stays inside."""

_VERBS_OF_PARTNERS = SHOWN_VERBS | DRAFT_VERBS | {"view"}
"""With the visits, of which partners are shown their own."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody who reads about one submission.

    ``is_partner``: one of the organisation that submitted it, whatever other roles one has; then
    ``partners`` are the ids of all on that side. ``hides_reviewers`` says that reviewers have no
    names for this reader.
    """

    is_partner: bool
    hides_reviewers: bool = False
    partners: frozenset[int] = frozenset()

    def hides(self, person: int | None) -> bool:
        """Whether the name of this account is not for the reader."""
        return self.hides_reviewers and person is not None and person not in self.partners


INSIDER = Reader(is_partner=False)
"""Who is shown everything: reviewers and administrators of other organisations."""


PARTNER = Reader(is_partner=True, hides_reviewers=True)
"""Who is shown what partners are, and no names."""


def reads_all(user: Somebody) -> bool:
    """Whether the user is shown everything of what other organisations submit."""
    return is_reviewer(user) or is_administrator(user)


def reader_of(user: Somebody, submission: Submission) -> Reader:
    """What ``user`` is shown of ``submission``, which the user may see."""
    if reads_all(user) and submission.organisation_id not in organisations_of(user):
        return INSIDER
    return Reader(
        is_partner=True,
        hides_reviewers=_hides_reviewers(),
        partners=partners_of(frozenset({submission.organisation_id})),
    )


@read_once
def partners_of(organisations: frozenset[int]) -> frozenset[int]:
    """The ids of those who are, or were when they uploaded something, of these organisations."""
    members = Membership.objects.filter(organisation__in=organisations)
    uploaders = Uploader.objects.filter(organisation__in=organisations)
    return frozenset(members.values_list("user", flat=True).union(uploaders.values_list("user")))


def decisions_for(reader: Reader, decisions: QuerySet[Decision]) -> QuerySet[Decision]:
    """Those of ``decisions`` that the reader is shown."""
    if not reader.is_partner:
        return decisions
    return decisions.filter(pk__lte=F("finding__revision__decisions_shown"))


def findings_for(reader: Reader, findings: QuerySet[Finding]) -> QuerySet[Any]:
    """``findings`` with ``shown_state``: what the reader is shown to have been decided."""
    if not reader.is_partner:
        return findings.annotate(shown_state=F("state"))
    own = Decision.objects.filter(
        finding=OuterRef("pk"), pk__lte=OuterRef("revision__decisions_shown")
    )
    decided = [When(shown_verb=move.verb, then=Value(move.target.value)) for move in FINDING_MOVES]
    return findings.annotate(
        shown_verb=Subquery(own.order_by("-pk").values("verb")[:1]),
        shown_state=Case(*decided, default=Value(FindingState.OPEN.value)),
    )


def state_after(decisions: Sequence[Decision]) -> FindingState:
    """The state of one finding after ``decisions``, oldest first: those that a reader is shown."""
    return FINDING_VERBS[decisions[-1].verb].target if decisions else FindingState.OPEN


def comments_for(reader: Reader, comments: QuerySet[Comment]) -> QuerySet[Comment]:
    """Those of ``comments`` that the reader is shown."""
    if not reader.is_partner:
        return comments
    return comments.filter(
        Q(by__in=reader.partners) | Q(pk__lte=F("revision__comments_shown")), is_internal=False
    )


def messages_unread(user: Somebody, submission: Submission) -> Sequence[Comment]:
    """What the partner has written and ``user`` has not read, oldest first.

    It comes before an approval. Four queries at most.
    """
    # Who resolves a thread without words has said nothing that is to be read.
    written = Comment.objects.filter(
        ~Q(text=""), revision__submission=submission, is_internal=False, can_be_unread=True
    )
    found = list(written.order_by("pk").prefetch_related("by"))
    if not found:
        return []
    # Apart, for mostly nothing was written.
    reads = CommentRead.objects.filter(user=user.pk, comment__in=found)
    read = set(reads.values_list("comment", flat=True))
    partners = partners_of(frozenset({submission.organisation_id}))
    return [each for each in found if each.by_id in partners and each.pk not in read]


def may_be_shown(user: Somebody, verb: str) -> bool:
    """Whether the user is ever shown an event with this verb."""
    return reads_all(user) or verb in _VERBS_OF_PARTNERS


def events_of_one(reader: Reader, events: QuerySet[Event]) -> QuerySet[Event]:
    """Those of ``events`` that the reader of their submission is shown, with ``hides_author``."""
    if not reader.is_partner:
        return events
    is_hidden = _is_by_others(reader.partners)
    return _named(events, is_hidden, hides=reader.hides_reviewers).filter(
        _is_shown(reader.partners)
    )


def events_for(user: Somebody, events: QuerySet[Event]) -> QuerySet[Event]:
    """Those of ``events`` that the user is shown, with ``hides_author``.

    Partners are not shown who of the reviewers looks at their package or has claimed it.
    """
    own = organisations_of(user)
    is_inside = reads_all(user)
    if is_inside and not own:
        return events
    partners = partners_of(own)
    is_shown, is_own = _is_shown(partners), _is_of(own)
    is_hidden = _is_by_others(partners)
    if is_inside:
        is_hidden &= is_own
    named = _named(events, is_hidden, hides=_hides_reviewers())
    return named.filter(is_shown | ~is_own) if is_inside else named.filter(is_own, is_shown)


def _is_shown(partners: Collection[int]) -> Q:
    return (
        Q(deed__in=SHOWN_VERBS)
        | Q(by__in=partners)
        | Q(deed__in=DRAFT_VERBS, pk__lte=F("revision__events_shown"))
    )


def _is_by_others(partners: Collection[int]) -> Q:
    return Q(by__isnull=False) & ~Q(by__in=partners)


def _named(events: QuerySet[Event], is_hidden: Q, *, hides: bool) -> QuerySet[Event]:
    return events.annotate(  # type: ignore[no-redef] # the class has the default
        # As an expression: by the index of the verb, all of the log would be read and sorted.
        deed=Trim("verb"),
        hides_author=Case(
            When(is_hidden, then=Value(hides)),
            default=Value(value=False),
            output_field=BooleanField(),
        ),
    )


_FEW = 200


def _is_of(organisations: Collection[int]) -> Q:
    """The events of these organisations.

    Those of few submissions are found by these, those of many by walking along the log.
    """
    own = Submission.objects.filter(organisation__in=organisations)
    if len(own.order_by().values_list("pk", flat=True)[: _FEW + 1]) <= _FEW:
        return Q(submission__in=own)
    return Q(Exists(own.filter(pk=OuterRef("submission"))))


def without_names(reader: Reader, said: Collection[Comment | Decision | Event]) -> None:
    """Mark what was said by those whose names the reader is not shown (see ``author``)."""
    for each in said:
        each.hides_author = reader.hides(each.by_id)


def _hides_reviewers() -> bool:
    return not PortalPolicy.current().shows_reviewers
