"""The rules of Helm charts."""

from __future__ import annotations

from ..contract import Check
from . import (
    chart_api_version,
    chart_files,
    chart_lints,
    chart_logo,
    chart_metadata,
    chart_pull_secret,
    chart_renders,
    image_left_behind,
    image_outside_pods,
    kube_version,
    literal_fallback,
    literal_fragment,
    literal_image,
    other_pull_secret,
    subchart_image,
    unreached_image,
    upgrade_path,
    values_schema,
    vendored_dependencies,
)

PACKAGE_CHECKS: tuple[Check, ...] = (
    chart_files,
    chart_metadata,
    chart_api_version,
    values_schema,
    chart_renders,
    chart_lints,
    kube_version,
    vendored_dependencies,
    chart_logo,
    literal_image,
    literal_fragment,
    literal_fallback,
    image_outside_pods,
    subchart_image,
    unreached_image,
    chart_pull_secret,
    other_pull_secret,
    upgrade_path,
    image_left_behind,
)
