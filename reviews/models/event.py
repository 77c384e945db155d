"""The log: who did what when, and why. Written once, never altered."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ..states import verb_words
from .append_only import AppendOnly
from .revision import Revision
from .submission import Submission


class Event(AppendOnly):
    """One deed. ``by`` is None for the portal itself; states are empty where none changed.

    ``verb`` is one of the tables of states, or one of ``claim``, ``unclaim``, ``decide``,
    ``carry``, ``inspect``, ``unsettle``, ``stop``, ``comment``, ``note`` (an internal comment),
    ``view``, ``download``, ``purge``, ``attach``, ``detach``, ``accept``, ``end_acceptance``,
    ``use_acceptance``, ``approve_stage``.
    ``detail`` says more, as plain JSON.
    """

    at = models.DateTimeField(default=timezone.now, verbose_name=_("at"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="events",
        verbose_name=_("by"),
    )
    verb = models.CharField(max_length=20, verbose_name=_("verb"))
    submission = models.ForeignKey(
        Submission, on_delete=models.PROTECT, related_name="events", verbose_name=_("submission")
    )
    revision = models.ForeignKey(
        Revision,
        on_delete=models.PROTECT,
        null=True,
        related_name="events",
        verbose_name=_("revision"),
    )
    from_state = models.CharField(max_length=20, blank=True, verbose_name=_("from state"))
    to_state = models.CharField(max_length=20, blank=True, verbose_name=_("to state"))
    detail = models.JSONField(default=dict, verbose_name=_("detail"))

    hides_author = False

    class Meta(AppendOnly.Meta):
        verbose_name = _("event")
        verbose_name_plural = _("events")
        abstract = False
        ordering = ("pk",)
        indexes = (
            models.Index(fields=("submission", "id"), name="events_of_a_submission"),
            models.Index(fields=("by", "id"), name="events_of_a_user"),
            models.Index(fields=("verb", "id"), name="events_by_verb"),
            models.Index(fields=("at",), name="events_by_time"),
        )

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S} {verb_words(self.verb)}"
