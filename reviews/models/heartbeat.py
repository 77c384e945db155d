"""Signs of life: when each worker and the scheduler last reported."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import models
from django.utils import timezone

SCHEDULER = "scheduler"
EVERY_SECONDS = 20
_REMEMBERED = timedelta(days=1)
_AHEAD = timedelta(minutes=2)  # of another machine's clock


class Heartbeat(models.Model):
    """When the process called ``name`` last reported, and which queues it serves.

    ``layers`` are those of the sandbox in which it renders, None for one that renders nothing.
    """

    name = models.CharField(max_length=200, unique=True)
    queues = models.JSONField(default=list)
    layers = models.JSONField(null=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name}, {self.at:%Y-%m-%d %H:%M:%S}"


def report_alive(name: str, queues: list[str], layers: Sequence[str] | None = None) -> None:
    """Note that the process called ``name`` is alive now."""
    Heartbeat.objects.update_or_create(
        name=name[:200], defaults={"queues": queues, "layers": layers, "at": timezone.now()}
    )


def forget_dead() -> None:
    """Remove the heartbeats of processes that ended long ago."""
    Heartbeat.objects.filter(at__lt=timezone.now() - _REMEMBERED).delete()


def heartbeats_since(moment: datetime) -> list[Heartbeat]:
    """Of the processes that reported since ``moment``, by name."""
    return list(_since(moment).order_by("name"))


def layers_since(moment: datetime) -> dict[str, list[str]]:
    """The layers of the sandbox of each process that renders and reported since ``moment``."""
    heard = heartbeats_since(moment)
    return {each.name: list(each.layers) for each in heard if each.layers is not None}


def _since(moment: datetime) -> models.QuerySet[Heartbeat]:
    """The heartbeats since ``moment``; what seems to be of later was before the clock went back."""
    return Heartbeat.objects.filter(at__range=(moment, timezone.now() + _AHEAD))
