"""What of a finding is filtered, sorted and decided; its words are in the report."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext

from ..pipeline.core.findings import Severity
from ..states import FindingState
from .revision import Revision


class Finding(models.Model):
    """One finding of a revision's report, by its ``position`` there.

    ``unit`` names what is decided as a whole: a change set, or the finding alone; ``has_edit``
    says whether the unit proposes edits, so that approving it applies them.
    ``fingerprint`` is equal for two findings only when all is equal that a decision rests on;
    ``content`` also where only rules, engine, policy or versions in names of archives differ. None:
    it was written before there was one, and follows from the report.
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
    content = models.CharField(max_length=64, null=True)  # noqa: DJ001 - so that no table is made anew
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
    def is_open(self) -> bool:
        return self.state == FindingState.OPEN


@dataclass(slots=True)
class FindingRow:
    """What is read of a ``Finding`` to show it, or to say what it allows.

    No record, because a page has several hundred. ``state`` is the one that is shown.
    """

    revision: Revision
    pk: int
    position: int
    rule: str
    severity: str
    unit: str
    has_edit: bool
    fingerprint: str
    content: str | None
    state: str

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


_COLUMNS = ("pk", "position", "rule", "severity", "unit", "has_edit", "fingerprint", "content")


def finding_rows(
    revision: Revision, findings: models.QuerySet[Finding] | None = None
) -> Sequence[FindingRow]:
    """The findings of a revision in the order of its report. One query.

    ``findings`` are those to read, None: all. The state of each is what was decided, drafts too.
    """
    found = revision.findings.all() if findings is None else findings
    read = found.order_by("position").values_list(*_COLUMNS, "state")
    return [FindingRow(revision, *values) for values in read]
