"""Every rule a package is checked against, family by family."""

from __future__ import annotations

from . import (
    annotations as annotation_rules,
)
from . import (
    contact,
    helm,
    image_archives,
    mapping,
    naming,
    operator,
    osc_format,
    package,
    portal,
    yaml,
)
from .contract import Check

RULES_VERSION = "3"
"""Raised whenever a rule finds something else than before: decisions are bound to it."""

PACKAGE_CHECKS: tuple[Check, ...] = (
    *package.PACKAGE_CHECKS,
    *yaml.PACKAGE_CHECKS,
    *naming.PACKAGE_CHECKS,
    *annotation_rules.PACKAGE_CHECKS,
    *contact.PACKAGE_CHECKS,
    *helm.PACKAGE_CHECKS,
    *mapping.PACKAGE_CHECKS,
    *operator.PACKAGE_CHECKS,
    *osc_format.PACKAGE_CHECKS,
    *image_archives.PACKAGE_CHECKS,
    *portal.PACKAGE_CHECKS,
)
"""The rules of the first stage. One whose breach keeps a package from being read at all
(``PackageRefused.code`` is its id) has its page here, too; its check finds nothing."""

ARCHIVE_CHECKS: tuple[Check, ...] = (
    *image_archives.ARCHIVE_CHECKS,
    *mapping.ARCHIVE_CHECKS,
    *portal.ARCHIVE_CHECKS,
)
"""The rules of the second stage, which need to know what the image archives hold. They look at
``facts.coverage``; nothing is rendered any more, so ``facts.trace`` is empty."""

CHECKS: tuple[Check, ...] = (*PACKAGE_CHECKS, *ARCHIVE_CHECKS)
