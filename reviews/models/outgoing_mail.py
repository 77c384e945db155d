"""The outbox: mails that are to be sent, written in the transaction of what they report."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from .event import Event
from .invitation import Invitation
from .run import Run

MOST_TRIES = 10
"""Attempts to send a mail; between the first and the last are two days."""


class MailKind(models.TextChoices):
    """What a mail is about. People switch off each of the kinds that they get for events."""

    TURN = "turn", _("It is your turn")
    QUEUE = "queue", _("New in the queue")
    TAKEN = "taken", _("Taken over from you")
    MESSAGE = "message", _("Messages to you")
    DECIDED = "decided", _("Approved or rejected")
    RETURNED = "returned", _("Returned to you")
    RELEASED = "released", _("Released or suspended")
    FAILED = "failed", _("Failed work")
    DAILY = "daily", _("Daily mail")
    INVITATION = "invitation", _("Invitation")


class Fate(models.TextChoices):
    """What became of a mail that is finished. ``LEFT_OUT``: nobody wants or may see it now."""

    SENT = "sent", _("sent")
    LEFT_OUT = "left out", _("left out")


class OutgoingMail(Run):
    """One mail to one account, or to whoever is invited. Its text is made when it is sent.

    ``event`` is what it reports, None of a daily mail and of an invitation. Before ``due_at``
    nobody sends it. One with ``is_daily`` waits for the account's next daily mail, which takes it
    in: ``daily`` is that mail, and their fate is the same. ``key`` is the stable part of its
    Message-ID, by which a server drops a second copy. ``is_hopeless`` says that the server will
    never take it, or that all attempts were used; an administrator may have it sent once more.
    """

    account = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        null=True,
        related_name="mails",
        verbose_name=_("account"),
    )
    kind = models.CharField(max_length=12, choices=MailKind.choices, verbose_name=_("kind"))
    event = models.ForeignKey(
        Event, on_delete=models.PROTECT, null=True, related_name="mails", verbose_name=_("event")
    )
    invitation = models.ForeignKey(
        Invitation,
        on_delete=models.CASCADE,
        null=True,
        related_name="mails",
        verbose_name=_("invitation"),
    )
    daily = models.ForeignKey(
        "self",
        on_delete=models.CASCADE,
        null=True,
        related_name="parts",
        verbose_name=_("daily mail"),
    )
    is_daily = models.BooleanField(default=False, verbose_name=_("for a daily mail"))
    due_at = models.DateTimeField(default=timezone.now, verbose_name=_("due at"))
    key = models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name=_("key"))
    fate = models.CharField(
        max_length=10, choices=Fate.choices, blank=True, verbose_name=_("what became of it")
    )
    is_hopeless = models.BooleanField(default=False, verbose_name=_("given up"))

    class Meta:
        verbose_name = _("mail")
        verbose_name_plural = _("mails")
        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(fields=("event", "account", "kind"), name="one_mail_of_each"),
        )
        indexes = (
            models.Index(fields=("finished_at",), name="mails_by_end"),
            models.Index(
                fields=("due_at",),
                condition=models.Q(finished_at__isnull=True),
                name="due_mails",
            ),
        )

    def __str__(self) -> str:
        return gettext("mail %(number)s: %(kind)s") % {
            "number": self.pk,
            "kind": self.get_kind_display(),
        }
