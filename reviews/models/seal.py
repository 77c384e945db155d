"""Seals on the log: each is the hash of a range of events and of the seal before it."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from .append_only import AppendOnly


class Seal(AppendOnly):
    """The events with the numbers ``first`` to ``last``, as they were when it was made.

    ``events`` says how many there are: a number may be left out. ``sha256`` is the hash of them
    and of ``previous``, the hash of the seal before, empty for the first.
    """

    at = models.DateTimeField(default=timezone.now)
    first = models.PositiveBigIntegerField(unique=True)
    last = models.PositiveBigIntegerField()
    events = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    previous = models.CharField(max_length=64, blank=True)

    class Meta(AppendOnly.Meta):
        abstract = False
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"events {self.first} to {self.last}"
