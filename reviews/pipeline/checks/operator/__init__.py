"""The rules of operators."""

from __future__ import annotations

from ..contract import Check
from . import (
    alm_examples,
    bundle_layout,
    channel_offer,
    csv_file_name,
    csv_version,
    instance_image,
    operator_install,
    outside_image,
    owned_crd,
    package_list,
    pull_secret,
    replaced_version,
    required_annotation,
    shown_image,
    variable_image,
    version_folder,
)

PACKAGE_CHECKS: tuple[Check, ...] = (
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
    pull_secret,
    replaced_version,
    bundle_layout,
    csv_version,
    shown_image,
)
