"""What of a finding is filtered, sorted and decided; its words are in the report."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext

from ..pipeline.core.findings import Severity
from ..states import FindingState
from .revision import Revision


class Finding(models.Model):
    """One finding of a revision's report, by its ``position`` there.

    ``unit`` names what is decided as a whole: a change set, or the finding alone; ``has_edit``
    says whether the unit proposes edits, so that approving it applies them.
    ``fingerprint`` is equal for two findings only when all is equal that a decision rests on.
    """

    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="findings")
    position = models.PositiveIntegerField()
    rule = models.CharField(max_length=40)
    severity = models.CharField(
        max_length=10, choices=[(each.value, each.value) for each in Severity]
    )
    file = models.TextField(blank=True)
    line = models.PositiveIntegerField(null=True)
    unit = models.CharField(max_length=64)
    has_edit = models.BooleanField()
    fingerprint = models.CharField(max_length=64)
    state = models.CharField(
        max_length=10,
        default=FindingState.OPEN.value,
        choices=[(state.value, state.value) for state in FindingState],
        editable=False,
    )

    class Meta:
        ordering = ("revision", "position")
        constraints = (
            models.UniqueConstraint(fields=("revision", "position"), name="findings_are_numbered"),
        )
        indexes = (
            models.Index(fields=("revision", "unit"), name="findings_by_unit"),
            models.Index(fields=("rule",), name="findings_by_rule"),
        )

    def __str__(self) -> str:
        return gettext("%(rule)s in %(file)s") % {
            "rule": self.rule,
            "file": self.file or gettext("the upload"),
        }

    @property
    def needs_decision(self) -> bool:
        """Whether the package cannot be approved before this is decided."""
        return self.has_edit or self.severity != Severity.INFO

    @property
    def is_open(self) -> bool:
        return self.state == FindingState.OPEN

    @property
    def is_confirmed(self) -> bool:
        """Whether the partner must fix it."""
        return not self.has_edit and self.state == FindingState.APPROVED
