"""The log, narrowed down: by who did it, what was done, when, and to which submission."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import User
from django.db import connection
from django.db.models import Q, QuerySet

from ..models import Event
from ..models.submission import longest_first, searched_words
from ..permissions import is_administrator, is_reviewer, organisations_of
from ..pipeline.core.messages import Message, _
from .lists import with_words
from .log import visible_events

PAGE = 50
_PIECE = 1000
_FEW = 5000
_MOST_PEOPLE = 200

VERBS: Mapping[str, Message] = {
    "submit": _("submitted"),
    "revise": _("new revision"),
    "withdraw": _("withdrawn"),
    "start": _("analysis begun"),
    "refuse": _("could not be processed"),
    "finish": _("examined"),
    "inspect": _("image archives read"),
    "fail": _("failed, internal error"),
    "retry": _("tried again"),
    "claim": _("claimed"),
    "unclaim": _("unclaimed"),
    "assign": _("assigned"),
    "decide": _("decision on a finding"),
    "carry": _("decisions carried over"),
    "unsettle": _("decision on the mapping taken back"),
    "comment": _("comment"),
    "note": _("internal note"),
    "attach": _("attached"),
    "detach": _("attachment removed"),
    "accept": _("accepted for the service"),
    "end_acceptance": _("acceptance ended"),
    "use_acceptance": _("acceptance used"),
    "return": _("returned"),
    "reject": _("rejected"),
    "approve": _("approved"),
    "approve_stage": _("stage approved"),
    "publish": _("publishing begun"),
    "stop": _("publishing stopped"),
    "reopen": _("release not proven"),
    "reconsider": _("back to review"),
    "release": _("released"),
    "suspend": _("suspended"),
    "resume": _("suspension ended"),
    "view": _("looked at"),
    "download": _("downloaded"),
    "purge": _("file removed"),
}
"""What was done, by the verb of the event."""


@dataclass(frozen=True, slots=True)
class LogFilter:
    """What of the log is asked for. Empty means all.

    ``person`` is a part of a user name, ``submission`` words or the number of one. ``since`` is in
    the range, ``until`` is not. Below the event ``before`` a page begins, above ``after`` it ends.
    """

    person: str = ""
    verb: str = ""
    submission: str = ""
    since: datetime | None = None
    until: datetime | None = None
    before: int | None = None
    after: int | None = None


@dataclass(frozen=True, slots=True)
class LogPage:
    """Events, newest first. ``older`` and ``newer``: whether there are more on that side."""

    events: Sequence[Event]
    older: bool
    newer: bool


def filtered_events(user: User, asked: LogFilter) -> QuerySet[Event]:
    """What is asked for of all that the user may see, newest first."""
    events = visible_events(user)
    if asked.person:
        events = events.filter(by__in=_people(user, asked.person))
    if asked.verb:
        events = events.filter(verb=asked.verb)
    if asked.submission:
        events = events.filter(_of_submissions(asked.submission))
    return events.filter(_at(asked))


def _at(asked: LogFilter) -> Q:
    """The range of days. The events of a short one are found first, whatever else is asked."""
    days = Q()
    if asked.since is not None:
        days &= Q(at__gte=asked.since)
    if asked.until is not None:
        days &= Q(at__lt=asked.until)
    if not days:
        return days
    found = Event.objects.filter(days).order_by().values("pk")
    return Q(pk__in=found) if found[: _FEW + 1].count() <= _FEW else days


def log_page(user: User, asked: LogFilter) -> LogPage:
    """One page. It is found by the number of an event, so that the last costs as the first."""
    events = filtered_events(user, asked)
    if asked.after is not None:
        rows = list(events.filter(pk__gt=asked.after).order_by("pk")[: PAGE + 1])
        return LogPage(rows[:PAGE][::-1], older=True, newer=len(rows) > PAGE)
    if asked.before is not None:
        events = events.filter(pk__lt=asked.before)
    rows = list(events[: PAGE + 1])
    return LogPage(rows[:PAGE], older=len(rows) > PAGE, newer=asked.before is not None)


def pieces_of_log(user: User, asked: LogFilter) -> Iterator[Sequence[Event]]:
    """All that is asked for, some events at a time, newest first.

    Each piece is a query of its own, so that every one may be read in another thread. The
    connection is closed after each: nobody else would do so in such a thread.
    """
    events = filtered_events(user, asked)
    last: int | None = None
    while True:
        found = events if last is None else events.filter(pk__lt=last)
        piece = list(found[:_PIECE])
        if not connection.in_atomic_block:
            connection.close()
        if not piece:
            return
        yield piece
        last = piece[-1].pk


def _people(user: User, name: str) -> list[int]:
    """The accounts with such a name: of the own organisations alone, where one sees only these."""
    people = User.objects.filter(username__icontains=name)
    if not (is_reviewer(user) or is_administrator(user)):
        people = people.filter(memberships__organisation__in=organisations_of(user)).distinct()
    return list(people.order_by("pk").values_list("pk", flat=True)[:_MOST_PEOPLE])


def _of_submissions(text: str) -> Q:
    """The events of the submission with this number, or of those with all of these words.

    Those of few submissions are found by these, those of many by walking along the log.
    """
    if text.isascii() and text.isdigit() and len(text) < 18:
        return Q(submission=int(text))
    words = longest_first(searched_words(text))
    few = with_words(words)
    if few is not None:
        return Q(submission__in=few)
    has_words = Q()
    for word in words:
        has_words &= Q(submission__search__contains=word)
    return has_words
