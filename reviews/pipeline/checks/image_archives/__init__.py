"""The rules of the image archives in ``images/``."""

from __future__ import annotations

from ..contract import Check
from . import (
    archive_architecture,
    archive_name,
    archive_name_architecture,
    archive_name_end,
    archive_reference,
    duplicate_archive,
    every_architecture,
    every_image,
    floating_tag,
    image_archive,
    one_architecture,
    plain_tar,
    promised_architecture,
    unused_archive,
    whole_archive,
)

PACKAGE_CHECKS: tuple[Check, ...] = (
    archive_name,
    archive_name_end,
    archive_name_architecture,
    floating_tag,
)

ARCHIVE_CHECKS: tuple[Check, ...] = (
    whole_archive,
    image_archive,
    plain_tar,
    archive_architecture,
    every_image,
    every_architecture,
    promised_architecture,
    unused_archive,
    one_architecture,
    duplicate_archive,
    archive_reference,
)
