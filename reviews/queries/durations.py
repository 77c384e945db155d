"""How long each stage takes, and how much goes through: read from the records of late."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import Trim
from django.utils import timezone

from ..models import Event, Inspection, Publication, Release, Revision
from ..pipeline.core.messages import Message, _

LATELY = 500
"""Of each stage, so many of the last ones are looked at."""

_VERDICTS = ("return", "reject", "approve")


@dataclass(frozen=True, slots=True)
class Duration:
    """Half of the last ``count`` took at most ``p50`` seconds, nineteen in twenty ``p95``."""

    stage: Message
    count: int
    p50: float
    p95: float


@dataclass(frozen=True, slots=True)
class Throughput:
    """How often something was done within the last hour, day and week."""

    what: Message
    hour: int
    day: int
    week: int


def durations() -> list[Duration]:
    """The stages between the upload and the release; those that nothing has passed are not in."""
    of_analyses = list(
        _finished(Revision)
        .exclude(report="")
        .values_list("uploaded_at", "started_at", "finished_at", "timings")[:LATELY]
    )
    spans: list[tuple[Message, Iterable[float]]] = [
        (_("waiting for the analysis"), _between((row[0], row[1]) for row in of_analyses)),
        (_("analysis"), _between((row[1], row[2]) for row in of_analyses)),
    ]
    spans += [
        (words, [row[3][name] for row in of_analyses if name in row[3]])
        for name, words in _STEPS.items()
    ]
    spans += [
        (_("reading of image archives"), _runs(Inspection)),
        (_("review, until the verdict"), _reviews()),
        (_("making of the release"), _runs(Release)),
        (_("publication"), _runs(Publication)),
    ]
    return [_duration(stage, sorted(seconds)) for stage, seconds in spans if seconds]


_STEPS: Mapping[str, Message] = {
    "unpack": _("of it: unpacking"),
    "inspect": _("of it: inspecting"),
    "render": _("of it: rendering"),
    "trace": _("of it: tracing images"),
    "check": _("of it: checking"),
    "rewrite": _("of it: rewriting"),
    "verify": _("of it: verifying"),
}
"""The steps of an analysis, by the key of its timings."""


def throughput() -> list[Throughput]:
    """What happened of late, in one query: by its days alone, which an index has."""
    now = timezone.now()
    counted = (
        Event.objects.filter(at__gte=now - timedelta(days=7))
        .order_by()
        # As an expression: grouped by the column, all of its index would be read.
        .annotate(what=Trim("verb"))
        .values_list("what")
        .annotate(
            hour=Count("pk", filter=Q(at__gte=now - timedelta(hours=1))),
            day=Count("pk", filter=Q(at__gte=now - timedelta(days=1))),
            week=Count("pk"),
        )
    )
    found = {verb: numbers for verb, *numbers in counted}
    return [Throughput(words, *found.get(verb, (0, 0, 0))) for verb, words in _COUNTED.items()]


_COUNTED: Mapping[str, Message] = {
    "submit": _("submitted"),
    "revise": _("new revisions"),
    "finish": _("examined"),
    "refuse": _("could not be processed"),
    "return": _("returned"),
    "reject": _("rejected"),
    "approve": _("approved"),
    "release": _("released"),
    "fail": _("failed, internal error"),
}


def _finished(model: type[Any]) -> QuerySet[Any]:
    rows: QuerySet[Any] = model.objects.filter(finished_at__isnull=False, started_at__isnull=False)
    return rows.order_by("-pk")


def _runs(model: type[Any]) -> list[float]:
    return _between(_finished(model).values_list("started_at", "finished_at")[:LATELY])


def _reviews() -> list[float]:
    """From when a package was ready for review to the verdict on the same revision."""
    verdicts = Event.objects.filter(verb__in=_VERDICTS).order_by("-pk")
    ended = dict(verdicts.values_list("revision", "at")[:LATELY])
    ready = Event.objects.filter(verb="finish", revision__in=list(ended)).order_by("-pk")
    found = ready.values_list("revision", "at")[: len(ended)]
    return _between((at, ended[revision]) for revision, at in found)


def _between(spans: Iterable[tuple[datetime, datetime]]) -> list[float]:
    """The seconds of each; a clock that was put back makes none negative."""
    return [max(0.0, (end - begin).total_seconds()) for begin, end in spans]


def _duration(stage: Message, seconds: Sequence[float]) -> Duration:
    return Duration(stage, len(seconds), _percentile(seconds, 50), _percentile(seconds, 95))


def _percentile(ordered: Sequence[float], percent: int) -> float:
    """The smallest of the values that so many hundredths do not exceed (nearest rank)."""
    return ordered[-(-percent * len(ordered) // 100) - 1]
