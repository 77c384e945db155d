"""What both stages of an analysis write down: findings, their counts, and whose report it is."""

from __future__ import annotations

from ..models import Finding, Revision
from ..pipeline import Report, decidables
from ..pipeline.core.findings import Severity
from ..storage import Damaged


def counts_of(revision: Revision) -> dict[str, int]:
    """How many errors, warnings and infos it has, by the names of the submission's fields.

    What is decided as a whole counts once, as its heaviest finding.
    """
    heaviest: dict[str, Severity] = {}
    for unit, word in revision.findings.values_list("unit", "severity"):
        severity = Severity(word)
        heaviest[unit] = max(heaviest.get(unit, severity), severity, key=lambda each: each.weight)
    return {f"{each.value}s": list(heaviest.values()).count(each) for each in Severity}


def write_findings(revision: Revision, report: Report, since: int = 0) -> None:
    """Write down the findings from position ``since`` on. To be called inside a transaction."""
    all_of_them = decidables(report, revision.held_to)
    with_edits = {each.unit for each in all_of_them if each.finding.edit is not None}
    Finding.objects.bulk_create(
        Finding(
            revision=revision,
            position=each.position,
            rule=each.finding.rule,
            severity=each.finding.severity.value,
            file=each.finding.place.file or "",
            line=each.finding.place.line,
            unit=each.unit,
            has_edit=each.unit in with_edits,
            fingerprint=each.fingerprint,
            content=each.content,
        )
        for each in all_of_them[since:]
    )


def require_original(revision: Revision, report: Report) -> None:
    """Damaged: the report was made of something else than what the partner sent."""
    found = report.package.sha256
    if found != revision.sha256:
        raise Damaged(f"{revision.original} has the hash {found}")
