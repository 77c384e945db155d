"""The log: who did what when, and why. Written once, never altered."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone

from .append_only import AppendOnly
from .revision import Revision
from .submission import Submission


class Event(AppendOnly):
    """One deed. ``by`` is None for the portal itself; states are empty where none changed.

    ``verb`` is one of the tables of states, or one of ``claim``, ``unclaim``, ``decide``,
    ``carry``, ``inspect``, ``unsettle``, ``stop``, ``comment``, ``view``, ``download``, ``purge``.
    ``detail`` says more, as plain JSON.
    """

    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="events"
    )
    verb = models.CharField(max_length=20)
    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="events")
    revision = models.ForeignKey(
        Revision, on_delete=models.PROTECT, null=True, related_name="events"
    )
    from_state = models.CharField(max_length=20, blank=True)
    to_state = models.CharField(max_length=20, blank=True)
    detail = models.JSONField(default=dict)

    class Meta(AppendOnly.Meta):
        abstract = False
        ordering = ("pk",)
        indexes = (
            models.Index(fields=("submission", "id"), name="events_of_a_submission"),
            models.Index(fields=("by", "id"), name="events_of_a_user"),
        )

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S} {self.verb}"
