"""Runs the checks, and puts their findings in order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from ..core.findings import Finding, Problem, Severity
from ..core.messages import _
from ..core.policy import Policy
from .contract import Check
from .registry import CHECKS, PACKAGE_CHECKS

if TYPE_CHECKING:
    from ..facts.model import Facts

Reported = dict[tuple[str, str | None], int]
"""The weight of the heaviest finding, by rule and file."""


def run_checks(
    facts: Facts,
    policy: Policy,
    checks: tuple[Check, ...] = PACKAGE_CHECKS,
    earlier: tuple[Finding, ...] = (),
) -> tuple[Finding, ...]:
    """Everything ``checks`` find in ``facts``: heaviest first, then by rule as ``checks`` has them.

    Within a rule it goes by file and line. A severity that ``policy`` gives a rule wins over the
    rule's own. ``earlier`` are findings of the stage before, which may be causes. An exception
    that a check raises is an internal error and is not caught.
    """
    reported: Reported = {}
    for finding in earlier:
        key = (finding.rule, finding.place.file)
        reported[key] = max(reported.get(key, 0), finding.severity.weight)
    findings = [
        finding for check in checks for finding in _findings_of(check, facts, policy, reported)
    ]
    return in_order(findings, checks)


def in_order(
    findings: Sequence[Finding], checks: tuple[Check, ...] = CHECKS
) -> tuple[Finding, ...]:
    """``findings`` of ``checks`` as ``run_checks`` orders them, whichever stage they are of."""
    positions = {check.ID: position for position, check in enumerate(checks)}

    def order(finding: Finding) -> tuple[int, int, str, int, int]:
        place = finding.place
        return (
            -finding.severity.weight,
            positions[finding.rule],
            place.file or "",
            place.line or 0,
            place.column or 0,
        )

    return tuple(sorted(findings, key=order))


def _findings_of(
    check: Check, facts: Facts, policy: Policy, reported: Reported
) -> Iterator[Finding]:
    """The findings of one check: at most ``findings_per_rule``, then one that counts the rest.

    A problem with an edit is never left out: an edit that nobody sees cannot be decided, and
    leaving out one of a change set would rewrite half an image.
    """
    kept = left_out = 0
    heaviest_left_out = Severity.INFO
    for problem in check.check(facts, policy):
        severity = policy.severities.get(check.ID) or problem.severity or check.SEVERITY
        if problem.edit is None and _is_consequence(check, problem, severity, reported):
            continue
        key = (check.ID, problem.place.file)
        reported[key] = max(reported.get(key, 0), severity.weight)
        if problem.edit is None and kept >= policy.limits.findings_per_rule:
            left_out += 1
            heaviest_left_out = max(heaviest_left_out, severity, key=_weight)
            continue
        kept += 1
        yield _finding(check, problem, severity)
    if left_out:
        yield _finding(check, _rest(left_out), heaviest_left_out)


def _is_consequence(check: Check, problem: Problem, severity: Severity, reported: Reported) -> bool:
    """Whether a rule that ``check`` comes after has reported as heavy a cause in the same file."""
    causes: tuple[str, ...] = getattr(check, "AFTER", ())
    file = problem.place.file
    return any(reported.get((cause, file), -1) >= severity.weight for cause in causes)


def _finding(check: Check, problem: Problem, severity: Severity) -> Finding:
    return Finding(
        rule=check.ID,
        name=check.NAME,
        severity=severity,
        title=check.TITLE,
        message=problem.message,
        help=problem.help,
        place=problem.place,
        image=problem.image,
        images=problem.images,
        change_set=problem.change_set,
        edit=problem.edit,
        by_hand=problem.by_hand,
    )


def _rest(count: int) -> Problem:
    return Problem(
        message=_("... and %(count)s more of this rule", count=count),
        help=_("Fix the ones that are listed in the same way everywhere, then check again."),
    )


def _weight(severity: Severity) -> int:
    return severity.weight
