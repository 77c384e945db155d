"""The rules of the zip as a whole: its folders and what they hold."""

from __future__ import annotations

from ..contract import Check
from . import (
    chart_folder,
    deploy_size,
    extends_folder,
    fitting_extension,
    flat_images,
    images_folder,
    images_shipped,
    native_features,
    one_deploy_package,
    one_top_folder,
    outer_entries,
    package_folder,
    readable_archive,
    safe_archive,
    top_folder_name,
    whole_service,
)

PACKAGE_CHECKS: tuple[Check, ...] = (
    readable_archive,
    package_folder,
    one_deploy_package,
    safe_archive,
    one_top_folder,
    images_folder,
    images_shipped,
    outer_entries,
    top_folder_name,
    flat_images,
    extends_folder,
    fitting_extension,
    deploy_size,
    chart_folder,
    whole_service,
    native_features,
)
