"""The rules a package is held to: a list you can read, and the one loop that runs them.

A check is a module of this folder. Its docstring is the help page that people read; the
names of ``Check`` are what it must define. To add one, write the module and put it into
``CHECKS``. Checks never import checks.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Protocol

from ..examples import Example
from ..findings import Finding, Problem, Severity
from ..messages import Message, _
from ..policy import Policy
from . import (
    bitnami_image_guard,
    chart_files,
    chart_lints,
    chart_renders,
    digest_pinned,
    fitting_extension,
    image_address,
    known_kind,
    literal_fallback,
    literal_fragment,
    literal_image,
    one_deploy_package,
    package_folder,
    readable_archive,
    safe_archive,
    sound_yaml,
    source_is_isv,
    source_mark,
    subchart_image,
    target_collision,
    unproven_image,
    vendored_dependencies,
    version_spelling,
)

if TYPE_CHECKING:
    from ..facts import Facts

RULES_VERSION = "1"
"""Raised whenever a rule finds something else than before: decisions are bound to it."""


class Check(Protocol):
    """What a module of this folder defines.

    ``ID`` is the id of the rule in the format's list (``OSC-HELM-008``), or ``PORTAL-NNN`` for
    one of ours; it is never renamed once released. ``NAME`` is the same in kebab-case words.
    ``SOURCE`` is the address of the official page that demands it, or None where it is our
    advice. ``GOOD`` packages pass untouched; each ``BAD`` one is found and mended.
    """

    ID: str
    NAME: str
    TITLE: Message
    SEVERITY: Severity
    SOURCE: str | None
    GOOD: tuple[Example, ...]
    BAD: tuple[Example, ...]
    __doc__: str | None

    def check(self, facts: Facts, policy: Policy, /) -> Iterator[Problem]:
        """Yield what is wrong, in the order in which it stands in the package."""
        ...


CHECKS: tuple[Check, ...] = (
    readable_archive,
    package_folder,
    one_deploy_package,
    fitting_extension,
    safe_archive,
    known_kind,
    source_mark,
    source_is_isv,
    sound_yaml,
    version_spelling,
    chart_files,
    chart_lints,
    chart_renders,
    literal_image,
    literal_fragment,
    literal_fallback,
    subchart_image,
    vendored_dependencies,
    target_collision,
    image_address,
    bitnami_image_guard,
    unproven_image,
    digest_pinned,
)
"""In the order of the stations a package passes. A rule whose breach keeps a package from being
read at all (``PackageRefused`` bears its id) has its page here, too; its check finds nothing."""


def run_checks(
    facts: Facts, policy: Policy, checks: tuple[Check, ...] = CHECKS
) -> tuple[Finding, ...]:
    """Everything ``checks`` find in ``facts``, heaviest first, then by file, line and rule.

    A severity that ``policy`` gives a rule wins over the rule's own. A check that raises is
    broken, which is never the package's fault: what it raises goes through.
    """
    findings = [finding for check in checks for finding in _findings_of(check, facts, policy)]
    return tuple(sorted(findings, key=_order))


def _findings_of(check: Check, facts: Facts, policy: Policy) -> Iterator[Finding]:
    """The findings of one check: at most ``findings_per_rule``, then one that counts the rest.

    A problem with an edit is never left out: an edit that nobody sees cannot be decided, and
    leaving out one of a change set would rewrite half an image.
    """
    kept = left_out = 0
    heaviest_left_out = Severity.INFO
    for problem in check.check(facts, policy):
        severity = policy.severities.get(check.ID) or problem.severity or check.SEVERITY
        if problem.edit is None and kept >= policy.limits.findings_per_rule:
            left_out += 1
            heaviest_left_out = max(heaviest_left_out, severity, key=_weight)
            continue
        kept += 1
        yield _finding(check, problem, severity)
    if left_out:
        yield _finding(check, _rest(left_out), heaviest_left_out)


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
        change_set=problem.change_set,
        edit=problem.edit,
    )


def _rest(count: int) -> Problem:
    return Problem(
        message=_("... and %(count)s more of this rule", count=count),
        help=_("Mend the ones that are listed in the same way everywhere, then check again."),
    )


def _weight(severity: Severity) -> int:
    return severity.weight


def _order(finding: Finding) -> tuple[int, str, int, str, int]:
    place = finding.place
    return (
        -finding.severity.weight,
        place.file or "",
        place.line or 0,
        finding.rule,
        place.column or 0,
    )
