"""The rules a package is held to: a list you can read, and the one loop that runs them.

A check is a module of this folder. Its docstring is the help page that people read; the
names of ``Check`` are what it must define. To add one, write the module and put it into
``PACKAGE_CHECKS``, or into ``ARCHIVE_CHECKS`` if it asks what the image archives hold. Checks
never import checks.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Protocol

from ..examples import Example
from ..findings import Finding, Problem, Severity
from ..messages import Message, _
from ..policy import Policy
from . import (
    alm_examples,
    architectures,
    archive_architecture,
    archive_name,
    archive_name_architecture,
    archive_name_end,
    archive_reference,
    bitnami_image_guard,
    build_metadata,
    bundle_layout,
    categories,
    channel_offer,
    chart_api_version,
    chart_files,
    chart_folder,
    chart_lints,
    chart_logo,
    chart_metadata,
    chart_pull_secret,
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
    deploy_size,
    descriptor_control,
    descriptor_path,
    devices,
    digest_over_tag,
    digest_pinned,
    dropped_versions,
    equal_versions,
    every_architecture,
    every_image,
    exporter_port,
    extends_folder,
    fitting_extension,
    fixed_names,
    flat_images,
    floating_tag,
    full_width,
    image_address,
    image_archive,
    image_left_behind,
    image_outside_pods,
    images_folder,
    images_shipped,
    install_deployments,
    install_modes,
    install_strategy,
    instance_image,
    known_category,
    known_kind,
    kube_version,
    legal_image,
    list_form,
    literal_fallback,
    literal_fragment,
    literal_image,
    log_paths,
    logo,
    lower_case_name,
    maintainer,
    mapped_architecture,
    mapped_architectures,
    mapped_archive,
    mapping_address,
    mapping_address_key,
    mapping_architectures,
    mapping_container,
    mapping_container_type,
    mapping_contradicted,
    mapping_essentials,
    mapping_file,
    mapping_list,
    mapping_name,
    mapping_operator_address,
    mapping_path,
    mapping_section,
    mapping_shape,
    mapping_shared_archive,
    mapping_shipped,
    mapping_tag,
    mapping_twice,
    mentioned_image,
    metadata_essentials,
    metadata_lengths,
    metadata_name,
    metadata_words,
    name_length,
    native_features,
    needless_archive,
    one_architecture,
    one_deploy_package,
    one_top_folder,
    one_vendor_config,
    operator_contact,
    operator_install,
    operator_permissions,
    osc_files,
    osc_outside_image,
    other_change,
    other_pull_secret,
    outer_entries,
    outside_image,
    owned_crd,
    package_folder,
    package_list,
    plain_tar,
    promised_architecture,
    pull_secret,
    raw_chart,
    raw_ignored,
    readable_archive,
    readme_headings,
    replaced_version,
    required_annotation,
    safe_archive,
    same_archive,
    scenes,
    scenes_ignored,
    semantic_version,
    service_name,
    shared_anchor,
    shipped_version,
    shown_image,
    signature,
    sound_yaml,
    source_is_isv,
    source_mark,
    source_place,
    source_word,
    subchart_image,
    target_collision,
    top_folder_name,
    undeclared_vendor_config,
    unmapped_image,
    unmapped_operator_image,
    unproven_image,
    unreached_image,
    upgradable_versions,
    upgrade_path,
    upgrade_versions,
    upload_file_name,
    values_schema,
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
    whole_archive,
    whole_service,
)

if TYPE_CHECKING:
    from ..facts import Facts

RULES_VERSION = "2"
"""Raised whenever a rule finds something else than before: decisions are bound to it."""


class Check(Protocol):
    """What a module of this folder defines.

    ``ID`` is the id of the rule in the format's list (``OSC-HELM-008``), or ``PORTAL-NNN`` for
    one of ours; it is never renamed once released. ``NAME`` is the same in kebab-case words,
    ``TITLE`` says in a few words what is wrong where it finds something.
    ``SOURCE`` is the address of the official page that demands it, or None where it is our
    advice. ``GOOD`` packages pass untouched; each ``BAD`` one is found and mended.

    A check may also define ``AFTER``: the ids of rules, earlier in ``CHECKS``, whose breach can
    bring about its own. Where one of them has as heavy a finding in the same file, this one
    waits for the next examination: one cause, one finding.
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


