"""Sealing the log: the sweep takes the hash of finished events, one range after another."""

from __future__ import annotations

from datetime import timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from ..models import Event, Seal
from ..queries.seals import hash_of_events

_FINISHED = timedelta(minutes=10)  # by then, whoever wrote an event has long written it in full
_EVERY = timedelta(hours=1)
_MOST = 50_000
_SOON = 1_000


def seal_log() -> Seal | None:
    """Seal the finished events that have no seal, once an hour or when they are many.

    The seal, None where there is nothing to seal yet.
    """
    newest = Seal.objects.order_by("pk").last()
    first = newest.last + 1 if newest else 1
    last = _last_finished(first)
    if last is None or not _is_time(newest, last - first + 1):
        return None
    previous = newest.sha256 if newest else ""
    sha256, count = hash_of_events(first, last, previous)
    try:
        with transaction.atomic():
            return Seal.objects.create(
                first=first, last=last, events=count, sha256=sha256, previous=previous
            )
    except IntegrityError:
        return None  # another sweep was faster


def _last_finished(first: int) -> int | None:
    """The last event from ``first`` on before which all are finished; None where there is none."""
    events = Event.objects.filter(pk__gte=first, pk__lt=first + _MOST)
    recent = events.filter(at__gt=timezone.now() - _FINISHED).order_by("pk").first()
    if recent is not None:
        events = events.filter(pk__lt=recent.pk)
    return events.order_by("-pk").values_list("pk", flat=True).first()


def _is_time(newest: Seal | None, events: int) -> bool:
    return newest is None or events >= _SOON or newest.at <= timezone.now() - _EVERY
