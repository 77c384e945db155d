"""The findings and edits of a report under decisions: the one place that knows what follows.

Only the proposed ``images/mapping.yaml`` follows from other decisions: an entry that rests on a
rejected edit is left out of it. Positions are those of ``Report.findings``.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from ..core.findings import Edit, Finding
from ..mapping.proposal import CHANGE_SET
from .model import Report


def mapping_edit(report: Report, rejected: Collection[int]) -> Edit | None:
    """What would be written to the mapping when the edits at ``rejected`` are not applied.

    None: nothing is proposed, or nothing of the proposal is left.
    """
    if report.mapping is None:
        return None
    given_up = (report.findings[position] for position in rejected)
    sets = {each.change_set for each in given_up if each.edit and each.change_set}
    return report.mapping.edit({each for each in sets if each and each != CHANGE_SET})


def findings_under(report: Report, rejected: Collection[int]) -> tuple[Finding, ...]:
    """Every finding at its position, those of the mapping with the edit that now stands."""
    if report.mapping is None:
        return report.findings
    edit = mapping_edit(report, rejected)
    return tuple(
        replace(each, edit=edit) if each.change_set == CHANGE_SET and each.edit else each
        for each in report.findings
    )


def edits_under(
    report: Report, approved: Collection[int], rejected: Collection[int]
) -> tuple[Edit, ...]:
    """What ``approved`` findings apply, each edit once, by file and place."""
    findings = findings_under(report, rejected)
    edits = {edit for position in approved if (edit := findings[position].edit) is not None}
    return tuple(sorted(edits, key=lambda edit: (edit.file, edit.start, edit.end)))
