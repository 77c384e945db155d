"""The hashes of the log: what a seal says, and what the events give now."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC

from ..models import Event, Seal
from ..pipeline.core.messages import Message, _

_AT_ONCE = 2000


@dataclass(frozen=True, slots=True)
class BrokenSeal:
    """A range of events that is not what was sealed: its first and last number, and why."""

    first: int
    last: int
    reason: Message


def hash_of_events(first: int, last: int, previous: str) -> tuple[str, int]:
    """The hash of the events with these numbers and of ``previous``; how many there are.

    Each event is one line of JSON: an array of its columns, times in UTC with microseconds.
    """
    digest, count = hashlib.sha256(previous.encode()), 0
    events = Event.objects.filter(pk__gte=first, pk__lte=last).order_by("pk")
    for event in events.iterator(_AT_ONCE):
        digest.update(_line(event))
        count += 1
    return digest.hexdigest(), count


def broken_seals() -> Iterator[BrokenSeal]:
    """Every seal that the log does not fit, or that does not fit the one before it."""
    previous, next_first = "", 0
    for seal in Seal.objects.order_by("pk").iterator(_AT_ONCE):
        reason = _objection(seal, previous, next_first)
        if reason is not None:
            yield BrokenSeal(seal.first, seal.last, reason)
        previous, next_first = seal.sha256, seal.last + 1


def _objection(seal: Seal, previous: str, next_first: int) -> Message | None:
    if seal.previous != previous:
        return _("the seal before it is another one")
    if next_first and seal.first != next_first:
        return _("events %(first)s to %(last)s have no seal", first=next_first, last=seal.first - 1)
    sha256, count = hash_of_events(seal.first, seal.last, seal.previous)
    if count != seal.events:
        return _(
            "there are %(count)s events, and %(sealed)s were sealed",
            count=count,
            sealed=seal.events,
        )
    return None if sha256 == seal.sha256 else _("an event was altered")


def _line(event: Event) -> bytes:
    columns = [
        event.pk,
        event.at.astimezone(UTC).isoformat(timespec="microseconds"),
        event.by_id,
        event.verb,
        event.submission_id,
        event.revision_id,
        event.from_state,
        event.to_state,
        event.detail,
    ]
    text = json.dumps(columns, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return f"{text}\n".encode()
