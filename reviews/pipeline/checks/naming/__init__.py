"""The rules of names and versions, and of the files that are named by them."""

from __future__ import annotations

from ..contract import Check
from . import (
    build_metadata,
    deploy_file_name,
    equal_versions,
    lower_case_name,
    metadata_name,
    name_length,
    semantic_version,
    service_name,
    upload_file_name,
)

PACKAGE_CHECKS: tuple[Check, ...] = (
    metadata_name,
    semantic_version,
    service_name,
    name_length,
    lower_case_name,
    build_metadata,
    upload_file_name,
    deploy_file_name,
    equal_versions,
)