PACKAGE_CHECKS: tuple[Check, ...] = (
    readable_archive,
    package_folder,
    one_deploy_package,
    safe_archive,
    known_kind,
    one_top_folder,
    images_folder,
    images_shipped,
    outer_entries,
    top_folder_name,
    flat_images,
    archive_name,
    archive_name_end,
    archive_name_architecture,
    extends_folder,
    fitting_extension,
    deploy_size,
    chart_folder,
    full_width,
    sound_yaml,
    fixed_names,
    version_spelling,
    chart_files,
    chart_metadata,
    chart_api_version,
    list_form,
    metadata_name,
    semantic_version,
    values_schema,
    chart_renders,
    chart_lints,
    kube_version,
    vendored_dependencies,
    whole_service,
    native_features,
    signature,
    service_name,
    name_length,
    lower_case_name,
    build_metadata,
    upload_file_name,
    deploy_file_name,
    equal_versions,
    source_mark,
    source_word,
    source_is_isv,
    source_place,
    categories,
    known_category,
    architectures,
    scenes,
    devices,
    chart_logo,
    maintainer,
    contact,
    contact_email,
    operator_contact,
    literal_image,
    literal_fragment,
    literal_fallback,
    image_outside_pods,
    subchart_image,
    unreached_image,
    chart_pull_secret,
    other_pull_secret,
    upgrade_path,
    target_collision,
    image_address,
    bitnami_image_guard,
    unproven_image,
    digest_pinned,
    legal_image,
    floating_tag,
    mapping_file,
    mapping_list,
    mapping_essentials,
    mapping_name,
    mapping_tag,
    mapping_address,
    mapping_address_key,
    mapping_path,
    mapping_shape,
    mapping_twice,
    mapping_architectures,
    mapped_archive,
    mapping_shared_archive,
    mapping_container_type,
    mapping_container,
    unmapped_operator_image,
    mapping_operator_address,
    mapping_section,
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
)
"""In the order of the stations a package passes. A rule whose breach keeps a package from being
read at all (``PackageRefused`` bears its id) has its page here, too; its check finds nothing."""


ARCHIVE_CHECKS: tuple[Check, ...] = (
    whole_archive,
    image_archive,
    plain_tar,
    archive_architecture,
    every_image,
    every_architecture,
    promised_architecture,
    needless_archive,
    one_architecture,
    same_archive,
    archive_reference,
    mapping_shipped,
    mapped_architecture,
    unmapped_image,
    mapped_architectures,
)
"""The rules of the second stage, which need to know what the image archives hold. They look at
``facts.shipment``; nothing is rendered any more, so ``facts.trace`` is empty."""

CHECKS: tuple[Check, ...] = (*PACKAGE_CHECKS, *ARCHIVE_CHECKS)

Told = dict[tuple[str, str | None], int]
"""How heavy a rule's findings in a file are, by rule and file."""


def run_checks(
    facts: Facts,
    policy: Policy,
    checks: tuple[Check, ...] = PACKAGE_CHECKS,
    earlier: tuple[Finding, ...] = (),
) -> tuple[Finding, ...]:
    """Everything ``checks`` find in ``facts``: heaviest first, then by rule as ``checks`` has them.

    So the list begins with what is to be done first. Within a rule it goes by file and line. A
    severity that ``policy`` gives a rule wins over the rule's own. ``earlier`` are findings of
    the stage before, which may be causes. A check that raises is broken, which is never the
    package's fault: what it raises goes through.
    """
    told: Told = {}
    for finding in earlier:
        key = (finding.rule, finding.place.file)
        told[key] = max(told.get(key, 0), finding.severity.weight)
    findings = [finding for check in checks for finding in _findings_of(check, facts, policy, told)]
    return in_order(findings, checks)


def in_order(
    findings: Sequence[Finding], checks: tuple[Check, ...] = CHECKS
) -> tuple[Finding, ...]:
    """``findings`` of ``checks`` as ``run_checks`` orders them, whichever stage they are of."""
    stations = {check.ID: station for station, check in enumerate(checks)}

    def order(finding: Finding) -> tuple[int, int, str, int, int]:
        place = finding.place
        return (
            -finding.severity.weight,
            stations[finding.rule],
            place.file or "",
            place.line or 0,
            place.column or 0,
        )

    return tuple(sorted(findings, key=order))


def _findings_of(check: Check, facts: Facts, policy: Policy, told: Told) -> Iterator[Finding]:
    """The findings of one check: at most ``findings_per_rule``, then one that counts the rest.

    A problem with an edit is never left out: an edit that nobody sees cannot be decided, and
    leaving out one of a change set would rewrite half an image.
    """
    kept = left_out = 0
    heaviest_left_out = Severity.INFO
    for problem in check.check(facts, policy):
        severity = policy.severities.get(check.ID) or problem.severity or check.SEVERITY
        if problem.edit is None and _is_consequence(check, problem, severity, told):
            continue
        key = (check.ID, problem.place.file)
        told[key] = max(told.get(key, 0), severity.weight)
        if problem.edit is None and kept >= policy.limits.findings_per_rule:
            left_out += 1
            heaviest_left_out = max(heaviest_left_out, severity, key=_weight)
            continue
        kept += 1
        yield _finding(check, problem, severity)
    if left_out:
        yield _finding(check, _rest(left_out), heaviest_left_out)


def _is_consequence(check: Check, problem: Problem, severity: Severity, told: Told) -> bool:
    """Whether a rule that ``check`` comes after has told as heavy a cause in the same file."""
    causes: tuple[str, ...] = getattr(check, "AFTER", ())
    file = problem.place.file
    return any(told.get((cause, file), -1) >= severity.weight for cause in causes)


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
