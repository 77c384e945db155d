"""The rules that are ours: ``PORTAL-NNN``."""

from __future__ import annotations

from ..contract import Check
from . import (
    analysis_limit,
    bitnami_image_guard,
    chart_name_type,
    completed_at_runtime,
    digest_pinned,
    duplicate_subchart,
    image_address,
    install_modes,
    known_kind,
    lookalike_name,
    mentioned_image,
    null_in_parent_values,
    other_values_file,
    part_from_release,
    registry_name_refused,
    shared_value,
    signature,
    target_collision,
    unexpected_change,
    unproven_image,
    valid_image_reference,
)

PACKAGE_CHECKS: tuple[Check, ...] = (
    known_kind,
    analysis_limit,
    signature,
    target_collision,
    shared_value,
    image_address,
    bitnami_image_guard,
    unproven_image,
    digest_pinned,
    valid_image_reference,
    unexpected_change,
    completed_at_runtime,
    install_modes,
    mentioned_image,
    part_from_release,
    duplicate_subchart,
    other_values_file,
    registry_name_refused,
    chart_name_type,
    null_in_parent_values,
    lookalike_name,
)
