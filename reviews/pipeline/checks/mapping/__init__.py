"""The rules of ``images/mapping.yaml``, and of what a mapping cannot do."""

from __future__ import annotations

from ..contract import Check
from . import (
    digest_over_tag,
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
    shared_anchor,
    unmapped_image,
    unmapped_operator_image,
)

PACKAGE_CHECKS: tuple[Check, ...] = (
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
)

ARCHIVE_CHECKS: tuple[Check, ...] = (
    mapping_shipped,
    mapped_architecture,
    unmapped_image,
    mapped_architectures,
)
