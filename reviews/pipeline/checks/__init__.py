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
    alm_examples,
    architectures,
    bitnami_image_guard,
    build_metadata,
    bundle_layout,
    categories,
    channel_offer,
    chart_files,
    chart_lints,
    chart_renders,
    contact,
    contact_email,
    crd_present,
    csd_capabilities,
    csd_crd,
    csd_dependencies,
    csd_descriptors,
    csd_kind,
    csd_role,
    csv_file_name,
    csv_version,
    default_configuration,
    deploy_file_name,
    deploy_scenes,
    descriptor_control,
    descriptor_path,
    digest_over_tag,
    digest_pinned,
    dropped_versions,
    exporter_port,
    fitting_extension,
    image_address,
    image_left_behind,
    image_outside_pods,
    install_deployments,
    install_modes,
    install_strategy,
    instance_image,
    known_category,
    known_kind,
    legal_image,
    literal_fallback,
    literal_fragment,
    literal_image,
    log_paths,
    logo,
    mapping_contradicted,
    mentioned_image,
    metadata_essentials,
    metadata_lengths,
    metadata_lists,
    metadata_name,
    metadata_words,
    name_length,
    one_deploy_package,
    one_vendor_config,
    operator_contact,
    operator_install,
    operator_permissions,
    osc_files,
    osc_outside_image,
    other_change,
    outside_image,
    owned_crd,
    package_folder,
    package_list,
    pull_secret,
    raw_chart,
    raw_ignored,
    readable_archive,
    readme_headings,
    replaced_version,
    required_annotation,
    safe_archive,
    scenes,
    scenes_ignored,
    semantic_version,
    shared_anchor,
    shipped_version,
    shown_image,
    sound_yaml,
    source_is_isv,
    source_mark,
    source_place,
    subchart_image,
    target_collision,
    undeclared_vendor_config,
    unmapped_image,
    unproven_image,
    unreached_image,
    upgradable_versions,
    upgrade_path,
    upgrade_versions,
    variable_image,
    vendor_file_name,
    vendored_dependencies,
    version_definition,
    version_definition_place,
    version_folder,
    version_mode,
    version_path,
    version_spelling,
    version_tags,
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
    image_outside_pods,
    subchart_image,
    unreached_image,
    upgrade_path,
    vendored_dependencies,
    target_collision,
    image_address,
    bitnami_image_guard,
    unproven_image,
    digest_pinned,
    legal_image,
    unmapped_image,
    mapping_contradicted,
    digest_over_tag,
    shared_anchor,
    image_left_behind,
    other_change,
    package_list,
    version_folder,
    channel_offer,
    csv_file_name,
    owned_crd,
    required_annotation,
    alm_examples,
    instance_image,
    outside_image,
    variable_image,
    operator_install,
    install_modes,
    pull_secret,
    replaced_version,
    bundle_layout,
    csv_version,
    shown_image,
    operator_contact,
    mentioned_image,
    osc_files,
    crd_present,
    metadata_essentials,
    metadata_lengths,
    metadata_words,
    deploy_scenes,
    scenes_ignored,
    logo,
    csd_kind,
    csd_crd,
    csd_role,
    csd_capabilities,
    csd_dependencies,
    csd_descriptors,
    descriptor_path,
    descriptor_control,
    default_configuration,
    version_definition,
    version_path,
    version_mode,
    version_tags,
    shipped_version,
    upgradable_versions,
    dropped_versions,
    version_definition_place,
    one_vendor_config,
    log_paths,
    exporter_port,
    undeclared_vendor_config,
    vendor_file_name,
    install_strategy,
    install_deployments,
    upgrade_versions,
    osc_outside_image,
    operator_permissions,
    raw_chart,
    raw_ignored,
    readme_headings,
    source_place,
    categories,
    architectures,
    scenes,
    known_category,
    metadata_lists,
    contact,
    contact_email,
    name_length,
    metadata_name,
    semantic_version,
    build_metadata,
    deploy_file_name,
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
