"""What another severity of rules would change: counted on the findings of the last packages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.db.models import F

from ..models import Finding, Revision
from ..pipeline import CHECKS
from ..pipeline.core.findings import Severity
from ..states import FindingState

PACKAGES = 100
"""So many of the last packages are looked at."""

Severities = Mapping[str, Severity]
"""What administrators set, by rule; the others have the severity of the rule."""

_OWN = {check.ID: check.SEVERITY for check in CHECKS}


@dataclass(frozen=True, slots=True)
class Shift:
    """``count`` findings of ``rule`` would have the severity ``after`` instead of ``before``."""

    rule: str
    before: Severity
    after: Severity
    count: int


@dataclass(frozen=True, slots=True)
class Preview:
    """What would change in the last ``packages`` packages.

    ``with_errors`` and ``without_errors`` would newly have errors, or none any more;
    ``approvable`` and ``blocked`` could newly be approved as they are decided now, or no more.
    """

    packages: int
    shifts: Sequence[Shift]
    with_errors: Sequence[Revision] = field(default_factory=list)
    without_errors: Sequence[Revision] = field(default_factory=list)
    approvable: Sequence[Revision] = field(default_factory=list)
    blocked: Sequence[Revision] = field(default_factory=list)

    @property
    def changed(self) -> int:
        """How many findings change their severity."""
        return sum(each.count for each in self.shifts)


@dataclass(frozen=True, slots=True)
class _Row:
    """What of a finding decides; ``severity`` is as it was stored."""

    rule: str
    severity: str
    has_edit: bool
    state: str


def preview_of(now: Severities, then: Severities) -> Preview:
    """What changes where ``then`` holds instead of ``now``. Two queries.

    Severities of the stored findings are replaced; no package is examined again, so that a
    finding that is left out because of a heavier one stays left out.
    """
    revisions = list(
        Revision.objects.filter(pk=F("submission__current"))
        .exclude(report="")
        .select_related("submission")
        .order_by("-pk")[:PACKAGES]
    )
    rows: dict[int, list[_Row]] = {each.pk: [] for each in revisions}
    found = Finding.objects.filter(revision__in=list(rows)).order_by()
    columns = ("revision", "rule", "severity", "has_edit", "state")
    for revision, rule, severity, has_edit, state in found.values_list(*columns):
        rows[revision].append(_Row(rule, severity, has_edit, state))
    shifts: Counter[tuple[str, Severity, Severity]] = Counter()
    sorted_in: dict[str, list[Revision]] = {}
    for each in revisions:
        before = _weighed(rows[each.pk], each, now)
        after = _weighed(rows[each.pk], each, then)
        changed = zip(rows[each.pk], before, after, strict=True)
        shifts.update((row.rule, old, new) for row, old, new in changed if old != new)
        for name in _differences(rows[each.pk], before, after):
            sorted_in.setdefault(name, []).append(each)
    return Preview(
        packages=len(revisions),
        shifts=[Shift(*key, count) for key, count in sorted(shifts.items())],
        **sorted_in,
    )


def _weighed(rows: Iterable[_Row], revision: Revision, severities: Severities) -> list[Severity]:
    """The severity of each finding under ``severities``."""
    as_stored = revision.policy.get("severities", {})
    return [
        severities.get(row.rule)
        or (_OWN.get(row.rule, Severity(row.severity)) if row.rule in as_stored else None)
        or Severity(row.severity)
        for row in rows
    ]


def _differences(
    rows: Sequence[_Row], before: Sequence[Severity], after: Sequence[Severity]
) -> Iterable[str]:
    if (Severity.ERROR in before) != (Severity.ERROR in after):
        yield "with_errors" if Severity.ERROR in after else "without_errors"
    could, can = _is_approvable(rows, before), _is_approvable(rows, after)
    if could != can:
        yield "approvable" if can else "blocked"


def _is_approvable(rows: Sequence[_Row], severities: Sequence[Severity]) -> bool:
    """Whether they allow the approval, as ``preconditions.objection_of_findings`` has it."""
    return not any(map(_is_in_the_way, rows, severities))


def _is_in_the_way(row: _Row, severity: Severity) -> bool:
    if row.state == FindingState.OPEN:
        return row.has_edit or severity != Severity.INFO
    is_confirmed = row.state == FindingState.APPROVED and not row.has_edit
    return is_confirmed and severity == Severity.ERROR
