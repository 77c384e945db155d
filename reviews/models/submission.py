"""A service of a provider, and one version of it on its way to the release."""

from __future__ import annotations

import unicodedata
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.functional import lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ..states import CLOSED, LABELS, TURNS, SubmissionState, Turn
from .organisation import Organisation

if TYPE_CHECKING:
    from ..pipeline.core.messages import Message


MOST_SEARCHED = 500
"""Characters of a submission that a search reads."""

CLAIM = timedelta(minutes=30)
"""How long a claim lasts without anything done."""


def searched_words(text: str) -> str:
    """``text`` as it is stored and asked for: small letters, full-width ones as the usual ones."""
    # A sign may become several, and the column ends.
    return unicodedata.normalize("NFKC", text).lower()[:MOST_SEARCHED]


def longest_first(words: str) -> list[str]:
    """The first five of ``words``, the longest first: it is in the fewest titles."""
    return sorted(words.split()[:5], key=len, reverse=True)


def claimed() -> models.Q:
    """The submissions that a reviewer holds now."""
    begin, end = _claim_bounds()
    return models.Q(claimed_until__gt=begin, claimed_until__lte=end)


def _claim_bounds() -> tuple[datetime, datetime]:
    """Between which moments a claim ends that holds: a later one is of a clock put back since."""
    now = timezone.now()
    return now, now + 2 * CLAIM


def _state_label(state: SubmissionState) -> str:
    return LABELS[state].text(gettext)


_label = lazy(_state_label, str)
"""The label of a state in the language of whoever reads it."""


class Service(models.Model):
    """A cloud service that an organisation offers, known by its name."""

    organisation = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        related_name="services",
        verbose_name=_("organisation"),
    )
    name = models.CharField(max_length=100, verbose_name=_("name"))

    class Meta:
        verbose_name = _("service")
        verbose_name_plural = _("services")
        ordering = ("name",)
        constraints = (
            models.UniqueConstraint(
                fields=("organisation", "name"), name="one_service_of_a_name_each"
            ),
        )

    def __str__(self) -> str:
        return self.name


class Submission(models.Model):
    """One version of a service. Only ``actions/transitions.py`` changes its state.

    ``step`` is raised with every move, so that two who move at once cannot both win.
    ``waiting_since`` is when it came into its state; in review, less the time that it had
    ``waited`` there before, so that it keeps its place. ``reviewer`` is who is to review it first.
    ``needs_administrator`` says that the portal
    cannot go on by itself. ``kind`` and the counts are those of the
    current revision, and ``title`` and ``search`` (lower case) say once more who and what it
    is, so that a queue of many thousand sorts and filters within one table.
    """

    service = models.ForeignKey(
        Service, on_delete=models.PROTECT, related_name="submissions", verbose_name=_("service")
    )
    organisation = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        related_name="submissions",
        verbose_name=_("organisation"),
    )
    version = models.CharField(max_length=100, verbose_name=_("version"))
    title = models.CharField(max_length=201, editable=False, verbose_name=_("title"))
    search = models.CharField(max_length=MOST_SEARCHED, editable=False, verbose_name=_("search"))
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="submissions",
        verbose_name=_("submitted by"),
    )
    submitted_at = models.DateTimeField(
        default=timezone.now, editable=False, verbose_name=_("submitted at")
    )
    state = models.CharField(
        max_length=20,
        default=SubmissionState.RECEIVED.value,
        choices=[(state.value, _label(state)) for state in SubmissionState],
        editable=False,
        verbose_name=_("state"),
    )
    step = models.PositiveIntegerField(default=0, editable=False, verbose_name=_("step"))
    waiting_since = models.DateTimeField(
        default=timezone.now, editable=False, verbose_name=_("waiting since")
    )
    current = models.ForeignKey(
        "Revision",
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("current"),
    )
    needs_administrator = models.BooleanField(
        default=False, editable=False, verbose_name=_("needs administrator")
    )
    claimed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="claims",
        verbose_name=_("claimed by"),
    )
    claimed_until = models.DateTimeField(null=True, editable=False, verbose_name=_("claimed until"))
    waited = models.DurationField(default=timedelta(), editable=False, verbose_name=_("waited"))
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="reviews_to_do",
        verbose_name=_("reviewer"),
    )
    kind = models.CharField(max_length=10, blank=True, editable=False, verbose_name=_("kind"))
    errors = models.PositiveIntegerField(default=0, editable=False, verbose_name=_("errors"))
    warnings = models.PositiveIntegerField(default=0, editable=False, verbose_name=_("warnings"))
    infos = models.PositiveIntegerField(default=0, editable=False, verbose_name=_("infos"))

    class Meta:
        verbose_name = _("submission")
        verbose_name_plural = _("submissions")
        constraints = (
            models.UniqueConstraint(
                fields=("service", "version"),
                condition=~models.Q(state__in=sorted(CLOSED)),
                name="one_open_submission_of_a_version",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=sorted(SubmissionState)), name="submission_states"
            ),
        )
        indexes = (
            models.Index(fields=("state", "waiting_since"), name="queue_by_age"),
            models.Index(fields=("state", "title"), name="queue_by_title"),
            models.Index(fields=("state", "errors"), name="queue_by_errors"),
            models.Index(fields=("waiting_since",), name="all_by_age"),
            models.Index(fields=("title",), name="all_by_title"),
            models.Index(fields=("errors",), name="all_by_errors"),
            models.Index(fields=("organisation", "waiting_since"), name="organisation_by_age"),
            models.Index(fields=("organisation", "state"), name="organisation_by_state"),
            models.Index(fields=("organisation", "title"), name="organisation_by_title"),
            models.Index(fields=("organisation", "errors"), name="organisation_by_errors"),
            models.Index(fields=("kind", "waiting_since"), name="kind_by_age"),
            models.Index(fields=("service", "submitted_at"), name="service_by_age"),
            models.Index(fields=("search",), name="all_by_words"),
            models.Index(
                fields=("state",),
                condition=models.Q(needs_administrator=True),
                name="stopped_ones",
            ),
            models.Index(
                fields=("claimed_by", "claimed_until"),
                condition=models.Q(claimed_by__isnull=False),
                name="claimed_ones",
            ),
        )

    def __str__(self) -> str:
        return self.title

    @property
    def status(self) -> SubmissionState:
        """The state as the table of states knows it."""
        return SubmissionState(self.state)

    @property
    def label(self) -> Message:
        """The state in words."""
        return LABELS[self.status]

    @property
    def turn(self) -> Turn:
        """Whose move it is."""
        return Turn.ADMINISTRATOR if self.needs_administrator else TURNS[self.status]

    @property
    def is_claimed(self) -> bool:
        """Whether a reviewer holds it now: a claim ends when its holder has long done nothing."""
        if self.claimed_by_id is None or self.claimed_until is None:
            return False
        begin, end = _claim_bounds()
        return begin < self.claimed_until <= end
