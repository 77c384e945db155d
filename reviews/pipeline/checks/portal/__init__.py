"""The rules that are ours: ``PORTAL-NNN``."""

from __future__ import annotations

from ..contract import Check
from . import (
    bitnami_image_guard,
    digest_pinned,
    image_address,
    install_modes,
    known_kind,
    mentioned_image,
    shared_value,
    signature,
    target_collision,
    unexpected_change,
    unproven_image,
    valid_image_reference,
)

PACKAGE_CHECKS: tuple[Check, ...] = (
    known_kind,
    signature,
    target_collision,
    shared_value,
    image_address,
    bitnami_image_guard,
    unproven_image,
    digest_pinned,
    valid_image_reference,
    unexpected_change,
    install_modes,
    mentioned_image,
)
